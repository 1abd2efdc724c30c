"""Ask every question of a set, keep the answers, score them, write the report."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from corpus.errors import InputError
from corpus.records import Answer, content_id, plain
from eval.answers import FORMAT
from eval.partial import Partial, json_line, write_atomically
from eval.questions import Question, load_questions
from eval.report import Settings, metrics_json, report_markdown
from eval.scoring import Summary, score

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


class Asker(Protocol):
    """What is measured: ``rag.open_kb`` gives one."""

    def ask(self, question: str, history: Sequence[tuple[str, str]] = (), hits: int = 10) -> Answer:
        """Answer a question, after the ``(question, answer)`` turns before it."""
        ...

    def info(self) -> Mapping[str, Any]:
        """What it is: settings, counts, fingerprints. The same whenever it is opened."""
        ...


def evaluate(
    questions_path: str | Path,
    kb: Asker,
    out: str | Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    hits: int = 100,
) -> Summary:
    """Measure a knowledge base and write ``answers.jsonl``, ``metrics.json`` and ``report.md``.

    A question that fails is recorded with its ``error`` and the run goes on. A run that was killed
    goes on where it stopped when it is started again with the same folder and knowledge base;
    ``answers.jsonl`` appears only when every question was asked.

    Args:
        questions_path: A question set; see :func:`eval.questions.load_questions`.
        kb: What is asked.
        out: A folder, made if needed; earlier results in it are replaced at the end.
        progress: Called with (questions done, questions in all).
        hits: How many passages to retrieve for each question, at least 1.

    Raises:
        QuestionError: The question set cannot be used; nothing was asked or written.
        InputError: ``hits`` or ``out`` cannot be used.
        KnowledgeBaseError: The knowledge base cannot be used; the answers so far are kept.
    """
    if hits < 1:
        raise InputError(f"hits must be at least 1, not {hits}.")
    questions_path, out = Path(questions_path), Path(out)
    questions = load_questions(questions_path)
    info = plain(kb.info())
    _make_folder(out)
    fingerprint = content_id(json.dumps(info, sort_keys=True, default=str), str(hits))
    with Partial(out / ".answers.partial.jsonl", fingerprint) as partial:
        kept = sum(item.key in partial for item in questions)
        for done, item in enumerate(questions, start=1):
            if item.key not in partial:
                _ask(kb, item, hits, partial)
            if progress is not None:
                progress(done, len(questions))
        summary = score(questions, (partial.read(item.key) for item in questions))
        settings = Settings(
            questions=questions_path.name,
            questions_hash=_hash(questions_path),
            hits=hits,
            resumed=kept,
            kb=info,
        )
        lines = (json_line(partial.read(item.key)) for item in questions)
        write_atomically(out / "answers.jsonl", lines)
        write_atomically(out / "metrics.json", [metrics_json(summary, settings).encode("utf-8")])
        write_atomically(out / "report.md", [report_markdown(summary, settings).encode("utf-8")])
        partial.remove()
    return summary


def _ask(kb: Asker, question: Question, hits: int, partial: Partial) -> None:
    """Ask one question and keep its record; a failure is a record too."""
    # Scoring the answers of another system needs none of the packages that answer.
    from rag.format import answer_record

    asked = {"format": FORMAT, "id": question.id, "question": question.question}
    try:
        answer = kb.ask(question.question, history=question.history, hits=hits)
        # The question as the set has it, whatever the system made of it, or it could not be scored.
        partial.add(question.key, {**answer_record(answer, question.id), **asked})
    except _QUESTION_FAILURES as error:
        _log.warning("question %s failed", question.id, exc_info=True)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode("utf-8")
        partial.add(question.key, {**asked, "error": message})


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{out}: this is a file. Give --out a folder.") from None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
