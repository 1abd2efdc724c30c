"""Reading a backup back: checked in whole before it takes any place."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import InputError, KnowledgeBaseError, NotAKnowledgeBaseError
from index.archive import CHECKSUMS, FORMAT, Sum, copy, members
from index.folder import locked
from index.layout import DATABASE, LOCK, MANIFEST, Manifest, read_manifest, sync_folder
from index.leases import make_state
from index.progress import Progress, quiet
from index.verify import verify


def restore(
    archive: Path, kb: Path, progress: Progress = quiet, *, force: bool = False
) -> Manifest:
    """Make a knowledge base of a backup.

    Args:
        archive: What :func:`index.backup.backup` wrote.
        kb: Where the knowledge base shall be; it is there in whole or as it was before.
        progress: Called as the work goes on, with bytes.
        force: Replace a knowledge base that is there.

    Returns:
        The restored state.

    Raises:
        InputError: The file is no backup, or is damaged, or a knowledge base is there.
        NotAKnowledgeBaseError: The folder holds other things.
        LockedError: Another process is building the knowledge base that is to be replaced.
    """
    _require_place(kb, force)
    target = kb.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        fresh = work / "new"
        fresh.mkdir()
        _unpack(archive, fresh, progress)
        manifest = _checked(archive, fresh, progress)
        _require_place(kb, force)
        _take_place(fresh, target, work / "old")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _require_place(kb: Path, force: bool) -> None:
    names = {path.name for path in kb.iterdir()} if kb.is_dir() else set()
    if kb.exists() and not kb.is_dir():
        raise NotAKnowledgeBaseError(f"{kb}: is a file; name a folder for the knowledge base")
    if names <= {LOCK}:
        return
    if not names & {MANIFEST, DATABASE}:
        raise NotAKnowledgeBaseError(
            f"{kb}: holds other files ({sorted(names)[0]}, …); name an empty or new folder"
        )
    if not force:
        raise InputError(
            f"{kb}: is a knowledge base already; name another folder, or add --force to replace it"
        )


@contextmanager
def _reading(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:") as opened:
            yield opened
    except FileNotFoundError:
        raise InputError(f"{archive}: no such file") from None
    except (tarfile.TarError, EOFError) as error:
        raise InputError(f"{archive}: is no backup, or is damaged ({error})") from None


def _unpack(archive: Path, folder: Path, progress: Progress) -> None:
    """Write the members into an empty folder and compare them with their sums."""
    total = archive.stat().st_size if archive.is_file() else 0
    found: dict[str, Sum] = {}
    table: bytes = b""
    with _reading(archive) as opened:
        for member in members(opened, archive):
            progress("restore", member.offset, total)
            stream = opened.extractfile(member)
            if stream is None:
                raise InputError(f"{archive}: {member.name} cannot be read; the file is damaged")
            if member.name == CHECKSUMS:
                table = stream.read()
                continue
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as target:
                found[member.name] = copy(stream, target)
                target.flush()
                os.fsync(target.fileno())
    progress("restore", total, total)
    _compare(archive, found, table)


def _compare(archive: Path, found: dict[str, Sum], table: bytes) -> None:
    if not table:
        raise InputError(f"{archive}: is no backup, or was cut short ({CHECKSUMS} is missing)")
    try:
        data = json.loads(table)
        version = int(data["format"])
        expected = {name: Sum(**each) for name, each in data["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{archive}: {CHECKSUMS} is damaged ({error!r})") from None
    if version > FORMAT:
        raise InputError(
            f"{archive}: backup format {version}, this version reads up to {FORMAT}; update yinju"
        )
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise InputError(f"{archive}: {name} is damaged or missing; use another backup")


def _checked(archive: Path, folder: Path, progress: Progress) -> Manifest:
    """The state of an unpacked backup, once everything about it has been verified."""
    try:
        manifest = read_manifest(folder)
        make_state(folder, manifest.generation)
        found = verify(folder, progress)
        findings = [each for check in found.checks if check.part != "words"
                    for each in check.findings]  # fmt: skip
    except KnowledgeBaseError as error:
        findings = [str(error)]
    if findings:
        raise InputError(f"{archive}: {findings[0].replace(f'{folder}/', '')}")
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(path)
    return manifest


def _take_place(fresh: Path, target: Path, aside: Path) -> None:
    if target.exists():
        with locked(target):
            pass  # nobody is writing to it
        os.replace(target, aside)
    try:
        os.replace(fresh, target)
    except OSError:
        if aside.exists():
            os.replace(aside, target)
        raise
    sync_folder(target.parent)
