"""The table of signals: own, relative, margins, one row a candidate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corpus.records import Passage
from index.embed import StaticEmbedder
from index.rerank.question import Question
from index.rerank.signals import MARGIN, OWN, SIGNALS, Candidates, signal_table
from index.rerank.vectors import WordVectors

Make = Callable[..., Passage]


def table_of(
    words: StaticEmbedder, text: str, passages: list[Passage], fused: list[float]
) -> np.ndarray:
    question = Question.read(text, list(text), lambda term: 2.0)
    scores = np.array(fused, np.float32)
    vectors = WordVectors(words)
    told = vectors.read(passages)
    return signal_table(question, Candidates(scores / 2, scores), told, vectors)


def test_a_row_says_how_a_candidate_compares(words: StaticEmbedder, passage: Make) -> None:
    """Relative columns are shares of the best candidate's, margins the lead over the others."""
    passages = [passage(["春天的车票。"]), passage(["春夏。", "秋冬。"], "车票"), passage(["学校"])]
    table = table_of(words, "春车票", passages, [1.0, 0.8, 0.2])
    assert (table.shape, table.dtype) == ((3, len(SIGNALS)), np.float32)
    column = {name: table[:, number] for number, name in enumerate(SIGNALS)}
    np.testing.assert_allclose(column["bm25"], [0.5, 0.4, 0.1])
    np.testing.assert_allclose(column["fused_margin"], [0.2, -0.2, -0.8], atol=1e-6)
    for name in OWN:
        best = column[name].max()
        expected = np.maximum(column[name], 0) / best if best > 0 else np.zeros(3)
        np.testing.assert_allclose(column[f"{name}_relative"], expected, atol=1e-4)
    assert {name.removesuffix("_margin") for name in MARGIN} <= set(OWN)
    assert column["coverage"][2] == 0
    assert column["above"][1] > 0 == column["above"][0]


@pytest.mark.parametrize("text", ["", "？", "春"])
def test_no_candidates_give_no_rows(words: StaticEmbedder, text: str) -> None:
    """A question that finds nothing is no error."""
    assert table_of(words, text, [], []).shape == (0, len(SIGNALS))


@pytest.mark.parametrize("text", ["", "，", "zzz", "春"])
def test_one_candidate_without_words_gives_numbers(
    words: StaticEmbedder, passage: Make, text: str
) -> None:
    """Where one side is empty, signals are finite: zero, not undefined."""
    assert np.isfinite(table_of(words, text, [passage(["，"])], [0.0])).all()


def test_passages_are_read_once_for_all_questions(words: StaticEmbedder, passage: Make) -> None:
    """A question said in another way meets the same passages: the table of reading them anew."""
    passages = [
        passage(["春天的车票。"], "门票"),
        passage(["，"]),
        passage(["夏天。", "车票二十元"]),
    ]
    scores = np.array([0.9, 0.5, 0.4], np.float32)
    vectors = WordVectors(words)
    told = vectors.read(passages)
    for text in ("春车票", "夏天二十", "", "zzz", "春车票"):
        question = Question.read(text, list(text), lambda term: 2.0)
        shared = signal_table(question, Candidates(scores / 2, scores), told, vectors)
        np.testing.assert_array_equal(shared, table_of(words, text, passages, list(scores)))
