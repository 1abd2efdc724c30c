"""What a confidence is worth: whether it tells answerable questions apart, and whether it is true.

The weighted forms serve the bootstrap; with weights of 1 they are the plain measures, and tests
hold them against :func:`eval.metrics.auroc` and against hand arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one tenth of [0, 1].

    Attributes:
        confidence: Their mean confidence.
        answerable: Share of them that the documents answer.
    """

    count: int
    confidence: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """What refusing below a confidence would do.

    Attributes:
        precision: Share of the refused that is unanswerable; None if nothing is refused.
        recall: Share of the unanswerable that is refused.
        answered: Share of the answerable that is not refused.
    """

    threshold: float
    precision: float | None
    recall: float
    answered: float


def calibration_error(scores: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Expected calibration error over ten bins of equal width, in [0, 1].

    Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning,
    2015: the distance of mean confidence and share of positives in each bin, weighted by its size.

    Returns:
        None of no questions.
    """
    if not scores:
        return None
    weights = np.ones((1, len(scores)))
    return float(weighted_error(np.asarray(scores), np.asarray(outcomes, bool), weights)[0])


def weighted_error(scores: Values, outcomes: NDArray[np.bool_], weights: Values) -> Values:
    """Expected calibration error under each row of weights, of shape ``(resamples, n)``."""
    member = np.zeros((len(scores), BINS))
    member[np.arange(len(scores)), _bins(scores)] = 1.0
    gaps = weights @ (member * (scores - outcomes)[:, None])
    error: Values = np.abs(gaps).sum(axis=1) / weights.sum(axis=1)
    return error


def weighted_auroc(scores: Values, outcomes: NDArray[np.bool_], weights: Values) -> Values:
    """AUROC under each row of weights, of shape ``(resamples, n)``; NaN where a side is empty."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf) > 0)
    weights = weights[:, order]
    positive = np.add.reduceat(weights * outcomes[order], starts, axis=1)
    negative = np.add.reduceat(weights * ~outcomes[order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    won = (positive * (below + negative / 2)).sum(axis=1)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    area: Values = np.divide(won, pairs, out=np.full_like(won, np.nan), where=pairs > 0)
    return area


def reliability(scores: Sequence[float], outcomes: Sequence[bool]) -> list[Bin]:
    """The bins that hold a question, in the order of their confidence."""
    values, answerable = np.asarray(scores, float), np.asarray(outcomes, float)
    bins = _bins(values) if len(values) else np.zeros(0, np.int64)
    return [
        Bin(int(mask.sum()), float(values[mask].mean()), float(answerable[mask].mean()))
        for mask in (bins == place for place in range(BINS))
        if mask.any()
    ]


def refusal_curve(
    scores: Sequence[float], outcomes: Sequence[bool], steps: int = 100
) -> list[Threshold]:
    """What each threshold from 0 to 1 would refuse; empty without both kinds of questions."""
    values, answerable = np.asarray(scores, float), np.asarray(outcomes, bool)
    yes, no = int(answerable.sum()), int((~answerable).sum())
    if not yes or not no:
        return []
    curve = []
    for step in range(steps + 1):
        refused = values < step / steps
        right, all_refused = int((refused & ~answerable).sum()), int(refused.sum())
        curve.append(
            Threshold(
                step / steps,
                right / all_refused if all_refused else None,
                right / no,
                int((~refused & answerable).sum()) / yes,
            )
        )
    return curve


def risk_coverage(
    scores: Sequence[float], right: Sequence[bool], questions: int
) -> list[tuple[float, float]]:
    """Share of the questions answered, and share of these answers that are wrong.

    One point for each distinct confidence, taken as the threshold, from the highest down (El-Yaniv
    and Wiener, On the Foundations of Noise-free Selective Classification, 2010).

    Args:
        scores: Confidence of each answer given.
        right: Whether it is right.
        questions: How many were asked, refused ones included.
    """
    if not scores:
        return []
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    values, wrong = np.asarray(scores, float)[order], ~np.asarray(right, bool)[order]
    taken = np.arange(1, len(values) + 1)
    risks = np.cumsum(wrong) / taken
    last = np.append(values[1:] != values[:-1], True)
    coverage = taken / questions
    return [(float(c), float(r)) for c, r in zip(coverage[last], risks[last], strict=True)]


def _bins(scores: Values) -> NDArray[np.int64]:
    """The bin of each score; a score of 1 belongs to the last."""
    places: NDArray[np.int64] = np.clip((scores * BINS).astype(np.int64), 0, BINS - 1)
    return places
