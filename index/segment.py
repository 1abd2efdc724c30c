"""Segments: the search structures of some passages, immutable once they are published."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.codebook import HalfVectors
from index.dense import SegmentVectors
from index.layout import REPAIR
from index.postings import Postings, join, load_array

_COLUMNS = {"passages": np.dtype("<i8"), "documents": np.dtype("<i8"), "hashes": np.dtype("<u8")}


@dataclass(frozen=True, slots=True)
class Segment:
    """Passages that can be searched; row by row, by ascending number in the database.

    Attributes:
        passages: Number of each passage in the database, shape ``(rows,)``.
        documents: Number of each passage's document, likewise.
        hashes: Hash of the text each vector was made from, likewise.
        postings: Their terms.
        vectors: Their vectors.
    """

    passages: NDArray[np.int64]
    documents: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    postings: Postings
    vectors: SegmentVectors

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.passages)

    def save(self, folder: Path) -> None:
        """Write a new folder; what an unfinished build left under its name goes."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, kind in _COLUMNS.items():
            column = np.asarray(getattr(self, name), kind)
            np.save(folder / f"{name}.npy", column, allow_pickle=False)
        self.postings.save(folder)
        self.vectors.save(folder)

    @classmethod
    def load(cls, folder: Path, factor: int = 1) -> Segment:
        """Memory-map a folder.

        Raises:
            CorruptError: A file is missing or damaged, or the files do not belong together.
        """
        passages, documents, hashes = (
            load_array(folder / f"{name}.npy", kind, 1) for name, kind in _COLUMNS.items()
        )
        postings, vectors = Postings.load(folder), SegmentVectors.load(folder, factor)
        loaded = cls(passages, documents, hashes, postings, vectors)
        sizes = {len(passages), len(documents), len(hashes), postings.size, vectors.size}
        if len(sizes) > 1:
            raise CorruptError(
                f"{folder}: {loaded.size} passages, {loaded.postings.size} rows of words and "
                f"{loaded.vectors.size} vectors; {REPAIR}"
            )
        return loaded


def merge(segments: Sequence[Segment], kept: Sequence[NDArray[np.bool_]]) -> Segment:
    """The kept rows of several segments as one, by ascending number in the database.

    Vector codes are made anew unless one segment brings all its vectors along.

    Args:
        segments: Segments of at most ``SEGMENT_ROWS`` kept rows in all.
        kept: For each segment which of its rows go on, shape ``(segment.size,)``.
    """
    passages = np.concatenate(
        [item.passages[mask] for item, mask in zip(segments, kept, strict=True)]
    )
    order = np.argsort(passages, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    targets, begin = [], 0
    for mask in kept:
        target = np.full(len(mask), -1, np.int64)
        count = int(mask.sum())
        target[mask] = rank[begin : begin + count]
        targets.append(target)
        begin += count

    largest = max(segments, key=lambda item: item.size)

    def column(pick: Callable[[Segment], NDArray[Any]]) -> NDArray[Any]:
        parts = [pick(item)[mask] for item, mask in zip(segments, kept, strict=True)]
        return np.concatenate(parts)[order]

    return Segment(
        passages=passages[order],
        documents=column(lambda item: item.documents),
        hashes=column(lambda item: item.hashes),
        postings=join([item.postings for item in segments], targets),
        vectors=SegmentVectors(
            column(lambda item: item.vectors.vectors), like=largest.vectors.codes
        ),
    )


def replace_postings(segment: Segment, rows: NDArray[np.int64], fresh: Postings) -> Segment:
    """A segment some of whose rows have been cut into terms anew; vectors and codes stay.

    Args:
        segment: The segment as it was.
        rows: The rows concerned, ascending.
        fresh: Their new postings, in that order.
    """
    target = np.arange(segment.size)
    target[rows] = -1
    # The rows that go are numbered by the fresh postings, so the numbers have no gaps.
    postings = join([segment.postings, fresh], [target, rows])
    return Segment(segment.passages, segment.documents, segment.hashes, postings, segment.vectors)


def half(vectors: NDArray[np.float32]) -> HalfVectors:
    """Vectors as they are kept: in half precision, little end first."""
    return np.ascontiguousarray(vectors, "<f2")
