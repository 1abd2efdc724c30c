"""The final order of candidates of which some have been scored again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.rerank.question import Floats


def final_order(reranked: Floats, fused: Floats) -> tuple[Sequence[int], Floats]:
    """Scored candidates by their score, the others behind them as they stood.

    Args:
        reranked: New scores in [0, 1] of the first candidates; NaN where there is none.
        fused: The scores by which all candidates stand, best first, at least as many.

    Returns:
        The candidates' numbers, best first, and their scores in that order. What was not scored
        takes a share of the lowest score that grows with its fused one, so that scores never rise.
    """
    scores = np.full(len(fused), np.nan, np.float32)
    scores[: len(reranked)] = reranked
    missing = np.isnan(scores)
    order = np.lexsort((np.arange(len(scores)), -np.where(missing, -1, scores)))
    lowest = float(scores[~missing].min()) if not missing.all() else 1.0
    scores[missing] = lowest * np.clip(fused[missing], 0, 1)
    return order.tolist(), scores[order]
