"""The database, read: exact records, and readers that see one state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from corpus.load import make_document
from corpus.records import Document, Passage
from index.layout import DATABASE
from index.rows import document_row, passage_row
from index.store import Reader
from index.writer import Writer


def store_text(
    writer: Writer, source: str, text: str, page: int | None = None
) -> tuple[Document, list[Passage]]:
    """Put a document into the first generation."""
    document = make_document(text, source)
    passages = cut_passages(document, ChunkSettings())
    passages = [replace(passages[0], page=page), *passages[1:]]
    with writer.transaction():
        rows = [passage_row(passage) for passage in passages]
        writer.insert(document_row(document), (-1, -1), rows, writer.next_passage(), 1)
    return document, passages


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("cannot be opened")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def writer(tmp_path: Path) -> Any:
    with closing(Writer(tmp_path)) as opened:
        yield opened


def test_records_come_back_as_they_were(writer: Writer) -> None:
    """Every field survives the database, spans and marks included."""
    head = "# 题 𝒳\n作者：张三\n日期：2024-12-05\n来源：某报\n\n"
    raw = head + "## 节\n第一句。𠀀第二句！\n\n点赞、在看\n"
    document, passages = store_text(writer, "目录/文 件.md", raw, page=7)
    assert document.marks
    assert list(writer.documents(1)) == [document]
    assert writer.document(document.id, 1) == document
    assert [writer.document_at(number) for number in writer.document_numbers(1)] == [document]
    rows = dict(writer.passages_of(1))
    assert list(rows.values()) == passages
    assert writer.passages(list(rows)) == passages
    known = writer.known(1)["目录/文 件.md"]
    assert (known.id, known.content_hash) == (document.id, document.content_hash)
    assert writer.counts(1) == (1, len(document.text))
    assert (writer.counts(0), writer.known(0), list(writer.documents(0))) == ((0, 0), {}, [])


def test_passages_come_in_the_order_asked_for(writer: Writer) -> None:
    """Hits are sorted by score, not by row; there may be more than a statement can name."""
    text = "\n\n".join(f"# 第{n}节\n这是第{n}节的内容。" for n in range(1300))
    store_text(writer, "a.md", text)
    numbers = [number for number, _ in writer.passages_of(1)]
    assert len(numbers) > 1200
    backwards = writer.passages(numbers[::-1])
    assert [passage.start for passage in backwards] == sorted(
        (passage.start for passage in backwards), reverse=True
    )


def test_a_missing_passage_is_told(writer: Writer) -> None:
    """Search structures that do not belong to the database must not be half answered."""
    with pytest.raises(CorruptError, match=r"passage 99 is missing; .*--repair"):
        writer.passages([99])


def test_a_folder_that_cannot_be_written_to_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published state stands in the database alone, so it is read without its log files."""
    with closing(Writer(tmp_path)) as writer:
        document, _ = store_text(writer, "甲", "甲。")
        writer.checkpoint()
        data = (tmp_path / DATABASE).read_bytes()
    frozen = tmp_path / "只读"
    frozen.mkdir()
    (frozen / DATABASE).write_bytes(data)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def without_side_files(name: str, **options: Any) -> sqlite3.Connection:
        if "mode=ro" in name:
            raise failing(sqlite3.SQLITE_CANTOPEN)
        return connect(name, **options)

    monkeypatch.setattr(sqlite3, "connect", without_side_files)
    with closing(Reader(frozen)) as reader:
        assert list(reader.documents(1)) == [document]
    assert [path.name for path in frozen.iterdir()] == [DATABASE]


def test_a_busy_database_is_not_read_without_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process is just putting in order must not be read past its log."""
    Writer(tmp_path).close()
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def busy(name: str, **options: Any) -> sqlite3.Connection:
        if "mode=ro" in name:
            raise failing(sqlite3.SQLITE_BUSY_RECOVERY)
        return connect(name, **options)

    monkeypatch.setattr(sqlite3, "connect", busy)
    with pytest.raises(KnowledgeBaseError, match="cannot be opened"):
        Reader(tmp_path)


def test_a_reader_cannot_write(tmp_path: Path, writer: Writer) -> None:
    """Only a build, under the lock, changes the truth."""
    store_text(writer, "甲", "甲。")
    with closing(Reader(tmp_path)) as reader, pytest.raises(KnowledgeBaseError, match="readonly"):
        list(reader.select("DELETE FROM documents"))


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0", b"no database" * 999])
@pytest.mark.parametrize("kind", [Reader, Writer])
def test_what_is_no_database_is_told(tmp_path: Path, data: bytes, kind: type[Reader]) -> None:
    """The message names the file and the way out; only an empty file may be filled by a build."""
    (tmp_path / DATABASE).write_bytes(data)
    if kind is Writer and not data:
        Writer(tmp_path).close()
        return
    with pytest.raises(CorruptError, match=rf"{DATABASE}: .*restore a backup"):
        kind(tmp_path)


def test_a_database_overwritten_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Damage behind the header shows later, but as a clear message."""
    with closing(Writer(tmp_path)) as writer:
        for number in range(50):
            store_text(writer, str(number), f"{number}。" * 500)
    data = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(data[:8192] + b"\x55" * (len(data) - 8192))
    with closing(Reader(tmp_path)) as reader:
        with pytest.raises(CorruptError, match="--rebuild"):
            list(reader.documents(1))
        with pytest.raises(CorruptError, match="--rebuild"):
            reader.check()


@pytest.mark.parametrize("kind", [Reader, Writer])
def test_a_newer_schema_is_refused(tmp_path: Path, kind: type[Reader]) -> None:
    """Both numbers and the remedy are named."""
    Writer(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(FormatVersionError, match=r"schema 9, this version reads .*2; update"):
        kind(tmp_path)


def test_an_older_schema_is_left_to_a_writer(tmp_path: Path) -> None:
    """A reader names what brings it up to date."""
    Writer(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(FormatVersionError, match=r"schema 1, this version reads 2; .*--repair"):
        Reader(tmp_path)
