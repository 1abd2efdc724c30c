"""Signals of static word vectors: soft matches of words, cosines of sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import StaticEmbedder, Vectors, normalize
from index.rerank.lines import Lines, Numbers
from index.rerank.question import Floats, Question

_REMEMBERED = 4_000  # passages

Part = tuple[NDArray[np.int32], Numbers]


class WordVectors:
    """Compares words of questions and passages by the vectors of a static model.

    The words of the last few thousand passages are remembered: the same ones come up again.
    """

    def __init__(self, embedder: StaticEmbedder) -> None:
        self.embedder = embedder
        self._known: dict[tuple[str, ...], Part] = {}

    def signals(self, question: Question, lines: Lines) -> dict[str, Floats]:
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
        found = {name: np.zeros(lines.passages, np.float32) for name in names}
        (asked,) = self.embedder.word_rows([question.text])
        rows, counts = self._words(lines)
        if not len(asked) or not len(rows):
            return found
        query = self.embedder.rows(asked)
        distinct, places = _distinct(rows)
        told = self.embedder.rows(distinct)
        norms = np.sqrt(np.einsum("ij,ij->i", told, told))
        likeness = (normalize(query) @ told.T) / np.where(norms > 0, norms, 1)
        (wordy,) = np.nonzero(counts)
        begins = (np.cumsum(counts) - counts)[wordy]
        by_line = np.maximum.reduceat(likeness[:, places], begins, axis=1)
        of = lines.passage[wordy]
        starts = np.flatnonzero(np.append(True, np.diff(of) > 0))
        known = of[starts]
        best = np.maximum.reduceat(by_line, starts, axis=1)
        idf = _shares(np.array([question.idf(word) for word in self.embedder.words(asked)]))
        learned = _shares(np.linalg.norm(query, axis=1))
        found["interaction"][known] = idf @ best
        found["learned_interaction"][known] = learned @ best
        sentence = ~np.isin(wordy, lines.first)
        of_line = np.where(sentence, idf @ by_line, 0)
        found["line_interaction"][known] = np.maximum.reduceat(of_line, starts)
        sums = _sums(told, places, begins)
        unit = normalize(query.sum(axis=0, keepdims=True))[0]
        cosines = np.where(sentence, normalize(sums) @ unit, 0)
        found["line_cosine"][known] = np.maximum.reduceat(cosines, starts)
        found["text_cosine"][known] = normalize(np.add.reduceat(sums, starts, axis=0)) @ unit
        return found

    def _words(self, lines: Lines) -> tuple[NDArray[np.int32], Numbers]:
        """Rows of the words of all lines, one line after another, and how many each has."""
        passages = [tuple(folded) for folded in lines.folded()]
        known = self._known
        parts = {lines: known[lines] for lines in passages if lines in known}
        fresh = [lines for lines in dict.fromkeys(passages) if lines not in parts]
        parts.update(zip(fresh, self._split(fresh), strict=True))
        if len(known) + len(fresh) > _REMEMBERED:
            known = {}
        # A dictionary is replaced, never emptied: another thread may be reading it.
        self._known = known | {lines: parts[lines] for lines in fresh} if fresh else known
        ordered = [parts[lines] for lines in passages]
        rows = np.concatenate([np.zeros(0, np.int32), *(part[0] for part in ordered)])
        counts = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in ordered)])
        return rows, counts

    def _split(self, passages: Sequence[tuple[str, ...]]) -> list[Part]:
        """Rows of the words of some passages, and how many of them each line has."""
        rows = self.embedder.word_rows([line for lines in passages for line in lines])
        found, first = [], 0
        for lines in passages:
            own = rows[first : first + len(lines)]
            counts = np.fromiter(map(len, own), np.int64, len(own))
            found.append((np.concatenate(own).astype(np.int32), counts))
            first += len(lines)
        return found


def _distinct(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], Numbers]:
    """The distinct rows, ascending, and which of them each is; faster than sorting."""
    seen = np.zeros(int(rows.max()) + 1, bool)
    seen[rows] = True
    distinct = np.flatnonzero(seen).astype(np.int32)
    place = np.zeros(len(seen), np.int64)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[rows]


def _sums(told: Vectors, places: Numbers, begins: Numbers) -> Vectors:
    """The sum of the vectors of each line with words, shape ``(lines, dimension)``."""
    from scipy.sparse import csr_array

    ends = np.append(begins, len(places))
    ones = np.ones(len(places), np.float32)
    sums: Vectors = csr_array((ones, places, ends), shape=(len(begins), len(told))) @ told
    return sums


def _shares(weights: NDArray[np.floating]) -> Floats:
    return (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
