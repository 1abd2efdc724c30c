"""The manifest: what is published, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import CorruptError, FormatVersionError, NotAKnowledgeBaseError
from index.layout import (
    DATABASE,
    FORMAT,
    MANIFEST,
    Manifest,
    SegmentEntry,
    check_files,
    describe_files,
    read_manifest,
    segment_name,
    write_manifest,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published state of two files."""
    kb = tmp_path / "知识 库"
    segment = kb / segment_name(3)
    segment.mkdir(parents=True)
    (segment / "a.npy").write_bytes(b"12345")
    (segment / "b.npy").write_bytes(b"")
    (kb / DATABASE).write_bytes(b"x")
    write_manifest(kb, manifest(kb))
    return kb


def manifest(kb: Path) -> Manifest:
    return Manifest(
        generation=3,
        version="0.1.0",
        embedder="e",
        embedder_name="名",
        dimension=8,
        segmenter="s",
        words=("红茶",),
        documents=1,
        passages=2,
        characters=30,
        segments=(SegmentEntry(segment_name(3), 2, 4, 0.995),),
        files=describe_files(kb, [segment_name(3)]),
        settings={"chunk": {"target": 300}, "folders": ["/文 章"]},
        built="2024-12-05T08:00:00+00:00",
    )


def change(kb: Path, **values: Any) -> None:
    data = json.loads((kb / MANIFEST).read_text(encoding="utf-8"))
    (kb / MANIFEST).write_text(json.dumps(data | values), encoding="utf-8")


def test_a_manifest_reads_as_it_was_written(folder: Path) -> None:
    """Nothing is lost, and no temporary file stays."""
    assert read_manifest(folder) == manifest(folder)
    assert asdict(read_manifest(folder))["format"] == FORMAT
    assert sorted(path.name for path in folder.iterdir()) == [DATABASE, MANIFEST, "seg-000003"]


def test_files_are_described_by_size_and_hash(folder: Path) -> None:
    """Paths are relative, so that a knowledge base can be moved."""
    described = describe_files(folder, [segment_name(3)])
    assert {name: entry.size for name, entry in described.items()} == {
        "seg-000003/a.npy": 5,
        "seg-000003/b.npy": 0,
    }
    entry = described["seg-000003/a.npy"]
    assert entry.sha256 == entry.head == hashlib.sha256(b"12345").hexdigest()
    moved = folder.rename(folder.with_name("moved"))
    assert read_manifest(moved).files == described
    check_files(moved, read_manifest(moved), whole=True)


def test_recall_is_the_mean_over_the_passages(folder: Path) -> None:
    """A small segment weighs little; without passages nothing is missed."""
    entries = (SegmentEntry("seg-000001", 300, 1, 1.0), SegmentEntry("seg-000002", 100, 2, 0.98))
    assert replace(manifest(folder), segments=entries).recall == pytest.approx(0.995)
    assert replace(manifest(folder), segments=()).recall == 1.0


def test_what_is_no_knowledge_base_is_told(tmp_path: Path) -> None:
    """A missing folder and one without manifest differ; both are told how to build one."""
    with pytest.raises(NotAKnowledgeBaseError, match=r"no such folder.*yinju build FOLDER --kb"):
        read_manifest(tmp_path / "nowhere")
    with pytest.raises(NotAKnowledgeBaseError, match=rf"holds no {MANIFEST}.*yinju build"):
        read_manifest(tmp_path)


def test_a_newer_format_is_refused(folder: Path) -> None:
    """Both numbers and the remedy are named, whatever else the newer version wrote."""
    change(folder, format=FORMAT + 1, unheard_of=1)
    with pytest.raises(FormatVersionError, match="format 3, this version reads up to 2; update"):
        read_manifest(folder)


def test_an_older_format_is_told_how_to_bring_it_up_to_date(folder: Path) -> None:
    """Its text is safe in the database; what is derived can be made again."""
    change(folder, format=1)
    with pytest.raises(FormatVersionError, match=r"format 1 of an older version.*verify --repair"):
        read_manifest(folder)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"format": "x"}', b'{"format": 2}'],
)
def test_a_damaged_manifest_is_told(folder: Path, data: bytes) -> None:
    """Every kind of damage gives the same kind of message, with the command that repairs it."""
    (folder / MANIFEST).write_bytes(data)
    with pytest.raises(CorruptError, match=r"manifest\.json: not a valid manifest.*--repair"):
        read_manifest(folder)


@pytest.mark.parametrize(
    "values",
    [{"segments": 5}, {"segments": ["a"]}, {"files": [1]}, {"files": {"a": 1}}, {"words": 1},
     {"unheard_of": 1}],
)  # fmt: skip
def test_a_field_of_the_wrong_kind_is_told(folder: Path, values: dict[str, Any]) -> None:
    """Valid JSON may still be no manifest."""
    change(folder, **values)
    with pytest.raises(CorruptError, match="not a valid manifest"):
        read_manifest(folder)


def test_a_file_of_another_size_is_told_with_both_numbers(folder: Path) -> None:
    """A copy that was cut short is found when the knowledge base is opened."""
    (folder / "seg-000003" / "a.npy").write_bytes(b"123")
    with pytest.raises(CorruptError, match=r"a\.npy: 3 bytes, expected 5; .*--repair"):
        check_files(folder, read_manifest(folder))


@pytest.mark.parametrize(
    ("name", "remedy"), [("seg-000003/b.npy", "verify --repair"), (DATABASE, "restore a backup")]
)
def test_a_missing_file_is_told(folder: Path, name: str, remedy: str) -> None:
    """The message names the file and what to do: derived files can be made again."""
    (folder / name).unlink()
    with pytest.raises(CorruptError, match=rf"{Path(name).name}: missing; .*{remedy}"):
        check_files(folder, read_manifest(folder))


def test_beginnings_are_checked_at_once_and_the_rest_on_request(tmp_path: Path) -> None:
    """Opening reads 4096 bytes of a file, but all of what FAISS will read."""
    for name in ("vectors.npy", "codes.faiss"):
        for at, found in ((0, True), (9_000, False)):
            kb = tmp_path / f"{name} {at}"
            path = kb / segment_name(3) / name
            path.parent.mkdir(parents=True)
            (kb / DATABASE).write_bytes(b"x")
            path.write_bytes(bytes(10_000))
            state = manifest(kb)
            path.write_bytes(bytes(at) + b"x" + bytes(10_000 - at - 1))
            with pytest.raises(CorruptError, match=f"{name}: has changed"):
                check_files(kb, state, whole=True)
            if found or name.endswith(".faiss"):
                with pytest.raises(CorruptError, match=f"{name}: has changed"):
                    check_files(kb, state)
            else:
                check_files(kb, state)


def test_segments_sort_by_number() -> None:
    """Their order is that in which they were made."""
    names = [segment_name(number) for number in (1, 9, 10, 123_456)]
    assert names == sorted(names)
