"""The final order: reranked candidates first, scores that never rise."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.rerank.order import final_order

NEW = st.one_of(st.just(float("nan")), st.floats(0, 1, width=32))


def test_what_is_scored_comes_first_by_its_score() -> None:
    """What was not scored in time, or lies deeper, stays behind in its order."""
    reranked = np.array([0.2, np.nan, 0.9], np.float32)
    order, scores = final_order(reranked, np.array([0.9, 0.8, 0.5, 0.4, 0.0], np.float32))
    assert order == [2, 0, 1, 3, 4]
    np.testing.assert_allclose(scores, [0.9, 0.2, 0.16, 0.08, 0.0], atol=1e-6)


def test_without_reranking_nothing_moves() -> None:
    """Switched off, the fused scores and their order are the result."""
    fused = np.array([0.9, 0.5, 0.5], np.float32)
    order, scores = final_order(fused[:0], fused)
    assert order == [0, 1, 2]
    np.testing.assert_array_equal(scores, fused)
    assert final_order(fused[:0], fused[:0])[0] == []


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    new=st.lists(NEW, max_size=6),
    old=st.lists(st.floats(0, 1, width=32), min_size=6, max_size=9),
)
def test_every_candidate_comes_once_and_scores_fall(new: list[float], old: list[float]) -> None:
    """Whatever was scored, no candidate is lost and no score is above the one before."""
    order, scores = final_order(np.array(new, np.float32), -np.sort(-np.array(old, np.float32)))
    assert sorted(order) == list(range(len(old)))
    assert (np.diff(scores) <= 0).all()
    assert ((scores >= 0) & (scores <= 1)).all()
