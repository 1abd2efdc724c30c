"""BM25 over search terms, as flat arrays that are memory-mapped.

A term is known by a 64-bit hash, so that opening an index of any size reads nothing: five arrays
hold the sorted hashes, where each term's postings begin, the postings (row and count), and the
number of terms in each row.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.layout import REBUILD

ARRAYS = {
    "terms": np.dtype(np.uint64),
    "offsets": np.dtype(np.int64),
    "rows": np.dtype(np.int32),
    "counts": np.dtype(np.uint16),
    "lengths": np.dtype(np.int32),
}
"""The arrays of an index and their types; each is saved as ``NAME.npy``."""


@dataclass(frozen=True, slots=True)
class Bm25Settings:
    """``k1`` saturates repeated terms, ``b`` evens out lengths (Robertson & Zaragoza 2009)."""

    k1: float = 1.2
    b: float = 0.75


class Bm25Index:
    """BM25 as Lucene scores it: ``idf = ln(1 + (N - df + 0.5) / (df + 0.5))``.

    Attributes:
        size: Number of rows.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]], settings: Bm25Settings) -> None:
        self._terms = arrays["terms"]
        self._offsets = arrays["offsets"]
        self._rows = arrays["rows"]
        self._counts = arrays["counts"]
        self.arrays = arrays
        self.settings = settings
        lengths = arrays["lengths"].astype(np.float32)
        self.size = len(lengths)
        mean = float(lengths.mean()) if self.size else 1.0
        k1, b = settings.k1, settings.b
        self._norms = (k1 * (1 - b + b * lengths / max(mean, 1e-9))).astype(np.float32)

    @classmethod
    def build(cls, rows: Iterable[Sequence[str]], settings: Bm25Settings) -> Bm25Index:
        """Index the terms of each row."""
        numbers: dict[str, int] = {}
        flat: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for terms in rows:
            flat.append(
                np.fromiter(
                    (numbers.setdefault(t, len(numbers)) for t in terms), np.int32, len(terms)
                )
            )
            lengths.append(len(terms))
        return cls(_postings(numbers, flat, np.asarray(lengths, np.int32)), settings)

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """The idf of each known term times its count in the query."""
        weights = {}
        for term, count in Counter(terms).items():
            first, last = self._range(term)
            if last > first:
                frequency = last - first
                idf = math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))
                weights[term] = idf * count
        return weights

    def idf(self, term: str) -> float:
        """Inverse document frequency; a term that occurs nowhere gets the largest."""
        first, last = self._range(term)
        frequency = last - first
        return math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def scores(self, terms: Iterable[str]) -> NDArray[np.float32]:
        """BM25 of every row, shape ``(size,)``; 0 where no term occurs.

        Terms in more than half of the rows are left out while rarer ones remain: they cost the
        most and decide nothing.
        """
        scores = np.zeros(self.size, np.float32)
        weights = self.weights(terms)
        floor = math.log(2) if self.size >= 1000 else 0.0
        rare = {term: weight for term, weight in weights.items() if self.idf(term) > floor}
        for term, weight in (rare or weights).items():
            first, last = self._range(term)
            rows = self._rows[first:last]
            counts = self._counts[first:last].astype(np.float32)
            scores[rows] += weight * (self.settings.k1 + 1) * counts / (counts + self._norms[rows])
        return scores

    def _range(self, term: str) -> tuple[int, int]:
        key = term_key(term)
        at = int(np.searchsorted(self._terms, key))
        if at == len(self._terms) or self._terms[at] != key:
            return 0, 0
        return int(self._offsets[at]), int(self._offsets[at + 1])

    def save(self, folder: Path) -> None:
        """Write the arrays into an existing folder."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", self.arrays[name], allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, settings: Bm25Settings) -> Bm25Index:
        """Memory-map the arrays of a folder.

        Raises:
            CorruptError: A file is missing or not what :meth:`save` writes.
        """
        arrays = {}
        for name, kind in ARRAYS.items():
            path = folder / f"{name}.npy"
            try:
                array = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise CorruptError(f"{path}: {error}; {REBUILD}") from None
            if array.dtype != kind or array.ndim != 1:
                raise CorruptError(
                    f"{path}: holds {array.dtype} {array.shape}, expected one row of {kind}; "
                    f"{REBUILD}"
                )
            arrays[name] = array
        _check_lengths(folder, arrays)
        return cls(arrays, settings)


def _check_lengths(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    terms, offsets, rows, counts, _ = (len(arrays[name]) for name in ARRAYS)
    postings = int(arrays["offsets"][-1]) if offsets else 0
    if offsets != terms + 1 or not rows == counts == postings:
        raise CorruptError(
            f"{folder}: {terms} terms with {offsets} offsets, {postings} postings with {rows} "
            f"rows and {counts} counts; {REBUILD}"
        )


def term_key(term: str) -> np.uint64:
    """The 64-bit hash a term is known by."""
    digest = hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _postings(
    numbers: dict[str, int], flat: list[NDArray[np.int32]], lengths: NDArray[np.int32]
) -> dict[str, NDArray[Any]]:
    """Sort (term, row) pairs into postings."""
    keys = np.fromiter((term_key(term) for term in numbers), np.uint64, len(numbers))
    order = np.argsort(keys)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys))
    terms = np.concatenate(flat) if flat else np.zeros(0, np.int32)
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    pairs, counts = np.unique(rank[terms] * max(len(lengths), 1) + rows, return_counts=True)
    of_term, row = np.divmod(pairs, max(len(lengths), 1))
    offsets = np.zeros(len(keys) + 1, np.int64)
    np.cumsum(np.bincount(of_term, minlength=len(keys)), out=offsets[1:])
    return {
        "terms": keys[order],
        "offsets": offsets,
        "rows": row.astype(np.int32),
        "counts": np.minimum(counts, 65535).astype(np.uint16),
        "lengths": lengths,
    }
