"""BM25 over the postings of several segments, exact whatever segments the rows lie in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.postings import SEGMENT_ROWS, Postings, TermKeys, post

Scores = NDArray[np.float32]
Positions = NDArray[np.int64]

_CHEAP_TO_ADD = 16  # postings that are added up in the time it takes to look one row up


@dataclass(frozen=True, slots=True)
class Bm25Settings:
    """``k1`` saturates repeated terms, ``b`` evens out lengths (Robertson & Zaragoza 2009)."""

    k1: float = 1.2
    b: float = 0.75


@dataclass(frozen=True)
class Section:
    """Postings and where their rows stand in the whole index.

    Attributes:
        positions: Position of each row, ascending.
        hidden: Rows that another section holds instead, shape ``(rows,)``; None hides none.
    """

    postings: Postings
    positions: Positions
    hidden: NDArray[np.bool_] | None = None

    @cached_property
    def length(self) -> int:
        """Number of terms in the rows that are not hidden."""
        lengths = self.postings.lengths
        shown = lengths if self.hidden is None else lengths[~self.hidden]
        return int(shown.sum(dtype=np.int64))

    def frequencies(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many rows that are not hidden each of some terms stands."""
        found = self.postings.frequencies(keys)
        if self.hidden is not None:
            for number, (first, last) in enumerate(zip(*self.postings.ranges(keys), strict=True)):
                found[number] -= int(self.hidden[self.postings.rows[first:last]].sum())
        return found


class Bm25Index:
    """BM25 as Lucene scores it: ``idf = ln(1 + (N - df + 0.5) / (df + 0.5))``.

    Attributes:
        size: Number of rows, those of all segments one after another.
    """

    def __init__(self, sections: Sequence[Section], settings: Bm25Settings, size: int) -> None:
        self.settings = settings
        self.size = size
        self._sections = tuple(sections)
        total = sum(section.length for section in sections)
        mean = max(total / size if size else 1.0, 1e-9)
        k1, b = settings.k1, settings.b
        self._norms = [
            (k1 * (1 - b + b * section.postings.lengths.astype(np.float32) / mean)).astype(
                np.float32
            )
            for section in sections
        ]
        self._keys = TermKeys()

    @classmethod
    def over(cls, segments: Sequence[Postings], settings: Bm25Settings) -> Bm25Index:
        """An index of whole segments, one after another."""
        starts = np.cumsum([0, *(segment.size for segment in segments)])
        sections = [
            Section(segment, np.arange(start, start + segment.size))
            for start, segment in zip(starts, segments, strict=False)
        ]
        return cls(sections, settings, int(starts[-1]))

    @classmethod
    def build(cls, rows: Iterable[Sequence[str]], settings: Bm25Settings) -> Bm25Index:
        """Index the terms of each row in memory."""
        keys, remaining = TermKeys(), iter(rows)
        segments = []
        while part := [keys.of(terms) for terms in islice(remaining, SEGMENT_ROWS)]:
            segments.append(post(part))
        return cls.over(segments, settings)

    def idf(self, term: str) -> float:
        """Inverse document frequency; a term that occurs nowhere gets the largest."""
        return self._idf(int(self._frequencies([term])[0]))

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """The idf of each known term times its count in the query, or its weight if that is given.

        Args:
            terms: A query: its terms as they occur, or a mapping with a weight for each.
        """
        counts = Counter(terms)
        frequencies = self._frequencies(list(counts))
        return {
            term: self._idf(int(frequency)) * count
            for (term, count), frequency in zip(counts.items(), frequencies, strict=True)
            if frequency
        }

    def scores(self, terms: Iterable[str]) -> Scores:
        """BM25 of every row, shape ``(size,)``; 0 where no term occurs."""
        return self.at(terms, np.arange(self.size))

    def at(self, terms: Iterable[str], positions: Positions) -> Scores:
        """BM25 of some rows, shape ``(len(positions),)``."""
        found = np.zeros(len(positions), np.float32)
        query = _Query(self.weights(terms), self.settings, self._keys)
        for section, norms in zip(self._sections, self._norms, strict=True):
            rows = np.searchsorted(section.positions, positions)
            rows[rows == len(section.positions)] = 0
            here = section.positions[rows] == positions if len(section.positions) else rows < 0
            if section.hidden is not None:
                here &= ~section.hidden[rows]
            if here.any():
                scores = np.zeros(section.postings.size, np.float32)
                wanted = np.unique(rows[here])
                first, last = section.postings.ranges(query.keys)
                for number, gain in enumerate(query.gains):
                    term = _Term(section.postings, norms, gain, first[number], last[number])
                    term.add(scores, wanted)
                found[here] = scores[rows[here]]
        return found

    def top(
        self, terms: Iterable[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Positions, Scores]:
        """The ``k`` best rows with a positive score, best first, ties by position.

        Terms are taken from the weightiest down. Once those left cannot lift a row over the k-th
        best score so far, they are looked up in the rows that are still in the race only (after
        MaxScore, Turtle & Flood 1995); the result is that of scoring every row.

        Args:
            terms: The query.
            k: How many.
            allowed: Rows that may be returned, shape ``(size,)``; all if None.
        """
        query = _Query(self.weights(terms), self.settings, self._keys)
        positions, scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for section, norms in zip(self._sections, self._norms, strict=True):
            floor = float(scores.min()) if len(scores) >= k > 0 else 0.0
            shut = section.hidden
            if allowed is not None:
                closed = ~allowed[section.positions]
                shut = closed if shut is None else shut | closed
            rows, found = _best_rows(section.postings, norms, query, floor, shut)
            positions = np.concatenate([positions, section.positions[rows]])
            scores = np.concatenate([scores, found])
            positions, scores = _best(positions, scores, k)
        return positions, scores

    def holding(self, terms: Iterable[str]) -> NDArray[np.bool_]:
        """The rows in which at least one of some terms stands, shape ``(size,)``."""
        keys = np.unique(self._keys.of(list(terms)))
        found = np.zeros(self.size, bool)
        for section in self._sections:
            rows = np.zeros(section.postings.size, bool)
            firsts, lasts = section.postings.ranges(keys)
            for at in np.flatnonzero(lasts > firsts):
                rows[section.postings.rows[firsts[at] : lasts[at]]] = True
            if section.hidden is not None:
                rows &= ~section.hidden
            found[section.positions[rows]] = True
        return found

    def _idf(self, frequency: int) -> float:
        return math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def _frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        keys = self._keys.of(terms)
        found = np.zeros(len(keys), np.int64)
        for section in self._sections:
            found += section.frequencies(keys)
        return found


class _Query:
    """The known terms of a query, weightiest first.

    Attributes:
        gains: What each term adds at most, were it to stand in a row without end.
        left: What the terms from each on can add together; the last entry is 0.
    """

    def __init__(
        self, weights: Mapping[str, float], settings: Bm25Settings, keys: TermKeys
    ) -> None:
        terms = sorted(weights, key=lambda term: -weights[term])
        self.keys = keys.of(terms)
        self.gains = np.array([weights[term] * (settings.k1 + 1) for term in terms], np.float32)
        self.left = np.append(np.cumsum(self.gains[::-1])[::-1], 0.0)


@dataclass(frozen=True, slots=True)
class _Term:
    """One term's postings in one segment."""

    postings: Postings
    norms: Scores
    gain: np.float32
    first: int
    last: int

    def add(self, scores: Scores, wanted: NDArray[np.int64] | None = None) -> None:
        """Add the term's part to the scores of all rows, or at least of the wanted ones."""
        rows = self.postings.rows[self.first : self.last]
        counts = self.postings.counts[self.first : self.last]
        if wanted is not None and len(rows) > _CHEAP_TO_ADD * len(wanted):
            at = np.searchsorted(rows, wanted.astype(np.uint16))
            at[at == len(rows)] = 0
            at = at[rows[at] == wanted]
            rows, counts = rows[at], counts[at]
        if len(rows):
            often = counts.astype(np.float32)
            scores[rows] += self.gain * often / (often + self.norms[rows])


def _best_rows(
    postings: Postings,
    norms: Scores,
    query: _Query,
    floor: float,
    shut: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int64], Scores]:
    """The rows of a segment that score at least ``floor`` and more than nothing."""
    scores = np.zeros(postings.size, np.float32)
    first, last = postings.ranges(query.keys)
    racing: NDArray[np.int64] | None = None
    # Sums in another order may differ in their last digits.
    slack = 1e-4 * float(query.left[0])
    for number, gain in enumerate(query.gains):
        left = float(query.left[number])
        if racing is not None:
            racing = racing[scores[racing] >= floor - left - slack]
        elif left + slack < floor:
            racing = np.flatnonzero(scores >= floor - left - slack)
        _Term(postings, norms, gain, int(first[number]), int(last[number])).add(scores, racing)
    if racing is None:
        racing = np.flatnonzero(scores)
    if shut is not None:
        racing = racing[~shut[racing]]
    found = scores[racing]
    good = (found >= floor) & (found > 0)
    return racing[good], found[good]


def _best(positions: Positions, scores: Scores, k: int) -> tuple[Positions, Scores]:
    """The ``k`` largest scores, largest first, ties by position."""
    if len(scores) > k:
        good = scores >= np.partition(scores, -k)[-k]
        positions, scores = positions[good], scores[good]
    order = np.lexsort((positions, -scores))[:k]
    return positions[order], scores[order]
