"""Loading question sets: rows of a file → questions, or every fault of the file at once.

A malformed row never stops the reading: all of them are collected and reported together, so that
an author corrects a file once instead of once per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import QuestionError
from eval.lines import json_lines
from eval.questions import Question, parse_question

_SHOWN = 20


class QuestionSetError(QuestionError):
    """Rows of a question set are malformed; ``problems`` are all of them."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


def load_questions(path: str | Path) -> list[Question]:
    """Read a question set.

    Args:
        path: A file of JSON lines. Blank lines, unknown keys and a byte order mark are allowed.

    Returns:
        The questions in the order of the file, at least one, with distinct ids.

    Raises:
        QuestionError: The file cannot be read, is empty, or has malformed lines; the message names
            the first 20 problems by file and line.
    """
    path = Path(path)
    rows = Rows(path)
    for number, value, wrong in json_lines(path):
        rows.add(f"{path}:{number}", f"line {number}", *((None, wrong) if wrong else
                                                          parse_question(value)))  # fmt: skip
    return rows.questions()


class Rows:
    """Questions row by row, and what is wrong with the rows: all is told at once.

    Args:
        path: The file, named in messages.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[str] = []
        self._questions: dict[str, Question] = {}
        self._places: dict[str, str] = {}

    def add(self, where: str, place: str, question: Question | None, wrong: Sequence[str]) -> None:
        """Take a row: a question, or what is wrong with it.

        Args:
            where: File and place, as a message begins.
            place: The place alone.
            question: None if something is wrong.
            wrong: What is wrong.
        """
        if question is not None and question.id in self._places:
            first = self._places[question.id]
            wrong = [f"`id` {question.id!r} was already used on {first}"]
        elif question is not None:
            self._places[question.id] = place
            self._questions[question.id] = question
        self._problems += [f"{where}: {text}" for text in wrong]

    def questions(self) -> list[Question]:
        """The questions, at least one.

        Raises:
            QuestionSetError: A row was wrong, or there is none.
        """
        if self._problems:
            raise QuestionSetError(_report(self._path, self._problems), self._problems)
        if not self._questions:
            raise QuestionError(
                f"{self._path}: there is no question in this file. Write one JSON object per line, "
                'for example {"id": "q1", "question": "…"}'
            )
        return list(self._questions.values())


def _report(path: Path, problems: Sequence[str]) -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"{path}: {count} in the question set; nothing was asked or written.", *problems]
    if len(problems) > _SHOWN:
        lines = [*lines[: _SHOWN + 1], f"… and {len(problems) - _SHOWN} more."]
    return "\n".join([*lines, "Correct these lines and run again."])
