"""Fusing dense and sparse scores of the same candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def fuse(dense: Scores, sparse: Scores, dense_weight: float) -> Scores:
    """A convex combination of scores, each scaled by its best candidate.

    A convex combination keeps how far apart candidates are, which rank fusion throws away (Bruch
    et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"). Both scores must be given
    for every candidate. When one side says nothing (no word matches, or the question has no known
    word), the other decides alone.

    Args:
        dense: Cosines, shape ``(candidates,)``.
        sparse: BM25 scores, shape ``(candidates,)``.
        dense_weight: Between 0 (BM25 alone) and 1 (vectors alone).

    Returns:
        Scores in [0, 1], shape ``(candidates,)``.
    """
    scaled = [_scaled(dense), _scaled(sparse)]
    weights = [
        weight if side is not None else 0.0
        for weight, side in zip((dense_weight, 1 - dense_weight), scaled, strict=True)
    ]
    total = sum(weights)
    if total == 0:
        weights, total = [float(side is not None) for side in scaled], 1.0
    fused = np.zeros(len(dense), np.float32)
    for weight, side in zip(weights, scaled, strict=True):
        if side is not None:
            fused += np.float32(weight / total) * side
    return fused


def _scaled(scores: Scores) -> Scores | None:
    """Scores divided by the best, negatives as 0; None if none is positive."""
    best = float(scores.max(initial=0.0))
    if best <= 0:
        return None
    return (np.maximum(scores, 0) / best).astype(np.float32)
