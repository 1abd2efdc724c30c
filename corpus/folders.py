"""The files of a folder, and why some of them are not read."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.formats import may_be_read, refusal


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
    Hidden files and folders are left out, and so are the lock files that office programs leave
    beside an open document; links to folders are not followed, so that no loop is entered; of two
    files whose names are the same in NFC, the second is skipped.

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
        for path, reason in _walk(folder):
            source = _source(path, root, prefix if len(folders) > 1 and folder.is_dir() else "")
            if reason or not may_be_read(path.suffix):
                skipped.append(Skipped(source, reason or refusal(path.suffix)))
            elif source in names:
                skipped.append(Skipped(source, "another file has the same name; rename one"))
            else:
                names.add(source)
                files.append(SourceFile(path, source))
    return files, skipped


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files with "", and what cannot be entered with the reason, in the order of their paths."""
    if not folder.is_dir():
        yield folder, ""
        return
    found: list[tuple[Path, str]] = []
    waiting = [folder]
    while waiting:
        inner = waiting.pop()
        try:
            entries = list(os.scandir(inner))
        except OSError as error:
            found.append((inner, f"the folder cannot be opened: {error.strerror or error}"))
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif path.is_file():
                found.append((path, ""))
            elif entry.is_symlink():
                found.append((path, _dead_end(path)))
    yield from sorted(found)


def _dead_end(link: Path) -> str:
    """Why a link is not followed."""
    if not link.is_dir():
        return "a link that leads to no file; remove it"
    inside = link.resolve()
    if inside in link.parent.resolve().parents or inside == link.parent.resolve():
        return "a link back to a folder it lies in; remove it"
    return "a link to a folder, which is not followed; name that folder itself"


def _source(path: Path, root: Path, prefix: str) -> str:
    relative = path.relative_to(root).as_posix()
    name = f"{prefix}/{relative}" if prefix else relative
    # A file name that is not valid text (lone surrogates) is still shown and stored.
    name = name.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", name)
