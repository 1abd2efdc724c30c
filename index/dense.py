"""Nearest passages by the inner product of unit vectors, in FAISS.

A segment keeps its vectors in half precision, memory-mapped. Small segments are searched exactly;
larger ones through four-bit product codes (Jégou et al. 2011, scanned as in André et al. 2017,
FAISS's ``IndexPQFastScan``), whose best candidates are scored again from the vectors. index/
DECISIONS.md has the measurements behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.codebook import HalfVectors, encode, one_thread
from index.embed import Vectors
from index.layout import REPAIR
from index.postings import load_array

Positions = NDArray[np.int64]

EXACT_ROWS = 8_192
"""Segments of at most this many rows are searched exactly: 0.5 ms on one core."""

VECTORS = "vectors.npy"
CODES = "codes.faiss"

_FEWEST_CANDIDATES = 100
_FEW_ALLOWED = 0.05


class SegmentVectors:
    """The vectors of one segment.

    Attributes:
        vectors: Unit vectors, shape ``(rows, dimension)``; a row of zeros has no word.
        like: Codes of much the same vectors, to learn from when these get codes.
        codes: The serialised FAISS index of their codes; None where search is exact.
        factor: How many candidates are scored again for each result asked for.
    """

    def __init__(
        self,
        vectors: HalfVectors,
        codes: bytes | None = None,
        factor: int = 1,
        like: bytes | None = None,
    ) -> None:
        self.vectors = vectors
        self.like = like
        self.codes = codes
        self.factor = factor

    @classmethod
    def make(cls, vectors: HalfVectors, like: bytes | None = None) -> SegmentVectors:
        """Vectors with codes if there are many.

        Args:
            vectors: Unit vectors, shape ``(rows, dimension)``.
            like: Codes of much the same vectors, whose code book serves again; None learns one.
        """
        if len(vectors) <= EXACT_ROWS:
            return cls(vectors)
        return cls(vectors, encode(vectors, like))

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.vectors)

    @cached_property
    def _index(self) -> Any:
        import faiss

        if self.codes is not None:
            return faiss.deserialize_index(np.frombuffer(self.codes, np.uint8))
        index = faiss.IndexFlatIP(self.vectors.shape[1])
        index.add(self.vectors.astype(np.float32))
        return index

    def warm(self) -> None:
        """Make the first search as fast as the others."""
        if self.size:
            self._index  # noqa: B018 -- made on first access

    def candidates(
        self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Positions, Vectors]:
        """Rows that may be among the ``k`` nearest, and their cosines: exact or by the codes.

        Args:
            query: A unit vector.
            k: How many.
            allowed: Rows that count, shape ``(size,)``; all if None.
        """
        shown = self.size if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(max(k, _FEWEST_CANDIDATES) * self.factor if self.codes else k, shown)
        if not wanted:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        depth = -(-wanted * self.size // shown)
        while True:
            with one_thread():
                cosines, rows = self._index.search(query[None, :], depth)
            found = rows[0] >= 0
            if allowed is not None:
                found &= allowed[rows[0]]
            if depth == self.size or np.count_nonzero(found) >= wanted:
                return rows[0][found], cosines[0][found]
            depth = min(4 * depth, self.size)

    def cosines(self, query: Vectors, rows: Positions) -> Vectors:
        """Cosines of one vector with some rows, shape ``(len(rows),)``."""
        return self.vectors[rows].astype(np.float32) @ query

    def save(self, folder: Path) -> None:
        """Write into an existing folder; by Python, for FAISS opens no Unicode path on Windows."""
        np.save(folder / VECTORS, self.vectors, allow_pickle=False)
        if self.codes is not None:
            (folder / CODES).write_bytes(self.codes)

    @classmethod
    def load(cls, folder: Path, factor: int) -> SegmentVectors:
        """Memory-map the vectors and read the codes, which have been checked.

        Raises:
            CorruptError: A file is missing or damaged.
        """
        vectors = load_array(folder / VECTORS, np.dtype("<f2"), 2)
        path = folder / CODES
        if not path.is_file():
            return cls(vectors)
        try:
            loaded = cls(vectors, path.read_bytes(), factor)
            coded = int(loaded._index.ntotal)
        except (OSError, RuntimeError) as error:
            reason = (str(error).strip() or "unreadable").splitlines()[-1]
            raise CorruptError(f"{path}: {reason}; {REPAIR}") from None
        if coded != len(vectors):
            raise CorruptError(f"{path}: {coded} codes for {len(vectors)} vectors; {REPAIR}")
        return loaded


class DenseIndex:
    """Search over the vectors of several segments, whose rows stand one after another.

    Attributes:
        size: Number of rows.
    """

    def __init__(self, segments: Sequence[SegmentVectors]) -> None:
        self._segments = tuple(segments)
        self._starts = np.cumsum([0, *(segment.size for segment in segments)])
        self.size = int(self._starts[-1])

    def warm(self) -> None:
        """Make the first search as fast as the others."""
        for segment in self._segments:
            segment.warm()

    def search(
        self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Positions, Vectors]:
        """The ``k`` rows nearest to one vector of shape ``(dimension,)``, nearest first.

        Args:
            query: A unit vector.
            k: How many.
            allowed: Rows that may be returned, shape ``(size,)``; all if None.

        Returns:
            Positions and cosines; fewer than ``k`` if there are fewer rows.
        """
        share = 1.0 if allowed is None else float(allowed.mean()) if self.size else 0.0
        if allowed is not None and share <= _FEW_ALLOWED:
            positions = np.flatnonzero(allowed)
        else:
            positions = self._candidates(query, k, allowed)
        cosines = self.cosines(query, positions)
        order = np.lexsort((positions, -cosines))[:k]
        return positions[order], cosines[order]

    def _candidates(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> Positions:
        """Positions worth scoring from the vectors, ascending."""
        parts, rough = [], []
        for start, segment in zip(self._starts, self._segments, strict=False):
            here = None if allowed is None else allowed[start : start + segment.size]
            rows, cosines = segment.candidates(query, k, here)
            parts.append(rows + start)
            rough.append(cosines)
        if not parts:
            return np.zeros(0, np.int64)
        positions, scores = np.concatenate(parts), np.concatenate(rough)
        most = 2 * max(k, _FEWEST_CANDIDATES) * max(item.factor for item in self._segments)
        if len(positions) > most:
            positions = positions[np.argpartition(-scores, most)[:most]]
        return np.sort(positions)

    def cosines(self, query: Vectors, positions: Positions) -> Vectors:
        """Cosines of one vector with some rows, shape ``(len(positions),)``."""
        found = np.zeros(len(positions), np.float32)
        of_segment = np.searchsorted(self._starts, positions, side="right") - 1
        for number in np.unique(of_segment):
            here = of_segment == number
            rows = positions[here] - self._starts[number]
            found[here] = self._segments[number].cosines(query, rows)
        return found
