"""Checking a knowledge base from end to end: files, database, counts, spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus.errors import (
    CorruptError,
    FormatVersionError,
    KnowledgeBaseError,
    NotAKnowledgeBaseError,
    SettingsError,
)
from index.folder import segmenter_of
from index.layout import DATABASE, SEGMENTS, Manifest, check_files, parse_manifest, read_manifest
from index.leases import Lease, state_path
from index.progress import Progress, quiet
from index.segment import Segment
from index.spans import wrong_spans
from index.store import ALIVE, Reader
from index.sweep import sweep_after
from index.synonyms import synonyms_of

Part = Literal["manifest", "state", "database", "files", "segments", "counts", "spans", "words"]
"""What is checked, in this order."""

MOST_FINDINGS = 20
"""Of one part so many findings are told; damage to a disk may cause thousands."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a knowledge base.

    Attributes:
        checked: How many things were looked at: files, segments, passages, ...
        findings: What is wrong with them, at most :data:`MOST_FINDINGS` told one by one.
    """

    part: Part
    checked: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a whole knowledge base has found.

    Attributes:
        generation: The published state; None if it cannot be told.
        notes: What is worth knowing and not wrong.
    """

    folder: str
    generation: int | None
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings()

    def checked(self, part: Part) -> int:
        """How many things of a part were looked at."""
        return sum(check.checked for check in self.checks if check.part == part)

    def findings(self, *parts: Part) -> list[str]:
        """What is wrong with some parts; with all if none is named."""
        return [
            finding
            for check in self.checks
            if not parts or check.part in parts
            for finding in check.findings
        ]


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
            checks.append(_guarded("segments", lambda: _segments(kb, manifest, reader, progress)))
            checks.append(_guarded("counts", lambda: _counts(manifest, reader)))
            checks.append(_guarded("spans", lambda: _spans(manifest, reader, progress)))
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
    return Check("files", len(manifest.files), _few(findings))


def _segments(kb: Path, manifest: Manifest, reader: Reader, progress: Progress) -> Check:
    """Segments hold every passage of the state once and no other, each under its document."""
    findings = []
    parts: list[Segment] = []
    for done, entry in enumerate(manifest.segments):
        progress("verify segments", done, len(manifest.segments))
        try:
            segment = Segment.load(kb / entry.name, entry.factor)
        except CorruptError as error:
            findings.append(str(error))
            continue
        parts.append(segment)
        findings += (f"{kb / entry.name}: {wrong}" for wrong in segment_faults(segment, manifest))
        if segment.size != entry.rows:
            findings.append(f"{kb / entry.name}: {segment.size} rows, expected {entry.rows}")
    numbers, owners = alive(reader, manifest.generation)
    nothing = np.zeros(0, np.int64)
    held = np.concatenate([nothing, *(item.passages for item in parts)])
    order = np.argsort(held, kind="stable")
    held = held[order]
    repeated = int((np.diff(held) == 0).sum())
    if repeated:
        findings.append(f"{kb}: {repeated} passages are in more than one place of the segments")
    for what, first, second in (
        ("are in no segment", numbers, held),
        ("are in a segment but not in the state", held, numbers),
    ):
        others = int((~np.isin(first, second)).sum())
        if others:
            findings.append(f"{kb}: {others} passages {what}")
    if not findings:
        documents = np.concatenate([nothing, *(item.documents for item in parts)])[order]
        strays = int((documents != owners).sum())
        if strays:
            findings.append(f"{kb}: {strays} passages are under another document in the segments")
    return Check("segments", len(manifest.segments), _few(findings))


def alive(reader: Reader, generation: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the passages of a state, ascending, and of their documents."""
    query = (
        "SELECT p.number, p.document FROM passages AS p JOIN documents AS d "
        f"ON d.number = p.document WHERE d.{ALIVE.replace('removed', 'd.removed')} "
        "ORDER BY p.number"
    )
    rows = np.fromiter(
        (number for pair in reader.select(query, {"at": generation}) for number in pair), np.int64
    ).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def segment_faults(segment: Segment, manifest: Manifest) -> Iterator[str]:
    """What about the numbers in a segment cannot be."""
    postings, vectors = segment.postings, segment.vectors.vectors
    if vectors.shape[1] != manifest.dimension:
        yield f"vectors of {vectors.shape[1]} numbers, expected {manifest.dimension}"
    if (np.diff(segment.passages) <= 0).any():
        yield "its passages are not in order"
    if (np.diff(postings.offsets) < 0).any() or (postings.terms[1:] <= postings.terms[:-1]).any():
        yield "its terms are not in order"
    if len(postings.rows) and int(postings.rows.max()) >= segment.size:
        yield f"a term in row {postings.rows.max()} of {segment.size}"
    if not np.isfinite(vectors).all():
        yield "a vector that is not a number"


def _counts(manifest: Manifest, reader: Reader) -> Check:
    """The manifest says of the state what the database says."""
    documents, characters = reader.counts(manifest.generation)
    query = (
        "SELECT count(*) FROM passages AS p JOIN documents AS d ON d.number = p.document "
        f"WHERE d.{ALIVE.replace('removed', 'd.removed')}"
    )
    ((passages,),) = reader.select(query, {"at": manifest.generation})
    found = {"documents": documents, "passages": passages, "characters": characters}
    findings = [
        f"the manifest says {getattr(manifest, name)} {name}, the database holds {count}"
        for name, count in found.items()
        if getattr(manifest, name) != count
    ]
    in_segments = sum(item.rows for item in manifest.segments)
    if in_segments != manifest.passages:
        findings.append(f"the segments hold {in_segments} rows, expected {manifest.passages}")
    text = reader.manifests().get(manifest.generation)
    if text is None or parse_manifest(text, reader.path) != manifest:
        findings.append(f"{reader.path}: does not know the published state {manifest.generation}")
    return Check("counts", 4, _few(findings))


def _spans(manifest: Manifest, reader: Reader, progress: Progress) -> Check:
    findings: list[str] = []
    number = 0
    for number, wrong in enumerate(wrong_spans(reader, manifest.generation), 1):
        if number % 1000 == 0:
            progress("verify spans", number, manifest.passages)
        if wrong:
            findings.append(f"{reader.path}: {wrong}")
    progress("verify spans", manifest.passages, manifest.passages)
    return Check("spans", number, _few(findings))


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


def _few(findings: list[str]) -> tuple[str, ...]:
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    return (*findings[:MOST_FINDINGS], f"and {len(findings) - MOST_FINDINGS} more")
