"""Growing the trees, and setting the scale that makes their sum a probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.rerank.model import Trees
from index.rerank.question import Floats
from index.rerank.signals import FREE, SIGNALS
from index.rerank.train.examples import Examples


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How the trees are grown.

    Attributes:
        objective: LightGBM's: ``binary`` (each candidate by itself), ``lambdarank`` or
            ``rank_xendcg`` (candidates of a question against each other).
        trees: How many.
        leaves: Of each, at most.
        rate: Learning rate.
        least: Rows in a leaf, at least.
        penalty: Of squared leaf values.
        columns: Share of the signals that each tree may look at.
        monotone: Whether more of a signal never lowers the score.
        blend: What the fused score is multiplied with before it is added to the trees.
    """

    objective: str = "lambdarank"
    trees: int = 100
    leaves: int = 8
    rate: float = 0.08
    least: int = 200
    penalty: float = 5.0
    columns: float = 0.6
    monotone: bool = True
    blend: float = 1.0


def grow(examples: Examples, weights: Floats, settings: TreeSettings, seed: int) -> Trees:
    """Grow trees on the questions some candidate of which answers.

    Args:
        examples: The candidates; rows with a gain below 0 are left out.
        weights: How much each question counts, shape ``(questions,)``.
        settings: How.
        seed: Of all that is drawn.
    """
    import lightgbm

    kept, sizes = usable(examples)
    question = np.repeat(np.arange(len(sizes)), examples.sizes)[kept]
    used = np.unique(question)
    counts = sizes[used]
    data = lightgbm.Dataset(
        examples.table[kept],
        label=np.maximum(examples.gains[kept], 0),
        group=None if settings.objective == "binary" else counts,
        weight=weights[question],
        feature_name=list(SIGNALS),
        free_raw_data=False,
    )
    monotone = [0 if name in FREE else 1 for name in SIGNALS]
    options: dict[str, Any] = {
        "objective": settings.objective,
        "num_leaves": settings.leaves,
        "learning_rate": settings.rate,
        "min_data_in_leaf": settings.least,
        "lambda_l2": settings.penalty,
        "feature_fraction": settings.columns,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "max_bin": 127,
        "lambdarank_truncation_level": 15,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": seed,
        "verbosity": -1,
    }
    if settings.monotone:
        options["monotone_constraints"] = monotone
    booster = lightgbm.train(options, data, settings.trees)
    return trees_of(booster.dump_model())


def usable(examples: Examples) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which rows to learn from, and how many of them each question has."""
    question = np.repeat(np.arange(len(examples.sizes)), examples.sizes)
    right = np.bincount(question, examples.gains == 1, len(examples.sizes)) > 0
    kept = (examples.gains >= 0) & right[question]
    return kept, np.bincount(question, kept, len(examples.sizes)).astype(np.int64)


def trees_of(dumped: dict[str, Any]) -> Trees:
    """The trees of a model that LightGBM has written out."""
    nodes: list[Node] = []
    roots = []
    for tree in dumped["tree_info"]:
        roots.append(len(nodes))
        nodes += _nodes(tree["tree_structure"])
    features, thresholds, left, right, values = zip(*nodes, strict=True)
    return Trees(
        np.array(features, np.int16),
        _not_above(np.array(thresholds, np.float64)),
        np.stack([left, right], axis=1).astype(np.int16),
        np.array(values, np.float32),
        np.array(roots, np.int32),
        np.array([0.0, 1.0, 0.0]),
    )


Node = tuple[int, float, int, int, float]


def _nodes(node: dict[str, Any]) -> Iterator[Node]:
    """The nodes of a tree, a node before those below it, the left ones first."""
    if "split_feature" not in node:
        yield 0, 0.0, 0, 0, float(node["leaf_value"])
        return
    left = list(_nodes(node["left_child"]))
    right = list(_nodes(node["right_child"]))
    yield int(node["split_feature"]), float(node["threshold"]), 1, 1 + len(left), 0.0
    yield from left
    yield from right


def _not_above(thresholds: NDArray[np.float64]) -> Floats:
    """In single precision, rounded down: what was at most a threshold is so still."""
    single = thresholds.astype(np.float32)
    above = single.astype(np.float64) > thresholds
    return np.where(above, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)


def balanced(examples: Examples) -> Floats:
    """A weight for each question: a collection counts by the square root of its questions."""
    counts = np.bincount(examples.collection, minlength=int(examples.collection.max(initial=0)) + 1)
    weights = 1 / np.sqrt(np.maximum(counts, 1))[examples.collection]
    return np.asarray(weights / weights.mean(), np.float32)


def calibrated(
    scores: NDArray[np.floating], right: NDArray[np.bool_], weights: NDArray[np.floating]
) -> tuple[float, float]:
    """Slope and intercept under which the logistic function of a score is the share of right ones.

    Platt 1999, "Probabilistic Outputs for Support Vector Machines", by Newton's method.
    """
    table = np.column_stack([scores, np.ones(len(scores))]).astype(np.float64)
    share = weights.astype(np.float64) / float(weights.sum())
    answer = np.zeros(2)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(table @ answer, -30, 30)))
        slope = table.T @ (share * (right - chance)) - 1e-6 * answer
        bend = (table * (share * chance * (1 - chance))[:, None]).T @ table + 1e-6 * np.eye(2)
        answer = answer + np.linalg.solve(bend, slope)
    return float(answer[0]), float(answer[1])
