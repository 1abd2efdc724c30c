"""Making the shipped reranker: collections, examples, trees, figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.rerank.signals import FREE, SIGNALS
from index.rerank.train import folds
from index.rerank.train.examples import Examples, gains_of, joined, thinned
from index.rerank.train.fit import TreeSettings, balanced, calibrated, grow, trees_of
from index.rerank.train.measure import by_collection, ndcg_at_10
from index.rerank.train.sources import Sizes, collections_of, large_collection
from index.train import data
from index.train.data import TextPairs


def make_examples(questions: int, seed: int) -> Examples:
    """Ten candidates a question; the right one has more of every signal, in the mean."""
    rng = np.random.default_rng(seed)
    table = rng.uniform(0, 1, size=(questions * 10, len(SIGNALS))).astype(np.float32)
    gains = np.zeros(questions * 10, np.int8)
    right = np.arange(questions) * 10 + rng.integers(0, 10, questions)
    gains[right] = 1
    table[right] += 0.4
    return Examples(table, gains, np.full(questions, 10), np.zeros(questions, np.int64))


def test_the_trees_are_those_of_the_library() -> None:
    """What numpy runs must give what was grown."""
    import lightgbm

    examples = make_examples(60, 1)
    data = lightgbm.Dataset(examples.table, label=examples.gains, group=examples.sizes)
    options = {"objective": "lambdarank", "num_leaves": 6, "min_data_in_leaf": 5, "verbosity": -1}
    booster = lightgbm.train(options, data, 12)
    trees = trees_of(booster.dump_model())
    np.testing.assert_allclose(
        trees.sums(examples.table), booster.predict(examples.table), rtol=1e-4, atol=1e-5
    )
    assert len(trees.roots) == 12


def test_growing_learns_and_is_monotone_and_repeatable() -> None:
    """The same examples and seed give the same trees; more of a signal never lowers the score."""
    examples = make_examples(80, 2)
    settings = TreeSettings(trees=15, leaves=6, least=10)
    trees, again = (grow(examples, balanced(examples), settings, 3) for _ in range(2))
    np.testing.assert_array_equal(trees.values, again.values)
    fresh = make_examples(60, 9)
    chance = ndcg_at_10(fresh, np.zeros(600, np.float32)).mean()
    assert ndcg_at_10(fresh, trees.sums(fresh.table)).mean() > chance + 0.2
    for number, name in enumerate(SIGNALS):
        if name not in FREE:
            more = fresh.table.copy()
            more[:, number] += 0.3
            assert (trees.sums(more) >= trees.sums(fresh.table) - 1e-5).all()


def test_scores_become_the_share_of_right_ones() -> None:
    """A calibrated probability of 0.3 means three of ten."""
    rng = np.random.default_rng(5)
    scores = rng.normal(size=20_000)
    right = rng.uniform(size=20_000) < 1 / (1 + np.exp(-(1.7 * scores - 0.6)))
    slope, intercept = calibrated(scores, right, np.ones(20_000))
    assert (slope, intercept) == (pytest.approx(1.7, abs=0.1), pytest.approx(-0.6, abs=0.1))


def test_figures_follow_the_definition() -> None:
    """A document counts by its best passage; what is not found counts nothing."""
    table = np.zeros((7, len(SIGNALS)), np.float32)
    gains = np.array([0, 1, -1, 1, 0, 0, 0], np.int8)
    examples = Examples(table, gains, np.array([3, 2, 2]), np.array([0, 0, 1]))
    scores = np.array([3, 1, 2, 1, 2, 1, 2], np.float32)
    values = ndcg_at_10(examples, scores)
    np.testing.assert_allclose(values, [1 / np.log2(3), 1 / np.log2(3), 0.0])
    assert by_collection(examples, values, ["a", "b"]) == {"a": 63.09, "b": 0.0}


def test_passages_of_a_right_document_count_once() -> None:
    """The first is right, the others are neither right nor wrong."""
    assert gains_of(["a", "b", "a", "c"], frozenset("ac")).tolist() == [1, 0, -1, 1]
    assert gains_of([], frozenset("a")).tolist() == []


def test_thinning_keeps_every_right_candidate() -> None:
    """Fewer easy negatives, the same questions."""
    one = make_examples(1, 4)
    many = joined([replace(one, sizes=np.array([50]), table=np.repeat(one.table, 5, axis=0),
                           gains=np.repeat(one.gains, 5))] * 2)  # fmt: skip
    few = thinned(many)
    assert (few.gains == 1).sum() == (many.gains == 1).sum() == 10
    assert few.sizes.sum() == len(few.table) < len(many.table)
    assert len(few.sizes) == len(many.sizes) == 2


def test_collections_hold_the_answers_and_leave_out_vague_questions() -> None:
    """Every question has its passage; one that three passages answer asks about none of them."""
    queries = ["简介", "简介", "简介", *(f"问题{n}是什么" for n in range(20))]
    positives = [f"第{n}段的内容。这是问题{n - 3}的答案。" for n in range(23)]
    made = list(collections_of([TextPairs("lecoqa", queries, positives)], Sizes(), 7))
    assert [item.name for item in made] == ["lecoqa", "lecoqa/short", "lecoqa/turned"]
    for item in made:
        assert len(item.queries) == len(item.relevant)
        assert all(name in item.documents for names in item.relevant for name in names)
        assert "简介" not in item.queries
    whole, short, turned = made
    assert len(whole.queries) == 20
    assert all(len(text) <= 120 for text in short.documents.values())
    assert set(turned.documents.values()) <= set(queries)
    assert list(collections_of([TextPairs("lecoqa", queries, positives)], Sizes(), 7)) == made


def test_only_questions_that_may_be_asked_are() -> None:
    """An embedding that has seen a question says too much about it."""
    pairs = TextPairs("lecoqa", [f"问题{n}" for n in range(20)], [f"答案{n}。" for n in range(20)])
    fold = folds.Fold(questions=0.5)
    made = list(collections_of([pairs], Sizes(), 7, fold.asks))
    assert [item.name for item in made] == ["lecoqa", "lecoqa/short"]
    seen = data.without_held(pairs, 0.5).queries
    for item in made:
        assert 0 < len(item.queries) < 20
        assert not set(seen) & set(item.queries)
        assert len(seen) + len(item.queries) == 20


def test_statutes_are_searched_all_together() -> None:
    """A question about one law competes with the articles of all, and only what may be asked is."""
    laws = TextPairs("laws_chapter_article", ["茶法 总则"], ["第一条 卖茶写明产地。"])
    asked = TextPairs("statutes", ["不写产地行吗", "能卖陈茶吗"], ["茶法第一条", "茶法第二条"])
    other = TextPairs("lecoqa", ["问题"], ["答案"])
    (made,) = large_collection([laws, asked, other], Sizes(), 7, lambda query: "陈茶" in query)
    assert set(made.documents.values()) == {*laws.positives, *asked.positives}
    assert made.queries == ["能卖陈茶吗"]
    assert list(large_collection([other], Sizes(), 7)) == []


def test_folds_leave_out_all_that_is_made_of_a_source() -> None:
    """Sentences and titles of held-out passages would let the embedding know them."""
    names = ["mrc/drcd_simp.dev", "mrc/drcd_simp.dev/title", "stard.train", "tldr_zh", "other"]
    sets = [TextPairs(name, ["q"], ["p"]) for name in names]
    assert [pairs.name for pairs in folds.held_out(sets, 1)] == names[:3]
    assert [pairs.name for pairs in folds.held_out(sets, 0)] == ["tldr_zh"]
    everything = [name for fold in folds.FOLDS for name in fold.sources]
    assert len(everything) == len(set(everything))
