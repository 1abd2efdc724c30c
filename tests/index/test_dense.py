"""Nearest vectors, against plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index import dense as module
from index.coding import measured
from index.dense import CODES, VECTORS, DenseIndex, SegmentVectors
from index.embed import Vectors, normalize
from index.segment import half


def vectors_of(rows: int, dimension: int, seed: int) -> Vectors:
    generator = np.random.default_rng(seed)
    return normalize(generator.normal(size=(rows, dimension)).astype(np.float32))


def clustered(rows: int, dimension: int, seed: int) -> Vectors:
    """Vectors with neighbours, as texts have."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(rows // 20, dimension))
    noise = generator.normal(size=(rows, dimension))
    return normalize((centres[generator.integers(rows // 20, size=rows)] + noise).astype("f4"))


def exact(
    vectors: list[NDArray[np.float16]], query: Vectors, allowed: NDArray[np.bool_] | None
) -> Vectors:
    """Cosines of all rows; those that are not allowed stand last."""
    found = np.concatenate([part.astype(np.float32) @ query for part in vectors])
    return found if allowed is None else np.where(allowed, found, -2)


@pytest.fixture(scope="module")
def coded() -> Iterator[SegmentVectors]:
    """A segment that is large enough to be searched through codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_ROWS", 1_000)
        made = SegmentVectors.make(half(clustered(4_000, 32, 1)))
        yield measured(made, clustered(4_000, 32, 1)[::100])[0]


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    st.lists(st.integers(0, 40), max_size=4), st.integers(1, 40), st.integers(0, 80),
    st.sampled_from([None, 0.0, 0.02, 0.3, 0.5, 0.95, 1.0]), st.integers(0, 999),
)  # fmt: skip
def test_search_equals_exact_arithmetic(
    sizes: list[int], dimension: int, k: int, share: float | None, seed: int
) -> None:
    """Rows and cosines are those of a full sort, whatever segments they lie in and may come."""
    parts = [half(vectors_of(size, dimension, seed + at)) for at, size in enumerate(sizes)]
    query = vectors_of(1, dimension, seed + 77)[0]
    total = sum(sizes)
    allowed = None if share is None else np.random.default_rng(seed).random(total) < share
    if allowed is not None and total:  # the nearest ones least of all
        allowed[np.argsort(-exact(parts, query, None))[: total // 3]] = False
    found, cosines = DenseIndex([SegmentVectors.make(part) for part in parts]).search(
        query, k, allowed
    )
    shown = total if allowed is None else int(allowed.sum())
    assert len(found) == len(set(found.tolist())) == min(k, shown)
    if total:
        expected = exact(parts, query, allowed)
        np.testing.assert_allclose(cosines, np.sort(expected)[::-1][: len(found)], atol=1e-5)
        np.testing.assert_allclose(expected[found], cosines, atol=1e-5)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 59), max_size=20), st.integers(0, 999))
def test_cosines_of_chosen_rows_are_exact(rows: int, chosen: list[int], seed: int) -> None:
    """Candidates that only BM25 proposed are scored too."""
    parts = [half(vectors_of(rows, 16, seed + at)) for at in range(2)]
    query = vectors_of(1, 16, seed + 7)[0]
    at = np.array([row % (2 * rows) for row in chosen], np.int64)
    found = DenseIndex([SegmentVectors(part) for part in parts]).cosines(query, at)
    assert found.shape == at.shape
    np.testing.assert_allclose(found, exact(parts, query, None)[at], atol=1e-6)


def test_ties_stand_by_position() -> None:
    """The same vector twice gives the same order every time."""
    same = half(np.tile(vectors_of(1, 8, 1), (5, 1)))
    index = DenseIndex([SegmentVectors(same), SegmentVectors(same)])
    query = vectors_of(1, 8, 2)[0]
    assert index.search(query, 10)[0].tolist() == list(range(10))


def test_no_rows_give_no_hits() -> None:
    """A knowledge base without passages can be asked."""
    for segments in ([], [SegmentVectors.make(np.zeros((0, 8), np.float16))]):
        index = DenseIndex(segments)
        index.warm()
        for allowed in (None, np.zeros(0, bool)):
            rows, cosines = index.search(np.ones(8, np.float32), 5, allowed)
            assert (index.size, len(rows), len(cosines)) == (0, 0, 0)


def test_a_large_segment_finds_what_exact_search_finds(coded: SegmentVectors) -> None:
    """Its recall@10 is what was measured, and at least 0.99; cosines are those of the vectors."""
    assert coded.codes is not None
    queries = clustered(60, 32, 1)[:40] + vectors_of(40, 32, 9) * 0.2
    chosen, recall = measured(coded, normalize(queries))
    assert chosen is coded
    assert recall >= 0.99
    index = DenseIndex([coded])
    kept = []
    for query in normalize(queries):
        found, cosines = index.search(query, 10)
        truth = exact([coded.vectors], query, None)
        np.testing.assert_allclose(truth[found], cosines, atol=1e-5)
        kept.append(len(set(found.tolist()) & set(np.argsort(-truth)[:10].tolist())) / 10)
    assert np.mean(kept) == pytest.approx(recall, abs=0.02)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_a_large_segment_finds_what_is_allowed(coded: SegmentVectors, share: float) -> None:
    """Also where the nearest of all are not among what may come back."""
    generator = np.random.default_rng(3)
    index = DenseIndex([coded, coded])
    kept = []
    for query in clustered(4_000, 32, 1)[:2_000:100]:
        allowed = generator.random(index.size) < share
        allowed[np.argsort(-exact([coded.vectors] * 2, query, None))[:100]] = False
        truth = exact([coded.vectors] * 2, query, allowed)
        found = index.search(query, 10, allowed)[0]
        assert len(found) == 10
        assert allowed[found].all()
        kept.append((truth[found] >= np.sort(truth)[-10] - 1e-6).mean())
    assert np.mean(kept) >= 0.95


def test_exact_segments_need_no_measuring() -> None:
    """Their recall is one; so is it where nothing could be asked."""
    few = SegmentVectors.make(half(vectors_of(9, 8, 0)))
    assert measured(few, vectors_of(3, 8, 1)) == (few, 1.0)


def test_saved_vectors_find_the_same(tmp_path: Path, coded: SegmentVectors) -> None:
    """Memory-mapped, in a folder whose name may have blanks and Chinese characters."""
    folder = tmp_path / "段 一"
    folder.mkdir()
    for built in (SegmentVectors.make(half(vectors_of(50, 24, 3))), coded):
        built.save(folder)
        loaded = SegmentVectors.load(folder, built.factor)
        assert isinstance(loaded.vectors.base, np.memmap)
        for query in built.vectors[:5].astype(np.float32):
            one, other = (DenseIndex([item]).search(query, 7) for item in (built, loaded))
            np.testing.assert_array_equal(one[0], other[0])
            np.testing.assert_array_equal(one[1], other[1])


@pytest.mark.parametrize("name", [VECTORS, CODES])
@pytest.mark.parametrize("size", [0, 3, 20, 45, 100, -1])
def test_a_file_cut_short_is_told(
    tmp_path: Path, coded: SegmentVectors, name: str, size: int
) -> None:
    """The message names the file and the command that repairs it."""
    coded.save(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[:size])
    with pytest.raises(CorruptError, match=rf"{name}: .*--repair"):
        SegmentVectors.load(tmp_path, 1)


def test_a_missing_or_foreign_file_is_told(tmp_path: Path, coded: SegmentVectors) -> None:
    """Neither ends in an error of a library; nor do codes of other vectors."""
    with pytest.raises(CorruptError, match=VECTORS):
        SegmentVectors.load(tmp_path, 1)
    coded.save(tmp_path)
    np.save(tmp_path / VECTORS, coded.vectors[:9])
    with pytest.raises(CorruptError, match="4000 codes for 9 vectors"):
        SegmentVectors.load(tmp_path, 1)
    (tmp_path / CODES).write_bytes(b"what is this" * 99)
    with pytest.raises(CorruptError, match=CODES):
        SegmentVectors.load(tmp_path, 1)
