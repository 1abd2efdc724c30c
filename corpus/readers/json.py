"""JSON, JSON lines and notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.errors import DocumentError
from corpus.readers.decode import decode
from corpus.readers.markdown import display
from corpus.readers.reading import Reading, Writer, fenced, one_line

_TEXTS = (
    "text", "content", "body", "article", "passage", "document", "context", "paragraph",
    "abstract", "summary", "output", "answer", "正文", "内容", "文本", "全文", "段落", "摘要",
    "回答", "答案",
)  # fmt: skip
_TITLES = (
    "title", "headline", "name", "question", "heading", "subject", "标题", "题目", "名称", "问题",
    "主题",
)  # fmt: skip
_DEEPEST = 6
_OUTPUT = 4_000  # characters of what a cell of a notebook printed


def read_json(data: bytes) -> Reading:
    """Records in one JSON value: a list of them, one alone, or a list under some key.

    A record's text is its field of that name (``text``, ``content``, ``正文``, ...); without one,
    all its words and numbers with their names.

    Raises:
        DocumentError: It is not JSON, or no record holds words.
    """
    text, encoding = decode(data)
    return _records(enumerate(_listed(_parsed(text)), 1), encoding)


def read_jsonl(data: bytes) -> Reading:
    """Records, one a line, numbered by line; see :func:`read_json`.

    Raises:
        DocumentError: A line is not JSON, or no record holds words.
    """
    text, encoding = decode(data)
    lines = enumerate(text.split("\n"), 1)
    return _records(((at, _parsed(line, at)) for at, line in lines if line.strip()), encoding)


def read_notebook(data: bytes) -> Reading:
    """A Jupyter notebook: text, code and printed output, cell by cell.

    Raises:
        DocumentError: It is not one.
    """
    text, encoding = decode(data)
    book = _parsed(text)
    if not isinstance(book, dict):
        raise DocumentError("is not a notebook; it may be damaged")
    sheets = book.get("worksheets")
    holder = sheets[0] if isinstance(sheets, list) and sheets else book
    cells = holder.get("cells") if isinstance(holder, dict) else None
    if not isinstance(cells, list):
        raise DocumentError("is not a notebook; it may be damaged")
    language = _language(book)
    writer = Writer()
    for number, cell in enumerate(cells, 1):
        if isinstance(cell, dict):
            writer.begin("cell", str(number))
            _cell(writer, cell, language)
    parts = writer.parts()
    return Reading(writer.text(), parts=parts, properties={"encoding": encoding})


def _parsed(text: str, line: int = 0) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise DocumentError("is nested too deeply to be read") from None
    except ValueError as error:
        at = line or getattr(error, "lineno", 0)
        message = getattr(error, "msg", str(error))
        raise DocumentError(f"is not valid JSON: line {at}: {message}") from None


def _listed(value: Any, depth: int = 0) -> list[Any]:
    """The records in a value: the longest list of objects in it, else the value itself."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and depth < 3 and not _field(value, _TEXTS):
        lists = [item for item in value.values() if isinstance(item, list)]
        lists += [_listed(item, depth + 1) for item in value.values() if isinstance(item, dict)]
        objects = [item for item in lists if item and all(isinstance(one, dict) for one in item)]
        if objects:
            longest = max(objects, key=len)
            if len(longest) > 1 or len(value) == 1:
                return longest
    return [value]


def _records(records: Iterator[tuple[int, Any]], encoding: str) -> Reading:
    writer = Writer()
    for number, record in records:
        writer.begin("record", str(number))
        _record(writer, record)
    parts = writer.parts()
    if not parts:
        raise DocumentError(f"no record holds text; name the field one of {', '.join(_TEXTS[:3])}")
    return Reading(writer.text(), "data", parts, properties={"encoding": encoding})


def _record(writer: Writer, record: Any) -> None:
    if isinstance(record, str):
        _lines(writer, record)
    elif isinstance(record, dict) and (text := _field(record, _TEXTS)):
        if title := _field(record, _TITLES):
            writer.add(f"## {one_line(title)}")
        _lines(writer, text)
    elif record is not None:
        named = list(_named(record, "", 0))
        if any(isinstance(value, str) for _, value in named):
            lines = [f"{name}：{one_line(str(value))}" if name else one_line(str(value))
                     for name, value in named]  # fmt: skip
            writer.add("\n".join(lines))


def _lines(writer: Writer, text: str) -> None:
    body = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")
    if body.strip():
        writer.add(body)


def _field(record: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first field of one of these names that holds words."""
    folded = {str(key).strip().lower(): value for key, value in record.items()}
    for name in names:
        value = folded.get(name)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            value = "\n".join(value)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _named(value: Any, name: str, depth: int) -> Iterator[tuple[str, str | int | float]]:
    """Words and numbers in a value, with their names."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _named(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from _named(inner, name, depth + 1)
    elif isinstance(value, str):
        if value.strip():
            yield name, value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name, value


def _language(book: Mapping[str, Any]) -> str:
    metadata = book.get("metadata")
    about = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = about.get("name") if isinstance(about, dict) else None
    return name if isinstance(name, str) and name.isalnum() else ""


def _cell(writer: Writer, cell: Mapping[str, Any], language: str) -> None:
    source = _joined(cell.get("source", cell.get("input")))
    if not source.strip():
        return
    if cell.get("cell_type") in ("markdown", "heading"):
        writer.add(display(source)[0])
    elif cell.get("cell_type") == "code":
        writer.add(fenced(source.strip("\n"), language))
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            if isinstance(output, dict) and (printed := _printed(output).strip("\n")):
                writer.add(fenced(printed[:_OUTPUT]))
    else:
        writer.add(source.strip("\n"))


def _printed(output: Mapping[str, Any]) -> str:
    data = output.get("data")
    if isinstance(data, dict):
        return _joined(data.get("text/plain"))
    return _joined(output.get("text"))


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""
