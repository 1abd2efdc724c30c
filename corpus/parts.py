"""Pages, sheets, slides, numbered lines: what a file numbers or names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACES: Mapping[str, str] = {
    "page": "p. {}", "sheet": "sheet {}", "slide": "slide {}", "chapter": "chapter {}",
    "cell": "cell {}", "record": "record {}", "line": "line {}", "row": "row {}", "within": " · ",
}  # fmt: skip
"""How each kind of part is named, how rows of sheets are, and what joins the two; in English."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text that its file numbers or names.

    Attributes:
        kind: ``page``, ``sheet``, ``slide``, ``chapter``, ``cell``, ``record`` or ``line``.
        label: Its number or name in the file; empty for lines.
        first: Number of its first line in the file, 1-based; the lines that follow count on. 0 if
            lines have no numbers there.
    """

    start: int
    end: int
    kind: str
    label: str = ""
    first: int = 0

    def place(self, line: int = 0, words: Mapping[str, str] = PLACES) -> str:
        """Where that is, in a word or two.

        Args:
            line: Counts from the start of the part.
            words: Those of a language, under the names of ``PLACES``.
        """
        word = words["row" if self.kind == "sheet" else "line"]
        number = word.format(self.first + line) if self.first else ""
        return words["within"].join(filter(None, (self.name(words), number)))

    def name(self, words: Mapping[str, str] = PLACES) -> str:
        """The part as a whole; empty for lines, which have none."""
        return "" if self.kind == "line" else words[self.kind].format(self.label)


def part_at(parts: Sequence[Part], offset: int) -> Part | None:
    """The part that holds an offset; parts are in order and do not overlap."""
    index = bisect_right(parts, offset, key=lambda part: part.start) - 1
    return parts[index] if index >= 0 and offset < parts[index].end else None


def cut_parts(parts: Sequence[Part], text: str, start: int, end: int) -> tuple[Part, ...]:
    """The parts of a text that a span reaches into, cut to the span.

    Args:
        parts: In order, none overlapping another.
        text: In which they and the span lie.
        start: Of the span.
        end: Of the span.
    """
    first = 0
    if len(parts) > 1:
        first = max(0, bisect_right(parts, start, key=lambda part: part.start) - 1)
    cut = []
    for part in parts[first:]:
        if part.start >= end:
            break
        begin = max(part.start, start)
        if begin < part.end:
            lines = text.count("\n", part.start, begin) if part.first else 0
            cut.append(Part(begin, min(part.end, end), part.kind, part.label, part.first + lines))
    return tuple(cut)


def page_of(parts: Sequence[Part]) -> int | None:
    """The page of the first of some parts, if they are pages."""
    return int(parts[0].label) if parts and parts[0].kind == "page" else None
