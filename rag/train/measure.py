"""Fitting the probability that the passages answer, and measuring what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE
from rag.train.confidence import Table
from rag.train.fit import (
    Floats,
    area_under_roc,
    expected_calibration_error,
    fit_logistic,
)

# What counts is mostly what nobody made: questions that their text does not answer by nature. Those
# written for training are only measured, since there the near misses repeat more of a text's words
# than the questions that it answers, and coverage would count against an answer.
SHARES = {"pooled": 0.1, "given": 2.0, "written": 0.0}
"""How much all examples of each source count."""

FOLDS = 5
_PENALTY = 1e-2
_FALSE_REFUSALS = 0.05
_BINS = 10


def fit_confidence(tables: Sequence[Table], shares: Sequence[float]) -> tuple[Floats, float]:
    """Weights of the signals and the bias.

    Answerable and unanswerable questions count the same, so that 0.5 favours neither.

    Args:
        tables: Of each source.
        shares: How much all examples of each source count.
    """
    balance = [share * _balanced(table) for table, share in zip(tables, shares, strict=True)]
    signs = np.array([-1.0 if name in LOWERS_CONFIDENCE else 1.0 for name in CONFIDENCE_FEATURES])
    signals = np.vstack([table.signals for table in tables])
    labels = np.concatenate([table.answerable for table in tables])
    return fit_logistic(signals, labels, np.concatenate(balance), signs, _PENALTY)


def _balanced(table: Table) -> Floats:
    truth = table.answerable
    weights: Floats = np.where(truth, 1 / max(truth.sum(), 1), 1 / max((~truth).sum(), 1))
    return weights


def cross_validate(
    tables: Mapping[str, Table], shares: Sequence[float]
) -> dict[str, dict[str, Any]]:
    """What the confidence is worth on questions it was not learnt on, by source.

    ``elsewhere`` is the area under the curve with weights learnt on the other sources alone.
    """
    logits = {name: np.zeros(len(table.answerable)) for name, table in tables.items()}
    for fold in range(FOLDS):
        others = [table.part(table.text % FOLDS != fold) for table in tables.values()]
        weights, bias = fit_confidence(others, shares)
        for name, table in tables.items():
            rows = table.text % FOLDS == fold
            logits[name][rows] = table.signals[rows] @ weights + bias
    report = {}
    for name, table in tables.items():
        report[name] = measured(logits[name], table)
        others = [other for own, other in tables.items() if own != name]
        if others:
            weights, _ = fit_confidence(others, [1.0] * len(others))
            area = area_under_roc(table.signals @ weights, table.answerable)
            report[name]["elsewhere"] = round(area, 4)
    return report


def measured(logits: Floats, table: Table) -> dict[str, Any]:
    """What log odds are worth: over all examples, and for each kind of unanswerable ones.

    Thresholds are set on the questions as they are asked, not on those in other words.
    """
    truth = table.answerable
    asked = truth & (table.kind != "other words")
    floor = float(np.quantile(logits[asked], _FALSE_REFUSALS))
    probabilities = 1 / (1 + np.exp(-logits))
    error = expected_calibration_error(probabilities, truth, _balanced(table))
    measures = {
        "answerability_auroc": area_under_roc(logits, truth),
        "calibration_error": error,
        "confidence_at_5_percent_false_refusals": 1 / (1 + np.exp(-floor)),
        "refused_at_5_percent_false_refusals": np.mean(logits[~truth] < floor),
    }
    kinds = np.unique(table.kind[~truth]).tolist()
    for kind in kinds if len(kinds) > 1 else []:
        rows = asked | (~truth & (table.kind == kind))
        measures[f"auroc, {kind}"] = area_under_roc(logits[rows], truth[rows])
    rounded = {name: round(float(value), 4) for name, value in measures.items()}
    return rounded | {"examples": len(truth), "reliability": _reliability(probabilities, table)}


def _reliability(probabilities: Floats, table: Table) -> list[tuple[float, float]]:
    """Mean probability and share of answerable examples, of those in each tenth that has any."""
    places, weights = np.minimum((probabilities * _BINS).astype(int), _BINS - 1), _balanced(table)
    pairs = []
    for place in np.unique(places):
        rows = places == place
        mean = np.average(probabilities[rows], weights=weights[rows])
        share = np.average(table.answerable[rows], weights=weights[rows])
        pairs.append((round(float(mean), 3), round(float(share), 3)))
    return pairs
