"""Whether the segments and the manifest of a state agree with what the database holds of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.findings import Check, told
from index.layout import Manifest, parse_manifest
from index.progress import Progress
from index.segment import Segment
from index.store import ALIVE, Reader


def check_segments(kb: Path, manifest: Manifest, reader: Reader, progress: Progress) -> Check:
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
    return Check("segments", len(manifest.segments), told(findings))


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


def check_counts(manifest: Manifest, reader: Reader) -> Check:
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
    return Check("counts", 4, told(findings))
