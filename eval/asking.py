"""Asking the questions of a set, here or in several processes, with every answer kept at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from eval.answers import FORMAT
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


def ask_all(
    questions: Sequence[Question],
    kb: Asker | System,
    partial_file: Partial,
    *,
    hits: int,
    given: Mapping[str, str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Ask what is not yet in the partial file, and keep every answer there as it comes.

    Args:
        questions: All of the set.
        kb: An opened one is asked here, in the order of the set; one that is only described by as
            many processes as are worth it.
        partial_file: Keeps the answers.
        hits: How many passages to retrieve for each question.
        given: By question id the one document to answer from.
        workers: How many processes at most; as many as there are cores if None.
        progress: Called with (questions done, questions in all).
    """
    open_ones = [item for item in questions if item.key not in partial_file]
    done = len(questions) - len(open_ones)
    tasks: list[Task] = [(item, (given or {}).get(item.id)) for item in open_ones]
    if isinstance(kb, System):
        answer = partial(_answer_apart, kb, hits)
        lines = spread(answer, tasks, workers_for(len(tasks), workers))
    else:
        lines = ((item.key, answer_line(kb, item, hits)) for item, _ in tasks)
    if progress is not None and done:
        progress(done, len(questions))
    for key, line in lines:
        partial_file.add_line(key, line)
        done += 1
        if progress is not None:
            progress(done, len(questions))


def _answer_apart(system: System, hits: int, tasks: Sequence[Task]) -> list[tuple[str, bytes]]:
    """What a worker process does with a chunk of questions."""
    lines = []
    for question, source in tasks:
        kb: Asker = opened(system)
        if source is not None:
            restricted = _opened_within(system)
            restricted.restrict(source)
            kb = restricted
        lines.append((question.key, answer_line(kb, question, hits)))
    return lines


@lru_cache(maxsize=2)
def _opened_within(system: System) -> GivenContext:
    from eval.given import GivenContext

    return GivenContext(
        system.folder, embedder=system.embedder, retrieve=system.retrieve, answer=system.answer
    )


def answer_line(kb: Asker, question: Question, hits: int) -> bytes:
    """The answer record of a question as a line of JSON; a failure is a record too."""
    # Scoring the answers of another system needs none of the packages that answer.
    from rag.format import answer_record

    asked = {"format": FORMAT, "id": question.id, "question": question.question}
    try:
        answer = kb.ask(question.question, history=question.history, hits=hits)
        # The question as the set has it, whatever the system made of it, or it could not be scored.
        return json_line({**answer_record(answer, question.id), **asked})
    except _QUESTION_FAILURES as error:
        _log.warning("question %s failed", question.id, exc_info=True)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode("utf-8")
        return json_line({**asked, "error": message})


def fingerprint_text(info: Mapping[str, Any]) -> str:
    """What a knowledge base says of itself, as text that changes with it."""
    return json.dumps(info, sort_keys=True, default=str)
