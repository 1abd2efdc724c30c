"""The block structure of a displayed text: headings, paragraphs, list items, table rows, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.fences import Fences
from corpus.records import Mark

Kind = Literal["heading", "paragraph", "item", "row", "code"]

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(?!#+[ \t]*$)(\S.*)$")
_CLOSING_HASHES = re.compile(r"(?<![ \t])[ \t]+#+[ \t]*$")
_ITEM = re.compile(
    r"^[ \t\u3000]*(?:[-*+•·●▪◦][ \t]+|\d{1,3}[.)](?:[ \t]+|(?=[^\d\s]))|\d{1,3}[、）][ \t]*)(?=\S)"
)
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$")
_SEPARATOR_ROW = re.compile(r"^[ \t|:-]+$")
_LABEL = re.compile(r"^[A-Za-z\u4e00-\u9fff]{1,8}[:：|｜]")
_WRAPPED_LENGTH = 24
_SENTENCE_ENDS = "。！？!?…：:；;」』”"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that belong together.

    Attributes:
        start: Where its lines begin in the text.
        end: Where its last line ends, before the line break.
        content: Where its words begin: after ``#``, a list marker or a table's first bar.
        level: 1–6 for a heading, 0 otherwise.
    """

    kind: Kind
    start: int
    end: int
    content: int
    level: int = 0


def parse_blocks(text: str, marks: Sequence[Mark] = ()) -> Iterator[Block]:
    """Split a displayed text into blocks, leaving out marked spans.

    A paragraph ends at a blank line, at a line of another kind, and at a line break that ends a
    line rather than wraps it (see :func:`_is_wrapped`). Fence lines and the separator row of a
    table belong to no block.
    """
    marked = [(item.start, item.end) for item in marks]
    lines = text.split("\n")
    shortest = 2 if _is_hard_wrapped(lines) else _WRAPPED_LENGTH
    at_mark = 0
    fences = Fences()
    open_block: Block | None = None
    position = 0
    for line in lines:
        start, position = position, position + len(line) + 1
        end = start + len(line)
        while at_mark < len(marked) and marked[at_mark][1] < start:
            at_mark += 1
        is_marked = at_mark < len(marked) and marked[at_mark][0] <= start < marked[at_mark][1]
        was_open = fences.is_open
        is_code = fences.holds(line)
        is_fence = is_code and was_open != fences.is_open
        block = None if is_marked or is_fence else _line_block(line, start, end, is_code)
        if open_block and block and _continues(open_block, block, text, shortest):
            open_block = Block(open_block.kind, open_block.start, end, open_block.content)
            continue
        if open_block:
            yield open_block
        open_block = block
    if open_block:
        yield open_block


def _line_block(line: str, start: int, end: int, is_code: bool) -> Block | None:
    """The block a line would be by itself; None for a blank line or mere syntax."""
    bare = line.lstrip()
    if not bare:
        return None
    indent = len(line) - len(bare)
    if is_code:
        marker = _ITEM.match(line)
        return Block("code", start, end, start + (marker.end() if marker else indent))
    first = bare[0]
    if first == "#" and (heading := _HEADING.match(line)):
        return Block("heading", start, end, start + heading.start(2), len(heading.group(1)))
    if first == "|" and _ROW.match(line):
        if _SEPARATOR_ROW.match(line):
            return None
        return Block("row", start, end, start + line.index("|") + 1)
    if (first in "-*+•·●▪◦" or first.isdigit()) and (item := _ITEM.match(line)):
        return Block("item", start, end, start + item.end())
    return Block("paragraph", start, end, start + indent)


def _is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Whether the file was wrapped by a program: long lines that break off, with more below."""
    inner = [
        line
        for line, following in pairwise(lines)
        if len(line) >= _WRAPPED_LENGTH and following.strip() and not _ITEM.match(following)
    ]
    broken = sum(line.rstrip()[-1:] not in _SENTENCE_ENDS for line in inner)
    return broken >= 3 and broken >= 0.6 * len(inner)


def _continues(opened: Block, block: Block, text: str, shortest: int) -> bool:
    """Whether a line goes on with the paragraph or list item before it."""
    if block.kind != "paragraph" or opened.kind not in ("paragraph", "item"):
        return False
    if block.start != opened.end + 1:
        return False
    last_line = text[text.rfind("\n", 0, opened.end) + 1 : opened.end]
    return _is_wrapped(last_line.rstrip(), text[block.content : block.end], shortest)


def _is_wrapped(line: str, following: str, shortest: int) -> bool:
    """Whether the break between two lines only wraps them.

    A wrapped line is not too short, does not end a sentence, and what follows is not a
    ``label: value``; punctuation that cannot begin a line shows a wrap whatever the length.
    """
    if not line or line[-1] in _SENTENCE_ENDS:
        return False
    if following[0] in "，。、；：！？）》」』”,.;:!?)—":
        return True
    return len(line) >= shortest and not _LABEL.match(following)


def heading_text(line: str) -> str:
    """The words of a heading line, without its ``#``; a ``#`` that is part of a word stays."""
    return _CLOSING_HASHES.sub("", line.strip().lstrip("#")).strip()
