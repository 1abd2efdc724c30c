"""Which reader reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.errors import InputError
from eval.load import load_questions
from eval.sets.benchmarks import read_dragonball, read_rgb
from eval.sets.folders import read_folders
from eval.sets.reading import read_mrc, read_squad
from eval.sets.records import QuestionSet, file_hash
from eval.sets.tabular import read_table

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm")


def _read_ours(path: Path) -> QuestionSet:
    questions = tuple(load_questions(path))
    return QuestionSet(path.name, file_hash(path), questions)


LAYOUTS: Mapping[str, Callable[[Path], QuestionSet]] = {
    "yinju": _read_ours,
    "table": read_table,
    "squad": read_squad,
    "mrc": read_mrc,
    "rgb": read_rgb,
    "dragonball": read_dragonball,
    "folders": read_folders,
}
"""Readers by the name of the layout."""


def read_set(path: Path, layout: str = "", columns: Mapping[str, str] | None = None) -> QuestionSet:
    """Read a question set.

    Args:
        path: A file; for DragonBall the folder of its two files, for folders that of theirs.
        layout: One of :data:`LAYOUTS`; empty to tell by the file's ending (a table, ``.json`` as
            SQuAD, else our JSON lines).
        columns: Of a table, the head of the column of each of our fields.

    Raises:
        QuestionError: It cannot be used; every broken row is named by file and line.
        InputError: There is no such layout.
    """
    if layout and layout not in LAYOUTS:
        raise InputError(f"no layout is called {layout!r}; there are {', '.join(LAYOUTS)}.")
    if columns or layout == "table" or (not layout and path.suffix.lower() in _TABLES):
        return read_table(path, columns)
    if not layout and path.suffix.lower() == ".json":
        layout = "squad"
    return LAYOUTS[layout or "yinju"](path)
