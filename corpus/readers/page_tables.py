"""Tables on printed pages, told by the columns their lines fall into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.readers.page_lines import Line
from corpus.readers.reading import cell, looks_like_header, row

_ROWS = 2  # a single line in columns is no table


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words and where they stand; ``edges`` as of a line."""

    text: str
    edges: tuple[float, ...]


def split_tables(lines: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Runs of lines that make a table (True), and the other lines one by one."""
    index = 0
    while index < len(lines):
        end = index + 1
        while end < len(lines) and _same_columns(lines[end - 1], lines[end]):
            end += 1
        if lines[index].gaps and end - index >= _ROWS:
            yield True, list(lines[index:end])
            index = end
        else:
            yield False, [lines[index]]
            index += 1


def cells(line: Line) -> list[Cell]:
    """The cells of a line."""
    found = []
    starts = [0, *(gap + 1 for gap in line.gaps)]
    ends = [*line.gaps, len(line.text)]
    for start, end in zip(starts, ends, strict=True):
        found.append(Cell(cell(line.text[start:end]), line.edges[start : end + 1]))
    return found


def table_text(rows: Sequence[Sequence[Cell]]) -> tuple[str, list[list[int]]]:
    """A Markdown table, and where in it the words of each cell begin."""
    words = [[item.text for item in line] for line in rows]
    lines: list[str] = []
    starts: list[list[int]] = []
    length = 0
    for index, line in enumerate(words):
        offsets = []
        at = length + 2
        for item in line:
            offsets.append(at)
            at += len(item) + 3
        starts.append(offsets)
        lines.append(row(line))
        length += len(lines[-1]) + 1
        if index == 0 and looks_like_header(line, words[1]):
            lines.append(row(["---"] * len(line)))
            length += len(lines[-1]) + 1
    return "\n".join(lines), starts


def _same_columns(before: Line, after: Line) -> bool:
    """Whether a line goes on with the columns of the one before it."""
    if len(before.gaps) != len(after.gaps) or not after.gaps:
        return False
    if not 0 < after.top - before.top < 3 * before.size:
        return False
    return all(
        left.edges[0] < right.edges[-1] and right.edges[0] < left.edges[-1]
        for left, right in zip(cells(before), cells(after), strict=True)
    )
