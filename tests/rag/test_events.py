"""An answer step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from corpus.errors import InputError
from corpus.filters import Filters
from corpus.records import Answer
from rag import KnowledgeBase
from rag.events import Chosen, Event, Retrieved

QUESTION = "强化微调是什么意思"


def untimed(answer: Event) -> Answer:
    assert isinstance(answer, Answer)
    return replace(answer, timings_ms={})


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        (QUESTION, [Retrieved, Chosen, Answer]),
        ("火星上有多少家茶馆在卖宇航服", [Retrieved, Answer]),
        ("你好", [Answer]),
        ("", [Answer]),
    ],
)
def test_events_come_in_order_and_the_answer_is_last(
    question: str, kinds: list[type], kb: KnowledgeBase
) -> None:
    """Whoever shows the steps sees each once, and the answer that ``ask`` gives."""
    events = list(kb.stream(question))
    assert [type(event) for event in events] == kinds
    assert untimed(events[-1]) == untimed(kb.ask(question))


def test_each_event_says_what_the_answer_will(kb: KnowledgeBase) -> None:
    """What is shown while waiting is not taken back: hits, citations, confidence, times."""
    retrieved, chosen, answer = kb.stream(QUESTION, [("蒸馏是什么", "")], 4)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(chosen, Chosen)
    assert isinstance(answer, Answer)
    assert retrieved.hits == answer.hits
    assert len(retrieved.hits) == 4
    assert retrieved.question_resolved == answer.question_resolved
    assert (chosen.citations, chosen.confidence) == (answer.citations, answer.confidence)
    for event, stages in ((retrieved, 2), (chosen, 4), (answer, 4)):
        assert len(event.timings_ms) == stages + 1
        assert event.timings_ms.items() - {("total", event.timings_ms["total"])} <= (
            answer.timings_ms.items()
        )


def test_nothing_is_done_that_is_not_asked_for(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stops after the passages does not pay for the evidence."""

    def fail(*given: object) -> None:
        raise RuntimeError("was weighed")

    monkeypatch.setattr("rag.find.weigh", fail)
    events: Iterator[Event] = kb.stream(QUESTION)
    assert isinstance(next(events), Retrieved)
    with pytest.raises(RuntimeError, match="was weighed"):
        next(events)


def test_a_wrong_count_is_told_at_once(kb: KnowledgeBase) -> None:
    """Not only when the first event is taken."""
    with pytest.raises(InputError, match="k is -1"):
        kb.stream("茶", k=-1)


def test_filters_hold_for_the_stream_too(kb: KnowledgeBase) -> None:
    """Every passage that is shown on the way meets the conditions."""
    retrieved, *_ = kb.stream(QUESTION, filters=Filters(source="没有这个文件夹/"))
    assert isinstance(retrieved, Retrieved)
    assert retrieved.hits == ()
