"""What is said of a knowledge base without its model."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import NotAKnowledgeBaseError
from index.describe import describe, knowledge_bases, overview, read_states
from index.layout import DATABASE, DICTIONARY, MANIFEST, SYNONYMS
from index.search import RetrieveSettings, Searcher

Make = Callable[..., object]


def test_the_parts_are_counted(make: Make, kb: Path) -> None:
    """Segments, bytes, words; nothing is read by anybody, nothing unfinished."""
    kb.mkdir()
    (kb / DICTIONARY).write_text("二十元\n", encoding="utf-8")
    (kb / SYNONYMS).write_text("车费 路费\n", encoding="utf-8")
    make()
    found = describe(kb)
    assert (found["documents"], found["passages"], found["generation"]) == (3, 3, 1)
    assert found["segments"] == [{"name": "seg-000001", "rows": 3, "recall": 1.0}]
    assert found["dictionary"] == {"words": 1, "changed": 0}
    assert found["synonyms"] == 2
    assert found["states"] == {"kept": [1], "read": []}
    assert found["unfinished"] is None
    parts = found["bytes"]
    assert parts["database"] > 0
    assert parts["segments"] > 0
    assert parts["total"] >= parts["database"] + parts["segments"] + parts["uploads"]


def test_states_that_are_read_are_told(make: Make, kb: Path, docs: Path) -> None:
    """Asking neither ends the reading nor gives the state up."""
    make()
    first = Searcher(kb, RetrieveSettings())
    (docs / "新.md").write_text("新的一篇。", encoding="utf-8")
    make()
    assert describe(kb)["states"] == {"kept": [1, 2], "read": [1]}
    second = Searcher(kb, RetrieveSettings())
    assert read_states(kb) == [1, 2]
    assert first.search("最多借几本书")
    first.close()
    assert read_states(kb) == [2]
    second.close()
    assert read_states(kb) == []


def test_an_unfinished_build_is_told(make: Make, kb: Path) -> None:
    """How far it has come."""
    make()
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute("INSERT INTO pending VALUES ('k')")
        connection.execute("UPDATE documents SET added = 2 WHERE number = 1")
    assert describe(kb)["unfinished"]["documents"] == 1


def test_words_that_cannot_be_read_are_told(make: Make, kb: Path) -> None:
    """The rest is described all the same."""
    make()
    (kb / DICTIONARY).write_text("两 词\n", encoding="utf-8")
    assert "white space" in describe(kb)["dictionary"]["problem"]


def test_knowledge_bases_are_found_side_by_side(make: Make, kb: Path, tmp_path: Path) -> None:
    """Folders themselves and those in them, each once; a broken one says why."""
    make()
    broken = tmp_path / "坏"
    broken.mkdir()
    (broken / MANIFEST).write_text("{", encoding="utf-8")
    found = knowledge_bases([tmp_path, kb, tmp_path / "nowhere"])
    assert found == [broken, kb]
    assert "not a valid manifest" in overview(broken)["problem"]
    assert (overview(kb)["documents"], overview(kb)["name"]) == (3, kb.name)
    with pytest.raises(NotAKnowledgeBaseError):
        describe(tmp_path)
