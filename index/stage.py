"""What a build has prepared, stored batch by batch so that an interrupted build can go on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from index.codebook import HalfVectors
from index.coding import with_codes
from index.dense import SegmentVectors
from index.embed import Embedder
from index.layout import SegmentEntry, segment_name
from index.postings import SEGMENT_ROWS, join
from index.prepared import Piece, Prepared, PreparedDocument
from index.progress import Progress
from index.segment import Segment
from index.vectors import VectorCache
from index.writer import Writer

_LONGEST = 30.0  # seconds of work that a kill may cost


@dataclass(frozen=True, slots=True)
class _Batch:
    """What belongs together: an interrupt must not leave documents without their passages."""

    documents: tuple[PreparedDocument, ...]
    pieces: tuple[Piece, ...]
    dropped: tuple[int, ...]
    stamps: Mapping[int, tuple[int, int]]


class Stage:
    """Collects prepared documents; a full segment's worth is written in one transaction.

    What is written belongs to the generation being built, which no reader sees. Used as a context
    manager, it writes the rest at the end, and when the user interrupts.

    Args:
        kb: The knowledge base, locked.
        writer: Its database.
        generation: The one being built.
        embedder: Embeds passages that come without vectors.
        cache: Vectors of texts that have been embedded before.
        progress: Told how many passages have been embedded.
    """

    def __init__(
        self,
        kb: Path,
        writer: Writer,
        generation: int,
        embedder: Embedder,
        cache: VectorCache,
        progress: Progress,
    ) -> None:
        self._kb = kb
        self._writer = writer
        self._generation = generation
        self._embedder = embedder
        self._cache = cache
        self._progress = progress
        self._like: bytes | None = None  # codes of a segment: their code book serves the others
        self._clear()

    def _clear(self) -> None:
        self._batches: list[_Batch] = []
        self._rows = 0
        self._begun = time.monotonic()

    def add(
        self,
        prepared: Prepared,
        dropped: Sequence[int] = (),
        stamps: Mapping[int, tuple[int, int]] | None = None,
    ) -> None:
        """Take prepared documents.

        Args:
            prepared: They and their passages.
            dropped: Documents of the same unfinished build that they take the place of.
            stamps: New stamps of documents that have not changed, by number.
        """
        pieces = tuple(
            self._cache.embedded(piece, self._embedder, self._progress) for piece in prepared.pieces
        )
        rows = sum(len(piece.hashes) for piece in pieces)
        if self._rows + rows > SEGMENT_ROWS:  # before, lest a few rows become a segment
            self.write()
        self._batches.append(_Batch(prepared.documents, pieces, tuple(dropped), stamps or {}))
        self._rows += rows
        if self._rows >= SEGMENT_ROWS or time.monotonic() - self._begun > _LONGEST:
            self.write()

    def drop(self, numbers: Sequence[int]) -> None:
        """Take documents of the same unfinished build away again."""
        self._batches.append(_Batch((), (), tuple(numbers), {}))

    def write(self) -> None:
        """Store what has been collected."""
        writer = self._writer
        with writer.transaction():
            first = following = writer.next_passage()
            owners = []
            for batch in self._batches:
                writer.remove(batch.dropped, self._generation)
                writer.restamp(batch.stamps)
                for item in batch.documents:
                    number = writer.insert(
                        item.row,
                        item.stamp,
                        item.passages,
                        item.edges,
                        following,
                        self._generation,
                    )
                    following += len(item.passages)
                    owners.append(np.full(len(item.passages), number, np.int64))
            documents = np.concatenate(owners) if owners else np.zeros(0, np.int64)
            begin = 0
            for pieces in _by_segment([piece for batch in self._batches for piece in batch.pieces]):
                rows = sum(len(piece.hashes) for piece in pieces)
                self._write_segment(pieces, first + begin, documents[begin : begin + rows])
                begin += rows
            self._clear()  # before it is committed: nothing is ever stored twice

    def _write_segment(
        self, pieces: Sequence[Piece], first: int, documents: NDArray[np.int64]
    ) -> None:
        count = len(documents)
        numbers = np.split(
            np.arange(count), np.cumsum([len(piece.hashes) for piece in pieces])[:-1]
        )
        segment = Segment(
            passages=np.arange(first, first + count),
            documents=documents,
            hashes=np.concatenate([piece.hashes for piece in pieces]),
            postings=join([piece.postings for piece in pieces], numbers),
            vectors=SegmentVectors(
                np.concatenate([_given(piece) for piece in pieces]), like=self._like
            ),
        )
        entry = SegmentEntry("", count)
        if count > SEGMENT_ROWS // 2:  # smaller ones are merged before they are published
            segment, entry = with_codes(segment, self._writer, self._embedder)
            self._like = segment.vectors.codes
        number = self._writer.next_segment()
        name = segment_name(number)
        segment.save(self._kb / name)
        self._writer.add_segment(number, self._generation, replace(entry, name=name), staged=True)

    def __enter__(self) -> Stage:
        self._begun = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or issubclass(kind, KeyboardInterrupt):
            self.write()


def _by_segment(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that fit into one segment together, in order."""
    groups: list[list[Piece]] = []
    filled = SEGMENT_ROWS
    for piece in pieces:
        if filled + len(piece.hashes) > SEGMENT_ROWS:
            groups.append([])
            filled = 0
        groups[-1].append(piece)
        filled += len(piece.hashes)
    return groups


def _given(piece: Piece) -> HalfVectors:
    if piece.vectors is None:
        raise LookupError("a piece has been staged without vectors")
    return piece.vectors
