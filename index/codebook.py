"""Four-bit product codes of vectors, and the code book that is learned for them, in FAISS.

Product quantisation is that of Jégou et al. 2011 ("Product Quantization for Nearest Neighbor
Search"), laid out for scanning as in André et al. 2017 ("Accelerated Nearest Neighbor Search with
Quick ADC").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

HalfVectors = NDArray[np.float16]

_TRAINED_ON = 10_000


@contextmanager
def one_thread() -> Iterator[None]:
    """FAISS on this thread alone: for one question, waking others costs more than it saves."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def encode(vectors: HalfVectors, like: bytes | None = None) -> bytes:
    """The serialised FAISS index of the codes of some vectors.

    Args:
        vectors: Unit vectors, shape ``(rows, dimension)``.
        like: Codes of much the same vectors, whose code book serves again; None learns one.
    """
    import faiss

    # Learning a code book is many tiny parallel loops, which wait for each other at every step:
    # beside busy processes they take fifty times as long as one thread does.
    with one_thread():
        if like is not None:
            index = faiss.deserialize_index(np.frombuffer(like, np.uint8))
            index.reset()
        else:
            index = _code_book(vectors)
        for first in range(0, len(vectors), _TRAINED_ON):
            index.add(vectors[first : first + _TRAINED_ON].astype(np.float32))
    data: bytes = faiss.serialize_index(index).tobytes()
    return data


def _code_book(vectors: HalfVectors) -> Any:
    """An empty index that has learned how to code such vectors."""
    import faiss

    dimension = vectors.shape[1]
    parts = dimension // 2 if dimension % 2 == 0 else dimension
    index = faiss.IndexPQFastScan(dimension, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.niter = 10
    step = max(len(vectors) // _TRAINED_ON, 1)
    index.train(vectors[::step][:_TRAINED_ON].astype(np.float32))
    return index
