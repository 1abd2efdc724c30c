"""Our ranking measures are those of ``trec_eval``."""

from __future__ import annotations

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics
from eval.beir import measure
from eval.retrieving import in_standard_order

NAMES = [f"d{number}" for number in range(30)]
GRADES = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3), min_size=1, max_size=12)
SCORES = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(st.floats(0, 10, width=32), st.integers(0, 3).map(float)),
    min_size=1, max_size=30,
)  # fmt: skip


@given(
    st.lists(st.tuples(GRADES, SCORES), min_size=1, max_size=4).filter(
        lambda items: all(max(grades.values()) > 0 for grades, _ in items)
    )
)
def test_equal_to_trec_eval(items: list[tuple[dict[str, int], dict[str, float]]]) -> None:
    """Protects every figure of a BEIR run, ties and grades included, to 1e-6."""
    judged = {f"q{number}": grades for number, (grades, _) in enumerate(items)}
    runs = {f"q{number}": scores for number, (_, scores) in enumerate(items)}
    rankings = {name: in_standard_order(scores, 100) for name, scores in runs.items()}
    result = measure(rankings, judged)
    theirs = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut.10", "recall.1,5,10,100"}).evaluate(
        runs
    )
    first_ten = {name: dict(ranking[:10]) for name, ranking in rankings.items()}
    ranks = pytrec_eval.RelevanceEvaluator(judged, {"recip_rank"}).evaluate(first_ten)
    for row, name in enumerate(judged):
        ours = {measure: ratio.parts[row] for measure, ratio in result.table.items()}
        assert ours["ndcg@10"] == pytest.approx(theirs[name]["ndcg_cut_10"], abs=1e-6)
        assert ours["mrr@10"] == pytest.approx(ranks[name]["recip_rank"], abs=1e-6)
        for k in (1, 5, 10, 100):
            assert ours[f"recall@{k}"] == pytest.approx(theirs[name][f"recall_{k}"], abs=1e-6)


@given(st.integers(1, 120), st.sampled_from([1, 5, 10, 100]))
def test_measures_of_a_rank_are_those_of_one_relevant_passage(rank: int, k: int) -> None:
    """Protects the figures of question sets: they are the same with one passage that answers."""
    ranked = [f"d{place}" for place in range(1, 121)]
    grades = {f"d{rank}": 1}
    assert metrics.recall_at(rank, k) == metrics.graded_recall(ranked, grades, k)
    assert metrics.ndcg(rank, k) == pytest.approx(metrics.graded_ndcg(ranked, grades, k))
    assert metrics.first_relevant(ranked, grades) == rank


def test_nothing_relevant() -> None:
    """Protects against a division by nothing."""
    assert metrics.graded_ndcg(["a"], {"a": 0}, 10) == 0.0
    assert metrics.graded_recall(["a"], {}, 10) == 0.0
    assert metrics.first_relevant(["a"], {"a": 0}) is None
