"""Folders written for training as a question set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from eval.sets import read_set
from index.train.written import LEFT_OUT, load


def write(folder: Path, count: int) -> Path:
    """Folders of two documents, asked three questions each."""
    folder.mkdir()
    lines = []
    for number in range(count):
        documents = [
            {
                "title": f"第{number}镇/物产",
                "text": f"第{number}镇产**竹编**、茶。\n\n- 竹篮\n- 竹席",
            },
            {"title": "集市", "text": "逢五有集。"},
        ]
        questions = [
            {"question": "编什么", "kind": "list", "document": 0, "answers": ["竹篮", "竹席"]},
            {"question": "哪天赶集", "kind": "fact", "document": 1, "answers": ["逢五"]},
            {"question": "谁管集市", "kind": "near", "document": 1, "answers": []},
        ]
        lines.append(
            json.dumps({"folder": f"镇{number}", "documents": documents, "questions": questions})
        )
    (folder / "towns.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_only_what_nothing_is_learnt_from_is_asked(tmp_path: Path) -> None:
    """Each question of its own folder, lists whole, those left open without an answer."""
    path = write(tmp_path / "written", 20)
    left = [folder for folder in load(path) if folder.part == LEFT_OUT]
    found = read_set(path, "folders")
    assert 0 < len(left) < 20
    assert len(found.questions) == 3 * len(left)
    first, second, third = found.questions[:3]
    home = f"001-{left[0].name}/"
    assert {found.given[item.id] for item in (first, second, third)} == {home}
    assert first.answers == (("竹篮",), ("竹席",))
    assert first.match == "all"
    assert second.evidence[0].source == f"{home}01-集市"
    assert second.evidence[0].quote == "逢五"
    assert (third.answers, third.evidence, third.type) == ((), (), "near")
    assert found.documents
    assert all(evidence.source in found.documents for evidence in first.evidence)
    assert all(source.count("/") == 1 for source in found.documents)


def test_a_folder_without_any_is_told(tmp_path: Path) -> None:
    """Whoever names the wrong folder learns it before anything is built."""
    path = tmp_path / "written"
    path.mkdir()
    line = {"documents": [{"title": "镇", "text": "逢五有集。"}], "questions": []}
    (path / "one.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(QuestionError, match="no folders of several documents"):
        read_set(path, "folders")


def test_the_shipped_folders_can_be_asked() -> None:
    """The set that the figures in the documentation are of."""
    found = read_set(Path("index/train/written"), "folders")
    assert len(found.questions) > 1_000
    assert len({question.id for question in found.questions}) == len(found.questions)
