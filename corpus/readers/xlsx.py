"""Workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from corpus.errors import DocumentError
from corpus.readers.archive import core_properties, open_archive
from corpus.readers.reading import Reading, Writer
from corpus.readers.rows import NumberedRow, write_table

_CELLS = 20_000_000
_FORMULA = "holds formulas without their values; open it in Excel or WPS and save it again"


def read_xlsx(data: bytes) -> Reading:
    """A workbook: its visible sheets as tables, rows numbered as in the file.

    Raises:
        DocumentError: It would unpack to too much, is protected, or holds formulas without values.
    """
    import openpyxl

    archive = open_archive(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    writer = Writer()
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            heading = sheet.title if len(book.worksheets) > 1 else ""
            write_table(writer, _rows(sheet), ("sheet", sheet.title), heading)
    finally:
        book.close()
    parts = writer.parts()
    if not parts and any(b"<f" in archive.read(name) for name in _sheets(archive)):
        raise DocumentError(_FORMULA)
    properties = {name: value for name, value in core_properties(archive).items() if value}
    return Reading(writer.text(), "data", parts, properties=properties)


def _sheets(archive: Any) -> Iterator[str]:
    return (name for name in archive.namelist() if name.startswith("xl/worksheets/"))


def _rows(sheet: Any) -> Iterator[NumberedRow]:
    count = 0
    for cells in sheet.iter_rows():
        count += len(cells) + 1
        if count > _CELLS:
            raise DocumentError(f"a sheet holds more than {_CELLS:,} cells; split it")
        words = [shown(cell.value, cell.number_format) for cell in cells]
        number = next((cell.row for cell in cells if getattr(cell, "row", None)), 0)
        if any(words):
            yield NumberedRow(number, words)


def shown(value: Any, number_format: str = "") -> str:
    """A value as a reader would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
        return text.removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (time, timedelta)):
        return str(value)
    if isinstance(value, (int, float)) and "%" in number_format:
        return f"{round(value * 100, 6):.15g}%"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
