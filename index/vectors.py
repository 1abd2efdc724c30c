"""Vectors that have been made before, by the hash of their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.codebook import HalfVectors
from index.embed import Embedder
from index.prepared import Piece
from index.progress import Progress
from index.segment import Segment, half

_EMBED_AT_ONCE = 256  # few enough for a slow model to show that it goes on


class VectorCache:
    """Finds the vectors of texts in segments that hold them.

    Args:
        segments: Whose vectors the same embedder has made.
        dimension: Length of a vector.
    """

    def __init__(self, segments: Sequence[Segment], dimension: int) -> None:
        self._segments = tuple(segments)
        self._dimension = dimension
        hashes = [np.asarray(segment.hashes) for segment in segments]
        self._starts = np.cumsum([0, *map(len, hashes)])
        every = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
        self._order = np.argsort(every)
        self._sorted = every[self._order]

    def find(self, hashes: NDArray[np.uint64]) -> tuple[HalfVectors, NDArray[np.bool_]]:
        """Vectors by hash, shape ``(len(hashes), dimension)``, and which of them are known."""
        vectors = np.zeros((len(hashes), self._dimension), np.float16)
        if not len(self._sorted):
            return vectors, np.zeros(len(hashes), bool)
        at = np.searchsorted(self._sorted, hashes)
        at[at == len(self._sorted)] = 0
        known = self._sorted[at] == hashes
        positions = self._order[at]
        of_segment = np.searchsorted(self._starts, positions, side="right") - 1
        for number in np.unique(of_segment[known]):
            here = known & (of_segment == number)
            rows = positions[here] - self._starts[number]
            vectors[here] = self._segments[number].vectors.vectors[rows]
        return vectors, known

    def embedded(self, piece: Piece, embedder: Embedder, progress: Progress) -> Piece:
        """A piece with vectors; only texts that are not known are embedded, each once."""
        if piece.vectors is not None:
            return piece
        vectors, known = self.find(piece.hashes)
        missing, where = np.unique(piece.hashes[~known], return_inverse=True)
        if len(missing):
            firsts = dict(zip(piece.hashes.tolist(), piece.texts, strict=True))
            texts = [firsts[key] for key in missing.tolist()]
            parts = []
            for first in range(0, len(texts), _EMBED_AT_ONCE):
                if len(texts) > _EMBED_AT_ONCE:  # fewer are done before anybody would look
                    progress("embed", first, len(texts))
                parts.append(half(embedder.encode_passages(texts[first : first + _EMBED_AT_ONCE])))
            vectors[~known] = np.concatenate(parts)[where]
        return replace(piece, texts=(), vectors=vectors)
