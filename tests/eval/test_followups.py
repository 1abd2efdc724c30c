"""Follow-ups: what is understood from the conversation, and what is left alone."""

from __future__ import annotations

import pytest

from eval.answers import Reply
from eval.followups import left_alone, understood, with_unrelated_history
from eval.questions import Question, parse_question
from eval.sets import QuestionSet


def question(name: str, **more: object) -> Question:
    return Question(name, f"问题{name}是什么？", **more)  # type: ignore[arg-type]


def test_every_question_follows_others() -> None:
    """Each once, in an order that is always the same, after those that came before it."""
    own = question("x", history=(("早先", ""),))
    asked = QuestionSet("set", "hash", (*(question(str(number)) for number in range(20)), own))
    mixed = with_unrelated_history(asked, 2)
    names = [item.id for item in mixed.questions]
    assert sorted(names) == sorted(str(number) for number in range(20))
    assert names != sorted(names, key=int)
    assert mixed == with_unrelated_history(asked, 2)
    assert mixed.hash != asked.hash
    for place, item in enumerate(mixed.questions):
        before = [turn for turn, _ in item.history]
        assert before == [other.question for other in mixed.questions[max(0, place - 2) : place]]
        assert item.understood == ()


@pytest.mark.parametrize(
    ("resolved", "alone", "kept"),
    [
        ("问题1是什么？", "", True),
        ("", "", True),
        ("茶的问题1是什么？", "", False),
        ("题目 是什么", "题目 是什么", True),
        ("茶 题目 是什么", "题目 是什么", False),
        ("问题1是什么？", "题目 是什么", False),
        ("", "题目 是什么", True),
    ],
)
def test_a_question_that_stands_alone_must_stay(resolved: str, alone: str, kept: bool) -> None:
    """What its conversation adds is a change, a translation is none; nothing told, none made."""
    item = question("1", history=(("茶？", ""),), understood=())
    assert left_alone(item, Reply("1", resolved=resolved, alone=alone)) is kept
    assert understood(item, resolved) is None


def test_a_follow_up_must_hold_all_its_words() -> None:
    """One word short is not understood, and such a question is none that must stay."""
    item = question("1", history=(("祁门产什么？", ""),), understood=("祁门", "红茶"))
    assert understood(item, "祁门的紅茶？") is True
    assert understood(item, "红茶？") is False
    assert left_alone(item, Reply("1", resolved="红茶？")) is None


def test_what_is_not_judged_is_not_counted() -> None:
    """Without the field, and of the first question, nothing is known."""
    assert understood(question("1"), "任何") is None
    reply = Reply("1", resolved="任何")
    assert left_alone(question("1", history=(("茶？", ""),)), reply) is None
    assert left_alone(question("1", understood=()), reply) is None


def test_the_field_is_read_and_checked() -> None:
    """Words, or none at all; anything else is named."""
    row = {"id": "a", "question": "它呢？", "history": ["茶？"]}
    read, wrong = parse_question({**row, "understood": ["茶"]})
    assert (read.understood if read else None, wrong) == (("茶",), [])
    read, _ = parse_question({**row, "understood": []})
    assert read is not None
    assert read.understood == ()
    read, wrong = parse_question({**row, "understood": [3]})
    assert read is None
    assert "item 1 of `understood` must be a string" in wrong[0]
