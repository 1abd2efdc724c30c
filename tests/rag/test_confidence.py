"""Signals of the confidence: what a near miss lacks shows."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, confidence_features, probability
from rag.features import candidates_of
from rag.reader import Span

BRIDGE = "青石大桥全长 1200 米，横跨柳溪。大桥由林远设计。"


@pytest.fixture
def signals(kit: SimpleNamespace, words: StaticEmbedder) -> object:
    """The signals of a question over the sentence of a text that has most of its words, by name."""

    def of(
        question: str, text: str = BRIDGE, answer: str = "", odds: float = 0.0, score: float = 0.5
    ) -> object:
        query = kit.query(question)
        candidates = candidates_of(kit.hits(text))
        best = max(candidates, key=lambda item: len(set(item.text) & set(question)))
        place = best.start + best.text.find(answer)
        span = Span(place, place + len(answer), odds) if answer else None
        values = confidence_features(query, best, span, score, words)
        return dict(zip(CONFIDENCE_FEATURES, map(float, values), strict=True))

    return of


@pytest.mark.parametrize(
    ("name", "answered", "missed"),
    [
        ("kind_missing", "青石大桥全长多少米", "青石大桥花了多少钱"),
        ("unit_missing", "青石大桥全长多少米", "青石大桥有多少节"),
        ("number_missing", "1200 米的大桥横跨什么", "1300 米的大桥横跨什么"),
    ],
)
def test_a_near_miss_lacks_something(
    name: str, answered: str, missed: str, signals: SimpleNamespace
) -> None:
    """Money at all, the unit asked for, the number told: absent, they raise their signal."""
    assert (signals(answered)[name], signals(missed)[name]) == (0, 1)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("一千二百米的大桥叫什么", False),
        ("1,200 米的大桥叫什么", False),
        ("120 米的大桥叫什么", True),
        ("大桥叫什么", False),
    ],
)
def test_a_number_may_be_written_in_another_way(
    question: str, missing: bool, signals: SimpleNamespace
) -> None:
    """In characters or with commas it is the same number; part of another one it is not."""
    assert signals(question)["number_missing"] == missing


def test_a_number_in_figures_is_found_in_characters(signals: SimpleNamespace) -> None:
    """第7天 is told of in 第七天."""
    assert signals("第7天的活动是什么", "第七天的活动是赛马。")["number_missing"] == 0
    assert signals("第8天的活动是什么", "第七天的活动是赛马。")["number_missing"] == 1


def test_the_answering_words_are_looked_at(signals: SimpleNamespace) -> None:
    """A sentence may hold a number and the words that were read none; unread it holds nothing."""
    asked = "青石大桥全长多少米"
    read = [signals(asked, answer=words)["kind_unread"] for words in ("1200 米", "横跨柳溪", "")]
    assert read == [0, 1, 1]


@pytest.mark.parametrize("name", ["soft_coverage", "weakest_word", "focus"])
def test_words_alike_count_for_words_that_are_missing(name: str, signals: SimpleNamespace) -> None:
    """A question in other words matches better than one about something else."""
    assert signals("青石大桥有多长")[name] > signals("青石大桥的门票哪里买")[name]


def test_a_word_that_is_found_counts_no_more_than_one_like_it(signals: SimpleNamespace) -> None:
    """The least matched word counts up to a likeness: questions with no word missing are alike."""
    assert signals("青石大桥")["weakest_word"] == 0.5


def test_what_was_read_is_cut_off(signals: SimpleNamespace) -> None:
    """Certainty counts up to a limit; a sentence that was not read counts as the least."""
    read = [signals("桥多长", answer="1200 米", odds=odds)["read"] for odds in (-99.0, 2.5, 99.0)]
    assert read == [-10, 2.5, 10]
    assert signals("桥多长")["read"] == -10


def test_a_search_that_finds_nothing_shows(signals: SimpleNamespace) -> None:
    """The less likely the best passage answers, the lower; what is likely to is not told apart."""
    found = [signals("桥多长", score=score)["found"] for score in (0, 1e-4, 0.1, 0.3, 0.6, 1)]
    assert found[:2] == [-6, -6]
    assert -6 < found[2] < found[3] < 0
    assert found[4:] == [0, 0]


def test_every_signal_is_finite_whatever_is_asked(signals: SimpleNamespace) -> None:
    """Questions without words, of one letter or in another language break nothing."""
    for question in ("？", "a", "多少", "Что это?", "米" * 200):
        assert np.isfinite(list(signals(question).values())).all()


def test_probability_is_between_nought_and_one_and_rises() -> None:
    """However large the signals are; a question that names nothing has none."""
    one = np.array([1.0])
    values = [probability(one * size, [1.0], 0.0, vague=False) for size in (-1e9, -1, 0, 1, 1e9)]
    assert values == sorted(values)
    assert values[2] == 0.5
    assert 0 < values[0] < values[-1] < 1.0000001
    assert probability(one, [1.0], 9.0, vague=True) == 0.0
