"""Every kind of damage is found, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import FormatVersionError, NotAKnowledgeBaseError
from index.layout import DATABASE, DICTIONARY, MANIFEST, STATES, SYNONYMS
from index.verify import verify

Make = Callable[..., object]


def change(kb: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute(statement, parameters)


def files_of(kb: Path) -> list[Path]:
    return sorted(path for path in kb.glob("seg-*/*") if path.is_file())


def test_a_sound_knowledge_base_has_no_findings(make: Make, kb: Path) -> None:
    """Every part is looked at, and nothing is changed."""
    make()
    before = {path: path.read_bytes() for path in files_of(kb)}
    result = verify(kb)
    assert result.is_sound
    assert result.generation == 1
    assert result.notes == ()
    assert {check.part: check.checked for check in result.checks} == {
        "manifest": 1, "state": 1, "database": 1, "files": len(files_of(kb)), "segments": 1,
        "counts": 4, "spans": 3, "words": 2,
    }  # fmt: skip
    assert {path: path.read_bytes() for path in files_of(kb)} == before


def test_progress_is_told(make: Make, kb: Path) -> None:
    """Checking hashes of gigabytes takes minutes."""
    make()
    stages: dict[str, tuple[int, int]] = {}
    verify(kb, lambda stage, done, total: stages.__setitem__(stage, (done, total)))
    assert set(stages) >= {"verify files", "verify spans"}
    assert all(
        done == total for stage, (done, total) in stages.items() if stage != "verify segments"
    )


def test_each_damaged_file_is_found(make: Make, kb: Path) -> None:
    """A flipped bit, a lost end and a lost file, whichever it is, beyond what opening checks."""
    make()
    for path in files_of(kb):
        data = path.read_bytes()
        for damaged in (data[:-1] + bytes([data[-1] ^ 1]), data[:-1], None):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            (finding,) = verify(kb).findings("files")
            assert path.name in finding
            assert "verify --repair" in finding
            path.write_bytes(data)
    assert verify(kb).is_sound


DATABASE_DAMAGE = {
    "text": "UPDATE documents SET text = 'x' || text WHERE number = 1",
    "passage": "UPDATE passages SET text = text || 'x' WHERE number = 1",
    "start": "UPDATE passages SET start = start + 1 WHERE number = 1",
    "end": 'UPDATE passages SET "end" = 100000 WHERE number = 1',
    "sentences": "UPDATE passages SET sentences = x'ffffff7f00000000' WHERE number = 1",
    "odd sentences": "UPDATE passages SET sentences = x'01' WHERE number = 1",
}


@pytest.mark.parametrize("damage", DATABASE_DAMAGE)
def test_a_wrong_span_is_found(make: Make, kb: Path, damage: str) -> None:
    """``document.text[start:end] == passage.text``, or it is told which one does not."""
    make()
    change(kb, DATABASE_DAMAGE[damage])
    found = verify(kb).findings("spans")
    assert found
    assert all("图书馆.md" in finding for finding in found)


COUNT_DAMAGE = {
    "a passage less": ("DELETE FROM passages WHERE number = 2", "are in a segment but not"),
    "a passage more": (
        'INSERT INTO passages SELECT 99, document, id, start, "end", page, headings, sentences, '
        "extra, text FROM passages WHERE number = 1",
        "are in no segment",
    ),
    "a document less": (
        "UPDATE documents SET removed = 1 WHERE number = 1",
        "but not in the state",
    ),
    "another owner": ("UPDATE passages SET document = 2 WHERE number = 1", "another document"),
}


@pytest.mark.parametrize("damage", COUNT_DAMAGE)
def test_segments_and_database_are_compared(make: Make, kb: Path, damage: str) -> None:
    """Every passage of the state is in the segments once, and nothing else is."""
    make()
    statement, told = COUNT_DAMAGE[damage]
    change(kb, statement)
    assert any(told in finding for finding in verify(kb).findings("segments"))


def test_a_damaged_database_is_found(make: Make, kb: Path) -> None:
    """Pages overwritten in the middle: told, without a traceback from what stands on it."""
    make()
    data = bytearray((kb / DATABASE).read_bytes())
    data[8192:12288] = b"\xa5" * 4096
    (kb / DATABASE).write_bytes(data)
    (finding,) = verify(kb).findings("database")
    assert "restore a backup" in finding


def test_a_lost_manifest_or_state_is_found(make: Make, kb: Path) -> None:
    """What is published can then not be told, or not be held by a reader."""
    make()
    (kb / STATES / "000001").unlink()
    assert "000001: missing" in verify(kb).findings("state")[0]
    for damage in (b"{", b"\xff", None):
        if damage is None:
            (kb / MANIFEST).unlink()
        else:
            (kb / MANIFEST).write_bytes(damage)
        result = verify(kb)
        assert MANIFEST in result.findings("manifest")[0]
        assert result.generation is None


def test_a_folder_without_a_knowledge_base_is_no_damage(tmp_path: Path) -> None:
    """There is nothing to repair."""
    with pytest.raises(NotAKnowledgeBaseError):
        verify(tmp_path)


def test_a_newer_format_is_left_alone(make: Make, kb: Path) -> None:
    """It is not damage, and must not be repaired by an older version."""
    make()
    text = (kb / MANIFEST).read_text(encoding="utf-8")
    (kb / MANIFEST).write_text(text.replace('"format": 2', '"format": 3'), encoding="utf-8")
    with pytest.raises(FormatVersionError, match="update yinju"):
        verify(kb)
    (kb / MANIFEST).write_text(text, encoding="utf-8")
    change(kb, "PRAGMA user_version = 99")
    with pytest.raises(FormatVersionError, match="update yinju"):
        verify(kb)


def test_words_of_the_user_are_read(make: Make, kb: Path) -> None:
    """A dictionary that cannot be used is wrong; one that has changed is a note."""
    make()
    (kb / DICTIONARY).write_text("二十元\n", encoding="utf-8")
    result = verify(kb)
    assert result.is_sound
    assert "1 words" in result.notes[0]
    (kb / SYNONYMS).write_text("独一\n", encoding="utf-8")
    assert "stands alone" in verify(kb).findings("words")[0]
    (kb / DICTIONARY).write_text("两 词\n", encoding="utf-8")
    assert "white space" in verify(kb).findings("words")[0]


def test_folders_of_a_killed_build_are_a_note(make: Make, kb: Path) -> None:
    """They take room and harm nothing."""
    make()
    (kb / "seg-000077").mkdir()
    result = verify(kb)
    assert result.is_sound
    assert "seg-000077" in result.notes[0]
