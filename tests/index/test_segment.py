"""Merging and changing segments, against making them at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.dense import SegmentVectors
from index.postings import ARRAYS, TermKeys, post
from index.segment import Segment, half, merge, replace_postings

KEYS = TermKeys()
DIMENSION = 4


def made_of(numbers: list[int], suffix: str = "") -> Segment:
    """The segment of some passages, whose every column follows from their numbers."""
    terms = [[f"词{number % 5}{suffix}", "的", *["又"] * (number % 3)] for number in numbers]
    column = np.array(numbers, np.int64)
    vectors = np.stack([np.full(DIMENSION, n / 64) for n in numbers]) if numbers else None
    return Segment(
        passages=column,
        documents=column // 3,
        hashes=(column * 7).astype(np.uint64),
        postings=post(KEYS.of(row) for row in terms),
        vectors=SegmentVectors(half(np.zeros((0, DIMENSION)) if vectors is None else vectors)),
    )


def assert_equal(one: Segment, other: Segment) -> None:
    for name in ("passages", "documents", "hashes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one.postings, name), getattr(other.postings, name))
    np.testing.assert_array_equal(one.vectors.vectors, other.vectors.vectors)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=30), st.sets(st.integers(0, 29)))
def test_merging_equals_making_at_once(owner: list[int], gone: set[int]) -> None:
    """Whatever passages each segment holds, and whatever goes; rows end up by number."""
    parts = [[n for n, at in enumerate(owner) if at == segment] for segment in range(5)]
    kept = [np.array([n not in gone for n in part], bool) for part in parts]
    stays = [n for n in range(len(owner)) if n not in gone]
    assert_equal(merge([made_of(part) for part in parts], kept), made_of(stays))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_replaced_postings_equal_making_at_once(stale: list[bool]) -> None:
    """The rows cut anew have their new terms; vectors and the other rows stay."""
    numbers = list(range(len(stale)))
    rows: NDArray[np.int64] = np.flatnonzero(np.array(stale))
    fresh = made_of(rows.tolist(), suffix="新").postings
    changed = replace_postings(made_of(numbers), rows, fresh)
    terms = [[f"词{n % 5}{'新' if stale[n] else ''}", "的", *["又"] * (n % 3)] for n in numbers]
    expected = post(KEYS.of(row) for row in terms)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(changed.postings, name), getattr(expected, name))
    np.testing.assert_array_equal(changed.passages, numbers)


def test_a_saved_segment_comes_back_memory_mapped(tmp_path: Path) -> None:
    """Opening reads next to nothing; what an unfinished build left under the name goes."""
    folder = tmp_path / "seg-000001"
    folder.mkdir()
    (folder / "leftover.npy").write_bytes(b"x")
    segment = made_of([1, 4, 6])
    segment.save(folder)
    loaded = Segment.load(folder)
    assert_equal(loaded, segment)
    assert isinstance(loaded.passages.base, np.memmap)
    assert not (folder / "leftover.npy").exists()


@pytest.mark.parametrize("name", ["passages", "documents", "hashes", "lengths", "vectors"])
def test_files_that_do_not_belong_together_are_told(tmp_path: Path, name: str) -> None:
    """Each is valid by itself; together they would give the wrong passages."""
    folder = tmp_path / "seg-000001"
    made_of([1, 4, 6]).save(folder)
    array = np.load(folder / f"{name}.npy")
    np.save(folder / f"{name}.npy", array[:2])
    with pytest.raises(
        CorruptError, match=r"passages, .* rows of words and .* vectors; .*--repair"
    ):
        Segment.load(folder)
