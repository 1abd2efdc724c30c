"""Evidence to an answer: its text, its citations, or what to say instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.records import Answer, Citation, Hit
from rag.features import Candidate

_SOFT_BREAK = re.compile(r"(?<=[\u2e80-\uffef])\s*\n\s*|\s*\n\s*(?=[\u2e80-\uffef])")
_QUOTED_QUESTION = 100
_OWN_MARK = re.compile(r"\[(\d{1,3})\]")
_PHRASES = {
    "zh": {
        "greeting": "你好！请直接问关于这些文档的问题，我会给出带出处的回答。",
        "thanks": "不客气。还想知道文档里的什么，接着问就好。",
        "farewell": "再见！",
        "empty": "请输入一个问题。",
        "no evidence": "文档中没有找到能回答“{question}”的内容。",
        "related": "下面是最接近的段落，供参考。",
    },
    "en": {
        "greeting": "Hello! Ask about these documents; every answer names its sources.",
        "thanks": "You are welcome. Ask on if there is more you want to know.",
        "farewell": "Goodbye!",
        "empty": "Please type a question.",
        "no evidence": "The documents hold nothing that answers “{question}”.",
        "related": " These passages come closest.",
    },
}
LANGUAGES = tuple(_PHRASES)
"""Languages in which refusals and greetings are worded; answers are quoted as they stand."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked and as understood."""

    asked: str
    resolved: str


def cite(
    question: Question,
    chosen: Sequence[Candidate],
    short: str,
    confidence: float,
    hits: Sequence[Hit],
    timings_ms: Mapping[str, float],
) -> Answer:
    """An answer that quotes the chosen sentences, each followed by the number of its passage.

    Sentences of one passage stand in its order and share its number; passages are numbered in the
    order in which they are first quoted.
    """
    numbers: dict[str, int] = {}
    for item in chosen:
        numbers.setdefault(item.hit.passage.id, len(numbers) + 1)
    ordered = sorted(chosen, key=lambda item: (numbers[item.hit.passage.id], item.start))
    citations = tuple(
        Citation(numbers[item.hit.passage.id], item.hit.passage, item.text, item.start, item.end)
        for item in ordered
    )
    return Answer(
        question=question.asked,
        question_resolved=question.resolved,
        text=_text(ordered, [numbers[item.hit.passage.id] for item in ordered]),
        short=short,
        confidence=confidence,
        citations=citations,
        hits=tuple(hits),
        timings_ms=timings_ms,
    )


def refuse(
    question: Question,
    confidence: float,
    hits: Sequence[Hit],
    timings_ms: Mapping[str, float],
    language: str,
) -> Answer:
    """A refusal that says what was looked for; its hits are related reading."""
    phrases = _PHRASES[language]
    asked = readable(question.resolved)
    if len(asked) > _QUOTED_QUESTION:
        asked = f"{asked[:_QUOTED_QUESTION]}…"
    text = phrases["no evidence"].format(question=asked)
    if hits:
        text += phrases["related"]
    return Answer(
        question=question.asked,
        question_resolved=question.resolved,
        text=text,
        refused=True,
        reason="no evidence",
        confidence=confidence,
        hits=tuple(hits),
        timings_ms=timings_ms,
    )


def reply(question: str, kind: str, timings_ms: Mapping[str, float], language: str) -> Answer:
    """A short human reply to a greeting, thanks, a farewell or nothing at all."""
    return Answer(
        question=question,
        question_resolved=question,
        text=_PHRASES[language][kind],
        refused=True,
        reason=kind,
        timings_ms=timings_ms,
    )


def readable(text: str) -> str:
    """A quoted span on one line: a break between Chinese characters goes, any other is a blank."""
    return " ".join(_SOFT_BREAK.sub("", text).split())


def _text(sentences: Sequence[Candidate], numbers: Sequence[int]) -> str:
    """Each sentence with its number; list items on lines of their own."""
    text = ""
    in_list = False
    for item, number in zip(sentences, numbers, strict=True):
        goes_on = in_list and item.follows_item
        lead = "\n- " if item.is_item else "\n\n" if in_list and not goes_on else ""
        # A note number of the document's own must not pass for a citation.
        quoted = _OWN_MARK.sub(r"［\1］", readable(item.text))
        text += f"{lead}{quoted}[{number}]"
        in_list = item.is_item or goes_on
    return text.strip()
