"""Nearest vectors, against plain arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorruptError
from index.dense import FILE, DenseIndex
from index.embed import Vectors, normalize


def vectors_of(rows: int, dimension: int, seed: int) -> Vectors:
    generator = np.random.default_rng(seed)
    return normalize(generator.normal(size=(rows, dimension)).astype(np.float32))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 40), st.integers(1, 80), st.integers(0, 999))
def test_search_equals_exact_arithmetic(rows: int, dimension: int, k: int, seed: int) -> None:
    """Rows and cosines are those of a full sort of all inner products."""
    vectors = vectors_of(rows, dimension, seed)
    query = vectors_of(1, dimension, seed + 1)[0]
    found, cosines = DenseIndex.build(vectors).search(query, k)
    exact = vectors @ query
    assert len(found) == min(k, rows)
    np.testing.assert_allclose(cosines, np.sort(exact)[::-1][: len(found)], atol=1e-5)
    np.testing.assert_allclose(exact[found], cosines, atol=1e-5)
    assert len(set(found.tolist())) == len(found)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 29), max_size=20), st.integers(0, 999))
def test_cosines_of_chosen_rows_are_exact(rows: int, chosen: list[int], seed: int) -> None:
    """Candidates that only BM25 proposed are scored too."""
    vectors = vectors_of(rows, 16, seed)
    query = vectors_of(1, 16, seed + 1)[0]
    at = np.array([row % rows for row in chosen], np.int64)
    found = DenseIndex.build(vectors).cosines(query, at)
    assert found.shape == at.shape
    np.testing.assert_allclose(found, vectors[at] @ query, atol=1e-6)


def test_no_rows_give_no_hits() -> None:
    """A knowledge base without passages can be asked."""
    index = DenseIndex.build(np.zeros((0, 8), np.float32))
    rows, cosines = index.search(np.ones(8, np.float32), 5)
    assert (index.size, len(rows), len(cosines)) == (0, 0, 0)


def test_a_saved_index_finds_the_same(tmp_path: Path) -> None:
    """The folder's name may have blanks and Chinese characters."""
    folder = tmp_path / "段 一"
    folder.mkdir()
    vectors = vectors_of(50, 24, 3)
    built = DenseIndex.build(vectors)
    built.save(folder)
    loaded = DenseIndex.load(folder)
    assert (loaded.size, loaded.dimension) == (50, 24)
    for query in vectors[:5]:
        for one, other in zip(built.search(query, 7), loaded.search(query, 7), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("size", [0, 3, 20, 45, 100, -1])
def test_a_file_cut_short_is_told(tmp_path: Path, size: int) -> None:
    """The message names the file and the command that repairs it."""
    DenseIndex.build(vectors_of(9, 8, 0)).save(tmp_path)
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data[:size])
    with pytest.raises(CorruptError, match=rf"{FILE}: .*--rebuild"):
        DenseIndex.load(tmp_path)


def test_a_missing_or_foreign_file_is_told(tmp_path: Path) -> None:
    """Neither ends in an error of the library."""
    with pytest.raises(CorruptError, match=FILE):
        DenseIndex.load(tmp_path)
    (tmp_path / FILE).write_bytes(b"what is this" * 99)
    with pytest.raises(CorruptError, match=FILE):
        DenseIndex.load(tmp_path)
