"""Texts whose tokens lie below each other in one table, so that a layer runs over all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Rows:
    """Where each text lies in a table that has a row for each token.

    Attributes:
        starts: The first row of each text, shape ``(texts,)``.
        of: The text of each row, shape ``(rows,)``.
        before: How many rows of its text stand before each.
        behind: How many stand behind it.
    """

    starts: Numbers
    of: Numbers
    before: Numbers
    behind: Numbers

    @classmethod
    def below_each_other(cls, sizes: Sequence[int]) -> Rows:
        """The rows of at least one text, each with so many tokens."""
        counts = np.array(sizes, np.intp)
        ends = np.cumsum(counts)
        starts = ends - counts
        of, rows = np.repeat(np.arange(len(counts)), counts), np.arange(int(ends[-1]))
        return cls(starts, of, rows - starts[of], ends[of] - rows - 1)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.of)

    def split(self, table: Floats) -> list[Floats]:
        """The rows of each text."""
        return np.split(table, self.starts[1:])
