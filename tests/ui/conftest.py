"""The command line, run in process, and a small knowledge base for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.build import BuildOptions, build
from ui.cli import main

TEXTS = {
    "茶/红茶.md": "# 红茶\n\n日期：2024-05-01\n\n正山小种产自福建武夷山。祁门红茶产自安徽。",
    "茶/绿茶.txt": "绿茶不发酵。泡绿茶用八十度的水。\n",
    "桥.md": "# 跨海大桥\n\n大桥全长36.5公里，2008年5月1日通车。\n",
}


@dataclass(frozen=True)
class Outcome:
    """What one command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Outcome:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return command


@pytest.fixture
def fails(run: Run) -> Callable[..., str]:
    """Runs a command that must fail with a code and one line of error; returns the line."""

    def command(code: int, *arguments: object) -> str:
        outcome = run(*arguments)
        assert outcome.code == code, outcome
        assert outcome.out == ""
        assert outcome.err.startswith("yinju: ")
        assert outcome.err.count("\n") == 1
        assert outcome.err.endswith("\n")
        return outcome.err.removeprefix("yinju: ").rstrip("\n")

    return command


def write_documents(folder: Path) -> Path:
    for name, text in TEXTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder of three documents."""
    return write_documents(tmp_path / "我的 文档")


@pytest.fixture(scope="session")
def small_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three documents, built; only to be read."""
    folder = tmp_path_factory.mktemp("small")
    build([write_documents(folder / "文档")], folder / "kb", BuildOptions())
    return folder / "kb"
