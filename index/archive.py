"""What a backup of a knowledge base looks like: a plain tar file.

::

    manifest.json        the state that was published
    kb.sqlite            the database of that state alone
    seg-000012/...       its segments
    dictionary.txt, synonyms.txt, uploads/...
    checksums.json       size and SHA-256 of every other member; the last one
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO

from corpus.errors import InputError
from index.layout import DATABASE, DICTIONARY, MANIFEST, SYNONYMS, UPLOADS

FORMAT = 1
CHECKSUMS = "checksums.json"

_SEGMENT_FILE = re.compile(r"seg-\d{6,}/[a-z_]+\.(?:npy|faiss)")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sum:
    """Size in bytes and SHA-256 of a member."""

    size: int
    sha256: str


def copy(source: IO[bytes], target: IO[bytes] | None = None) -> Sum:
    """Read a file to its end, writing it elsewhere if that is given."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    return Sum(size, digest.hexdigest())


def members(archive: tarfile.TarFile, path: Path) -> Iterator[tarfile.TarInfo]:
    """The members of a backup, one after another; each is a file with a name a backup has.

    Raises:
        InputError: A member is something else, which might be written anywhere.
    """
    seen: set[str] = set()
    for member in archive:
        name = member.name
        if not member.isreg() or not is_expected(name):
            raise InputError(f"{path}: holds {name!r}, which no backup of yinju does; not restored")
        if name in seen:
            raise InputError(f"{path}: holds {name!r} twice; not restored")
        seen.add(name)
        yield member


def is_expected(name: str) -> bool:
    """Whether a backup may hold a member of this name; it leads nowhere else."""
    if name in (MANIFEST, DATABASE, DICTIONARY, SYNONYMS, CHECKSUMS):
        return True
    if _SEGMENT_FILE.fullmatch(name):
        return True
    parts = name.split("/")
    plain = not any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    elsewhere = "\\" in name or ":" in name or "\0" in name
    reserved = any(PureWindowsPath(part).is_reserved() for part in parts)
    return len(parts) > 1 and parts[0] == UPLOADS and plain and not elsewhere and not reserved
