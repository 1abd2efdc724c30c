"""What of a damaged state is intact, so that a repair need not make it anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.consistency import segment_faults
from index.dense import VECTORS, SegmentVectors
from index.layout import Manifest, SegmentEntry, check_files
from index.postings import load_array, post
from index.segment import Segment


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a repair goes on with.

    Attributes:
        state: The damaged state, of its intact segments alone; None if it is not known.
        segments: The intact segments.
        spare: Vectors that have outlived the rest of their segments.
    """

    state: Manifest | None
    segments: tuple[Segment, ...]
    spare: tuple[Segment, ...]

    @property
    def passages(self) -> NDArray[np.int64]:
        """Numbers of the passages in the intact segments."""
        return np.concatenate([np.zeros(0, np.int64), *(item.passages for item in self.segments)])


def salvage(
    kb: Path, before: Manifest | None, numbers: NDArray[np.int64], owners: NDArray[np.int64]
) -> Salvaged:
    """Look through every segment of a state.

    Args:
        kb: The knowledge base.
        before: The state; None if it is not known.
        numbers: Of the passages that it consists of, ascending, as the database has them.
        owners: Numbers of their documents.
    """
    if before is None:
        return Salvaged(None, (), ())
    kept: list[SegmentEntry] = []
    segments: list[Segment] = []
    spare: list[Segment] = []
    held = np.zeros(0, np.int64)
    for entry in before.segments:
        segment = _checked(kb, before, entry)
        if segment is not None and _belongs(segment, held, numbers, owners):
            kept.append(entry)
            segments.append(segment)
            held = np.concatenate([held, segment.passages])
        else:
            vectors = _vectors_of(kb, before, entry)
            spare += [vectors] if vectors else []
    return Salvaged(_only(before, kept), tuple(segments), tuple(spare))


def _checked(kb: Path, before: Manifest, entry: SegmentEntry) -> Segment | None:
    """A segment that is as it was published and possible in itself; None if it is not."""
    files = _only(before, [entry]).files
    try:
        check_files(kb, replace(before, files=files), whole=True)
        segment = Segment.load(kb / entry.name, entry.factor)
    except (CorruptError, OSError):
        return None
    faults = any(True for _ in segment_faults(segment, before))
    return None if faults or segment.size != entry.rows or not files else segment


def _only(manifest: Manifest, entries: Sequence[SegmentEntry]) -> Manifest:
    """A state of some of its segments alone."""
    names = {entry.name for entry in entries}
    files = {name: entry for name, entry in manifest.files.items() if name.split("/")[0] in names}
    return replace(manifest, segments=tuple(entries), files=files)


def _belongs(
    segment: Segment,
    held: NDArray[np.int64],
    numbers: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> bool:
    """Whether a segment holds passages of the state alone, each under its document, none twice."""
    if np.isin(segment.passages, held).any() or not np.isin(segment.passages, numbers).all():
        return False
    at = np.searchsorted(numbers, segment.passages)
    return bool((owners[at] == segment.documents).all())


def _vectors_of(kb: Path, manifest: Manifest, entry: SegmentEntry) -> Segment | None:
    """The vectors of a damaged segment, if they and the hashes of their texts are not damaged."""
    names = {f"{entry.name}/{VECTORS}", f"{entry.name}/hashes.npy"}
    files = {name: item for name, item in manifest.files.items() if name in names}
    try:
        check_files(kb, replace(manifest, files=files), whole=True)
        hashes = load_array(kb / entry.name / "hashes.npy", np.dtype("<u8"), 1)
        vectors = load_array(kb / entry.name / VECTORS, np.dtype("<f2"), 2)
    except (CorruptError, OSError):
        return None
    if files.keys() != names or vectors.shape != (len(hashes), manifest.dimension):
        return None
    nothing = np.zeros(0, np.int64)
    return Segment(nothing, nothing, hashes, post([]), SegmentVectors(vectors))
