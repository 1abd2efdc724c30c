"""Whether questions are understood from the conversation, and left alone where they need none."""

from __future__ import annotations

import random
from dataclasses import replace

from corpus.normalize import squeeze
from corpus.records import content_id
from eval.answers import Reply
from eval.matching import contains
from eval.questions import Question
from eval.sets import QuestionSet


def with_unrelated_history(questions: QuestionSet, turns: int) -> QuestionSet:
    """The questions in random order, each with those before it as its conversation.

    They have nothing to do with each other, so none of them may be changed. The order is the same
    every time. Questions with a history of their own are left out.

    Args:
        questions: A question set.
        turns: How many questions to put before each.
    """
    alone = [item for item in questions.questions if not item.history]
    order = random.Random(0).sample(alone, len(alone))
    mixed = [
        replace(
            item,
            history=tuple((before.question, "") for before in order[max(0, place - turns) : place]),
            understood=(),
        )
        for place, item in enumerate(order)
    ]
    return replace(questions, questions=tuple(mixed), hash=content_id(questions.hash, str(turns)))


def stands_alone(question: Question) -> bool:
    """Whether its conversation must not change a question."""
    return question.understood == () and bool(question.history)


def left_alone(question: Question, reply: Reply) -> bool | None:
    """Whether a question that stands alone was taken as without its conversation.

    Returns:
        None if it is no such question.
    """
    if not stands_alone(question):
        return None
    return not is_changed(question, reply.resolved, reply.alone)


def is_changed(question: Question, resolved: str, alone: str = "") -> bool:
    """Whether a question was understood as another than it is without its history.

    Args:
        question: As asked.
        resolved: As understood; empty if the system does not tell.
        alone: As understood without its history; empty if that is as asked.
    """
    usual = alone or question.question
    return squeeze(resolved or usual) != squeeze(usual)


def understood(question: Question, resolved: str) -> bool | None:
    """Whether all words needed are in the question as understood; None if none are known."""
    if not question.understood:
        return None
    return all(contains(resolved, words) for words in question.understood)
