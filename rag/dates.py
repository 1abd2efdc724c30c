"""Days that documents count as well as date: 12 月 11 日 is their 第五天."""

from __future__ import annotations

import re

from corpus.filters import Filters
from corpus.normalize import fold
from index.query import parse_query
from rag.context import around
from rag.evidence import Evidence, with_confidence
from rag.find import Desk, find
from rag.finding import Finding

DATE = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(?:(\d{1,2})\s*[日号])?")
"""A date, with its year or day or without."""

_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_COUNTED = r"第[\d一二三四五六七八九十]+[天日]"
DAY = re.compile(_COUNTED)
"""The number of a day."""

_BETWEEN = r"[\s,，.。:：|·—（(-]{0,3}"
_LOOKED_AT = 5  # passages
_UNSURE = 0.4  # confidence from which a question is answered well enough as it is
_MORE = 1.2  # times as sure the other reading must be


def counted(desk: Desk, text: str, filters: Filters | None) -> tuple[str, str]:
    """A text with the number of a day in the place of its date, and that number.

    Both are empty if no document gives it. A year stays: the day of another year does not answer.
    A chronicle says that 12 月 11 日 was 第五天; a report of that day may only say 第五天.

    Args:
        desk: Whose documents tell which day it was.
        text: A question, or a part of one.
        filters: Conditions that the documents must meet.
    """
    dates = list(_DAY_OF_MONTH.finditer(text))
    if len(dates) != 1 or len(fold(text)) != len(text):
        return "", ""
    month, day = dates[0].groups()
    date = rf"(?<!\d){month}\s*月\s*{day}\s*[日号]"
    told = re.compile(rf"{date}{_BETWEEN}({_COUNTED})|({_COUNTED}){_BETWEEN}{date}")
    for hit in desk.searcher.search(parse_query(dates[0].group()), _LOOKED_AT, filters):
        if match := told.search(fold(hit.passage.text)):
            number = match.group(1) or match.group(2)
            return f"{text[: dates[0].start()]}{number}{text[dates[0].end() :].lstrip()}", number
    return "", ""


def find_counted(
    desk: Desk, question: str, evidence: Evidence, filters: Filters | None
) -> tuple[Finding, float] | None:
    """What answers a question asked by the number of the day that it dates, if more surely so.

    Args:
        desk: What the question is answered with.
        question: As understood.
        evidence: What was found for it as it stands.
        filters: Conditions that the documents must meet.
    """
    other, number = "", ""
    if evidence.confidence < _UNSURE:
        other, number = counted(desk, question, filters)
    if not other:
        return None
    found = desk.retrieve(parse_query(other), 0, filters)
    told = told_of(desk.weigh(found.query, found.hits), number)
    told = with_confidence(found.query, told, desk.words, desk.weights)
    if told.confidence <= _MORE * evidence.confidence:
        return None
    return find(desk, found.query, told), told.confidence


def told_of(evidence: Evidence, number: str) -> Evidence:
    """The sentences told of a day, which a sentence before them, or a heading, counts."""
    return evidence.only(lambda item: number in fold(around(item)))


def names(name: str, text: str) -> bool:
    """Whether a text names something, not as part of a name; a date with its year or without."""
    name = fold(name)
    pattern = re.escape(name)
    if dated := DATE.fullmatch(name):
        year, month, day = dated.groups()
        # A text of one year says but 12月11日 of 2024 年 12 月 11 日.
        of_year = rf"(?<!年)(?<!年\s)|{year}\s*年\s*" if year else r"(?<!年)(?<!年\s)"
        pattern = rf"(?:{of_year}){month}\s*月\s*{day or ''}"
        pattern += r"\s*[日号]" if day else ""
    if name[:1].isascii():
        pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9]|-[a-z0-9])"
    return re.search(pattern, fold(text)) is not None
