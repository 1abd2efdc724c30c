"""Whether questions are understood from the conversation, and left alone where they need none."""

from __future__ import annotations

import random
from dataclasses import replace

from corpus.normalize import squeeze
from corpus.records import content_id
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


def left_alone(question: Question, resolved: str) -> bool | None:
    """Whether a question that stands alone was taken as asked; None if it is none of those."""
    if question.understood != () or not question.history:
        return None
    return squeeze(resolved or question.question) == squeeze(question.question)


def understood(question: Question, resolved: str) -> bool | None:
    """Whether all words needed are in the question as understood; None if none are known."""
    if not question.understood:
        return None
    return all(contains(resolved, words) for words in question.understood)
