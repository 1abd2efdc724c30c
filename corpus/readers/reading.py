"""What a reader hands over, and how it writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from corpus.parts import Part
from corpus.records import Mark

_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
# Between two Chinese characters, or beside Chinese punctuation, a line break stands for nothing.
_WIDE = (
    r"[\u2e80-\u2fdf\u3001-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf"
    r"\u4e00-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff\u2014\u2018-\u201d\u2026]"
)
_IS_WIDE = re.compile(_WIDE)
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t\u3000]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as text.

    Attributes:
        text: Displayed text with headings, lists, tables and code in Markdown's block syntax; for
            ``markdown`` the source, which is still to be resolved.
        kind: ``markdown`` and ``prose`` may tell title, author and date in their first lines and
            hold lines not worth searching; ``data`` (tables, code) is taken as it is.
        parts: In order, none overlapping another.
        marks: What the reader itself knows to be no text of the author's, in order.
        properties: What the file says about itself beside its text: ``title``, ``author``,
            ``published`` (ISO), ``url``, and anything else worth keeping.
        are_sure: Whether the properties are more reliable than what the first lines say.
        boxes: See :mod:`corpus.boxes`.
    """

    text: str
    kind: Literal["markdown", "prose", "data"] = "prose"
    parts: tuple[Part, ...] = ()
    marks: tuple[Mark, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    are_sure: bool = False
    boxes: bytes = b""


class Writer:
    """Writes a displayed text block by block and notes where parts begin."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._parts: list[Part] = []
        self._open: tuple[int, str, str, int] | None = None
        self.marks: list[Mark] = []
        self.length = 0
        self.text_ends_in_item = False

    def add(self, block: str, gap: str = "\n\n") -> int:
        """Add a block after a blank line, or after ``gap``; returns where it begins."""
        if self._pieces:
            self._pieces.append(gap)
            self.length += len(gap)
        start = self.length
        self._pieces.append(block)
        self.length += len(block)
        if self._open and self._open[0] < 0:
            self._open = (start, *self._open[1:])
        return start

    def mark(self, block: str, reason: str, gap: str = "\n\n") -> int:
        """Add a block that is shown and not searched."""
        start = self.add(block, gap)
        self.marks.append(Mark(start, self.length, reason))
        return start

    def begin(self, kind: str, label: str = "", first: int = 0) -> None:
        """From the next block on, text belongs to this part."""
        self.end()
        self._open = (-1, kind, label, first)

    def end(self) -> None:
        """What follows belongs to no part."""
        if self._open and self._open[0] >= 0 and self._open[0] < self.length:
            start, kind, label, first = self._open
            self._parts.append(Part(start, self.length, kind, label, first))
        self._open = None

    def text(self) -> str:
        """What has been written."""
        return "".join(self._pieces)

    def parts(self) -> tuple[Part, ...]:
        """The parts that hold text."""
        self.end()
        return tuple(self._parts)


def join_lines(before: str, after: str) -> str:
    """What stands between two lines of a paragraph: nothing in Chinese, else a blank."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return "" if is_wide(before[-1]) or is_wide(after[0]) else " "


def is_wide(character: str) -> bool:
    """Whether a character is Chinese, or punctuation as set in Chinese text."""
    return _IS_WIDE.match(character) is not None


def one_line(text: str) -> str:
    """Text on one line, wrapped lines joined, runs of white space made single blanks."""
    lines = _BREAK.split(text.strip())
    joined = lines[0]
    for line in lines[1:]:
        joined += join_lines(joined, line) + line
    return _SPACE.sub(" ", joined).strip()


def cell(text: str) -> str:
    """The words of a table cell; a bar in them would begin the next one."""
    return one_line(text).replace("|", "｜")


def row(cells: Sequence[str]) -> str:
    """A row of a Markdown table, from the words of its cells."""
    return "| " + " | ".join(cells) + " |"


def table(rows: Sequence[Sequence[str]], has_header: bool = True) -> str:
    """A Markdown table; empty rows and columns go."""
    kept = [[cell(value) for value in line] for line in rows]
    width = max(map(len, kept), default=0)
    kept = [line + [""] * (width - len(line)) for line in kept if any(line)]
    used = [index for index in range(width) if any(line[index] for line in kept)]
    lines = [row([line[index] for index in used]) for line in kept]
    if has_header and len(lines) > 1:
        lines.insert(1, row(["---"] * len(used)))
    return "\n".join(lines)


def looks_like_header(cells: Sequence[str], following: Sequence[str]) -> bool:
    """Whether the first row of a table names its columns: words only, all different, no gaps."""
    names = [name.strip() for name in cells]
    while names and not names[-1]:
        names.pop()
    if not names or "" in names or len(set(names)) < len(names):
        return False
    if any(is_number(name) or len(name) > 40 for name in names):
        return False
    return bool(following) and any(value.strip() for value in following)


def is_number(text: str) -> bool:
    """Whether a cell holds a number, an amount or a date rather than a name."""
    return bool(re.fullmatch(r"[-+¥$€£(]?\d[\d,.]*(?:[-/.:年月]\d+)*[%元日)]?", text.strip()))


def fenced(code: str, language: str = "") -> str:
    """Code between fences that it does not close itself."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"
