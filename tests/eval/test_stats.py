"""Intervals and tests: what they must say of cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from eval import metrics
from eval.calibration import (
    calibration_error,
    refusal_curve,
    reliability,
    weighted_auroc,
    weighted_error,
)
from eval.stats import Ratio, confidence_intervals, intervals, paired


def ratio(values: list[float], wholes: list[float] | None = None) -> Ratio:
    return Ratio(np.array(values), np.array(wholes) if wholes else np.ones(len(values)))


def test_an_interval_holds_the_figure_and_narrows() -> None:
    """Protects the width: for a mean of n coins it is about twice 1.96 / (2 √n)."""
    for size in (100, 1600):
        (middle,) = intervals({"x": ratio([1.0, 0.0] * (size // 2))}).values()
        assert middle.low < 0.5 < middle.high
        assert middle.high - middle.low == pytest.approx(2 * 1.96 * 0.5 / size**0.5, rel=0.1)


def test_intervals_are_the_same_every_time_and_absent_where_undefined() -> None:
    """Protects reports from changing without cause, and from intervals of nothing."""
    table = {"x": ratio([1.0, 0.0, 1.0]), "none": ratio([0.0] * 3, [0.0] * 3)}
    assert intervals(table) == intervals(table)
    assert list(intervals(table)) == ["x"]
    assert intervals({"x": ratio([1.0])}) == {}
    assert intervals({}) == {}


def test_a_ratio_of_sums_is_not_a_mean_of_ratios() -> None:
    """Protects citation precision: spans are counted, not questions."""
    assert ratio([1.0, 0.0], [1.0, 3.0]).value == 0.25


def test_a_run_against_itself() -> None:
    """Protects the bar: no difference, p = 1, an interval of zero width."""
    same = ratio([1.0, 0.0, 0.5])
    pair = paired(same, same)
    assert pair is not None
    assert (pair.difference, pair.p) == (0.0, 1.0)
    assert (pair.interval.low, pair.interval.high) == (0.0, 0.0)  # type: ignore[union-attr]


def test_the_randomisation_test_against_all_exchanges() -> None:
    """Protects the p-value: with six questions all 64 exchanges can be counted."""
    first, second = np.array([0, 0, 0, 0, 1, 0.0]), np.array([1, 1, 1, 1, 0, 0.0])
    observed = abs(second.sum() - first.sum())
    reached = 0
    for exchange in range(64):
        swapped = np.array([exchange >> place & 1 for place in range(6)], bool)
        one, other = np.where(swapped, second, first), np.where(swapped, first, second)
        reached += abs(other.sum() - one.sum()) >= observed
    pair = paired(ratio(list(first)), ratio(list(second)), resamples=20_000)
    assert pair is not None
    assert pair.p == pytest.approx(reached / 64, abs=0.01)


def test_a_clear_difference_is_significant() -> None:
    """Protects the power of the test, and that its sign is second minus first."""
    first, second = [0.0] * 60 + [1.0] * 40, [1.0] * 20 + [0.0] * 40 + [1.0] * 40
    pair = paired(ratio(first), ratio(second))
    assert pair is not None
    assert pair.difference == pytest.approx(0.2)
    assert pair.p < 0.001
    assert pair.interval is not None
    assert pair.interval.low > 0.1
    assert paired(ratio([0.0], [0.0]), ratio([1.0])) is None


def test_calibration_by_hand() -> None:
    """Protects the error: |0.9 - 1| · 2/4 + |0.15 - 0.5| · 2/4, and the bins behind it."""
    scores, outcomes = [0.9, 0.9, 0.1, 0.2 - 1e-9], [True, True, True, False]
    assert calibration_error(scores, outcomes) == pytest.approx(0.5 * 0.1 + 0.5 * 0.35)
    assert calibration_error([], []) is None
    assert [item.count for item in reliability(scores, outcomes)] == [2, 2]
    assert reliability([1.0], [True])[0].confidence == 1.0
    assert reliability([], []) == []


def test_the_refusal_curve_by_hand() -> None:
    """Protects the curve at a threshold of 0.5: one of two refused is rightly so."""
    curve = refusal_curve([0.9, 0.4, 0.3, 0.8], [True, True, False, False])
    middle = next(item for item in curve if item.threshold == 0.5)
    assert (middle.precision, middle.recall, middle.answered) == (0.5, 0.5, 0.5)
    assert curve[0].precision is None
    assert refusal_curve([0.5], [True]) == []


def test_weighted_forms_are_the_plain_ones_repeated() -> None:
    """Protects the bootstrap: a weight of 2 is the question twice."""
    scores, outcomes = np.array([0.9, 0.4, 0.4, 0.1]), np.array([True, False, True, False])
    weights = np.array([[1.0, 2.0, 1.0, 1.0]])
    expected = metrics.auroc([0.9, 0.4], [0.4, 0.4, 0.1])
    assert weighted_auroc(scores, outcomes, weights)[0] == pytest.approx(expected)
    repeated = calibration_error([0.9, 0.4, 0.4, 0.4, 0.1], [True, False, False, True, False])
    assert weighted_error(scores, outcomes, weights)[0] == pytest.approx(repeated)
    middle = confidence_intervals(scores, outcomes)["auroc"]
    assert 0 <= middle.low <= middle.high <= 1
