"""Fitting linear weights: a softmax over sentences, a logistic regression over questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit_listwise(
    tables: Sequence[NDArray[np.float32]],
    positives: Sequence[NDArray[np.bool_]],
    penalty: float = 1e-3,
    steps: int = 400,
) -> Floats:
    """Weights under which the positive rows of each table win its softmax.

    Maximises the log of the probability that falls on positive rows, by Adam on all tables at
    once (listwise softmax loss, Cao et al. 2007, with several positives).

    Args:
        tables: One table of signals for each question, shape ``(rows, signals)``.
        positives: Which rows are right, at least one for each question.
        penalty: Of the squared weights.
        steps: Of gradient ascent.

    Returns:
        Shape ``(signals,)``.
    """
    flat = np.concatenate(tables).astype(np.float64)
    right = np.concatenate(positives)
    starts = np.concatenate(([0], np.cumsum([len(table) for table in tables])[:-1]))
    counts = [len(table) for table in tables]

    def gradient(weights: Floats) -> Floats:
        logits = flat @ weights
        logits -= np.repeat(np.maximum.reduceat(logits, starts), counts)
        raised = np.exp(logits)
        every = raised / np.repeat(np.add.reduceat(raised, starts), counts)
        chosen = raised * right
        among = chosen / np.repeat(np.add.reduceat(chosen, starts), counts)
        slope: Floats = flat.T @ (among - every) / len(tables) - penalty * weights
        return slope

    return _ascend(gradient, flat.shape[1], steps)


def fit_logistic(
    table: Floats,
    labels: NDArray[np.bool_],
    weights: Floats,
    signs: Floats,
    penalty: float = 1e-2,
) -> tuple[Floats, float]:
    """Logistic regression with weighted examples and weights of given signs.

    The signs keep a signal from being used against its meaning where two of them overlap, which
    fits the examples a little better and other documents worse.

    Args:
        table: Signals, shape ``(examples, signals)``.
        labels: Shape ``(examples,)``.
        weights: How much each example counts, shape ``(examples,)``.
        signs: 1 where a weight must not be negative, -1 where it must not be positive.
        penalty: Of the squared weights of the standardised signals.

    Returns:
        Weights of the signals as they are, shape ``(signals,)``, and the bias.
    """
    mean, spread = table.mean(axis=0), table.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    scaled = np.column_stack([(table - mean) / spread, np.ones(len(table))])
    share = weights / weights.sum()
    keep = np.append(np.full(table.shape[1], penalty), 0.0)

    allowed = np.append(signs, 0.0)

    def gradient(parameters: Floats) -> Floats:
        probability = 1 / (1 + np.exp(-scaled @ parameters))
        result: Floats = scaled.T @ (share * (labels - probability)) - keep * parameters
        return result

    parameters = _ascend(gradient, scaled.shape[1], 1500, allowed)
    raw = parameters[:-1] / spread
    return raw, float(parameters[-1] - raw @ mean)


def area_under_roc(scores: Floats, labels: NDArray[np.bool_]) -> float:
    """Probability that a positive scores above a negative, ties counted half."""
    values, ranks = np.unique(scores, return_inverse=True)
    counts = np.bincount(ranks, minlength=len(values))
    middle = np.cumsum(counts) - (counts - 1) / 2
    positives = int(labels.sum())
    negatives = len(labels) - positives
    above = middle[ranks][labels].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def expected_calibration_error(
    probabilities: Floats, labels: NDArray[np.bool_], weights: Floats, bins: int = 10
) -> float:
    """Distance of mean probability and share of positives in bins of equal width, by weight."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = np.bincount(places, weights * (probabilities - labels), minlength=bins)
    return float(np.abs(gaps).sum() / weights.sum())


def _ascend(
    gradient: Callable[[Floats], Floats], size: int, steps: int, signs: Floats | None = None
) -> Floats:
    """Adam (Kingma & Ba 2015) from zero, with a rate that falls to nothing.

    Weights that leave the side their sign allows are put back to zero.
    """
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
        weights = weights + 0.2 * (1 - step / steps) * change
        if signs is not None:
            weights = np.where(weights * signs < 0, 0.0, weights)
    return weights
