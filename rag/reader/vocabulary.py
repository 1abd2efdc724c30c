"""The words and characters a reader knows, and the vectors of its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.reader.tokens import Tokens

Floats = NDArray[np.float32]

UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Tokens, and what is known of each.

    Attributes:
        tokens: The tokens.
        vectors: Of their words, shape ``(tokens, width)``.
        weights: How much each word says, between 0 and 1, shape ``(tokens,)``.
        edges: Rows of the first and last character of each, shape ``(tokens, 2)``.
    """

    tokens: Tokens
    vectors: Floats
    weights: Floats
    edges: NDArray[np.int32]

    def part(self, first: int, last: int) -> Known:
        """The tokens from one number up to another."""
        part = slice(first, last)
        tokens = self.tokens.part(first, last)
        return Known(tokens, self.vectors[part], self.weights[part], self.edges[part])


class Vocabulary:
    """Words with fixed vectors, and characters.

    Row 0 of both is what is not known. A Chinese word that is not known has the mean vector of its
    characters.

    Args:
        tensors: ``words`` and ``characters`` (UTF-8, one a line, as bytes), ``table`` (a row of
            small integers for each word), ``scale`` (of its columns) and ``weights`` (of the
            words, as small integers).
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        words = bytes(tensors["words"]).decode().split("\n")
        characters = bytes(tensors["characters"]).decode().split("\n")
        self._rows = {word: row for row, word in enumerate(words, 1)}
        self._characters = {word: row for row, word in enumerate(characters, 1)}
        self._table = tensors["table"]
        self._scale = np.asarray(tensors["scale"], np.float32)
        self._weights = tensors["weights"]

    @property
    def width(self) -> int:
        """Length of a word's vector."""
        return int(self._table.shape[1])

    @property
    def words(self) -> Iterable[str]:
        """The words that are known."""
        return self._rows.keys()

    @property
    def characters(self) -> int:
        """How many characters there are, the unknown one among them."""
        return len(self._characters) + 1

    def look_up(self, tokens: Tokens) -> Known:
        """What is known of some tokens."""
        words, rows = tokens.words, self._rows
        found = np.fromiter((rows.get(word, UNKNOWN) for word in words), np.int32, len(words))
        vectors = self._table[found] * self._scale
        weights: Floats = (self._weights[found] / 255).astype(np.float32)
        unknown = np.flatnonzero(found == UNKNOWN)
        parts = [[rows[part] for part in words[number] if part in rows] for number in unknown]
        counts = np.fromiter(map(len, parts), np.int64, len(parts))
        made, counts = unknown[counts > 0], counts[counts > 0]
        if len(made):
            flat = np.fromiter(chain.from_iterable(parts), np.int32, int(counts.sum()))
            begins = np.cumsum(counts) - counts
            sums = np.add.reduceat(self._table[flat] * self._scale, begins, axis=0)
            vectors[made] = sums / counts[:, None]
            weights[made] = np.add.reduceat(self._weights[flat] / 255, begins) / counts
        for number, known in zip(unknown.tolist(), parts, strict=True):
            if not known and words[number].isalnum():
                weights[number] = 0.5
        return Known(tokens, vectors.astype(np.float32), weights, self._edges(words))

    def _edges(self, words: Sequence[str]) -> NDArray[np.int32]:
        known = self._characters
        count = len(words)
        edges = np.empty((count, 2), np.int32)
        edges[:, 0] = np.fromiter((known.get(word[0], UNKNOWN) for word in words), np.int32, count)
        edges[:, 1] = np.fromiter((known.get(word[-1], UNKNOWN) for word in words), np.int32, count)
        return edges
