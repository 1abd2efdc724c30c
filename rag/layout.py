"""Findings as text with citations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.records import Answer, Citation, Hit
from rag.answer import LANGUAGES, Question, phrase, readable
from rag.features import Candidate
from rag.finding import Finding, Line, in_order
from rag.tables import header_of, is_row

_LONGEST = 60  # characters of a header that still helps to read a row
_OWN_MARK = re.compile(r"\[(\d{1,3})\]")


def tell(
    question: Question,
    finding: Finding,
    confidence: float,
    hits: Sequence[Hit],
    timings_ms: Mapping[str, float],
    language: str,
) -> Answer:
    """An answer that quotes the sentences found, each followed by the number of its passage.

    Passages are numbered in the order in which they are first quoted. What other documents say as
    well is cited beside the sentence and not repeated.
    """
    numbers: dict[str, int] = {}
    citations: dict[tuple[int, int, int], Citation] = {}
    for item in finding.sentences:
        passage = item.hit.passage
        number = numbers.setdefault(passage.id, len(numbers) + 1)
        place = (number, item.start, item.end)
        citations.setdefault(place, Citation(number, passage, item.text, item.start, item.end))
    note = f"{phrase(finding.note, language)}\n" if finding.note else ""
    return Answer(
        question=question.asked,
        question_resolved=question.resolved,
        text=note + _text(finding.lines, numbers),
        short=finding.short,
        confidence=confidence,
        citations=tuple(citations.values()),
        hits=tuple(hits),
        timings_ms=timings_ms,
    )


def cite(
    question: Question,
    chosen: Sequence[Candidate],
    short: str,
    confidence: float,
    hits: Sequence[Hit],
    timings_ms: Mapping[str, float],
) -> Answer:
    """An answer of some sentences, those of one passage next to each other in its order."""
    finding = Finding((Line(tuple(in_order(chosen))),), short)
    return tell(question, finding, confidence, hits, timings_ms, LANGUAGES[0])


def _text(lines: Sequence[Line], numbers: Mapping[str, int]) -> str:
    text = ""
    before: Line | None = None
    for line in lines:
        if before is not None:
            text += "\n" if line.bullet == before.bullet or not before.bullet else "\n\n"
        label = line.label or _columns(line, before)
        text += ("- " if line.bullet else "") + (f"{_own_marks_shown(label)}：" if label else "")
        text += _quoted(line, numbers)
        before = line
    return text.strip()


def _columns(line: Line, before: Line | None) -> str:
    """The columns of the rows that a line begins with, unless they are those of the last line."""
    headers = {header_of(item) for item in line.sentences if is_row(item.text)}
    header = header_of(line.sentences[0])
    known = before is not None and header == header_of(before.sentences[0])
    names = " | ".join(name or "—" for name in header)
    return "" if known or len(headers) > 1 or len(names) > _LONGEST else readable(names)


def _quoted(line: Line, numbers: Mapping[str, int]) -> str:
    """The sentences of a line; items of a list among them on lines of their own."""
    text = ""
    in_list = False
    for place, item in enumerate(line.sentences):
        goes_on = in_list and item.follows_item
        opens = item.is_item and not line.bullet and not line.label
        lead = "\n- " if opens else "\n\n" if in_list and not goes_on else ""
        quoted = _own_marks_shown(readable(item.text))
        also = line.agreeing if place == 0 else ()
        text += f"{lead}{quoted}{_marks((item, *also), numbers)}"
        in_list = opens or goes_on
    return text.lstrip("\n") if text.startswith("\n") else text


def _own_marks_shown(text: str) -> str:
    """Text in which a note number of the document's own does not pass for a citation."""
    return _OWN_MARK.sub(r"［\1］", text)


def _marks(items: Sequence[Candidate], numbers: Mapping[str, int]) -> str:
    cited = dict.fromkeys(numbers[item.hit.passage.id] for item in items)
    return "".join(f"[{number}]" for number in cited)
