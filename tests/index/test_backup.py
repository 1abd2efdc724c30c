"""A backup is the published state and nothing else; a restore takes it in whole or not at all."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import CorruptError, InputError, LockedError, NotAKnowledgeBaseError
from index.archive import CHECKSUMS
from index.backup import backup
from index.folder import locked
from index.layout import DATABASE, DICTIONARY, MANIFEST, SYNONYMS, UPLOADS, read_manifest
from index.restore import restore
from index.search import RetrieveSettings, Searcher
from index.verify import verify

Make = Callable[..., object]


@pytest.fixture
def saved(make: Make, kb: Path, tmp_path: Path) -> Path:
    """A backup of a knowledge base with words and uploads of its own."""
    (kb / UPLOADS).mkdir(parents=True)
    (kb / UPLOADS / "上传 一.md").write_text("上传的一篇。", encoding="utf-8")
    (kb / DICTIONARY).write_text("二十元\n", encoding="utf-8")
    (kb / SYNONYMS).write_text("车费 路费\n", encoding="utf-8")
    make()
    backup(kb, tmp_path / "备份.tar")
    return tmp_path / "备份.tar"


def rewrite(source: Path, target: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The backup with other members."""
    members: dict[str, bytes] = {}
    with tarfile.open(source) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            assert stream is not None
            members[member.name] = stream.read()
    change(members)
    with tarfile.open(target, "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_what_is_restored_answers_as_before(
    saved: Path, kb: Path, tmp_path: Path, embedder: object, make: Make, docs: Path
) -> None:
    """Another folder, all of the same: state, hits, words, uploads; and builds go on."""
    other = tmp_path / "另 一个"
    manifest = restore(saved, other)
    assert manifest == read_manifest(other) == read_manifest(kb)
    assert verify(other).is_sound
    for name in (DICTIONARY, SYNONYMS, f"{UPLOADS}/上传 一.md"):
        assert (other / name).read_bytes() == (kb / name).read_bytes()
    hits = []
    for folder in (kb, other):
        searcher = Searcher(folder, RetrieveSettings())
        hits.append(searcher.search("春游的路费由谁承担"))
        assert searcher.is_current()
        searcher.close()
    assert hits[0] == hits[1]
    embedder.embedded.clear()  # type: ignore[attr-defined]
    from index.build import BuildOptions, build

    (docs / "新.md").write_text("新的一篇。", encoding="utf-8")
    report = build([docs], other, BuildOptions())
    assert (report.added, len(embedder.embedded)) == (("新.md",), 1)  # type: ignore[attr-defined]
    assert verify(other).is_sound
    assert left_over(tmp_path) == []


def test_only_the_published_state_is_saved(
    make: Make, kb: Path, docs: Path, tmp_path: Path
) -> None:
    """Neither what was deleted while a reader holds it, nor what a build has not published."""
    make()
    searcher = Searcher(kb, RetrieveSettings())
    (docs / "图书馆.md").unlink()
    make()
    with closing(sqlite3.connect(kb / DATABASE)) as connection, connection:
        connection.execute("UPDATE documents SET removed = 3 WHERE source = '春游.md'")
        connection.execute(
            "INSERT INTO documents (added, id, source, content_hash, title, author, published, url,"
            " characters, extra, text) VALUES (3, 'x', 'x', '', '', '', '', '', 2, '', '未发布的')"
        )
    backup(kb, tmp_path / "b.tar")
    searcher.close()
    data = (tmp_path / "b.tar").read_bytes()
    assert "逾期一天罚款一角".encode() not in data
    assert "未发布的".encode() not in data
    assert "车费由学校承担".encode() in data
    other = tmp_path / "other"
    assert restore(tmp_path / "b.tar", other).documents == 2
    assert verify(other).is_sound


def test_a_backup_goes_on_while_a_build_holds_the_lock(
    make: Make, kb: Path, tmp_path: Path
) -> None:
    """Reading needs no lock."""
    make()
    with locked(kb):
        assert backup(kb, tmp_path / "b.tar") == (tmp_path / "b.tar").stat().st_size


def test_a_damaged_state_is_not_saved(make: Make, kb: Path, tmp_path: Path) -> None:
    """Or the good backup of yesterday would be replaced by a bad one."""
    make()
    path = next(kb.glob("seg-*/terms.npy"))
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(CorruptError, match="--repair"):
        backup(kb, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()
    assert left_over(tmp_path) == []


def test_nothing_is_overwritten_unasked(saved: Path, kb: Path, tmp_path: Path) -> None:
    """Neither a file by a backup nor a knowledge base by a restore; other folders never."""
    with pytest.raises(InputError, match="--force"):
        backup(kb, saved)
    backup(kb, saved, force=True)
    with pytest.raises(InputError, match="--force"):
        restore(saved, kb)
    (tmp_path / "信").mkdir()
    (tmp_path / "信" / "家书.md").write_text("x", encoding="utf-8")
    for force in (False, True):
        with pytest.raises(NotAKnowledgeBaseError):
            restore(saved, tmp_path / "信", force=force)
        with pytest.raises(NotAKnowledgeBaseError):
            restore(saved, saved, force=force)
    (tmp_path / "空").mkdir()
    restore(saved, tmp_path / "空")


def test_force_replaces_a_knowledge_base(
    saved: Path, kb: Path, make: Make, docs: Path, tmp_path: Path
) -> None:
    """Even a broken one; not while it is being built; what was open goes on answering."""
    (docs / "春游.md").unlink()
    make()
    searcher = Searcher(kb, RetrieveSettings())
    with locked(kb), pytest.raises(LockedError):
        restore(saved, kb, force=True)
    restore(saved, kb, force=True)
    assert searcher.search("最多借几本书")
    assert not searcher.is_current()
    searcher.close()
    assert read_manifest(kb).documents == 4
    (kb / MANIFEST).write_bytes(b"{")
    restore(saved, kb, force=True)
    assert verify(kb).is_sound
    assert left_over(tmp_path) == []


DAMAGE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a byte of the database": lambda m: m.update({DATABASE: m[DATABASE][:-1] + b"\x01"}),
    "no database": lambda m: m.pop(DATABASE),
    "no manifest": lambda m: m.pop(MANIFEST),
    "another manifest": lambda m: m.update({MANIFEST: b"{}"}),
    "no sums": lambda m: m.pop(CHECKSUMS),
    "broken sums": lambda m: m.update({CHECKSUMS: b"{"}),
    "odd sums": lambda m: m.update({CHECKSUMS: b'{"format": 1, "files": {"a": 1}}'}),
    "newer": lambda m: m.update({CHECKSUMS: b'{"format": 2, "files": {}}'}),
    "more": lambda m: m.update({f"{UPLOADS}/更多.md": b"x"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_refused(saved: Path, tmp_path: Path, damage: str) -> None:
    """Nothing is left of it, and a knowledge base that is there stays as it is."""
    bad = rewrite(saved, tmp_path / "bad.tar", DAMAGE[damage])
    with pytest.raises(InputError, match=r"bad\.tar"):
        restore(bad, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("size", [0, 100, 700, 5_000, -1200])
def test_a_backup_that_was_cut_short_is_refused(saved: Path, tmp_path: Path, size: int) -> None:
    """A copy that ended early must not pass."""
    bad = tmp_path / "bad.tar"
    data = saved.read_bytes()
    end = data.rindex(b"}}}") if size < 0 else size
    bad.write_bytes(data[:end])
    with pytest.raises(InputError, match=r"bad\.tar"):
        restore(bad, tmp_path / "new")
    with pytest.raises(InputError, match="no such file"):
        restore(tmp_path / "没有.tar", tmp_path / "new")


@pytest.mark.parametrize(
    "name",
    ["../x", "/tmp/x", "uploads/../../x", "uploads\\..\\x", "seg-000001/../x.npy", "states/000001",
     "uploads/C:x.md", "uploads/.hidden", "uploads/", "lock", "x", "uploads//x", "uploads/CON.md"],
)  # fmt: skip
def test_members_that_lead_elsewhere_are_refused(saved: Path, tmp_path: Path, name: str) -> None:
    """A backup from somebody else must not write where it likes."""
    bad = rewrite(saved, tmp_path / "bad.tar", lambda m: m.update({name: b"x"}))
    with pytest.raises(InputError, match="no backup of yinju does"):
        restore(bad, tmp_path / "new")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_the_like_are_refused(saved: Path, tmp_path: Path, kind: bytes) -> None:
    """A link would let the next member write elsewhere."""
    with tarfile.open(saved, "a") as archive:
        member = tarfile.TarInfo(f"{UPLOADS}/x.md")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(InputError, match="no backup of yinju does"):
        restore(saved, tmp_path / "new")


def test_a_member_that_comes_twice_is_refused(saved: Path, tmp_path: Path) -> None:
    """The second might take the place of the one that was checked."""
    with tarfile.open(saved, "a") as archive:
        member = tarfile.TarInfo(MANIFEST)
        archive.addfile(member)
    with pytest.raises(InputError, match="twice"):
        restore(saved, tmp_path / "new")


def test_a_file_that_not_every_system_can_have_is_told(
    saved: Path, kb: Path, tmp_path: Path
) -> None:
    """A backup that could not be restored elsewhere is none."""
    (kb / UPLOADS / "a:b.md").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="rename it"):
        backup(kb, tmp_path / "c.tar")
