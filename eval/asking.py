"""Asking the questions of a set, here or in several processes, with every answer kept at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError, ModelError
from corpus.records import Answer
from eval.answers import FORMAT, read_reply
from eval.followups import is_changed, stands_alone
from eval.judging import Ground, Judgement, judge
from eval.parallel import CHUNK, Workers
from eval.partial import Partial, json_line
from eval.questions import Question
from eval.system import Opened, System, asker_apart
from eval.wording import greet

if TYPE_CHECKING:
    from rag.llm.model import LanguageModel

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
        chunk: How many at a time, where other processes ask.
    """

    hits: int
    ground: Ground
    given: Mapping[str, str] = field(default_factory=dict)
    chunk: int = CHUNK


def ask_all(
    questions: Sequence[Question],
    kb: Opened | System,
    kept: Partial,
    how: Asking,
    workers: Workers,
    progress: Progress = lambda done, total: None,
) -> list[Judgement]:
    """Ask what has no answer yet, keep every answer as it comes, and judge them all.

    Args:
        questions: All of the set.
        kb: An opened one if it is to be asked here, in the order of the set; its description if
            in other processes.
        kept: The answers so far; gets the others.
        how: How to ask.
        workers: Who asks.
        progress: Called with (questions done, questions in all).

    Returns:
        One judgement for each question, in order.

    Raises:
        ModelError: The language model answers no more; what was answered so far is kept.
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
    results = workers.spread(partial(_answer_all, kb, how.hits, how.ground), tasks, how.chunk)
    for key, line, judgement in results:
        kept.add_line(key, line)
        judged[key] = judgement
        progress(len(judged), len(questions))
    return [judged[item.key] for item in questions]


def _answer_all(
    source: Opened | System, hits: int, ground: Ground, tasks: Sequence[Task]
) -> Iterable[tuple[str, bytes, Judgement]]:
    """A chunk of questions: one by one here, all together from a worker process."""
    asker = asker_apart(source) if isinstance(source, System) else source
    results = (_answer(asker, question, within, hits, ground) for question, within in tasks)
    return list(results) if isinstance(source, System) else results


def _answer(
    asker: Opened, question: Question, within: str | None, hits: int, ground: Ground
) -> tuple[str, bytes, Judgement]:
    """Key, answer record as a line of JSON, and judgement; a failure is a record too."""
    # Scoring the answers of another system needs none of the packages that answer.
    from rag.format import answer_record

    asked = {"format": FORMAT, "id": question.id, "question": question.question}
    try:
        answer = asker.ask(question, hits, within)
        # The question as the set has it, whatever the system made of it, or it could not be scored.
        record = {**answer_record(answer, question.id), **asked, **_of_model(asker, answer)}
        if stands_alone(question) and is_changed(question, answer.question_resolved):
            record["question_alone"] = asker.resolved_alone(question)
        line = json_line(record)
    except _QUESTION_FAILURES as error:
        _log.warning("question %s failed", question.id, exc_info=True)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode("utf-8")
        record = {**asked, "error": message}
        line = json_line(record)
    reply = read_reply(record)
    if asker.model and reply.model_failed:
        _check_it_lives(asker.model, str(record.get("notice", "")))
    return question.key, line, judge(question, reply, ground)


def _of_model(asker: Opened, answer: Answer) -> dict[str, Any]:
    """Whether the language model was asked, and whether it gave anything that could be checked."""
    if asker.model is None or "generate" not in answer.timings_ms:
        return {}
    failed = {} if "check" in answer.timings_ms else {"model_failed": True}
    return {"asked_model": asker.model.name, **failed}


def _check_it_lives(model: LanguageModel, notice: str) -> None:
    """End the run where a model does not even answer a greeting any more.

    Raises:
        ModelError: It does not; the question is asked again by the run that goes on.
    """
    _log.warning("a question was answered without the language model: %s", notice)
    try:
        greet(model)
    except ModelError as error:
        raise ModelError(
            f"the language model answers no more: {error}. The answers so far are kept: once it "
            "does again, the same command goes on with the rest"
        ) from None


def fingerprint_text(info: Mapping[str, Any]) -> str:
    """What a knowledge base says of itself, as text that changes with it."""
    return json.dumps(info, sort_keys=True, default=str)
