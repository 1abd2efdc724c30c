"""What the reader is told about each token."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reader import Reader
from rag.reader.signals import SIGNALS, share_of_best, signals
from rag.reader.tokens import tokens_of
from rag.reader.vocabulary import Vocabulary

TEXT = "茶园占地320亩。每年接待游客四万人，多在春天。"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Reader().vocabulary


def column(table: np.ndarray[tuple[int, int], np.dtype[np.float32]], name: str) -> list[float]:
    return [round(float(value), 3) for value in table[:, SIGNALS.index(name)]]


def test_words_of_the_question_are_marked(vocabulary: Vocabulary) -> None:
    """Same words, pairs and shapes stand at their tokens."""
    told = tokens_of(TEXT)
    _, table = signals(
        vocabulary.look_up(tokens_of("茶园接待游客多少？")), vocabulary.look_up(told)
    )
    marked = {word for word, same in zip(told.words, column(table, "same"), strict=True) if same}
    assert marked == {"茶园", "接待", "游客"}
    number = told.words.index("320")
    assert table[number, SIGNALS.index("digits")] == 1
    assert table[told.words.index("接待"), SIGNALS.index("with_next")] == 1
    assert table[told.words.index("游客"), SIGNALS.index("with_previous")] == 1
    assert column(table, "near_left")[number] > 0


def test_coverage_is_that_of_the_sentence(vocabulary: Vocabulary) -> None:
    """All tokens of a sentence know how much of the question it holds, and its neighbours."""
    told = tokens_of(TEXT)
    _, table = signals(
        vocabulary.look_up(tokens_of("茶园接待游客多少？")), vocabulary.look_up(told)
    )
    end = told.words.index("。") + 1
    first, second = table[:end], table[end:]
    for part in (first, second):
        assert len(set(column(part, "covers"))) == 1
    assert column(second, "covers")[0] > column(first, "covers")[0] > 0
    assert column(first, "covers_after") == [column(second, "covers")[0]] * len(first)
    assert column(second, "covers_most") == [1.0] * len(second)


def test_words_that_go_with_each_other_are_like(vocabulary: Vocabulary) -> None:
    """As near as they are told to be, if their vectors say less; nothing else moves."""
    asked = vocabulary.look_up(tokens_of("瘫了多久"))
    told = vocabulary.look_up(tokens_of("服务发生故障，四小时后恢复。"))
    near = {"瘫": [("故障", 0.7), ("没有的词", 0.9)]}
    before, after = (signals(asked, told, way) for way in (None, lambda word: near.get(word, [])))
    row = told.tokens.words.index("故障")
    assert column(before[1], "like")[row] < column(after[1], "like")[row] == 0.7
    assert column(after[0], "like")[asked.tokens.words.index("瘫")] == 0.7
    for name in ("same", "covers", "characters", "weight"):
        assert column(before[1], name) == column(after[1], name)
    others = [n for n in range(len(told.tokens.words)) if n != row]
    assert [column(before[1], "like")[n] for n in others] == [
        column(after[1], "like")[n] for n in others
    ]


def test_the_share_is_of_the_best_sentence_of_the_part(vocabulary: Vocabulary) -> None:
    """Of a part of a text the best sentence is the best there."""
    told = tokens_of(TEXT)
    _, table = signals(
        vocabulary.look_up(tokens_of("茶园接待游客多少？")), vocabulary.look_up(told)
    )
    part = share_of_best(table[: told.words.index("。")].copy())
    assert set(column(part, "covers_most")) == {1.0}


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=20), st.text(max_size=60))
def test_any_text_has_signals(asked: str, told: str) -> None:
    """Whatever is asked of whatever text, the signals are numbers between 0 and a few."""
    vocabulary = Reader().vocabulary if not KEPT else KEPT[0]
    KEPT[:] = [vocabulary]
    question, text = tokens_of(asked), tokens_of(told)
    tables = signals(vocabulary.look_up(question), vocabulary.look_up(text))
    for table, tokens in zip(tables, (question, text), strict=True):
        assert table.shape == (len(tokens.words), len(SIGNALS))
        assert np.isfinite(table).all()
        assert table.min(initial=0) >= -1.01
        assert table.max(initial=0) < 40


KEPT: list[Vocabulary] = []
