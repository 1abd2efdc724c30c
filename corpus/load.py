"""Files to documents."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.clean import mark
from corpus.errors import DocumentError, InputError
from corpus.metadata import read_metadata
from corpus.readers.decode import decode
from corpus.readers.markdown import display
from corpus.records import Document, content_id

SUFFIXES = frozenset({".md", ".markdown", ".txt"})
"""Endings of the files that are read, in lower case."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read and the name its passages are cited under."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    source: str
    reason: str


def find_files(folders: list[Path]) -> tuple[list[SourceFile], list[Skipped]]:
    """All files of some folders (or single files) that can be read, in the order of their names.

    Sources are relative to their folder; with several folders they begin with the folder's name.
    Hidden files and folders are left out; of two files whose names are the same in NFC, the second
    is skipped.

    Raises:
        InputError: A folder does not exist, or two folders would give the same names.
    """
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    names: set[str] = set()
    prefixes = [folder.resolve().name for folder in folders]
    if len(set(prefixes)) < len(prefixes):
        raise InputError(
            f"two of the folders are both named {max(prefixes, key=prefixes.count)}; rename one"
        )
    for folder, prefix in zip(folders, prefixes, strict=True):
        if not folder.exists():
            raise InputError(f"{folder}: no such file or folder")
        root = folder if folder.is_dir() else folder.parent
        for path in _walk(folder):
            source = _source(path, root, prefix if len(folders) > 1 and folder.is_dir() else "")
            if path.suffix.lower() not in SUFFIXES:
                reason = f"files of type {path.suffix or '(none)'} are not read"
                skipped.append(Skipped(source, reason))
            elif source in names:
                skipped.append(Skipped(source, "another file has the same name; rename one"))
            else:
                names.add(source)
                files.append(SourceFile(path, source))
    return files, skipped


def read_document(file: SourceFile) -> Document:
    """Read one file.

    Raises:
        DocumentError: It cannot be opened or decoded, or holds no text; the message names no file.
    """
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be opened: {error.strerror or error}") from None
    raw, encoding = decode(data)
    return make_document(raw, file.source, hashlib.sha256(data).hexdigest(), encoding)


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
    # Lone surrogates and zero bytes can be stored neither in SQLite nor in UTF-8.
    raw = raw.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    metadata = read_metadata(raw)
    text, links = display(raw)
    if not text.strip():
        raise DocumentError("holds no text")
    extra = dict(metadata.extra)
    if encoding:
        extra["encoding"] = encoding
    return Document(
        id=content_id(source),
        source=source,
        text=text,
        content_hash=content_hash or hashlib.sha256(raw.encode()).hexdigest(),
        title=metadata.title or Path(source).stem,
        author=metadata.author,
        published=metadata.published,
        url=metadata.url,
        marks=mark(text, raw, metadata, links),
        metadata=extra,
    )


def _walk(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        yield folder
        return
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts):
            yield path


def _source(path: Path, root: Path, prefix: str) -> str:
    relative = path.relative_to(root).as_posix()
    name = f"{prefix}/{relative}" if prefix else relative
    # A file name that is not valid text (lone surrogates) is still shown and stored.
    name = name.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", name)
