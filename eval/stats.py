"""How sure a figure is: bootstrap intervals, and tests that pair two runs question by question.

Every measure but those of the confidence is a ratio of two sums over questions (a mean is the sum
of the values over the count), so that one set of resampled weights serves all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval import calibration

RESAMPLES = 2000
"""Enough for the second digit of a 95 % interval and for p-values down to 0.0005."""

_SEED = 20240601
_BLOCK = 4_000_000  # weights drawn at once: 32 MB
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure by question: numerators and denominators, both of shape ``(n,)``.

    A question to which the measure does not apply has 0 in both.
    """

    parts: Values
    wholes: Values

    @property
    def value(self) -> float | None:
        """Sum over sum; None if the measure applies to no question."""
        whole = float(self.wholes.sum())
        return float(self.parts.sum()) / whole if whole else None

    def take(self, rows: NDArray[np.int64]) -> Ratio:
        """The same of some questions."""
        return Ratio(self.parts[rows], self.wholes[rows])


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of a figure over resamples of the questions."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paired:
    """A figure of two runs over the same questions.

    Attributes:
        difference: Second minus first.
        interval: Bootstrap interval of the difference; None if undefined.
        p: Probability of a difference at least as large if the runs were exchangeable.
    """

    first: float
    second: float
    interval: Interval | None
    p: float

    @property
    def difference(self) -> float:
        """Second minus first."""
        return self.second - self.first


def intervals(table: dict[str, Ratio], resamples: int = RESAMPLES) -> dict[str, Interval]:
    """Percentile bootstrap intervals of ratios over the same questions.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993. The draw is seeded: the same
    answers give the same interval.

    Returns:
        By name; a ratio that applies to no question has none, nor has any of a single question.
    """
    known = {name: ratio for name, ratio in table.items() if ratio.value is not None}
    if not known:  # nothing to stack
        return {}
    parts = np.stack([ratio.parts for ratio in known.values()], axis=1)
    wholes = np.stack([ratio.wholes for ratio in known.values()], axis=1)
    drawn = [
        _divide(weights @ parts, weights @ wholes) for weights in _weights(len(parts), resamples)
    ]
    if not drawn:
        return {}
    return dict(zip(known, _middles(np.concatenate(drawn)), strict=True))


def confidence_intervals(
    scores: Values, outcomes: NDArray[np.bool_], resamples: int = RESAMPLES
) -> dict[str, Interval]:
    """Bootstrap intervals of AUROC and calibration error; shapes ``(n,)``."""
    aurocs, errors = [], []
    for weights in _weights(len(scores), resamples):
        aurocs.append(calibration.weighted_auroc(scores, outcomes, weights))
        errors.append(calibration.weighted_error(scores, outcomes, weights))
    if not aurocs:
        return {}
    drawn = np.stack([np.concatenate(aurocs), np.concatenate(errors)], axis=1)
    return dict(zip(("auroc", "calibration_error"), _middles(drawn), strict=True))


def paired(first: Ratio, second: Ratio, resamples: int = RESAMPLES) -> Paired | None:
    """Compare a measure of two runs, question by question.

    The p-value is that of the two-sided randomisation test (Smucker, Allan and Carterette, A
    Comparison of Statistical Significance Tests for Information Retrieval Evaluation, 2007): which
    run gave which answer is drawn anew for every question.

    Args:
        first: Of shape ``(n,)``, as is ``second``; the same questions in the same order.
        second: The other run.
        resamples: How often to draw.

    Returns:
        None if the measure applies to no question of one of the runs.
    """
    before, after = first.value, second.value
    if before is None or after is None:
        return None
    differs = (first.parts != second.parts) | (first.wholes != second.wholes)
    observed = abs(after - before)
    if not differs.any():
        return Paired(before, after, Interval(0.0, 0.0), 1.0)
    reached = _exchanged(first, second, np.flatnonzero(differs), observed, resamples)
    spread = [
        _divide(weights @ second.parts, weights @ second.wholes)
        - _divide(weights @ first.parts, weights @ first.wholes)
        for weights in _weights(len(first.parts), resamples)
    ]
    middle = _middles(np.concatenate(spread)[:, None])[0] if spread else None
    # The observed assignment is one of those that could have been drawn.
    return Paired(before, after, middle, (reached + 1) / (resamples + 1))


def _exchanged(
    first: Ratio, second: Ratio, rows: NDArray[np.int64], observed: float, resamples: int
) -> int:
    """In how many random exchanges of answers the difference is at least the observed one."""
    generator = np.random.default_rng(_SEED)
    step = max(1, _BLOCK // len(rows))
    part, whole = (second.parts - first.parts)[rows], (second.wholes - first.wholes)[rows]
    reached = 0
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        swapped = generator.integers(0, 2, (size, len(rows)), dtype=np.int8).astype(np.float64)
        moved, counted = swapped @ part, swapped @ whole
        one = _divide(first.parts.sum() + moved, first.wholes.sum() + counted)
        other = _divide(second.parts.sum() - moved, second.wholes.sum() - counted)
        reached += int(np.sum(np.abs(other - one) >= observed - 1e-12))
    return reached


def _weights(size: int, resamples: int) -> list[Values]:
    """How often each question is drawn, in blocks of shape ``(resamples, size)``."""
    if size < 2:
        return []
    generator = np.random.default_rng(_SEED)
    step = max(1, _BLOCK // size)
    blocks = []
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        rows = generator.integers(0, size, (count, size)) + size * np.arange(count)[:, None]
        blocks.append(
            np.bincount(rows.ravel(), minlength=count * size)
            .reshape(count, size)
            .astype(np.float64)
        )
    return blocks


def _divide(parts: Values, wholes: Values) -> Values:
    result: Values = np.divide(parts, wholes, out=np.full_like(parts, np.nan), where=wholes > 0)
    return result


def _middles(drawn: Values) -> list[Interval]:
    """The middle 95 % of each column."""
    low, high = np.nanpercentile(drawn, [2.5, 97.5], axis=0)
    return [Interval(float(a), float(b)) for a, b in zip(low, high, strict=True)]
