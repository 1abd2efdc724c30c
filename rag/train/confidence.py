"""Fitting the probability that the passages answer, and measuring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE, confidence_features
from rag.evidence import Evidence, answers_first, preferred
from rag.exact import exactly
from rag.features import candidates_of
from rag.reader import Reader
from rag.reading import read_evidence
from rag.train.examples import Example
from rag.train.fit import (
    Floats,
    area_under_roc,
    expected_calibration_error,
    fit_logistic,
)

FOLDS = 5
_PENALTY = 1e-2
_FALSE_REFUSALS = 0.05


@dataclass(frozen=True, slots=True)
class Ranking:
    """How sentences are ranked: weights of their signals and after reading, and the reader."""

    sentence: Floats
    reading: Floats
    reader: Reader


@dataclass(frozen=True, slots=True)
class Table:
    """Confidence signals of a source's examples.

    Attributes:
        signals: Shape ``(examples, len(CONFIDENCE_FEATURES))``.
        answerable: Shape ``(examples,)``.
        text: Number of the text that each question belongs to, shape ``(examples,)``: what is said
            of one text stays in one fold.
        kind: How each was made, shape ``(examples,)``.
    """

    signals: Floats
    answerable: NDArray[np.bool_]
    text: NDArray[np.int64]
    kind: NDArray[np.str_]

    def part(self, rows: NDArray[np.bool_]) -> Table:
        """Some of the examples."""
        return Table(self.signals[rows], self.answerable[rows], self.text[rows], self.kind[rows])


def table_of(examples: Sequence[Example], ranking: Ranking, words: StaticEmbedder) -> Table:
    """The confidence signals of examples."""
    used = [example for example in examples if len(example.table)]
    _, text = np.unique([example.source for example in used], return_inverse=True)
    return Table(
        np.stack([_signals(example, ranking, words) for example in used]),
        np.array([example.answerable for example in used]),
        text.astype(np.int64),
        np.array([example.kind for example in used]),
    )


def _signals(example: Example, ranking: Ranking, words: StaticEmbedder) -> Floats:
    """What the confidence is estimated from when the question is asked."""
    scores = (example.table @ ranking.sentence).astype(np.float32)
    order = tuple(np.argsort(-scores, kind="stable").tolist())
    evidence = Evidence(tuple(candidates_of(example.hits)), scores, order, 0.0)
    weights = tuple(ranking.reading.tolist())
    evidence = read_evidence(example.query, evidence, ranking.reader, weights)
    ordered, _ = exactly(example.query, preferred(example.query, answers_first(evidence)))
    best = ordered.order[0]
    span = evidence.spans.get(best)
    score = max(hit.score for hit in example.hits)
    return confidence_features(example.query, evidence.candidates[best], span, score, words)


def without_search(table: Table, searched: Table) -> Table:
    """The signals of questions whose text is given, as if the search had found it.

    Args:
        table: Of questions over their own text.
        searched: Of questions over all texts: what is found where it answers is put for what is
            not known.
    """
    column = CONFIDENCE_FEATURES.index("found")
    signals = table.signals.copy()
    signals[:, column] = searched.signals[searched.answerable, column].mean()
    return replace(table, signals=signals)


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
) -> dict[str, dict[str, float]]:
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


def measured(logits: Floats, table: Table) -> dict[str, float]:
    """What log odds are worth: over all examples, and for each kind of unanswerable ones.

    Thresholds are set on the questions as they are asked, not on those in other words.
    """
    truth = table.answerable
    asked = truth & (table.kind != "other words")
    floor = float(np.quantile(logits[asked], _FALSE_REFUSALS))
    probabilities = 1 / (1 + np.exp(-logits))
    error = expected_calibration_error(probabilities, truth, _balanced(table))
    measures = {
        "examples": len(truth),
        "answerability_auroc": area_under_roc(logits, truth),
        "calibration_error": error,
        "confidence_at_5_percent_false_refusals": 1 / (1 + np.exp(-floor)),
        "refused_at_5_percent_false_refusals": np.mean(logits[~truth] < floor),
    }
    kinds = np.unique(table.kind[~truth]).tolist()
    for kind in kinds if len(kinds) > 1 else []:
        rows = asked | (~truth & (table.kind == kind))
        measures[f"auroc, {kind}"] = area_under_roc(logits[rows], truth[rows])
    return {name: round(float(value), 4) for name, value in measures.items()}
