"""Product codes, and the code book that later vectors take over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import codebook as module
from index.codebook import HalfVectors, encode, one_thread
from index.embed import normalize
from index.segment import half


def vectors_of(rows: int, dimension: int, seed: int) -> HalfVectors:
    generator = np.random.default_rng(seed)
    return half(normalize(generator.normal(size=(rows, dimension)).astype(np.float32)))


def index_of(codes: bytes) -> Any:
    import faiss

    return faiss.deserialize_index(np.frombuffer(codes, np.uint8))


def test_threads_are_set_back() -> None:
    """A question uses one thread; a build goes on with all, even after an error."""
    import faiss

    before = faiss.omp_get_max_threads()
    with pytest.raises(ZeroDivisionError), one_thread():  # noqa: PT012
        assert faiss.omp_get_max_threads() == 1
        raise ZeroDivisionError
    assert faiss.omp_get_max_threads() == before


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(1, 90), st.sampled_from([2, 6, 7, 16]), st.integers(0, 99))
def test_another_code_book_codes_every_row(rows: int, dimension: int, seed: int) -> None:
    """Nothing is left of the vectors it was learned from, and nothing is learned anew."""
    import faiss

    first = encode(vectors_of(200, dimension, 1))
    second = encode(vectors_of(rows, dimension, seed), first)
    book, again = index_of(first), index_of(second)
    assert (book.ntotal, again.ntotal) == (200, rows)
    np.testing.assert_array_equal(
        faiss.vector_to_array(book.pq.centroids), faiss.vector_to_array(again.pq.centroids)
    )


def test_rows_come_in_parts_and_give_the_same_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Single precision takes twice the memory, so it is never made of all vectors at once."""
    vectors = vectors_of(300, 16, 3)
    book = encode(vectors)
    at_once = encode(vectors, book)
    monkeypatch.setattr(module, "_TRAINED_ON", 64)
    assert encode(vectors, book) == at_once == book


@pytest.mark.parametrize("dimension", [8, 9])
def test_codes_find_what_is_near(dimension: int) -> None:
    """A vector's own row is among the best few, whether its numbers come in pairs or not."""
    vectors = vectors_of(400, dimension, 5)
    _, found = index_of(encode(vectors)).search(vectors[:50].astype(np.float32), 20)
    own = [row in near for row, near in enumerate(found.tolist())]
    assert np.mean(own) > 0.9
