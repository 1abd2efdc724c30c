"""BM25 over the postings of several segments, exact whatever segments the rows lie in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.maxscore import Positions, Scores, TermPostings, WeightedQuery, best_rows, top_k
from index.postings import SEGMENT_ROWS, Postings, TermKeys, post

_REMEMBERED = 100_000  # terms


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
        self._known: dict[str, float] = {}

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
        """Inverse document frequency; a term that occurs nowhere gets the largest.

        It is remembered: questions are made of the same words again and again.
        """
        found = self._known.get(term)
        if found is None:
            found = self._idf(int(self._frequencies([term])[0]))
            if len(self._known) < _REMEMBERED:
                self._known[term] = found
        return found

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
        query = WeightedQuery(self.weights(terms), self.settings.k1, self._keys)
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
                    term = TermPostings(section.postings, norms, gain, first[number], last[number])
                    term.add(scores, wanted)
                found[here] = scores[rows[here]]
        return found

    def top(
        self, terms: Iterable[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Positions, Scores]:
        """The ``k`` best rows with a positive score, best first, ties by position.

        The result is that of scoring every row; :mod:`index.maxscore` skips most of them.

        Args:
            terms: The query.
            k: How many.
            allowed: Rows that may be returned, shape ``(size,)``; all if None.
        """
        query = WeightedQuery(self.weights(terms), self.settings.k1, self._keys)
        positions, scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for section, norms in zip(self._sections, self._norms, strict=True):
            floor = float(scores.min()) if len(scores) >= k > 0 else 0.0
            shut = section.hidden
            if allowed is not None:
                closed = ~allowed[section.positions]
                shut = closed if shut is None else shut | closed
            rows, found = best_rows(section.postings, norms, query, floor, shut)
            positions = np.concatenate([positions, section.positions[rows]])
            scores = np.concatenate([scores, found])
            positions, scores = top_k(positions, scores, k)
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
