"""A table of half precision in single precision, row by row as they are asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

_TOGETHER = 4_096  # rows, so that little more memory is taken than they need


class Widened:
    """Rows of a table in single precision, which half is too slow to compute with.

    Only rows that were asked for take memory: pages of the table that nothing has been written to
    are none. Safe to share between threads: all write the same.

    Args:
        table: In any precision, shape ``(rows, dimension)``.
    """

    def __init__(self, table: NDArray[np.floating]) -> None:
        self._table = table
        self._rows = np.empty(table.shape, np.float32)
        self._lengths = np.empty(len(table), np.float32)
        self._known = np.zeros(len(table), bool)

    def rows(self, numbers: NDArray[np.integer]) -> Rows:
        """Some rows, shape ``(len(numbers), dimension)``."""
        self._widen(numbers)
        rows: Rows = self._rows[numbers]
        return rows

    def lengths(self, numbers: NDArray[np.integer]) -> NDArray[np.float32]:
        """Their Euclidean lengths, shape ``(len(numbers),)``."""
        self._widen(numbers)
        lengths: NDArray[np.float32] = self._lengths[numbers]
        return lengths

    def whole(self) -> Rows:
        """All rows."""
        if not self._known.all():
            for first in range(0, len(self._table), _TOGETHER):
                self._widen(np.arange(first, min(first + _TOGETHER, len(self._table))))
        return self._rows

    def _widen(self, numbers: NDArray[np.integer]) -> None:
        fresh = numbers[~self._known[numbers]]
        if len(fresh):
            rows = self._table[fresh].astype(np.float32)
            self._rows[fresh] = rows
            self._lengths[fresh] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            self._known[fresh] = True
