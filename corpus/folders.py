"""The files of a folder, and why some of them are not read."""

from __future__ import annotations

import os
import unicodedata
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
        above = [prefix] if len(folders) > 1 and folder.is_dir() else []
        for place, path, reason in _walk(folder):
            source = _source([*above, *place])
            suffix = os.path.splitext(place[-1])[1]
            if reason or not may_be_read(suffix):
                skipped.append(Skipped(source, reason or refusal(suffix)))
            elif source in names:
                skipped.append(Skipped(source, "another file has the same name; rename one"))
            else:
                names.add(source)
                files.append(SourceFile(Path(path), source))
    return files, skipped


_Found = tuple[list[str], str, str]


def _walk(folder: Path) -> list[_Found]:
    """What a folder holds, in the order of the names: for each where it lies, its path, and "".

    For what cannot be entered the reason stands last.
    """
    if not folder.is_dir():
        return [([folder.name], str(folder), "")]
    found: list[_Found] = []
    waiting: list[tuple[list[str], str]] = [([], str(folder))]
    while waiting:
        place, inner = waiting.pop()
        try:
            entries = list(os.scandir(inner))
        except OSError as error:
            reason = f"the folder cannot be opened: {error.strerror or error}"
            found.append((place or [folder.name], inner, reason))
            continue
        for entry in entries:
            name = entry.name
            if name.startswith((".", "~$")):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(([*place, name], entry.path))
            elif _is_file(entry):
                found.append(([*place, name], entry.path, ""))
            elif entry.is_symlink():
                found.append(([*place, name], entry.path, _dead_end(Path(entry.path))))
    return sorted(found)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link to itself


def _dead_end(link: Path) -> str:
    """Why a link is not followed."""
    if not link.is_dir():
        return "a link that leads to no file; remove it"
    inside = link.resolve()
    if inside in link.parent.resolve().parents or inside == link.parent.resolve():
        return "a link back to a folder it lies in; remove it"
    return "a link to a folder, which is not followed; name that folder itself"


def _source(place: list[str]) -> str:
    name = "/".join(place)
    if name.isascii():
        return name
    # A file name that is not valid text (lone surrogates) is still shown and stored.
    name = name.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", name)
