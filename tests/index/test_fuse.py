"""Fusing two scores into one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.fuse import fuse

COSINE = st.floats(-1, 1, width=32)
BM25 = st.floats(0, 60, width=32)
BOTH = st.lists(st.tuples(COSINE, BM25), max_size=20)


def arrays(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    columns = np.array(pairs, np.float32).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(BOTH, st.floats(0, 1))
def test_scores_lie_between_0_and_1_and_keep_agreement(
    pairs: list[tuple[float, float]], weight: float
) -> None:
    """Where both sides prefer one passage to another, so does the fused score."""
    dense, sparse = arrays(pairs)
    fused = fuse(dense, sparse, weight)
    assert fused.shape == dense.shape
    assert all(0 <= score <= 1 + 1e-6 for score in fused)
    for i in range(len(pairs)):
        better = (dense[i] >= dense) & (sparse[i] >= sparse)
        assert (fused[i] >= fused[better] - 1e-6).all()


def test_the_sum_is_what_the_weights_say() -> None:
    """Each side is scaled by its best; negative cosines count as none."""
    fused = fuse(np.array([0.8, 0.4, -0.5], np.float32), np.array([0, 10, 5], np.float32), 0.25)
    np.testing.assert_allclose(fused, [0.25 * 1, 0.25 * 0.5 + 0.75 * 1, 0.75 * 0.5], atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_a_side_that_says_nothing_leaves_the_other_to_decide(weight: float) -> None:
    """A question without known words is still answered by the vectors, and the other way round."""
    scores, nothing = np.array([2, 4, 1], np.float32), np.zeros(3, np.float32)
    expected = [0.5, 1, 0.25]
    np.testing.assert_allclose(fuse(nothing, scores, weight), expected)
    np.testing.assert_allclose(fuse(scores, nothing, weight), expected)
    np.testing.assert_allclose(fuse(-scores, scores, weight), expected)
    np.testing.assert_allclose(fuse(nothing, nothing, weight), [0, 0, 0])


def test_the_ends_of_the_weight_are_one_side_alone() -> None:
    """0 is BM25 alone, 1 vectors alone."""
    dense, sparse = np.array([0.2, 0.8], np.float32), np.array([9, 3], np.float32)
    np.testing.assert_allclose(fuse(dense, sparse, 0), [1, 1 / 3], atol=1e-6)
    np.testing.assert_allclose(fuse(dense, sparse, 1), [0.25, 1], atol=1e-6)
