"""Figures: how well a score puts the candidates of questions in order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.rerank.question import Floats
from index.rerank.train.examples import Examples

_DISCOUNT = 1 / np.log2(np.arange(2, 12))


def ndcg_at_10(examples: Examples, scores: Floats) -> NDArray[np.float64]:
    """The nDCG@10 of each question over its candidates; 0 if none of them answers.

    A document that answers counts by its best passage; of others every passage takes a rank, so
    the figure is a little lower than that of ranked documents.
    """
    ends = np.cumsum(examples.sizes)
    values = np.zeros(len(ends))
    for number, (end, size) in enumerate(zip(ends, examples.sizes, strict=True)):
        gains = examples.gains[end - size : end]
        order = np.argsort(-scores[end - size : end], kind="stable")
        values[number] = _ndcg(gains[order].tolist(), int((gains == 1).sum()))
    return values


def _ndcg(gains: list[int], documents: int) -> float:
    """The measure for one list; -1 marks further passages of a document that answers."""
    if not documents:
        return 0.0
    got, rank, met = 0.0, 0, 0
    for gain in gains:
        if gain == 0 or met < documents:
            got += _DISCOUNT[rank] if gain else 0.0
            met += gain != 0
            rank += 1
        if rank == len(_DISCOUNT):
            break
    return float(got / _DISCOUNT[: min(documents, len(_DISCOUNT))].sum())


def by_collection(
    examples: Examples, values: NDArray[np.float64], names: list[str]
) -> dict[str, float]:
    """The mean of some values of questions for each collection, in per cent."""
    return {
        name: round(100 * float(values[examples.collection == number].mean()), 2)
        for number, name in enumerate(names)
        if (examples.collection == number).any()
    }
