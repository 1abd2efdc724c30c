"""Rows of a table to Markdown rows that keep their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from corpus.readers.reading import Writer, cell, looks_like_header, row

_ROWS = 200  # of a part, so that counting its lines stays short


class NumberedRow(NamedTuple):
    """A row of a file: its number there and the words of its cells."""

    number: int
    cells: list[str]


def write_table(
    writer: Writer, rows: Iterable[NumberedRow], part: tuple[str, str], heading: str = ""
) -> None:
    """Write rows as a Markdown table; empty rows and columns go.

    Args:
        writer: Where to.
        rows: In order; rows without words may be left out.
        part: Kind and label of the parts; each part begins with the number of its first row.
        heading: Stands above the table if there are rows.
    """
    kept = [
        (item.number, [cell(value) for value in item.cells]) for item in rows if any(item.cells)
    ]
    if not kept:
        return
    if heading:
        writer.begin(*part)
        writer.add(f"## {heading}")
    used = sorted({i for _, cells in kept for i, words in enumerate(cells) if words})
    lines = [(number, [_at(cells, index) for index in used]) for number, cells in kept]
    # Above a table often stands what it is about, alone in its row.
    while len(lines) > 1 and len(used) > 1 and sum(map(bool, lines[0][1])) == 1:
        number, cells = lines.pop(0)
        writer.begin(*part, first=number)
        writer.add("".join(cells))
    has_header = len(lines) > 1 and looks_like_header(lines[0][1], lines[1][1])
    last = begun = -1
    for index, (number, cells) in enumerate(lines):
        if number != last + 1 or index - begun >= _ROWS:
            writer.begin(*part, first=number)
            begun = index
        writer.add(row(cells), "\n" if index else "\n\n")
        last = number
        if index == 0 and has_header:
            writer.begin(*part)
            writer.add(row(["---"] * len(used)), "\n")
            last = -1


def _at(cells: list[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""
