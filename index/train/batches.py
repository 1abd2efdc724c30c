"""Batches: pairs of one set or of many, and pairs made from passages alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from index.train.data import Ids, Pairs
from index.train.settings import FitSettings


@dataclass(frozen=True)
class Batch:
    """Pairs of one update; ids are concatenated, offsets say where each text begins.

    Attributes:
        query_ids: Row numbers of the words of all queries, [words].
        query_offsets: Where each query begins in them, [pairs].
        passage_ids: The same of the passages.
        passage_offsets: The same of the passages.
        keys: One number per distinct query and passage text, [pairs, 2].
    """

    query_ids: Ids
    query_offsets: Ids
    passage_ids: Ids
    passage_offsets: Ids
    keys: NDArray[np.int64]


class Sampler:
    """Draws batches without end; the same seed draws the same ones."""

    def __init__(
        self, sets: list[Pairs], weights: NDArray[np.float64], settings: FitSettings, seed: int
    ) -> None:
        """Prepare to draw.

        Args:
            sets: The tokenized sets.
            weights: Weight of every row of the vocabulary, [rows]: how likely a keyword it is.
            settings: Batch size and shares.
            seed: Of everything drawn.
        """
        self._sets = sets
        self._weights = weights
        self._settings = settings
        self._rng = np.random.default_rng(seed)
        shares = np.array([s.share for s in sets])
        self._shares = shares / shares.sum()
        large = np.array([len(s.queries) >= settings.batch for s in sets]) * shares
        self._large = large / large.sum() if large.sum() else None
        self._order: list[Iterator[int]] = [self._forever(len(s.queries)) for s in sets]

    def _forever(self, count: int) -> Iterator[int]:
        """Every number below ``count`` once, in random order, again and again."""
        while True:
            yield from self._rng.permutation(count).tolist()

    def draw(self) -> Batch:
        """The next batch."""
        s = self._settings
        rng = self._rng
        if self._large is not None and rng.random() < s.single_source:
            chosen = np.full(s.batch, rng.choice(len(self._sets), p=self._large))
        else:
            chosen = rng.choice(len(self._sets), size=s.batch, p=self._shares)
        kinds = rng.random(s.batch)
        queries, passages, keys = [], [], []
        for source, kind in zip(chosen.tolist(), kinds.tolist(), strict=True):
            pairs = self._sets[source]
            at = next(self._order[source])
            query, passage = pairs.queries[at], pairs.positives[at]
            key = pairs.keys[at]
            if kind < s.spans:
                query, passage = span_pair(passage, rng) or (query, passage)
            elif kind < s.spans + s.keywords:
                query = keywords(passage, self._weights, rng)
            queries.append(thin(query, s.dropout, rng))
            passages.append(thin(passage, s.dropout, rng))
            keys.append(key)
        return Batch(*_concatenate(queries), *_concatenate(passages), np.stack(keys))


def _concatenate(items: list[Ids]) -> tuple[Ids, Ids]:
    lengths = np.array([len(i) for i in items], dtype=np.int64)
    return np.concatenate(items), np.concatenate([[0], np.cumsum(lengths)[:-1]])


def span_pair(passage: Ids, rng: Generator) -> tuple[Ids, Ids] | None:
    """A random span of a passage as query, the rest as passage (inverse cloze, Lee et al. 2019).

    One time in five the span stays in the passage, so that equal words go on counting.

    Returns:
        Query and passage, or None where the passage is shorter than 16 words.
    """
    if len(passage) < 16:
        return None
    length = int(rng.integers(4, min(20, len(passage) // 3) + 1))
    start = int(rng.integers(0, len(passage) - length + 1))
    query = passage[start : start + length]
    if rng.random() < 0.2:
        return query, passage
    return query, np.concatenate([passage[:start], passage[start + length :]])


def keywords(passage: Ids, weights: NDArray[np.float64], rng: Generator) -> Ids:
    """Two to five words of a passage as a search query, weighty ones more likely."""
    distinct = np.unique(passage)
    size = min(int(rng.integers(2, 6)), len(distinct))
    share = weights[distinct]
    return rng.choice(distinct, size=size, replace=False, p=share / share.sum())


def thin(ids: Ids, share: float, rng: Generator) -> Ids:
    """Leave out a share of the words at random, never all of them."""
    if not share or len(ids) < 3:
        return ids
    kept = ids[rng.random(len(ids)) >= share]
    return kept if len(kept) else ids
