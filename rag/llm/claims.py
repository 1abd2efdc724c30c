"""The text of a language model as sentences, each with the passages it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.readers.markdown import display_text
from corpus.sentences import split_sentences
from rag.llm.chunks import without_reasoning

_LONGEST = 2_000
_MOST_IN_A_RANGE = 20
_LINKED_MARK = re.compile(r"(\[\^?\d{1,3}\])\([^()\n]*\)")
_MARKS = re.compile(
    r"[\[【［]\s*\^?\s*(?:资料|编号|passages?|sources?)?\s*"
    r"(\d{1,3}(?:\s*(?:[,，、;；\-–~]|和|and)\s*(?:资料|编号)?\d{1,3})*)\s*[\]】］]",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\[(\d{1,3})\]")
_RANGE = re.compile(r"(\d{1,3})\s*[\-–~]\s*(\d{1,3})")
_BEHIND_THE_END = re.compile(
    r"([。！？!?；;.…]+[”’」』）)\"']*)\s*((?:\[\d{1,3}\]\s*)*\[\d{1,3}\])"
)
_OPENS = re.compile(r"(?:(?P<item>[-*+•·]|\d{1,3}[.)、）])(?!\d)\s*|#{1,6}\s+|>\s*)")
_TABLE_RULE = re.compile(r"[\s|:\-]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as a model wrote it.

    Attributes:
        lead: What stands before it: nothing, a blank, a new line, the mark of a list item.
        words: The sentence, without marks and Markdown.
        numbers: The passages it names, in its order, whether there are such passages or not.
    """

    lead: str
    words: str
    numbers: tuple[int, ...]


def read_drafts(text: str) -> list[Draft]:
    """The sentences of an answer.

    Links and images are reduced to their words or to nothing, and citations of every form that
    models use (``[1, 2]``, ``【1】``, ``[^1]``, ``[1-3]``) are read.
    """
    text = _LINKED_MARK.sub(r"\1", without_reasoning(text))
    text = _MARKS.sub(lambda match: _plain_marks(match.group(1)), display_text(text))
    text = _BEHIND_THE_END.sub(lambda match: "".join(match.group(2, 1)), text)
    drafts: list[Draft] = []
    for line in text.splitlines():
        for draft in _drafts_of(line, first=not drafts):
            if draft.words:
                drafts.append(draft)
            elif drafts:  # marks alone belong to the sentence before them
                numbers = dict.fromkeys((*drafts[-1].numbers, *draft.numbers))
                drafts[-1] = replace(drafts[-1], numbers=tuple(numbers))
    return drafts


def _drafts_of(line: str, *, first: bool) -> Iterator[Draft]:
    """The sentences of one line."""
    line = line.strip()
    if not line or _TABLE_RULE.fullmatch(line):
        return
    opening = _OPENS.match(line)
    item = opening["item"] if opening else None
    lead = "" if first else "\n"
    if item:
        lead += f"{item} " if item[0].isdigit() else "- "
    for sentence in split_sentences(line[opening.end() :] if opening else line, _LONGEST):
        numbers = dict.fromkeys(int(number) for number in _MARK.findall(sentence))
        words = " ".join(_MARK.sub("", sentence).split())
        yield Draft(lead, words if any(map(str.isalnum, words)) else "", tuple(numbers))
        lead = " " if words[-1:].isascii() else ""


def _plain_marks(inside: str) -> str:
    """``1, 3-5`` as ``[1][3][4][5]``."""
    numbers: list[int] = []
    for match in re.finditer(rf"{_RANGE.pattern}|\d{{1,3}}", inside):
        first = int(match.group(1) or match.group())
        last = int(match.group(2) or first)
        numbers += range(first, min(last, first + _MOST_IN_A_RANGE) + 1)
    return "".join(f"[{number}]" for number in numbers)
