"""Which passages a query's phrases and exclusions leave: decided by their text, but not by all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.phrases import Pattern, PhraseFinder
from index.query import Phrase, Query

_READ_AT_ONCE = 1_000
_PATIENCE = 3  # times that candidates may turn out wrong before everything in doubt is read

Texts = Callable[[NDArray[np.int64]], Sequence[str]]


class Conditions:
    """What a query demands of the text of passages.

    The postings tell which passages are in doubt: they may hold a phrase that must, or must not,
    stand in a passage. Only where few are in doubt are all read; else those that are proposed.

    Args:
        query: Its phrases and exclusions count.
        finder: Tells who is in doubt.
        texts: Reads the texts of some passages.
        allowed: Passages that may be returned, shape ``(size,)``; all if None.
    """

    def __init__(
        self,
        query: Query,
        finder: PhraseFinder,
        texts: Texts,
        allowed: NDArray[np.bool_] | None,
    ) -> None:
        self.allowed = allowed
        self._texts = texts
        self._wanted, self._unwanted = _patterns(query.phrases), _patterns(query.excluded)
        self._failures = 0
        self._doubtful = np.zeros(0, bool)
        if not (self._wanted or self._unwanted):
            return
        masks = [finder.may_hold(pattern) for pattern in self._wanted]
        left = np.logical_and.reduce([*masks, *([] if allowed is None else [allowed])])
        shunned = [finder.may_hold(pattern) for pattern in self._unwanted]
        self.allowed = np.broadcast_to(left, finder.size).copy()
        self._doubtful = self.allowed.copy()
        if not self._wanted:
            self._doubtful &= np.logical_or.reduce(shunned)
        if np.count_nonzero(self._doubtful) <= _READ_AT_ONCE:
            self._read(np.flatnonzero(self._doubtful))

    def first(self, count: int) -> NDArray[np.int64]:
        """The first few passages that a phrase leaves, so that one that no word leads to is found.

        A phrase may begin in the middle of a word and end in that of another.
        """
        if not self._wanted or self.allowed is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.allowed)[:count]

    def hold_for(self, rows: NDArray[np.int64]) -> bool:
        """Whether all of some rows may be returned; if not, those that may not no longer are."""
        if self.allowed is None or not len(self._doubtful):
            return True
        self._read(rows[self._doubtful[rows]])
        if self.allowed[rows].all():
            return True
        self._failures += 1
        if self._failures >= _PATIENCE:
            self._read(np.flatnonzero(self._doubtful & self.allowed))
        return False

    def _read(self, rows: NDArray[np.int64]) -> None:
        """Settle by their text whether some rows may be returned."""
        if self.allowed is None:
            return
        for some in _parts(rows):
            texts = self._texts(some)
            self.allowed[some] = [self._meets(text) for text in texts]
        self._doubtful[rows] = False

    def _meets(self, text: str) -> bool:
        return all(pattern.stands_in(text) for pattern in self._wanted) and not any(
            pattern.stands_in(text) for pattern in self._unwanted
        )


def _patterns(phrases: Iterable[Phrase]) -> list[Pattern]:
    """The patterns of some phrases, each once."""
    patterns = (Pattern(phrase.text) for phrase in phrases)
    return list({pattern.folded: pattern for pattern in patterns}.values())


def _parts(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (rows[at : at + _READ_AT_ONCE] for at in range(0, len(rows), _READ_AT_ONCE))
