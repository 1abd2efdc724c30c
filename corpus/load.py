"""Files to documents."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from corpus.clean import mark
from corpus.errors import DocumentError
from corpus.folders import Skipped, SourceFile, find_files
from corpus.formats import SUFFIXES, Format, format_of
from corpus.metadata import Metadata, read_metadata
from corpus.readers.lines import line_parts
from corpus.readers.markdown import LinkSpan, display_long
from corpus.readers.reading import Reading
from corpus.records import Document, Mark, content_id
from corpus.titles import own_title

__all__ = [
    "SUFFIXES",
    "Skipped",
    "SourceFile",
    "content_hash",
    "document_of",
    "find_files",
    "make_document",
    "read_document",
]  # fmt: skip

LARGEST = 1 << 29
"""A file with more bytes is not read."""
LARGEST_TEXT = 1 << 28
"""The same for a file that is text as it stands: several copies of it are held while it is cut."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_FIELDS = ("title", "author", "published", "url")


def content_hash(file: SourceFile) -> str:
    """SHA-256 of a file, which tells whether it must be read again.

    Raises:
        DocumentError: It cannot be opened.
    """
    return hashlib.sha256(_bytes_of(file.path)).hexdigest()


def read_document(file: SourceFile) -> Document:
    """Read one file.

    Raises:
        DocumentError: It cannot be opened, decoded or understood, is protected, damaged or too
            large, or holds no text; the message says what to do and names no file.
    """
    return document_of(_bytes_of(file.path), file.source, file.path.suffix)


def document_of(data: bytes, source: str, suffix: str = "") -> Document:
    """A document from the bytes of a file.

    Args:
        data: The file.
        source: The name it is cited under.
        suffix: Ending of the file's name; that of ``source`` if empty.

    Raises:
        DocumentError: As :func:`read_document`.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        reading = _read(data, suffix or Path(source).suffix)
    except DocumentError:
        raise
    except MemoryError as error:
        raise DocumentError("takes more memory than there is; split it") from error
    except Exception as error:
        # A build goes on, whatever a library makes of a damaged file: BadZipFile, zlib.error and
        # PythonPptxError have no base but Exception, and AttributeError or TypeError come as well.
        detail = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentError(f"damaged or cut off ({detail}); get it again") from error
    del data
    return _document(reading, source, digest)


def make_document(raw: str, source: str, content_hash: str = "", encoding: str = "") -> Document:
    """A document from Markdown or plain text.

    Args:
        raw: The text with line feeds as line breaks.
        source: The name it is cited under.
        content_hash: SHA-256 of what it was read from; of ``raw`` if empty.
        encoding: The encoding it was read with, kept as metadata.

    Raises:
        DocumentError: It holds no text.
    """
    raw = _storable(raw)
    digest = content_hash or hashlib.sha256(raw.encode()).hexdigest()
    properties = {"encoding": encoding} if encoding else {}
    return _document(Reading(raw, "markdown", properties=properties), source, digest)


def _bytes_of(path: Path) -> bytes:
    """The bytes of a file, all from the same moment.

    Raises:
        DocumentError: It cannot be opened, is too large, or is being written to.
    """
    for _ in range(2):
        try:
            # Before it is opened: a named pipe would not even open.
            _check(path.stat(), path.suffix)
            with path.open("rb") as opened:
                before = _state(opened.fileno())
                data = opened.read()
                after = _state(opened.fileno())
        except OSError as error:
            raise DocumentError(f"cannot be opened: {error.strerror or error}") from None
        if before.st_size == after.st_size == len(data) and before.st_mtime_ns == after.st_mtime_ns:
            return data
    raise DocumentError("is being written to; build again when that is done")


def _state(number: int) -> os.stat_result:
    return os.fstat(number)


def _check(state: os.stat_result, suffix: str) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise DocumentError("cannot be opened: it is no ordinary file")
    is_text = suffix.lower() in (".md", ".txt", ".csv", ".json", ".jsonl")
    limit = LARGEST_TEXT if is_text else LARGEST
    if state.st_size > limit:
        size = f"{state.st_size / 1e6:.0f} MB"
        raise DocumentError(f"{size}; files up to {limit / 1e6:.0f} MB are read; split it")


def _read(data: bytes, suffix: str) -> Reading:
    """Call the reader for the format; each brings along its library only when it is needed."""
    kind: Format = format_of(suffix, data)
    if kind in ("markdown", "text", "code"):
        from corpus.readers.plain import read_code, read_text

        return read_code(data, suffix) if kind == "code" else read_text(data)
    if kind in ("html", "mhtml"):
        from corpus.readers.html import read_html, read_mhtml

        return read_html(data) if kind == "html" else read_mhtml(data)
    if kind == "pdf":
        from corpus.readers.pdf import read_pdf

        return read_pdf(data)
    if kind in ("docx", "pptx", "xlsx"):
        from corpus.readers import docx, pptx, xlsx

        reader = {"docx": docx.read_docx, "pptx": pptx.read_pptx, "xlsx": xlsx.read_xlsx}[kind]
        return reader(data)
    if kind == "csv":
        from corpus.readers.csv import read_csv

        return read_csv(data)
    if kind == "epub":
        from corpus.readers.epub import read_epub

        return read_epub(data)
    from corpus.readers.json import read_json, read_jsonl, read_notebook

    return {"json": read_json, "jsonl": read_jsonl, "ipynb": read_notebook}[kind](data)


def _document(reading: Reading, source: str, digest: str) -> Document:
    parts = reading.parts
    links: tuple[LinkSpan, ...] = ()
    if reading.kind == "markdown":
        text, links = display_long(reading.text)
        parts = line_parts(text, reading.text)
    else:
        text = _storable(reading.text)
    if not text.strip():
        raise DocumentError("holds no text")
    metadata = Metadata() if reading.kind == "data" else read_metadata(reading.text)
    marks: Sequence[Mark] = ()
    if reading.kind != "data":
        raw = reading.text if reading.kind == "markdown" else ""
        marks = mark(text, raw, metadata, links)
    fields = _fields(metadata, reading)
    return Document(
        id=content_id(source),
        source=source,
        text=text,
        content_hash=digest,
        title=fields.pop("title", "") or _title(reading, text, marks, source),
        author=fields.pop("author", ""),
        published=fields.pop("published", ""),
        url=fields.pop("url", ""),
        marks=_merged(reading.marks, marks),
        metadata=fields,
        parts=parts,
        boxes=reading.boxes,
    )


def _title(reading: Reading, text: str, marks: Sequence[Mark], source: str) -> str:
    # The first line of a page may be a running head or a menu; one marked is not the author's.
    begins = len(text) - len(text.lstrip())
    marked = any(item.start <= begins < item.end for item in marks)
    plain = reading.kind == "markdown" and not marked
    return _storable(own_title(reading.text if plain else "", source))


def _fields(metadata: Metadata, reading: Reading) -> dict[str, str]:
    """Title, author, ... and further fields, from the first lines and the file's properties."""
    lines = {name: str(getattr(metadata, name)) for name in _FIELDS} | dict(metadata.extra)
    said = {name: _storable(value) for name, value in reading.properties.items()}
    first, second = (lines, said) if reading.are_sure else (said, lines)
    return {name: value for name, value in [*first.items(), *second.items()] if value}


def _merged(own: Sequence[Mark], rules: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks of the reader, and those of the rules that do not touch them."""
    if not own:
        return tuple(rules)
    merged = list(own)
    index = 0
    for item in rules:
        while index < len(own) and own[index].end <= item.start:
            index += 1
        if index == len(own) or own[index].start >= item.end:
            merged.append(item)
    return tuple(sorted(merged, key=lambda item: item.start))


def _storable(text: str) -> str:
    """Zero bytes and lone surrogates can be stored neither in SQLite nor in UTF-8."""
    if not _UNSTORABLE.search(text):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
