"""The file of trees: what is read is what was written, and what is damaged is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.rerank.model import SHIPPED, Trees, load_trees
from index.rerank.signals import FREE, SIGNALS

NAMES = ("a", "b")


@pytest.fixture
def trees() -> Trees:
    """Two trees over two signals, the first of depth two."""
    return Trees(
        features=np.array([0, 0, 1, 0, 0, 1, 0, 0], np.int16),
        thresholds=np.array([0.5, 0, 2, 0, 0, -1, 0, 0], np.float32),
        children=np.array(
            [[1, 2], [0, 0], [1, 2], [0, 0], [0, 0], [1, 2], [0, 0], [0, 0]], np.int16
        ),
        values=np.array([0, 1, 0, 10, 100, 0, 1000, 10000], np.float32),
        roots=np.array([0, 5], np.int32),
        scale=np.array([0.5, 2.0, -1.0]),
    )


def slow_sum(trees: Trees, row: NDArray[np.float32]) -> float:
    """Walk each tree by itself."""
    total = 0.0
    for root in trees.roots:
        at = int(root)
        while trees.children[at].any():
            right = row[trees.features[at]] > trees.thresholds[at]
            at += int(trees.children[at, int(right)])
        total += float(trees.values[at])
    return total


def test_sums_are_those_of_walking_each_tree(trees: Trees) -> None:
    """All rows go down all trees at once; the leaves must be the same."""
    table = np.array([[0.5, 5], [0.6, 2], [0.6, 2.1], [0.6, -2]], np.float32)
    assert trees.sums(table).tolist() == [10001, 10010, 10100, 1010]
    assert trees.sums(table).tolist() == [slow_sum(trees, row) for row in table]
    assert trees.sums(table[:0]).shape == (0,)


Shape = bool | tuple["Shape", "Shape"]
SHAPES: st.SearchStrategy[Shape] = st.recursive(
    st.just(True), lambda below: st.tuples(below, below), max_leaves=20
)


def nodes_of(shape: Shape) -> list[list[int]]:
    """The children of the nodes of a tree."""
    if isinstance(shape, bool):
        return [[0, 0]]
    left, right = map(nodes_of, shape)
    return [[1, 1 + len(left)], *left, *right]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(shapes=st.lists(SHAPES, min_size=1, max_size=5), seed=st.integers(0, 99))
def test_any_trees_give_what_walking_them_gives(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Shape], seed: int
) -> None:
    """Asking all nodes at once must find the leaf that a walk finds, a lone leaf too."""
    rng = np.random.default_rng(seed)
    parts = [nodes_of(shape) for shape in shapes]
    count = sum(map(len, parts))
    forest = Trees(
        features=rng.integers(0, 2, count).astype(np.int16),
        thresholds=rng.integers(-2, 3, count).astype(np.float32),
        children=np.array([pair for part in parts for pair in part], np.int16),
        values=rng.integers(0, 1000, count).astype(np.float32),
        roots=np.cumsum([0, *map(len, parts[:-1])]).astype(np.int32),
        scale=np.ones(3),
    )
    path = tmp_path_factory.mktemp("trees") / "t.npz"
    forest.save(path, NAMES)
    table = rng.integers(-3, 4, size=(9, 2)).astype(np.float32)
    expected = [slow_sum(forest, row) for row in table]
    assert load_trees(path, NAMES).sums(table).tolist() == expected


def test_the_probability_is_the_scaled_sum(trees: Trees) -> None:
    """Scores are comparable across questions because the scale is fixed."""
    small = replace(trees, values=trees.values / 10000)
    table = np.array([[0.5, 5]], np.float32)
    logit = 2.0 * (1.0001 + 0.5 * 0.8) - 1.0
    expected = 1 / (1 + np.exp(-logit))
    np.testing.assert_allclose(small.probabilities(table, np.float32([0.8])), [expected], 1e-5)


def test_what_is_saved_is_read_again(trees: Trees, tmp_path: Path) -> None:
    """The same weights give the same bytes, and those the same weights."""
    for name in ("one.npz", "two.npz"):
        trees.save(tmp_path / name, NAMES)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded = load_trees(tmp_path / "one.npz", NAMES)
    table = np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)
    np.testing.assert_array_equal(loaded.sums(table), trees.sums(table))
    np.testing.assert_array_equal(loaded.scale, trees.scale)


@pytest.mark.parametrize(
    "change",
    [
        {"children": np.array([[1, 9]] + [[0, 0]] * 7, np.int16)},
        {"children": np.array([[0, 0]] * 8, np.int16)},
        {"children": np.array([[1, 2], [0, 0], [-1, 2]] + [[0, 0]] * 5, np.int16)},
        {"children": np.array([[1, 6], *[[0, 0]] * 4, [1, 2], [0, 0], [0, 0]], np.int16)},
        {"roots": np.array([5, 0], np.int32)},
        {"roots": np.array([1, 5], np.int32)},
        {"roots": np.array([0, 8], np.int32)},
        {"features": np.full(8, 2, np.int16)},
        {"values": np.full(8, np.nan, np.float32)},
        {"thresholds": np.zeros(3, np.float32)},
        {"scale": np.zeros(2)},
    ],
)
def test_trees_that_cannot_be_run_are_refused(
    trees: Trees, tmp_path: Path, change: dict[str, NDArray[np.generic]]
) -> None:
    """A damaged file must say so by name, not read beside its arrays."""
    replace(trees, **change).save(tmp_path / "t.npz", NAMES)  # type: ignore[arg-type]
    with pytest.raises(CorruptError, match=r"t\.npz"):
        load_trees(tmp_path / "t.npz", NAMES)


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut", "flipped"])
def test_a_damaged_file_is_told_by_name(trees: Trees, tmp_path: Path, damage: str) -> None:
    """Whatever happened to the file, the message names it and what to do."""
    path = tmp_path / "t.npz"
    trees.save(path, NAMES)
    whole = path.read_bytes()
    middle = len(whole) // 3
    data = {
        "empty": b"",
        "text": b"no archive",
        "cut": whole[: len(whole) // 2],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
    }
    path.unlink()
    if damage in data:
        path.write_bytes(data[damage])
    with pytest.raises(CorruptError, match=r"t\.npz: .*install yinju again"):
        load_trees(path, NAMES)


def test_trees_of_other_signals_are_refused(trees: Trees, tmp_path: Path) -> None:
    """Weights of another version must not be applied to columns that mean something else."""
    trees.save(tmp_path / "t.npz", NAMES)
    with pytest.raises(CorruptError, match="other signals"):
        load_trees(tmp_path / "t.npz", ("b", "a"))


def test_more_of_a_signal_never_lowers_the_shipped_score() -> None:
    """A passage that matches better in every way must not fall behind."""
    trees = load_trees(SHIPPED, SIGNALS)
    rng = np.random.default_rng(4)
    table = rng.uniform(0, 1, size=(300, len(SIGNALS))).astype(np.float32)
    for name in SIGNALS:
        if name not in FREE:
            more = table.copy()
            more[:, SIGNALS.index(name)] += rng.uniform(0, 0.5, size=300).astype(np.float32)
            assert (trees.sums(more) >= trees.sums(table) - 1e-4).all(), name
