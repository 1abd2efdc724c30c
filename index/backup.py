"""Writing a backup of the published state while builds may go on."""

from __future__ import annotations

import json
import os
import sqlite3
import tarfile
import tempfile
import time
from contextlib import closing
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from corpus.errors import InputError, KnowledgeBaseError
from corpus.load import SUFFIXES
from index.archive import CHECKSUMS, FORMAT, Sum, copy, is_expected
from index.layout import (
    DATABASE,
    DICTIONARY,
    MANIFEST,
    SYNONYMS,
    UPLOADS,
    check_files,
    manifest_text,
    sync_folder,
)
from index.opened import Opened, opened
from index.progress import Progress, quiet
from index.schema import migrate
from index.store import ALIVE, holders


def backup(kb: Path, target: Path, progress: Progress = quiet, *, force: bool = False) -> int:
    """Write the published state, the user's words and the uploaded files into one file.

    Every derived file is checked while it is read, so a damaged state is never backed up.

    Args:
        kb: The knowledge base; a build may go on meanwhile.
        target: The backup to write; it is there in whole or not at all.
        progress: Called as the work goes on, with bytes.
        force: Replace a file that is there.

    Returns:
        The size of the backup in bytes.

    Raises:
        InputError: The file is there.
        KnowledgeBaseError: The knowledge base is damaged; the message says how to repair it.
    """
    if target.exists() and not force:
        raise InputError(f"{target}: exists; name another file, or add --force to replace it")
    if not target.absolute().parent.is_dir():
        raise InputError(f"{target.absolute().parent}: no such folder")
    with (
        opened(kb) as state,
        tempfile.TemporaryDirectory(prefix=".yinju-", dir=target.absolute().parent) as work,
    ):
        check_files(kb, state.manifest, whole=True)
        database = Path(work) / DATABASE
        _copy_database(state, database)
        written = Path(work) / "backup.tar"
        _write(state, database, written, progress)
        os.replace(written, target)
        sync_folder(target.absolute().parent)
    return target.stat().st_size


def _copy_database(state: Opened, target: Path) -> None:
    """A database of the rows of one state; what was deleted or is not published is not in it."""
    try:
        with closing(sqlite3.connect(target, uri=True, isolation_level=None)) as copied:
            copied.execute("PRAGMA auto_vacuum = INCREMENTAL")
            migrate(copied)
            _attach(copied, state.store.path)
            _copy_rows(copied, state)
            copied.execute("DETACH kb")
            copied.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise state.store.unreadable(error) from None


def _attach(copied: sqlite3.Connection, path: Path) -> None:
    uri = path.absolute().as_uri()
    try:
        copied.execute("ATTACH ? AS kb", (f"{uri}?mode=ro",))
        copied.execute("SELECT 1 FROM kb.sqlite_master LIMIT 1")
    except sqlite3.OperationalError as error:  # as in Reader: a folder that cannot be written to
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if any(name == "kb" for _, name, _ in copied.execute("PRAGMA database_list")):
            copied.execute("DETACH kb")
        copied.execute("ATTACH ? AS kb", (f"{uri}?immutable=1",))


def _copy_rows(copied: sqlite3.Connection, state: Opened) -> None:
    at = {"at": state.generation}
    run = copied.execute
    run("BEGIN")
    run(f"INSERT INTO documents SELECT * FROM kb.documents WHERE {ALIVE}", at)
    run("UPDATE documents SET removed = NULL")
    run(
        "INSERT INTO passages SELECT p.* FROM kb.passages AS p "
        "JOIN main.documents AS d ON d.number = p.document ORDER BY p.number"
    )
    run(
        "INSERT INTO states VALUES (?, ?)",
        (state.generation, manifest_text(state.manifest)),
    )
    names = [entry.name for entry in state.manifest.segments]
    run(
        "INSERT INTO segments SELECT * FROM kb.segments "
        f"WHERE json_extract(entry, '$.name') IN ({holders(names)})",
        names,
    )
    # Numbers that were given away are not given again.
    run("DELETE FROM sqlite_sequence")
    run("INSERT INTO sqlite_sequence SELECT * FROM kb.sqlite_sequence")
    run("COMMIT")


def _write(state: Opened, database: Path, target: Path, progress: Progress) -> None:
    kb = state.folder
    files = {DATABASE: database}
    files |= {name: kb / name for name in state.manifest.files}
    files |= {name: kb / name for name in (DICTIONARY, SYNONYMS) if (kb / name).is_file()}
    files |= {path.relative_to(kb).as_posix(): path for path in _uploads(kb)}
    for name, path in files.items():
        if not is_expected(name):
            raise InputError(f"{path}: not every system can have a file of this name; rename it")
    total, done = sum(path.stat().st_size for path in files.values()), 0
    sums: dict[str, Sum] = {}
    with target.open("wb") as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
            sums[MANIFEST] = _add(archive, MANIFEST, manifest_text(state.manifest).encode())
            for name, path in files.items():
                progress("backup", done, total)
                sums[name] = _add(archive, name, path)
                done += sums[name].size
                expected = state.manifest.files.get(name)
                if expected and expected.sha256 != sums[name].sha256:
                    raise _changed(path)
            table = {"format": FORMAT, "files": {name: asdict(each) for name, each in sums.items()}}
            _add(archive, CHECKSUMS, json.dumps(table).encode())
        stream.flush()
        os.fsync(stream.fileno())
    progress("backup", total, total)


def _uploads(kb: Path) -> list[Path]:
    """Files that builds read; others, and links that lead elsewhere, are left out."""
    folder = kb / UPLOADS
    return sorted(
        path
        for path in (folder.rglob("*") if folder.is_dir() else ())
        if path.is_file()
        and not path.is_symlink()
        and path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _add(archive: tarfile.TarFile, name: str, content: Path | bytes) -> Sum:
    """Add a member and tell its sum."""
    member = tarfile.TarInfo(name)
    member.mtime = int(time.time())
    member.mode = 0o644
    if isinstance(content, bytes):
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
        return copy(BytesIO(content))
    with content.open("rb") as stream:
        member.size = os.fstat(stream.fileno()).st_size
        archive.addfile(member, stream)
        stream.seek(0)
        found = copy(stream)
    if found.size != member.size:
        raise _changed(content)
    return found


def _changed(path: Path) -> KnowledgeBaseError:
    return KnowledgeBaseError(f"{path}: changed while it was read; try again")
