"""Asking the questions of a set, here or in several processes, with every answer kept at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from eval.answers import FORMAT, read_reply
from eval.judging import Ground, Judgement, judge
from eval.parallel import spread, workers_for
from eval.partial import Partial, json_line
from eval.questions import Question
from eval.system import Asker, System, opened

if TYPE_CHECKING:
    from eval.given import GivenContext

_log = logging.getLogger(__name__)

# What one odd question can raise. A knowledge base that is damaged or in use, a full disk and lack
# of memory would fail every question: they end the run, which the next one resumes.
_QUESTION_FAILURES = (
    InputError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)

Task = tuple[Question, str | None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked.

    Attributes:
        hits: How many passages to retrieve for each.
        ground: What is known of the system that answers.
        given: By question id the one document to answer from.
        workers: How many processes at most; as many as there are cores if None.
    """

    hits: int
    ground: Ground
    given: Mapping[str, str] = field(default_factory=dict)
    workers: int | None = None


def ask_all(
    questions: Sequence[Question],
    kb: Asker | System,
    kept: Partial,
    how: Asking,
    progress: Progress = lambda done, total: None,
) -> list[Judgement]:
    """Ask what has no answer yet, keep every answer as it comes, and judge them all.

    Args:
        questions: All of the set.
        kb: An opened one is asked here, in the order of the set; one that is only described by as
            many processes as are worth it.
        kept: The answers so far; gets the others.
        how: How to ask.
        progress: Called with (questions done, questions in all).

    Returns:
        One judgement for each question, in order.
    """
    judged: dict[str, Judgement] = {}
    for item in questions:
        if item.key in kept:
            judged[item.key] = judge(item, read_reply(kept.read(item.key)), how.ground)
    if judged:
        progress(len(judged), len(questions))
    tasks: list[Task] = [
        (item, how.given.get(item.id)) for item in questions if item.key not in judged
    ]
    if isinstance(kb, System):
        apart = partial(_answer_apart, kb, how.hits, how.ground)
        results = spread(apart, tasks, workers_for(len(tasks), how.workers))
    else:
        results = (_answer(kb, item, how.hits, how.ground) for item, _ in tasks)
    for key, line, judgement in results:
        kept.add_line(key, line)
        judged[key] = judgement
        progress(len(judged), len(questions))
    return [judged[item.key] for item in questions]


def _answer_apart(
    system: System, hits: int, ground: Ground, tasks: Sequence[Task]
) -> list[tuple[str, bytes, Judgement]]:
    """What a worker process does with a chunk of questions."""
    results = []
    for question, source in tasks:
        if source is None:
            results.append(_answer(opened(system), question, hits, ground))
        else:
            restricted = _opened_within(system)
            restricted.restrict(source)
            results.append(_answer(restricted, question, hits, ground))
    return results


@lru_cache(maxsize=2)
def _opened_within(system: System) -> GivenContext:
    from eval.given import GivenContext

    return GivenContext(
        system.folder, embedder=system.embedder, retrieve=system.retrieve, answer=system.answer
    )


def _answer(
    kb: Asker, question: Question, hits: int, ground: Ground
) -> tuple[str, bytes, Judgement]:
    """Key, answer record as a line of JSON, and judgement; a failure is a record too."""
    # Scoring the answers of another system needs none of the packages that answer.
    from rag.format import answer_record

    asked = {"format": FORMAT, "id": question.id, "question": question.question}
    try:
        answer = kb.ask(question.question, history=question.history, hits=hits)
        # The question as the set has it, whatever the system made of it, or it could not be scored.
        record = {**answer_record(answer, question.id), **asked}
        line = json_line(record)
    except _QUESTION_FAILURES as error:
        _log.warning("question %s failed", question.id, exc_info=True)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode("utf-8")
        record = {**asked, "error": message}
        line = json_line(record)
    return question.key, line, judge(question, read_reply(record), ground)


def fingerprint_text(info: Mapping[str, Any]) -> str:
    """What a knowledge base says of itself, as text that changes with it."""
    return json.dumps(info, sort_keys=True, default=str)
