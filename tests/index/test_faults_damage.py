"""Every derived file cut short or with a flipped bit: a clear error or an answer, never a crash."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from corpus.errors import CorruptError, YinjuError
from index.build import BuildReport
from index.layout import check_files, read_manifest
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]
TEXTS = {f"第{n:02}篇": f"编号{n}的文章说{'春夏秋冬'[n % 4]}天。" for n in range(24)}


@pytest.fixture
def intact(make: Make, kb: Path, small_segments: None) -> Path:
    """A knowledge base with a coded segment and a small one."""
    make(TEXTS)
    assert (kb / "seg-000001" / "codes.faiss").is_file()
    return kb


def use(kb: Path) -> None:
    """Open and search, as a chat would."""
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        for question in ("编号7的文章", "春天", "zyzzyva"):
            for hit in searcher.search(question, 30):
                assert hit.passage.text


def test_every_flipped_bit_is_found_and_none_crashes(intact: Path) -> None:
    """Opening finds what it checks, verification all of it, and searching raises our own errors."""
    manifest = read_manifest(intact)
    chance = random.Random(4)
    use(intact)
    for name in manifest.files:
        path = intact / name
        data = path.read_bytes()
        for at in {0, 9, len(data) - 1, *(chance.randrange(len(data)) for _ in range(5))}:
            flipped = bytearray(data)
            flipped[at] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(flipped))
            with pytest.raises(CorruptError, match="has changed"):
                check_files(intact, manifest, whole=True)
            with pytest.raises(CorruptError):
                use(intact)
            path.write_bytes(data)
    use(intact)


def test_flips_that_opening_does_not_look_at_never_crash(
    intact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a large file behind its first 4096 bytes: a wrong answer at worst, or our own error."""
    manifest = read_manifest(intact)
    chance = random.Random(5)
    monkeypatch.setattr("index.state.check_files", lambda *_: None)
    for name in manifest.files:
        if name.endswith(".faiss"):  # always checked whole
            continue
        path = intact / name
        data = path.read_bytes()
        for _ in range(12):
            flipped = bytearray(data)
            flipped[chance.randrange(128, max(len(data), 129))] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(flipped))
            with suppress(YinjuError):
                use(intact)
        path.write_bytes(data)


def test_every_file_cut_short_or_lost_is_told(intact: Path, tmp_path: Path) -> None:
    """The message names the file."""
    manifest = read_manifest(intact)
    for name in manifest.files:
        broken = tmp_path / "坏"
        for size in (0, 60, None):
            shutil.rmtree(broken, ignore_errors=True)
            shutil.copytree(intact, broken)
            if size is None:
                (broken / name).unlink()
            else:
                (broken / name).write_bytes((intact / name).read_bytes()[:size])
            with pytest.raises(CorruptError, match=Path(name).name):
                use(broken)
