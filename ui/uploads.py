"""Files that people drop into the chat: which are taken, and under what names they are kept."""

from __future__ import annotations

import filecmp
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from corpus.errors import InputError
from corpus.formats import may_be_read, refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """The copy of an uploaded file.

    Attributes:
        name: Of the file.
        copy: Where it is now.
        is_new: Whether it was not there before.
    """

    name: str
    copy: Path
    is_new: bool

    def drop(self) -> None:
        """Leave nothing behind that was not there before."""
        if self.is_new:
            self.copy.unlink(missing_ok=True)


def keep(path: Path, folder: Path, megabytes: int) -> Kept:
    """Copy a file into a folder under its own name.

    Another file of that name gets a number; the same file again is not copied.

    Args:
        path: The file.
        folder: Where uploads are kept; it is made if need be.
        megabytes: A larger file is refused.

    Raises:
        InputError: It is refused; the message says why.
    """
    name = safe_name(path.name)
    size = path.stat().st_size
    if size > megabytes * 1_000_000:
        raise InputError(f"{size / 1e6:.0f} MB; files up to {megabytes} MB are taken")
    if size == 0:
        raise InputError("is empty")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    number = 2
    while target.exists() and not filecmp.cmp(path, target, shallow=False):
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        number += 1
    is_new = not target.exists()
    if is_new:
        shutil.copyfile(path, target)
    return Kept(name, target, is_new)


def safe_name(name: str) -> str:
    """A file name that is only that, in NFC.

    Raises:
        InputError: It leads elsewhere, is hidden, too long, or of a type that is not read.
    """
    name = unicodedata.normalize("NFC", name)
    if name != Path(name).name or "\\" in name or name.startswith(".") or ":" in name:
        raise InputError("the name is not a plain file name; rename the file")
    if not name.isprintable() or len(name.encode()) > 200:
        raise InputError("the name is too long or holds control characters; rename the file")
    if PureWindowsPath(name).is_reserved():
        raise InputError("the name means a device on Windows; rename the file")
    if not may_be_read(Path(name).suffix):
        raise InputError(refusal(Path(name).suffix))
    return name
