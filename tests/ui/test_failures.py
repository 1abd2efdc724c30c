"""What the system refuses is told in one line that says what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.failures import database_text, system_text

pytestmark = pytest.mark.usefixtures("one_model")
Fails = Callable[..., str]


def test_refusals_of_the_system() -> None:
    """Where, what, and the remedy."""
    full = system_text(OSError(errno.ENOSPC, "No space left on device", "kb/x"))
    assert full.startswith("kb/x: no space left on the disk; free some")
    assert "unchanged" in full
    assert "no space left" in system_text(OSError("1024 requested and 512 written"))
    assert "cannot be written to" in system_text(OSError(errno.EROFS, "Read-only", "kb/x"))
    assert "kb/x: Permission denied; check whose" in system_text(
        PermissionError(errno.EACCES, "Permission denied", "kb/x")
    )
    assert system_text(FileNotFoundError(errno.ENOENT, "No such file", "x")) == "x: No such file"
    assert system_text(OSError("odd")) == "odd"


def test_refusals_of_the_database() -> None:
    """SQLite says little; what to do is added."""
    assert "no space left" in database_text(sqlite3.OperationalError("database or disk is full"))
    assert "cannot be written" in database_text(
        sqlite3.OperationalError("attempt to write a readonly database")
    )
    assert "yinju verify" in database_text(sqlite3.DatabaseError("malformed"))


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("disk is full")],
)
def test_a_full_disk_ends_a_build_in_one_line(
    fails: Fails, documents: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Wherever it fills up."""

    def full(*arguments: object, **named: object) -> None:
        raise error

    monkeypatch.setattr("index.segment.np.save", full)
    message = fails(1, "build", documents)
    assert "free some" in message
    assert "again" in message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to(fails: Fails, documents: Path, tmp_path: Path) -> None:
    """It is named."""
    shut = tmp_path / "锁"
    shut.mkdir(mode=0o500)
    assert str(shut) in fails(1, "build", documents, "--kb", shut / "kb")
