"""Signals of static word vectors: soft matches of words, cosines of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.records import Passage
from index.embed import StaticEmbedder, Vectors, normalize
from index.rerank.lines import Lines, Numbers, lines_of
from index.rerank.question import Floats, Question
from index.rerank.words import weighed

_REMEMBERED = 16_000  # passages, some 2 kB each

Part = tuple[NDArray[np.int32], Numbers]


@dataclass(frozen=True, slots=True)
class Told:
    """The words of some passages with their vectors: what is the same for every question.

    Attributes:
        lines: The text of the passages.
        rows: The distinct words, shape ``(distinct,)``.
        vectors: Of the distinct words, shape ``(distinct, dimension)``.
        lengths: Their lengths; 1 for a zero vector.
        places: Which of the distinct words each word is, line by line, shape ``(words,)``.
        begins: Where the words of each line that has some begin, shape ``(wordy,)``.
        is_sentence: Whether such a line is a sentence, or what stands above.
        starts: The first such line of each passage that has some, shape ``(known,)``.
        known: Those passages.
        line_units: The sum of the vectors of each line, of length one; ``(wordy, dimension)``.
        text_units: The same of each passage, shape ``(known, dimension)``.
    """

    lines: Lines
    rows: NDArray[np.int32]
    vectors: Vectors
    lengths: Floats
    places: Numbers
    begins: Numbers
    is_sentence: NDArray[np.bool_]
    starts: Numbers
    known: Numbers
    line_units: Vectors
    text_units: Vectors


class WordVectors:
    """Compares words of questions and passages by the vectors of a static model.

    The words of the last few thousand passages are remembered: the same ones come up again.
    """

    def __init__(self, embedder: StaticEmbedder) -> None:
        self.embedder = embedder
        self._known: dict[tuple[str, ...], Part] = {}

    def read(self, passages: Sequence[Passage]) -> Told:
        """Look up the words of some passages, once for all that is asked of them."""
        lines = lines_of(passages)
        rows, counts = self._words(lines)
        distinct, places = _distinct(rows)
        vectors = self.embedder.rows(distinct)
        lengths = self.embedder.lengths(distinct)
        (wordy,) = np.nonzero(counts)
        begins = (np.cumsum(counts) - counts)[wordy]
        of = lines.passage[wordy]
        starts = np.flatnonzero(np.diff(of, prepend=-1) > 0)
        sums = _sums(vectors, places, begins)
        texts = np.add.reduceat(sums, starts, axis=0) if len(starts) else sums
        return Told(
            lines=lines,
            rows=distinct,
            vectors=vectors,
            lengths=np.where(lengths > 0, lengths, 1),
            places=places,
            begins=begins,
            is_sentence=wordy != lines.first[of],
            starts=starts,
            known=of[starts],
            line_units=normalize(sums),
            text_units=normalize(texts),
        )

    def signals(self, question: Question, told: Told) -> dict[str, Floats]:
        """What word vectors say for each passage.

        Late interaction: for each word of the question the most similar word of the text, weighted
        (after ColBERT's MaxSim, Khattab & Zaharia 2020, with static vectors).

        Returns:
            Columns of shape ``(passages,)``, at most 1: ``interaction`` with the whole passage,
            words weighted by idf; ``learned_interaction``, weighted by the length of their
            vectors; ``line_interaction``, by idf, with the best sentence; ``line_cosine``: cosine
            of question and nearest sentence; ``text_cosine``: of question and all the text.
        """
        names = ("interaction", "learned_interaction", "line_interaction", "line_cosine",
                 "text_cosine")  # fmt: skip
        found = {name: np.zeros(told.lines.passages, np.float32) for name in names}
        asked, _ = self.embedder.word_rows([question.text])
        if not len(asked) or not len(told.places):
            return found
        query = self.embedder.rows(asked)
        cosines = (normalize(query) @ told.vectors.T) / told.lengths
        near = self.embedder.associations.nearer(cosines, asked, told.rows)
        likeness = np.ascontiguousarray(near.T)
        by_line = np.maximum.reduceat(likeness.take(told.places, axis=0), told.begins, axis=0)
        best = np.maximum.reduceat(by_line, told.starts, axis=0)
        idf = _shares(np.array([question.idf(word) for word in self.embedder.words(asked)]))
        learned = _shares(np.linalg.norm(query, axis=1))
        known = told.known
        found["interaction"][known] = weighed(best, idf)
        found["learned_interaction"][known] = weighed(best, learned)
        of_line = np.where(told.is_sentence, weighed(by_line, idf), 0)
        found["line_interaction"][known] = np.maximum.reduceat(of_line, told.starts)
        unit = normalize(query.sum(axis=0, keepdims=True))[0]
        cosines = np.where(told.is_sentence, told.line_units @ unit, 0)
        found["line_cosine"][known] = np.maximum.reduceat(cosines, told.starts)
        found["text_cosine"][known] = told.text_units @ unit
        return found

    def _words(self, lines: Lines) -> tuple[NDArray[np.int32], Numbers]:
        """Rows of the words of all lines, one line after another, and how many each has."""
        passages = [tuple(folded) for folded in lines.folded()]
        fresh = [key for key in dict.fromkeys(passages) if key not in self._known]
        if len(self._known) + len(fresh) > _REMEMBERED:
            # Replaced, not emptied: another thread may be reading it.
            self._known, fresh = {}, list(dict.fromkeys(passages))
        known = self._known
        known.update(zip(fresh, self._split(fresh), strict=True))
        parts = [known[key] for key in passages]
        rows = np.concatenate([np.zeros(0, np.int32), *(part[0] for part in parts)])
        counts = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
        return rows, counts

    def _split(self, passages: Sequence[tuple[str, ...]]) -> Iterator[Part]:
        """Rows of the words of some passages, and how many of them each line has."""
        lines = [line for lines in passages for line in lines]
        rows, counts = self.embedder.word_rows(lines, folded=True)
        ends = np.append(0, np.cumsum(counts))
        first = 0
        for size in map(len, passages):
            yield rows[ends[first] : ends[first + size]].copy(), counts[first : first + size].copy()
            first += size


def _distinct(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], Numbers]:
    """The distinct rows, ascending, and which of them each is; faster than sorting."""
    seen = np.zeros(int(rows.max(initial=0)) + 1, bool)
    seen[rows] = True
    distinct = np.flatnonzero(seen).astype(np.int32)
    place = np.zeros(len(seen), np.int64)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[rows]


def _sums(told: Vectors, places: Numbers, begins: Numbers) -> Vectors:
    """The sum of the vectors of each line with words, shape ``(lines, dimension)``."""
    from scipy.sparse import csr_array

    if not len(begins):
        return np.zeros((0, told.shape[1]), np.float32)
    ends = np.append(begins, len(places))
    ones = np.ones(len(places), np.float32)
    sums: Vectors = csr_array((ones, places, ends), shape=(len(begins), len(told))) @ told
    return sums


def _shares(weights: NDArray[np.floating]) -> Floats:
    return (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
