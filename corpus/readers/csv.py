"""Tables as text: values between commas, tabs or semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from corpus.readers.decode import decode
from corpus.readers.lines import numbered
from corpus.readers.reading import Reading, Writer
from corpus.readers.rows import NumberedRow, write_table

_DELIMITERS = ",\t;|"
_SAMPLE = 10_000  # characters looked at to tell the delimiter


def read_csv(data: bytes) -> Reading:
    """A table whose rows keep the number of the line they begin on.

    Raises:
        DocumentError: It cannot be decoded.
    """
    text, encoding = decode(data)
    properties = {"encoding": encoding}
    writer = Writer()
    try:
        write_table(writer, _rows(text), ("line", ""))
    except csv.Error:
        # Not a table after all: an open quotation mark, a value longer than any cell.
        body = text.rstrip("\n")
        parts = tuple(numbered(body, 0, len(body), 1))
        return Reading(body, "data", parts, properties=properties)
    parts = writer.parts()
    return Reading(writer.text(), "data", parts, properties=properties)


def _rows(text: str) -> Iterator[NumberedRow]:
    sample = text[:_SAMPLE].split("\n")
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(sample[:-1] or sample))
    last = 0
    for cells in reader:
        yield NumberedRow(last + 1, [value.strip() for value in cells])
        last = reader.line_num


def _delimiter(lines: list[str]) -> str:
    """The one that cuts most lines into the same number of cells, more than one."""

    def fitness(delimiter: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=fitness)
