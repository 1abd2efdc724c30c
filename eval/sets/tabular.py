"""Question sets kept in a table: CSV, TSV or an Excel sheet, its columns mapped to our fields."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import DocumentError, InputError, QuestionError
from corpus.readers.decode import decode
from eval.lines import read_file
from eval.load import Rows
from eval.questions import parse_question
from eval.sets.records import QuestionSet, file_hash

FIELDS = ("id", "question", "answers", "match", "evidence", "source", "quote", "history", "type")
# How people head their columns when they do not know our names.
_USUAL = {
    "编号": "id", "序号": "id", "问题": "question", "提问": "question", "query": "question",
    "答案": "answers", "answer": "answers", "标准答案": "answers", "来源": "source",
    "文档": "source", "document": "source", "原文": "quote", "证据": "quote", "依据": "quote",
    "类型": "type", "类别": "type", "历史": "history",
}  # fmt: skip
_SEPARATOR = "|"
_NO_ANSWER = frozenset(("无", "无答案", "无法回答", "[]", "n/a", "none"))


def read_table(path: Path, columns: Mapping[str, str] | None = None) -> QuestionSet:
    """Read a table whose first row heads its columns.

    Several answers in a cell are separated by ``|``; a cell with ``无答案`` or ``[]`` says that the
    documents cannot answer; an empty one that the answer is not judged. ``source`` and ``quote``
    are the two halves of one evidence; ``evidence`` may hold them as JSON, like ``history``. A
    missing ``id`` is the row's number.

    Args:
        path: ``.csv``, ``.tsv`` or ``.xlsx``.
        columns: Our field by the head of its column, where it is not the usual one.

    Raises:
        QuestionError: The file or rows of it cannot be used.
        InputError: A mapping names no field or no column.
    """
    lines = _sheet(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _delimited(path)
    head = next(lines, None)
    if head is None:
        raise QuestionError(f"{path}: is empty. Head its columns in the first row.")
    fields = _fields(path, [str(item).strip() for item in head[1]], columns or {})
    rows = Rows(path)
    for number, cells in lines:
        if any(str(cell).strip() for cell in cells):
            value, wrong = _value(number, dict(zip(fields, cells, strict=False)))
            question, more = parse_question(value) if not wrong else (None, [])
            rows.add(f"{path}:{number}", f"row {number}", question, wrong + more)
    return QuestionSet(path.name, file_hash(path), tuple(rows.questions()))


def _delimited(path: Path) -> Iterator[tuple[int, list[str]]]:
    data = read_file(path)
    try:
        text = decode(data)[0]
    except DocumentError as error:
        raise QuestionError(f"{path}: {error}") from None
    tabs = path.suffix.lower() == ".tsv"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",")
    before = 0
    try:
        for row in reader:
            # A cell may run over several lines: the row is where it begins.
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise QuestionError(f"{path}:{reader.line_num}: {error}. Export the table again.") from None


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    read_file(path)  # so that a missing file is told as any other
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise QuestionError(f"{path}: not an Excel workbook: {error}. Save it again.") from None
    sheet = book.active
    rows = sheet.iter_rows(values_only=True) if sheet is not None else iter(())
    for number, row in enumerate(rows, start=1):
        yield number, [_cell(item) for item in row]


def _cell(value: Any) -> str:
    # Excel keeps 3 as 3.0; an answer of 3.0 would match nothing.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _fields(path: Path, head: list[str], columns: Mapping[str, str]) -> list[str]:
    for name, column in columns.items():
        if name not in FIELDS:
            raise InputError(f"no field is called {name!r}; fields are {', '.join(FIELDS)}.")
        if column not in head:
            raise InputError(
                f"{path}: no column is headed {column!r}; there are {', '.join(head)}."
            )
    mapped = {column: name for name, column in columns.items()}
    fields = [mapped.get(item, "") or _usual(item, columns) for item in head]
    if "question" not in fields:
        raise QuestionError(
            f"{path}: no column is headed `question`. Name it with --columns question=HEAD; "
            f"there are {', '.join(head)}."
        )
    return fields


def _usual(head: str, columns: Mapping[str, str]) -> str:
    name = _USUAL.get(head.lower(), head.lower())
    return name if name in FIELDS and name not in columns else ""


def _value(number: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """A row as an object of our format."""
    wrong: list[str] = []
    given = {name: text.strip() for name, text in cells.items() if name and text.strip()}
    value: dict[str, Any] = {"id": given.get("id", str(number))}
    value |= {name: given[name] for name in ("question", "match", "type") if name in given}
    if answers := given.get("answers"):
        value["answers"] = [] if answers.lower() in _NO_ANSWER else _several(answers)
    for name in ("evidence", "history"):
        if name in given:
            value[name] = _json(name, given[name], wrong)
    if "quote" in given or "source" in given:
        one = {name: given[name] for name in ("source", "quote") if name in given}
        value.setdefault("evidence", []).append(one)
    return value, wrong


def _several(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if isinstance(value, list):
            return value
    return [item.strip() for item in text.split(_SEPARATOR) if item.strip()]


def _json(name: str, text: str, wrong: list[str]) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        wrong.append(f"`{name}` must be JSON, as in our JSON lines: {error}")
        return []
    if isinstance(value, list):
        return value
    wrong.append(f"`{name}` must be a list in JSON")
    return []
