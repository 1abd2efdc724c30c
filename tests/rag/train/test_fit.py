"""Fitting of weights, against arithmetic that can be followed by eye."""

from __future__ import annotations

import numpy as np
import pytest

from rag.train.fit import area_under_roc, fit_listwise, fit_logistic


def listwise_loss(
    tables: list[np.ndarray], positives: list[np.ndarray], weights: np.ndarray
) -> float:
    """Mean of -log of the probability that the softmax of a table gives its positive rows."""
    losses = []
    for table, positive in zip(tables, positives, strict=True):
        raised = np.exp(table @ weights)
        losses.append(-np.log(raised[positive].sum() / raised.sum()))
    return float(np.mean(losses))


@pytest.fixture
def groups() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Tables whose positive row is large in column 0, small in column 1, random in column 2."""
    rng = np.random.default_rng(7)
    tables, positives = [], []
    for size in (3, 5, 1, 8, 4, 6, 2, 7):
        table = rng.normal(size=(size, 3)).astype(np.float32)
        positive = np.zeros(size, bool)
        positive[int(rng.integers(size))] = True
        table[positive, 0] += 1.5
        table[positive, 1] -= 1.5
        tables.append(table)
        positives.append(positive)
    return tables, positives


def test_weights_point_to_what_tells_right_from_wrong(
    groups: tuple[list[np.ndarray], list[np.ndarray]],
) -> None:
    """A signal of right rows gains, one of wrong rows loses, and the loss falls."""
    tables, positives = groups
    weights = fit_listwise(tables, positives, penalty=0.05)
    assert weights[0] > 0.5
    assert weights[1] < -0.5
    assert abs(weights[2]) < min(weights[0], -weights[1])
    start = listwise_loss(tables, positives, np.zeros(3))
    assert listwise_loss(tables, positives, weights) < start / 2


def test_no_small_step_improves_fitted_weights(
    groups: tuple[list[np.ndarray], list[np.ndarray]],
) -> None:
    """The fit is the optimum of the documented loss: numerical slopes are zero there."""
    tables, positives = groups
    penalty = 0.05
    weights = fit_listwise(tables, positives, penalty=penalty, steps=2000)

    def loss(at: np.ndarray) -> float:
        return listwise_loss(tables, positives, at) + penalty / 2 * float(at @ at)

    for column in range(3):
        step = np.eye(3)[column] * 1e-4
        slope = (loss(weights + step) - loss(weights - step)) / 2e-4
        assert slope == pytest.approx(0, abs=1e-3)


def test_several_positive_rows_share_the_probability() -> None:
    """It is enough that one of the right rows wins: they are not set against each other."""
    table = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], np.float32)
    both = np.array([True, True, False])
    weights = fit_listwise([table], [both], penalty=0.01)
    assert weights[0] == pytest.approx(weights[1], abs=1e-6)
    assert weights[0] > 1


@pytest.fixture
def labelled() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    labels = rng.random(400) < 0.3
    table = np.column_stack(
        [
            labels + rng.normal(size=400),
            -5.0 * labels + 5 * rng.normal(size=400),
            rng.normal(size=400),
            np.full(400, 0.7),
        ]
    )
    return table, labels


def test_logistic_weights_follow_the_labels(labelled: tuple[np.ndarray, np.ndarray]) -> None:
    """Free weights find the direction, on the scale of the signals as they are."""
    table, labels = labelled
    weights, bias = fit_logistic(table, labels, np.ones(400), np.array([1.0, -1.0, 1.0, 1.0]))
    assert weights[0] > 0.5
    assert -0.4 < weights[1] < -0.1
    probability = 1 / (1 + np.exp(-(table @ weights + bias)))
    assert probability.mean() == pytest.approx(labels.mean(), abs=0.01)
    assert area_under_roc(table @ weights, labels) > 0.8


def test_signs_are_respected(labelled: tuple[np.ndarray, np.ndarray]) -> None:
    """A signal is never used against its meaning, even where that would fit better."""
    table, labels = labelled
    weights, _ = fit_logistic(table, labels, np.ones(400), np.array([-1.0, 1.0, 1.0, 1.0]))
    assert weights[0] == weights[1] == 0
    assert weights[2] >= 0


def test_examples_count_by_their_weight() -> None:
    """Balanced classes make a question without signals as likely as not."""
    labels = np.array([True] * 10 + [False] * 30)
    table = np.zeros((40, 1))
    balance = np.where(labels, 1 / 10, 1 / 30)
    assert fit_logistic(table, labels, balance, np.ones(1))[1] == pytest.approx(0, abs=1e-3)
    bias = fit_logistic(table, labels, np.ones(40), np.ones(1))[1]
    assert bias == pytest.approx(np.log(10 / 30), abs=1e-2)


@pytest.mark.parametrize(
    ("scores", "labels", "area"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0.0),
        ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),
        # Pairs of a positive (3, 1) and a negative (2, 0): 3>2, 3>0, 1<2, 1>0.
        ([3, 2, 1, 0], [1, 0, 1, 0], 3 / 4),
        # One positive (2) against 1, 2, 3: above, tied, below.
        ([1, 2, 2, 3], [0, 1, 0, 0], 1.5 / 3),
    ],
)
def test_area_under_roc_by_hand(scores: list[float], labels: list[int], area: float) -> None:
    """The share of pairs in which the positive scores higher, ties counted half."""
    found = area_under_roc(np.array(scores, float), np.array(labels, bool))
    assert found == pytest.approx(area)


def test_area_under_roc_equals_counting_pairs() -> None:
    """The ranks give what comparing every pair gives, with many ties."""
    rng = np.random.default_rng(1)
    scores, labels = rng.integers(0, 6, 60).astype(float), rng.random(60) < 0.4
    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high in scores[labels]
        for low in scores[~labels]
    ]
    assert area_under_roc(scores, labels) == pytest.approx(sum(pairs) / len(pairs))
