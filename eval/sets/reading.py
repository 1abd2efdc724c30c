"""Reading comprehension: SQuAD, CMRC 2018 and DRCD as JSON, and JSON lines of one question each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import QuestionError
from eval.lines import json_lines, read_file
from eval.load import Rows
from eval.questions import Question, parse_question
from eval.sets.records import Pool, QuestionSet, file_hash, locate


def read_mrc(path: Path) -> QuestionSet:
    """JSON lines ``{"id", "context", "question", "answers"[, "title", "evidences", "type"]}``.

    All contexts are pooled as the corpus. ``answers`` may also be as the ``datasets`` package
    writes SQuAD: ``{"text": […]}``. An empty list means that the documents cannot answer.

    Raises:
        QuestionError: The file or lines of it cannot be used.
    """
    pool, rows = Pool(), Rows(path)
    given: dict[str, str] = {}
    for number, value, wrong in json_lines(path):
        question = None
        if not wrong:
            question, wrong = _question(value, pool, given)
        rows.add(f"{path}:{number}", f"line {number}", question, wrong)
    return _finish(path, rows, pool, given)


def read_squad(path: Path) -> QuestionSet:
    """One JSON file as SQuAD, DRCD and CMRC 2018 are published, in either layout of the latter.

    Raises:
        QuestionError: The file or questions of it cannot be used.
    """
    data = read_file(path)
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"{path}: not JSON in UTF-8: {error}. Write it again.") from None
    pool, rows = Pool(), Rows(path)
    given: dict[str, str] = {}
    found = 0
    for place, item in _squad_items(value):
        found += 1
        question, wrong = _question(item, pool, given)
        line = _line_of(text, item.get("id"))
        rows.add(f"{path}:{line}: {place}" if line else f"{path}: {place}", place, question, wrong)
    if not found:
        raise QuestionError(
            f'{path}: holds no questions as SQuAD has them ("data" › "paragraphs" › "qas"), nor as '
            'CMRC 2018 has them ("context_text", "qas").'
        )
    return _finish(path, rows, pool, given)


def _finish(path: Path, rows: Rows, pool: Pool, given: Mapping[str, str]) -> QuestionSet:
    questions = tuple(rows.questions())
    return QuestionSet(path.name, file_hash(path), questions, pool.documents, given)


def _question(value: Any, pool: Pool, given: dict[str, str]) -> tuple[Question | None, list[str]]:
    """A question with its context put into the pool."""
    if not isinstance(value, Mapping):
        return parse_question(value)
    context, answers = value.get("context"), value.get("answers", [])
    if not isinstance(context, str) or not context.strip():
        return None, ["`context` must be a text that is not blank"]
    if isinstance(answers, Mapping):
        answers = answers.get("text", [])
    if isinstance(answers, list):
        answers = [item.get("text") if isinstance(item, Mapping) else item for item in answers]
        answers = list(dict.fromkeys(item for item in answers if item != "")
                       if all(isinstance(item, str) for item in answers) else answers)  # fmt: skip
    known = {name: value[name] for name in ("id", "question") if name in value}
    if isinstance(known.get("id"), int):
        known["id"] = str(known["id"])
    title = value.get("title") if isinstance(value.get("title"), str) else ""
    label = value.get("type")
    if isinstance(label, str) and label.strip():
        known["type"] = label
    question, wrong = parse_question({**known, "answers": answers})
    if question is None:
        return None, wrong
    source = pool.add(context, str(title))
    given[question.id] = source
    if not question.answers:
        return question, []
    quotes = value.get("evidences") or answers
    if not (isinstance(quotes, list) and all(isinstance(item, str) for item in quotes)):
        return None, ["`evidences` must be a list of texts"]
    evidence = locate(source, context, quotes)
    return Question(question.id, question.question, question.answers, evidence=evidence,
                    type=question.type), []  # fmt: skip


def _squad_items(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where a question stands, and it with the names of our JSON lines."""
    articles = value.get("data") if isinstance(value, Mapping) else value
    for a, article in enumerate(_mappings(articles)):
        title = article.get("title", "")
        paragraphs = article.get("paragraphs")
        whole = f"data[{a}]" if isinstance(value, Mapping) else f"[{a}]"
        for p, paragraph in enumerate(_mappings(paragraphs if paragraphs else [article])):
            where = f"{whole}.paragraphs[{p}]" if paragraphs else whole
            context = paragraph.get("context", paragraph.get("context_text"))
            for q, item in enumerate(_mappings(paragraph.get("qas"))):
                impossible = item.get("is_impossible") is True
                yield (
                    f"{where}.qas[{q}]",
                    {
                        "id": item.get("id", item.get("query_id")),
                        "question": item.get("question", item.get("query_text")),
                        "answers": [] if impossible else item.get("answers", []),
                        "context": context,
                        "title": title,
                    },
                )


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def _line_of(text: str, name: Any) -> int | None:
    """The line on which a question's id stands; a JSON value does not know its own."""
    place = text.find(json.dumps(name, ensure_ascii=False)) if isinstance(name, str) else -1
    return text.count("\n", 0, place) + 1 if place >= 0 else None
