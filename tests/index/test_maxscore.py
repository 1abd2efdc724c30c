"""The best rows of a segment: fewer are scored, none is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.maxscore import TermPostings, WeightedQuery, best_rows, top_k
from index.postings import Postings, TermKeys, post

KEYS = TermKeys()
WORDS = [f"词{number}" for number in range(40)]
WEIGHTS = {word: 0.1 * (number + 1) for number, word in enumerate(WORDS[:8])}
K1 = 1.2


def segment(seed: int) -> Postings:
    """Rows of words some of which are in nearly every row."""
    generator = np.random.default_rng(seed)
    often = 1 / np.arange(1, len(WORDS) + 1)
    return post(
        KEYS.of(list(generator.choice(WORDS, generator.integers(0, 30), p=often / often.sum())))
        for _ in range(400)
    )


def all_scores(postings: Postings, query: WeightedQuery) -> NDArray[np.float32]:
    """Every term added up in every row."""
    scores = np.zeros(postings.size, np.float32)
    norms = np.full(postings.size, K1, np.float32)
    for gain, first, last in zip(query.gains, *postings.ranges(query.keys), strict=True):
        TermPostings(postings, norms, gain, first, last).add(scores)
    return scores


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.integers(0, 9), st.floats(0, 8), st.booleans())
def test_no_row_over_the_floor_is_lost(seed: int, floor: float, is_shut: bool) -> None:
    """Whatever the k-th best score so far, skipping gives the rows and scores of adding up all."""
    postings, query = segment(seed), WeightedQuery(WEIGHTS, K1, KEYS)
    shut = np.arange(postings.size) % 3 == 0 if is_shut else None
    expected = all_scores(postings, query)
    norms = np.full(postings.size, K1, np.float32)
    rows, scores = best_rows(postings, norms, query, floor, shut)
    good = (expected >= floor) & (expected > 0)
    if shut is not None:
        good &= ~shut
    assert rows.tolist() == np.flatnonzero(good).tolist()
    np.testing.assert_array_equal(scores, expected[rows])


def test_wanted_rows_get_the_score_that_all_rows_get() -> None:
    """A term of many postings is looked up in a few rows instead of added to all."""
    postings, query = segment(1), WeightedQuery({WORDS[0]: 1.0}, K1, KEYS)
    (gain,), ((first,), (last,)) = query.gains, postings.ranges(query.keys)
    norms = np.full(postings.size, K1, np.float32)
    term = TermPostings(postings, norms, gain, first, last)
    some, wanted = np.zeros(postings.size, np.float32), np.array([0, 7, 399])
    term.add(some, wanted)
    np.testing.assert_array_equal(some[wanted], all_scores(postings, query)[wanted])
    assert np.count_nonzero(some) <= len(wanted)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20), st.integers(0, 25))
def test_ties_stand_by_position(values: list[int], k: int) -> None:
    """Of equal scores the first in the index comes first, wherever the cut falls."""
    positions, scores = np.arange(len(values))[::-1], np.array(values, np.float32)[::-1]
    found, best = top_k(positions, scores, k)
    assert found.tolist() == sorted(range(len(values)), key=lambda at: (-values[at], at))[:k]
    assert best.tolist() == [values[at] for at in found]
