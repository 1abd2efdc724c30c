"""Numbered steps bring older databases up to date, all or nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import make_document
from corpus.records import Document, Passage
from index import schema
from index.layout import DATABASE
from index.schema import MIGRATIONS, SCHEMA_VERSION, migrate, schema_of
from index.store import Reader
from index.writer import Writer

ARTICLE = "# 题 𝒳\n作者：张三\n日期：2024-12-05\n\n## 节\n第一句。𠀀第二句！\n\n点赞、在看\n"


def first_version(folder: Path) -> list[tuple[Document, list[Passage]]]:
    """A database as the first schema wrote it: two states of two documents."""
    made = []
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {MIGRATIONS[0]}")
        connection.execute("PRAGMA user_version = 1")
        for source, text, added, removed in (
            ("乙.md", ARTICLE, 1, None),
            ("甲.txt", "旧的一句。", 1, 2),
            ("甲.txt", "新的一句。", 2, None),
        ):  # fmt: skip
            document = make_document(text, source)
            passages = cut_passages(document, ChunkSettings())
            made.append((document, passages))
            connection.execute(
                f"INSERT INTO documents VALUES ({','.join('?' * 12)})",
                (document.id, added, removed, source, document.content_hash, document.text,
                 document.title, document.author, document.published, document.url,
                 json.dumps([asdict(mark) for mark in document.marks], ensure_ascii=False),
                 json.dumps(dict(document.metadata), ensure_ascii=False)),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO passages (added, removed, id, document_id, source, title, published, "
                f'headings, text, start, "end", sentences, page) VALUES ({",".join("?" * 13)})',
                [(added, removed, item.id, item.document_id, source, item.title, item.published,
                  json.dumps(item.headings, ensure_ascii=False), item.text, item.start, item.end,
                  np.asarray(item.sentences, "<i4").tobytes(), item.page) for item in passages],
            )  # fmt: skip
        connection.execute("INSERT INTO vectors VALUES ('e', 'hash', x'00')")
    return made


def test_a_database_of_the_first_version_keeps_every_record(tmp_path: Path) -> None:
    """Documents and passages come back as they were, state by state."""
    (other, old, new) = first_version(tmp_path)
    Writer(tmp_path).close()
    with closing(Reader(tmp_path)) as reader:
        for generation, pairs in ((1, [other, old]), (2, [other, new])):
            assert list(reader.documents(generation)) == [document for document, _ in pairs]
            found = [passage for _, passage in reader.passages_of(generation)]
            assert found == [passage for _, passages in pairs for passage in passages]
            characters = sum(len(document.text) for document, _ in pairs)
            assert reader.counts(generation) == (2, characters)
        assert all(item.size == item.modified == -1 for item in reader.known(2).values())
        reader.check()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old version still reads its database, and the next attempt succeeds."""
    first_version(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*MIGRATIONS[:1], MIGRATIONS[1] + "SELECT nothing;"))
        with (
            closing(sqlite3.connect(tmp_path / DATABASE)) as connection,
            pytest.raises(sqlite3.OperationalError, match="nothing"),
        ):
            migrate(connection)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert schema_of(connection) == 1
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
        migrate(connection)
        assert schema_of(connection) == SCHEMA_VERSION


def test_a_new_database_takes_all_steps_and_an_up_to_date_one_none() -> None:
    """Every knowledge base has gone the same way."""
    with closing(sqlite3.connect(":memory:")) as connection:
        assert schema_of(connection) == 0
        migrate(connection)
        tables = list(connection.execute("SELECT sql FROM sqlite_master"))
        migrate(connection)
        assert schema_of(connection) == SCHEMA_VERSION == len(MIGRATIONS)
        assert list(connection.execute("SELECT sql FROM sqlite_master")) == tables
