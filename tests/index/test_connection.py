"""The database opened: read-only or written in transactions, and its failures told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from index.connection import Connection, WritingConnection
from index.layout import DATABASE


def note(writer: WritingConnection, text: str) -> None:
    """Write a row into a table that takes any text."""
    with writer.transaction():
        writer.connection.execute("INSERT INTO pending VALUES (?)", (text,))


def noted(reader: Connection) -> list[str]:
    return [text for (text,) in reader.select("SELECT key FROM pending")]


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("cannot be opened")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("kind", [KeyError, KeyboardInterrupt])
def test_a_transaction_is_all_or_nothing(tmp_path: Path, kind: type[BaseException]) -> None:
    """An error or Ctrl-C in the midst of one leaves what stood before, and the lock free."""

    def break_off(writer: WritingConnection) -> None:
        with writer.transaction():
            writer.connection.execute("DELETE FROM pending")
            raise kind

    with closing(WritingConnection(tmp_path)) as writer:
        note(writer, "甲")
        with pytest.raises(kind):
            break_off(writer)
        assert noted(writer) == ["甲"]
        note(writer, "乙")
        assert noted(writer) == ["甲", "乙"]


def test_a_folder_that_cannot_be_written_to_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published state stands in the database alone, so it is read without its log files."""
    with closing(WritingConnection(tmp_path)) as writer:
        note(writer, "甲")
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
    with closing(Connection(frozen)) as reader:
        assert noted(reader) == ["甲"]
    assert [path.name for path in frozen.iterdir()] == [DATABASE]


def test_a_busy_database_is_not_read_without_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process is just putting in order must not be read past its log."""
    WritingConnection(tmp_path).close()
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def busy(name: str, **options: Any) -> sqlite3.Connection:
        if "mode=ro" in name:
            raise failing(sqlite3.SQLITE_BUSY_RECOVERY)
        return connect(name, **options)

    monkeypatch.setattr(sqlite3, "connect", busy)
    with pytest.raises(KnowledgeBaseError, match="cannot be opened"):
        Connection(tmp_path)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0", b"no database" * 999])
@pytest.mark.parametrize("kind", [Connection, WritingConnection])
def test_what_is_no_database_is_told(tmp_path: Path, data: bytes, kind: type[Connection]) -> None:
    """The message names the file and the way out; only an empty file may be filled by a build."""
    (tmp_path / DATABASE).write_bytes(data)
    if kind is WritingConnection and not data:
        WritingConnection(tmp_path).close()
        return
    with pytest.raises(CorruptError, match=rf"{DATABASE}: .*restore a backup"):
        kind(tmp_path)


def test_a_database_overwritten_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Damage behind the header shows later, but as a clear message."""
    with closing(WritingConnection(tmp_path)) as writer:
        for number in range(50):
            note(writer, f"{number}。" * 500)
    data = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(data[:8192] + b"\x55" * (len(data) - 8192))
    with closing(Connection(tmp_path)) as reader:
        with pytest.raises(CorruptError, match="--rebuild"):
            noted(reader)
        with pytest.raises(CorruptError, match="--rebuild"):
            reader.check()


@pytest.mark.parametrize("kind", [Connection, WritingConnection])
def test_a_newer_schema_is_refused(tmp_path: Path, kind: type[Connection]) -> None:
    """Both numbers and the remedy are named."""
    WritingConnection(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(FormatVersionError, match=r"schema 9, this version reads .*2; update"):
        kind(tmp_path)


def test_an_older_schema_is_left_to_a_writer(tmp_path: Path) -> None:
    """A reader names what brings it up to date."""
    WritingConnection(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(FormatVersionError, match=r"schema 1, this version reads 2; .*--repair"):
        Connection(tmp_path)
