"""Checking a knowledge base from end to end: files, database, counts, spans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.errors import (
    CorruptError,
    FormatVersionError,
    KnowledgeBaseError,
    NotAKnowledgeBaseError,
    SettingsError,
)
from index.consistency import check_counts, check_segments
from index.findings import Check, Part, Verification, told
from index.folder import segmenter_of
from index.layout import DATABASE, SEGMENTS, Manifest, check_files, parse_manifest, read_manifest
from index.leases import Lease, state_path
from index.progress import Progress, quiet
from index.spans import wrong_spans
from index.store import Reader
from index.sweep import sweep_after
from index.synonyms import synonyms_of


def verify(kb: Path, progress: Progress = quiet) -> Verification:
    """Check everything that can be checked of the published state, changing nothing.

    Raises:
        NotAKnowledgeBaseError: There is neither a manifest nor a database.
        FormatVersionError: A newer version wrote it.
    """
    try:
        manifest = read_manifest(kb)
    except NotAKnowledgeBaseError as error:
        if not (kb / DATABASE).is_file():
            raise
        return _without_manifest(kb, error)
    except FormatVersionError as error:
        if is_newer(error):
            raise
        return _without_manifest(kb, error)
    except CorruptError as error:
        return _without_manifest(kb, error)
    checks = [Check("manifest", 1)]
    lease = None
    try:
        try:
            lease = Lease(kb, manifest.generation)
            checks.append(Check("state", 1))
        except FileNotFoundError:
            if read_manifest(kb).generation != manifest.generation:
                return verify(kb, progress)  # another state has just taken its place
            missing = f"{state_path(kb, manifest.generation)}: missing"
            checks.append(Check("state", 1, (missing,)))
        return _verify_state(kb, manifest, checks, progress)
    finally:
        if lease and lease.release():
            sweep_after(kb, manifest.generation)


def is_newer(error: FormatVersionError) -> bool:
    """Whether a newer version wrote what could not be read, so that nothing may be changed."""
    return "update yinju" in str(error)


def _without_manifest(kb: Path, error: KnowledgeBaseError) -> Verification:
    checks = [Check("manifest", 1, (str(error),)), _guarded("database", lambda: _database(kb))]
    return Verification(str(kb), None, tuple(checks))


def _verify_state(
    kb: Path, manifest: Manifest, checks: list[Check], progress: Progress
) -> Verification:
    checks.append(_guarded("database", lambda: _database(kb)))
    checks.append(_files(kb, manifest, progress))
    if not checks[2].findings:
        reader = Reader(kb)
        try:
            checks += [
                _guarded("segments", lambda: check_segments(kb, manifest, reader, progress)),
                _guarded("counts", lambda: check_counts(manifest, reader)),
                _guarded("spans", lambda: _spans(manifest, reader, progress)),
            ]
            notes = _notes(kb, manifest, reader)
        finally:
            reader.close()
    else:
        notes = ()
    checks.append(_guarded("words", lambda: _words(kb)))
    return Verification(str(kb), manifest.generation, tuple(checks), notes)


def _guarded(part: Part, check: Callable[[], Check]) -> Check:
    """A check of a part that may not even be readable."""
    try:
        return check()
    except FormatVersionError as error:
        if is_newer(error):
            raise
        return Check(part, 1, (str(error),))
    except (KnowledgeBaseError, SettingsError, OSError) as error:
        return Check(part, 1, (str(error),))


def _database(kb: Path) -> Check:
    if not (kb / DATABASE).is_file():
        raise CorruptError(f"{kb / DATABASE}: missing; restore a backup, or build again")
    reader = Reader(kb)
    try:
        reader.check()
    finally:
        reader.close()
    return Check("database", 1)


def _files(kb: Path, manifest: Manifest, progress: Progress) -> Check:
    """Every byte of every derived file; progress in bytes."""
    findings = []
    total, done = sum(entry.size for entry in manifest.files.values()), 0
    for name, entry in manifest.files.items():
        progress("verify files", done, total)
        try:
            check_files(kb, replace(manifest, files={name: entry}), whole=True)
        except (CorruptError, OSError) as error:
            findings.append(str(error))
        done += entry.size
    progress("verify files", total, total)
    return Check("files", len(manifest.files), told(findings))


def _spans(manifest: Manifest, reader: Reader, progress: Progress) -> Check:
    findings: list[str] = []
    number = 0
    for number, wrong in enumerate(wrong_spans(reader, manifest.generation), 1):
        if number % 1000 == 0:
            progress("verify spans", number, manifest.passages)
        if wrong:
            findings.append(f"{reader.path}: {wrong}")
    progress("verify spans", manifest.passages, manifest.passages)
    return Check("spans", number, told(findings))


def _words(kb: Path) -> Check:
    synonyms_of(kb, segmenter_of(kb))
    return Check("words", 2)


def _notes(kb: Path, manifest: Manifest, reader: Reader) -> tuple[str, ...]:
    """What a killed build has left, and what the next one will do."""
    notes = []
    if next(reader.select("SELECT key FROM pending"), None):
        notes.append("a build has not finished; the same build command goes on with it")
    else:
        known = {item.name for item in manifest.segments}
        for text in reader.manifests().values():
            known |= {item.name for item in parse_manifest(text, reader.path).segments}
        strays = sorted(path.name for path in kb.glob(SEGMENTS) if path.name not in known)
        if strays:
            notes.append(
                f"{len(strays)} folders of a build that was killed ({strays[0]}, …); the next "
                "build or verify --repair removes them"
            )
    try:
        segmenter = segmenter_of(kb)
    except SettingsError:
        return tuple(notes)
    if segmenter.fingerprint != manifest.segmenter:
        changed = len(set(segmenter.words) ^ set(manifest.words))
        notes.append(
            f"{changed} words of the dictionary have changed since the last build; they are in "
            "effect, the next build makes opening faster again"
        )
    return tuple(notes)
