"""The folder of a knowledge base: who may write to it, and what state it is in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import (
    DocumentError,
    FormatVersionError,
    KnowledgeBaseError,
    LockedError,
    NotAKnowledgeBaseError,
    SettingsError,
)
from corpus.normalize import fold
from corpus.readers.decode import decode
from corpus.segment import Segmenter
from index.layout import (
    DATABASE,
    DICTIONARY,
    LOCK,
    MANIFEST,
    OWN_NAMES,
    SEGMENTS,
    Manifest,
    check_files,
    read_manifest,
)
from index.leases import make_state
from index.store import Reader


def segmenter_of(folder: Path) -> Segmenter:
    """The segmenter of a knowledge base, with the words of its ``dictionary.txt`` if it has one.

    Raises:
        SettingsError: The dictionary cannot be decoded, or a line of it holds more than a word;
            it is named.
    """
    path = folder / DICTIONARY
    if not path.is_file():
        return Segmenter()
    try:
        lines = decode(path.read_bytes())[0].splitlines()
    except DocumentError as error:
        raise SettingsError(f"{path}: {error}") from None
    words = [line.split("#")[0].strip() for line in lines]
    for number, word in enumerate(words, 1):
        if len(fold(word).split()) > 1:
            raise SettingsError(
                f"{path}, line {number}: {word!r} contains white space; write one word on each line"
            )
    return Segmenter(words)


@contextmanager
def locked(kb: Path) -> Iterator[None]:
    """Hold the right to write to a knowledge base; its folder is made if need be.

    Raises:
        LockedError: Another process holds it.
        NotAKnowledgeBaseError: The folder is a file or holds other things.
    """
    if kb.exists() and not kb.is_dir():
        raise NotAKnowledgeBaseError(f"{kb}: is a file; name a folder for the knowledge base")
    names = {path.name for path in kb.iterdir()} if kb.exists() else set()
    if names and not names & OWN_NAMES:
        raise NotAKnowledgeBaseError(
            f"{kb}: holds other files ({sorted(names)[0]}, …); name an empty or new folder"
        )
    kb.mkdir(parents=True, exist_ok=True)
    lock = FileLock(kb / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(
            f"{kb}: another process is building it; wait until it has finished"
        ) from None
    try:
        yield
    finally:
        lock.release()


def published(kb: Path, *, damaged_is_none: bool) -> Manifest | None:
    """The state to go on from; None if there is none, or a damaged one that does not count.

    Raises:
        FormatVersionError: Another version wrote it.
        CorruptError: It is damaged, and that counts.
    """
    if not (kb / MANIFEST).is_file():
        return None
    try:
        manifest = read_manifest(kb)
        check_files(kb, manifest)
        if damaged_is_none:
            check_database(kb)
    except FormatVersionError:
        raise
    except KnowledgeBaseError:
        if damaged_is_none:
            return None
        raise
    return manifest


def check_database(kb: Path) -> None:
    """Look through the whole database.

    Raises:
        CorruptError: It is damaged.
    """
    reader = Reader(kb)
    try:
        reader.check()
    finally:
        reader.close()


def clear(kb: Path) -> None:
    """Remove a damaged state, which a rebuild makes anew; the user's own files stay.

    So do the names of states: their numbers are not given again, for readers may hold them still.
    """
    with suppress(KnowledgeBaseError):
        make_state(kb, read_manifest(kb).generation)
    (kb / MANIFEST).unlink(missing_ok=True)
    for path in kb.glob(f"{DATABASE}*"):
        path.unlink()
    for path in kb.glob(SEGMENTS):
        shutil.rmtree(path, ignore_errors=True)
