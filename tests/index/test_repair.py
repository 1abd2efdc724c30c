"""What is derived is made anew from the database; what is intact stays as it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import CorruptError, LockedError, MismatchError
from corpus.load import make_document
from index.folder import locked
from index.layout import DATABASE, DICTIONARY, MANIFEST, STATES, read_manifest
from index.repair import repair
from index.rows import passage_row
from index.schema import MIGRATIONS
from index.search import RetrieveSettings, Searcher

Make = Callable[..., object]
Found = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def model(embedder: object, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr("index.repair.load_embedder", lambda folder=None: embedder)
    return embedder


@pytest.fixture
def two(make: Make, docs: Path, kb: Path, model: object) -> list[Path]:
    """A state of two segments; their folders."""
    make()
    (docs / "运动会.md").write_text("# 运动会\n\n运动会有六个项目。\n", encoding="utf-8")
    make()
    model.embedded.clear()  # type: ignore[attr-defined]
    return sorted(kb.glob("seg-*"))


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_sound_knowledge_base_is_left_as_it_is(two: list[Path], kb: Path) -> None:
    """No generation is published for nothing."""
    (kb / "seg-000099").mkdir()
    result = repair(kb)
    assert result.before.is_sound
    assert (result.after.generation, result.kept, result.rebuilt) == (2, 2, 0)
    assert not (kb / "seg-000099").exists()


@pytest.mark.parametrize("file", ["terms.npy", "vectors.npy", "passages.npy", "hashes.npy"])
def test_a_damaged_segment_is_made_anew(
    two: list[Path], kb: Path, model: object, file: str, sources_found: Found
) -> None:
    """The other one is not touched; vectors are made again only if they were hurt themselves."""
    first, second = two
    data = (first / file).read_bytes()
    (first / file).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    intact = stamps(second)
    result = repair(kb)
    assert not result.before.is_sound
    assert result.after.is_sound
    assert (result.after.generation, result.kept, result.rebuilt) == (3, 1, 3)
    assert stamps(second) == intact
    assert not first.exists()
    lost = file in ("vectors.npy", "hashes.npy")
    assert result.embedded == len(model.embedded) == (3 if lost else 0)  # type: ignore[attr-defined]
    assert sources_found("春游的车费由谁承担")[0] == "春游.md"
    assert sources_found("运动会有几个项目")[0] == "运动会.md"


def test_lost_segments_are_made_anew(two: list[Path], kb: Path, sources_found: Found) -> None:
    """All that is derived may be gone."""
    for folder in two:
        shutil.rmtree(folder)
    shutil.rmtree(kb / STATES)
    result = repair(kb)
    assert result.after.is_sound
    assert (result.kept, result.rebuilt) == (0, 4)
    assert sources_found("最多借几本书")[0] == "图书馆.md"


@pytest.mark.parametrize("damage", [None, b"", b"{", b"[]", b"\xff\xfe", b'{"format": 2}'])
def test_a_lost_manifest_is_restored(
    two: list[Path], kb: Path, damage: bytes | None, make: Make, model: object
) -> None:
    """The database knows what was published: settings, folders and segments stay."""
    before = read_manifest(kb)
    if damage is None:
        (kb / MANIFEST).unlink()
    else:
        (kb / MANIFEST).write_bytes(damage)
    result = repair(kb)
    assert result.after.is_sound
    after = read_manifest(kb)
    assert (after.settings, after.segments) == (before.settings, before.segments)
    assert after.generation == before.generation + 1
    make()
    assert model.embedded == []  # type: ignore[attr-defined]


def test_a_lost_state_gives_its_number_to_no_other(make: Make, kb: Path) -> None:
    """Who reads a state that the database no longer knows learns that it is not current."""
    make()
    (kb / DICTIONARY).write_text("二十元\n", encoding="utf-8")
    make()
    with closing(Searcher(kb, RetrieveSettings())) as reader:
        assert reader.manifest.generation == 2
        (kb / MANIFEST).unlink()
        with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
            connection.execute("DELETE FROM states")
        assert repair(kb).after.generation == 3
        assert not reader.is_current()


def test_a_missing_state_file_is_made(two: list[Path], kb: Path, sources_found: Found) -> None:
    """Readers could not hold the published state."""
    (kb / STATES / "000002").unlink()
    result = repair(kb)
    assert result.after.is_sound
    assert (result.kept, result.rebuilt) == (2, 0)
    assert sources_found("最多借几本书")


def test_rows_of_a_killed_build_are_not_published(two: list[Path], kb: Path) -> None:
    """What was written after the published state goes with the repair."""
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute("UPDATE documents SET removed = 3 WHERE source = '春游.md'")
        connection.execute("UPDATE documents SET added = 3 WHERE source = '运动会.md'")
        connection.execute("INSERT INTO pending VALUES ('k')")
    shutil.rmtree(two[0])
    result = repair(kb)
    assert result.after.is_sound
    assert read_manifest(kb).documents == 3


def test_nothing_is_known_but_the_database(two: list[Path], kb: Path, sources_found: Found) -> None:
    """Without manifest and states everything is made from documents and passages."""
    (kb / MANIFEST).unlink()
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM states")
    result = repair(kb)
    assert result.after.is_sound
    assert (result.rebuilt, read_manifest(kb).generation) == (4, 3)
    assert sources_found("最多借几本书")[0] == "图书馆.md"


def write_first_format(kb: Path, texts: dict[str, str], fingerprint: str) -> None:
    """A knowledge base as the first version wrote it, an unpublished document included."""
    kb.mkdir()
    (kb / "seg-000001").mkdir()
    (kb / "seg-000001" / "dense.faiss").write_bytes(b"old")
    chunk = {"target": 300, "maximum": 500, "overlap": 0}
    manifest = {
        "generation": 4, "version": "0.1.0", "embedder": fingerprint, "embedder_name": "m",
        "dimension": 32, "segmenter": "s", "documents": 3, "passages": 5, "characters": 9,
        "segments": ["seg-000001"], "files": {"seg-000001/dense.faiss": [3, "x"]},
        "settings": {"chunk": chunk, "folders": ["/文章"]}, "built": "2024-12-05", "format": 1,
    }  # fmt: skip
    (kb / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
        for name, text in {**texts, "未完.md": "还没有发布。"}.items():
            generation = 4 if name in texts else 5
            document = make_document(text, name)
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (document.id, generation, name, document.content_hash, document.text,
                 document.title, "", "", "", json.dumps([*map(astuple, document.marks)]), "{}"),
            )  # fmt: skip
            for passage in cut_passages(document, ChunkSettings()):
                key, start, end, page, headings, sentences, _, body = passage_row(passage)
                connection.execute(
                    "INSERT INTO passages (added, id, document_id, source, title, published, "
                    'headings, text, start, "end", sentences, page) '
                    "VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
                    (generation, key, document.id, name, document.title, headings, body, start,
                     end, sentences, page),
                )  # fmt: skip


def test_the_first_format_is_brought_up_to_date(
    make: Make, docs: Path, kb: Path, model: object, sources_found: Found
) -> None:
    """Text, settings and generation go on; what an old build had not published does not."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in docs.iterdir()}
    write_first_format(kb, texts, "counting-1")
    result = repair(kb)
    assert not result.before.is_sound
    assert result.after.is_sound
    after = read_manifest(kb)
    assert (after.generation, after.documents) == (5, 3)
    assert after.settings["folders"] == ["/文章"]
    assert sources_found("春游的车费由谁承担")[0] == "春游.md"
    assert sorted(path.name for path in kb.glob("seg-*")) == [after.segments[0].name]
    model.embedded.clear()  # type: ignore[attr-defined]
    make(keep_others=True)
    assert model.embedded == []  # type: ignore[attr-defined]


def test_another_model_is_refused(
    two: list[Path], kb: Path, monkeypatch: pytest.MonkeyPatch, model: object
) -> None:
    """Vectors of two models are never mixed, even if the manifest is gone."""
    monkeypatch.setattr(type(model), "fingerprint", "another")
    for damage in (lambda: shutil.rmtree(two[0]), (kb / MANIFEST).unlink):
        damage()
        with pytest.raises(MismatchError, match="--embedder"):
            repair(kb)


def test_what_cannot_be_repaired_is_told(two: list[Path], kb: Path) -> None:
    """From a damaged database nothing is made."""
    data = bytearray((kb / DATABASE).read_bytes())
    data[8192:12288] = b"\xa5" * 4096
    (kb / DATABASE).write_bytes(data)
    with pytest.raises(CorruptError, match="restore a backup"):
        repair(kb)
    (kb / DATABASE).write_bytes(b"not a database" * 99)
    with pytest.raises(CorruptError, match="restore a backup"):
        repair(kb)
    (kb / DATABASE).unlink()
    with pytest.raises(CorruptError, match="missing; restore a backup"):
        repair(kb)


def test_a_wrong_span_stays_told(two: list[Path], kb: Path) -> None:
    """A repair does not hide what it cannot mend."""
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute("UPDATE passages SET start = start + 1 WHERE number = 1")
    assert repair(kb).after.findings("spans")


def test_a_build_at_work_is_not_disturbed(two: list[Path], kb: Path) -> None:
    """One writer at a time."""
    with locked(kb), pytest.raises(LockedError):
        repair(kb)
