"""Postings, against dictionaries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index import postings as module
from index.postings import ARRAYS, Postings, TermKeys, join, post

TERM = st.sampled_from(["模型", "价格", "gpt-4o", "的", "天气", "a", "ａ", "3.5", "春"])
ROWS = st.lists(st.lists(TERM, max_size=8), max_size=12)
KEYS = TermKeys()


def posted(rows: list[list[str]]) -> Postings:
    return post(KEYS.of(row) for row in rows)


def slow(rows: list[list[str]]) -> dict[int, dict[int, int]]:
    """Counts by term and row."""
    found: dict[int, dict[int, int]] = {}
    for number, row in enumerate(rows):
        for term, count in Counter(row).items():
            found.setdefault(KEYS[term], {})[number] = count
    return found


def as_dictionary(made: Postings) -> dict[int, dict[int, int]]:
    return {
        int(term): dict(zip(made.rows[a:b].tolist(), made.counts[a:b].tolist(), strict=True))
        for term, a, b in zip(made.terms, made.offsets, made.offsets[1:], strict=False)
    }


def check(made: Postings, rows: list[list[str]]) -> None:
    """It is what a dictionary says, sorted by term and row, in the types of the format."""
    assert as_dictionary(made) == slow(rows)
    assert made.lengths.tolist() == [len(row) for row in rows]
    assert (np.diff(made.terms.astype(object)) > 0).all()
    for first, last in zip(made.offsets, made.offsets[1:], strict=False):
        assert (np.diff(made.rows[first:last].astype(int)) > 0).all()
    for name, kind in ARRAYS.items():
        assert getattr(made, name).dtype == kind


@settings(derandomize=True, max_examples=150, deadline=None)
@given(ROWS)
def test_postings_equal_a_dictionary(rows: list[list[str]]) -> None:
    """Repeated terms, empty rows and no rows at all."""
    check(posted(rows), rows)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(ROWS, max_size=4), st.randoms(use_true_random=False))
def test_joined_postings_equal_those_made_at_once(
    parts: list[list[list[str]]], chance: object
) -> None:
    """Whatever rows go, and however the others are numbered anew."""
    keep = [[chance.random() < 0.7 for _ in part] for part in parts]  # type: ignore[attr-defined]
    total = sum(map(sum, keep))
    numbers = list(range(total))
    if chance.random() < 0.5:  # type: ignore[attr-defined]
        chance.shuffle(numbers)  # type: ignore[attr-defined]
    expected: list[list[str]] = [[]] * total
    targets: list[NDArray[np.int64]] = []
    for part, kept in zip(parts, keep, strict=True):
        target = [numbers.pop(0) if stays else -1 for stays in kept]
        for row, number in zip(part, target, strict=True):
            if number >= 0:
                expected[number] = row
        targets.append(np.array(target, np.int64))
    check(join([posted(part) for part in parts], targets), expected)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(ROWS, st.lists(TERM, min_size=1, max_size=6))
def test_ranges_and_frequencies_are_those_of_the_terms(
    rows: list[list[str]], terms: list[str]
) -> None:
    """A term that is nowhere has none."""
    made, expected = posted(rows), slow(rows)
    keys = KEYS.of([*terms, "没有"])
    first, last = made.ranges(keys)
    found = [made.rows[a:b].tolist() for a, b in zip(first, last, strict=True)]
    assert found == [sorted(expected.get(int(key), ())) for key in keys]
    assert made.frequencies(keys).tolist() == [len(rows) for rows in found]


@settings(derandomize=True, max_examples=30, deadline=None)
@given(rows=ROWS)
def test_saved_postings_come_back_memory_mapped(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """Postings of no words can be saved too."""
    folder = tmp_path_factory.mktemp("段 一")
    posted(rows).save(folder)
    loaded = Postings.load(folder)
    check(loaded, rows)
    assert isinstance(loaded.rows.base, np.memmap) or not len(loaded.rows)


def test_many_repeats_do_not_overflow() -> None:
    """A count beyond 16 bits is held at the largest, joined or not."""
    made = posted([["春"] * 65_537, ["春"]])
    for one in (made, join([made], [np.arange(2)])):
        assert one.counts.tolist() == [65_535, 1]
        assert one.lengths.tolist() == [65_537, 1]


def test_a_full_segment_is_joined_to_its_last_row() -> None:
    """Row 65,535 is the largest that 16 bits can name."""
    half = module.SEGMENT_ROWS // 2
    made = post(np.full(1, row % 7, np.uint64) for row in range(half))
    joined = join([made, made], [np.arange(half)[::-1] + half, np.arange(half)])
    first, last = joined.ranges(np.array([0], np.uint64))
    rows = joined.rows[first[0] : last[0]].astype(int)
    upper = (2 * half - 1) - np.arange(0, half, 7)
    np.testing.assert_array_equal(rows, np.sort(np.append(np.arange(0, half, 7), upper)))


def test_keys_are_stable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is part of the format on disk, and does not change when the memory is full."""
    assert TermKeys()["模型"] == 0xA62181EE3E1A3422
    monkeypatch.setattr(module, "_KEYS_REMEMBERED", 2)
    keys = TermKeys()
    terms = ["甲", "乙", "丙", "甲", "\ud800"]
    assert keys.of(terms).tolist() == [TermKeys()[term] for term in terms]
    assert len(keys) <= 2


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("size", [0, 10, 100, -1])
def test_a_file_cut_short_is_told(tmp_path: Path, name: str, size: int) -> None:
    """The message names the file and the command that repairs it."""
    posted([["春", "夏"], ["秋"]]).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CorruptError, match=rf"{name}\.npy: .*--repair"):
        Postings.load(tmp_path)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_missing_array_or_one_of_another_kind_is_told(tmp_path: Path, name: str) -> None:
    """An array of another type would be read as nonsense."""
    posted([["春", "夏"], ["秋"]]).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    for wrong in (np.zeros(3, np.float64), np.zeros((2, 2), ARRAYS[name])):
        np.save(path, wrong)
        with pytest.raises(CorruptError, match=rf"{name}\.npy: holds .* expected .* in 1 dim"):
            Postings.load(tmp_path)
    path.unlink()
    with pytest.raises(CorruptError, match=rf"{name}\.npy"):
        Postings.load(tmp_path)


@pytest.mark.parametrize("name", ["terms", "offsets", "rows", "counts"])
def test_arrays_of_different_builds_are_told(tmp_path: Path, name: str) -> None:
    """Each is valid by itself; together they would give wrong rows or run off the end."""
    posted([["春", "夏"], ["秋"]]).save(tmp_path)
    np.save(tmp_path / f"{name}.npy", np.zeros(9, ARRAYS[name]))
    with pytest.raises(CorruptError, match=r"terms with .* offsets"):
        Postings.load(tmp_path)
