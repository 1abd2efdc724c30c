"""``yinju duplicates``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ui.cli import main

TEXT = "花园每天早上七点开门，冬天提前到六点关门。门票价格为二十元，学生半价。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"a.md": TEXT, "b.md": TEXT + "儿童免票。", "c.md": "快递放在东门。"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "d.doc").write_bytes(b"x")
    return tmp_path


def test_pairs_of_a_folder_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pair with its similarity, and what was not read."""
    assert main(["duplicates", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(pair["first"], pair["second"]) for pair in found["pairs"]] == [("a.md", "b.md")]
    assert found["skipped"][0]["source"] == "d.doc"
    assert main(["duplicates", str(folder), "--similarity", "0.99"]) == 0
    assert "skipped d.doc: an older format" in capsys.readouterr().out


def test_pairs_of_a_knowledge_base_are_told(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was built is compared as it is stored."""
    kb = tmp_path_factory.mktemp("kb") / "kb"
    assert main(["build", str(folder), "--kb", str(kb)]) == 0
    capsys.readouterr()
    assert main(["duplicates", "--kb", str(kb)]) == 0
    assert capsys.readouterr().out.split()[1:] == ["a.md", "b.md"]
