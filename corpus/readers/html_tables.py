"""Tables of web pages: of data, or only to lay out a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from corpus.readers.elements import LINE_BREAK, is_hidden, squeezed, text_of
from corpus.readers.reading import one_line


def rows_of(table_element: Any) -> Iterator[Any]:
    """The rows of a table, those of tables in it left out."""
    for child in table_element:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (line for line in child if line.tag == "tr")


def cells(line: Any) -> Iterator[Any]:
    """The cells of a row."""
    return (item for item in line if item.tag in ("td", "th") and not is_hidden(item))


def is_layout(element: Any, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table holds blocks of text rather than values."""
    if element.find(".//table") is not None or max(map(len, rows), default=0) < 2:
        return True
    return any(
        len(squeezed(item)) > 400
        or item.find(".//h1") is not None
        or item.find(".//h2") is not None
        for line in rows
        for item in line
    )


def grid(rows: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    """The words of each row; a cell that spans rows or columns stands in each of them."""
    below: dict[int, tuple[int, str]] = {}
    for line in rows:
        words: list[str] = []
        for item in line:
            _fill(words, below)
            text = one_line(text_of(item).replace(LINE_BREAK, " "))
            width, height = (_span(item, name) for name in ("colspan", "rowspan"))
            for column in range(width):
                if height > 1:
                    below[len(words)] = (height - 1, text)
                words.append(text if column == 0 or height > 1 or width <= 6 else "")
        _fill(words, below)
        yield words


def _fill(words: list[str], below: dict[int, tuple[int, str]]) -> None:
    while (held := below.get(len(words))) is not None:
        rest, text = held
        if rest > 1:
            below[len(words)] = (rest - 1, text)
        else:
            del below[len(words)]
        words.append(text)


def _span(item: Any, name: str) -> int:
    value = item.get(name) or ""
    return min(int(value), 50) if value.isdecimal() and len(value) < 4 and int(value) > 0 else 1
