"""A question of a set: its record, and the reading of it from JSON with every fault named."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.records import content_id

_MATCHES = ("any", "all")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers the question: ``quote`` stands in the document ``source`` (NFC)."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is known of its answer.

    Attributes:
        answers: None: not judged. Empty: the documents cannot answer. Otherwise one tuple of
            aliases for each item of the file.
        match: ``any``: one item suffices; ``all``: every item must appear, by any of its aliases.
        evidence: Any one suffices.
        history: Earlier ``(question, answer)`` turns, oldest first; the answer is empty where the
            file gives the question alone.
        type: A free label; empty if none.
        understood: Words that the question as understood must contain. Empty: it stands alone and
            must be left as asked. None: not judged.
    """

    id: str
    question: str
    answers: tuple[tuple[str, ...], ...] | None = None
    match: str = "any"
    evidence: tuple[Evidence, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    type: str = ""
    understood: tuple[str, ...] | None = None

    @property
    def answerable(self) -> bool | None:
        """Whether the documents answer it; None if neither answers nor evidence say so."""
        if self.answers is not None:
            return bool(self.answers)
        return True if self.evidence else None

    @property
    def key(self) -> str:
        """Changes with anything the system is asked, not with what is expected of it."""
        return content_id(self.id, self.question, json.dumps(self.history))


def parse_question(value: Any) -> tuple[Question | None, list[str]]:
    """A question from an object of our format, or what is wrong with it; one of them is empty."""
    if not isinstance(value, Mapping):
        return None, [f"must be a JSON object {{…}}, not {_kind(value)}"]
    wrong: list[str] = []
    question = Question(
        id=_text(value, "id", wrong),
        question=_text(value, "question", wrong),
        answers=_answers(value, wrong),
        match=_match(value, wrong),
        evidence=_evidence(value, wrong),
        history=_history(value, wrong),
        type=_text(value, "type", wrong) if "type" in value else "",
        understood=_understood(value, wrong),
    )
    if question.answers == () and question.evidence:
        wrong.append("`answers` is empty (the documents cannot answer), yet `evidence` is given")
    return (None, wrong) if wrong else (question, [])


def _kind(value: Any) -> str:
    names = {
        bool: "true/false",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
    }
    return "null" if value is None else names.get(type(value), "an object")


def _string(value: Any, name: str, wrong: list[str]) -> str:
    """The string, checked: not blank, and writable as UTF-8."""
    if not isinstance(value, str):
        wrong.append(f"{name} must be a string, not {_kind(value)}")
    elif not value.strip():
        wrong.append(f"{name} is empty")
    elif any("\ud800" <= character <= "\udfff" for character in value):
        wrong.append(f"{name} holds half of a surrogate pair (\\ud800–\\udfff)")
    else:
        return value
    return ""


def _text(value: Mapping[str, Any], name: str, wrong: list[str]) -> str:
    if name not in value:
        wrong.append(f"`{name}` is missing")
        return ""
    return _string(value[name], f"`{name}`", wrong)


def _list(value: Mapping[str, Any], name: str, wrong: list[str]) -> list[Any]:
    items = value.get(name, [])
    if isinstance(items, list):
        return items
    wrong.append(f"`{name}` must be a list, not {_kind(items)}")
    return []


def _match(value: Mapping[str, Any], wrong: list[str]) -> str:
    match = value.get("match", "any")
    if match in _MATCHES:
        return str(match)
    wrong.append(f"`match` must be one of {', '.join(map(repr, _MATCHES))}, not {match!r}")
    return "any"


def _answers(value: Mapping[str, Any], wrong: list[str]) -> tuple[tuple[str, ...], ...] | None:
    if "answers" not in value:
        return None
    items: list[tuple[str, ...]] = []
    for place, item in enumerate(_list(value, "answers", wrong), start=1):
        name = f"item {place} of `answers`"
        if isinstance(item, list) and value.get("match") != "all":
            wrong.append(f'{name} is a list: aliases within an item need `"match": "all"`')
        elif isinstance(item, list) and not item:
            wrong.append(f"{name} is an empty list of aliases")
        else:
            aliases = item if isinstance(item, list) else [item]
            items.append(tuple(_string(alias, name, wrong) for alias in aliases))
    return tuple(items)


def _evidence(value: Mapping[str, Any], wrong: list[str]) -> tuple[Evidence, ...]:
    items: list[Evidence] = []
    for place, item in enumerate(_list(value, "evidence", wrong), start=1):
        if not isinstance(item, Mapping):
            wrong.append(
                f'item {place} of `evidence` must be {{"source", "quote"}}, not {_kind(item)}'
            )
            continue
        faults: list[str] = []
        source, quote = _text(item, "source", faults), _text(item, "quote", faults)
        wrong += [f"item {place} of `evidence`: {fault}" for fault in faults]
        items.append(Evidence(unicodedata.normalize("NFC", source), quote))
    return tuple(items)


def _understood(value: Mapping[str, Any], wrong: list[str]) -> tuple[str, ...] | None:
    if "understood" not in value:
        return None
    items = enumerate(_list(value, "understood", wrong), start=1)
    return tuple(_string(item, f"item {place} of `understood`", wrong) for place, item in items)


def _history(value: Mapping[str, Any], wrong: list[str]) -> tuple[tuple[str, str], ...]:
    turns: list[tuple[str, str]] = []
    for place, item in enumerate(_list(value, "history", wrong), start=1):
        name = f"item {place} of `history`"
        if not isinstance(item, Mapping):
            turns.append((_string(item, name, wrong), ""))
            continue
        faults: list[str] = []
        asked = _text(item, "question", faults)
        said = _string(item["answer"], "`answer`", faults) if item.get("answer", "") != "" else ""
        wrong += [f"{name}: {fault}" for fault in faults]
        turns.append((asked, said))
    return tuple(turns)
