"""Making anew what is derived from the database, and bringing older knowledge bases up to date."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import (
    CorruptError,
    FormatVersionError,
    KnowledgeBaseError,
    MismatchError,
)
from corpus.records import Passage
from corpus.segment import Segmenter
from index.consistency import alive
from index.dense import SegmentVectors
from index.embed import Embedder, load_embedder
from index.findings import Verification
from index.folder import locked, segmenter_of
from index.layout import (
    DATABASE,
    MANIFEST,
    Manifest,
    SegmentEntry,
    parse_manifest,
    read_manifest,
    segment_name,
)
from index.leases import latest_state
from index.prepare import embed_text, hash_texts, post_passages
from index.prepared import Piece
from index.progress import Progress, quiet
from index.publish import Publisher
from index.salvage import salvage
from index.schema import schema_of
from index.segment import Segment
from index.sweep import sweep
from index.vectors import VectorCache
from index.verify import is_newer, verify
from index.writer import Writer

_AT_ONCE = 16_384  # passages


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did.

    Attributes:
        before: What was found before it.
        after: What is found now.
        kept: How many segments were left as they were.
        rebuilt: How many passages were cut into terms anew.
        embedded: How many of them were embedded anew, for no intact vector was found.
    """

    before: Verification
    after: Verification
    kept: int = 0
    rebuilt: int = 0
    embedded: int = 0


def repair(kb: Path, model: Path | None = None, progress: Progress = quiet) -> Repair:
    """Check a knowledge base and make anew what is damaged, missing or of an older format.

    The database is the truth: segments that do not hold what it says are made from it, intact ones
    stay, and a new generation is published. A sound knowledge base is only rid of what builds that
    were killed have left.

    Args:
        kb: The knowledge base.
        model: Folder of the model it was built with; the shipped one if None.
        progress: Called as the work goes on.

    Raises:
        CorruptError: The database is damaged, from which all else is made.
        MismatchError: It was built with another model.
        LockedError: Another process is building it.
        FormatVersionError: A newer version wrote it.
    """
    before = verify(kb, progress)
    with locked(kb):
        _check_database(kb)
        if before.is_sound:
            _sweep(kb)
            return Repair(before, verify(kb, progress), kept=before.checked("segments"))
        kept, rebuilt, embedded = _Repairer(kb, load_embedder(model), progress).run()
    return Repair(before, verify(kb, progress), kept, rebuilt, embedded)


class _Repairer:
    """One repair under the lock."""

    def __init__(self, kb: Path, embedder: Embedder, progress: Progress) -> None:
        self._kb = kb
        self._embedder = embedder
        self._progress = progress
        self._loose = _loose_manifest(kb)
        made = self._loose.get("embedder")
        if isinstance(made, str) and made != embedder.fingerprint:
            raise MismatchError(
                f"{kb}: built with the model {self._loose.get('embedder_name')} ({made}), to be "
                f"repaired with {embedder.name} ({embedder.fingerprint}); name its folder with "
                "--embedder"
            )
        self._segmenter = segmenter_of(kb)

    def run(self) -> tuple[int, int, int]:
        """Kept segments, passages cut anew, passages embedded anew."""
        with closing(Writer(self._kb)) as writer:
            before, generation = self._base(writer)
            writer.roll_back_to(generation, keep_pending=False)
            numbers, owners = alive(writer, generation)
            intact = salvage(self._kb, before, numbers, owners)
            missing = ~np.isin(numbers, intact.passages)
            known = (*intact.segments, *intact.spare)
            following = max(generation, latest_state(self._kb)) + 1
            embedded = self._stage(writer, following, numbers[missing], owners[missing], known)
            publisher = Publisher(
                self._kb, writer, following, self._embedder, intact.state, self._progress
            )
            publisher.publish([], self._segmenter, self._settings())
            return len(intact.segments), int(missing.sum()), embedded

    def _base(self, writer: Writer) -> tuple[Manifest | None, int]:
        """The state to go on from, as far as it is known, and its number."""
        try:
            manifest = read_manifest(self._kb)
        except FormatVersionError as error:
            if is_newer(error):
                raise
        except KnowledgeBaseError:
            for text in reversed(writer.manifests().values()):
                try:
                    manifest = parse_manifest(text, writer.path)
                except CorruptError:
                    continue
                if manifest.embedder == self._embedder.fingerprint:
                    return manifest, manifest.generation
        else:
            return manifest, manifest.generation
        given = self._loose.get("generation")
        if isinstance(given, int) and not isinstance(given, bool):
            return None, given
        query = "SELECT max(max(added), max(coalesce(removed, 0))) FROM documents"
        ((latest,),) = writer.select(query)
        # What an unfinished build has added is not a published state.
        return None, max(int(latest or 0) - bool(writer.pending_key()), 0)

    def _settings(self) -> dict[str, Any]:
        """Chunking and folders as far as they are known."""
        settings = self._loose.get("settings")
        return settings if isinstance(settings, dict) else {}

    def _stage(
        self,
        writer: Writer,
        generation: int,
        numbers: NDArray[np.int64],
        owners: NDArray[np.int64],
        known: Sequence[Segment],
    ) -> int:
        """Make segments of some passages, to be published; how many had to be embedded."""
        cache = VectorCache(known, self._embedder.dimension)
        embedded = 0
        for first in range(0, len(numbers), _AT_ONCE):
            self._progress("repair", first, len(numbers))
            part = slice(first, first + _AT_ONCE)
            passages = writer.passages(numbers[part].tolist())
            piece = _piece(passages, self._segmenter)
            embedded += int((~cache.find(piece.hashes)[1]).sum())
            piece = cache.embedded(piece, self._embedder, self._progress)
            if piece.vectors is None:
                raise LookupError("a piece has come back without vectors")
            segment = Segment(
                numbers[part], owners[part], piece.hashes, piece.postings,
                SegmentVectors(piece.vectors),
            )  # fmt: skip
            number = writer.next_segment()
            entry = SegmentEntry(segment_name(number), segment.size)
            segment.save(self._kb / entry.name)
            with writer.transaction():
                writer.add_segment(number, generation, entry, staged=True)
        self._progress("repair", len(numbers), len(numbers))
        return embedded


def _check_database(kb: Path) -> None:
    """Raise unless the database, of whatever schema, is sound."""
    path = kb / DATABASE
    remedy = "restore a backup, or build again with --rebuild"
    if not path.is_file():
        raise CorruptError(f"{path}: missing; {remedy}")
    try:
        with closing(sqlite3.connect(path)) as connection:
            if schema_of(connection) < 1:
                raise CorruptError(f"{path}: holds no knowledge base; {remedy}")
            for (finding,) in connection.execute("PRAGMA integrity_check(1)"):
                if finding != "ok":
                    raise CorruptError(f"{path}: {finding}; {remedy}")
    except sqlite3.OperationalError as error:
        raise KnowledgeBaseError(f"{path}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise CorruptError(f"{path}: {error}; {remedy}") from None


def _loose_manifest(kb: Path) -> dict[str, Any]:
    """What the last manifests say, of whatever format, the latest first to be believed."""
    texts: list[bytes | str] = []
    with suppress(OSError):
        texts.append((kb / MANIFEST).read_bytes())
    with closing(sqlite3.connect(kb / DATABASE)) as connection:
        if schema_of(connection) > 1:
            rows = connection.execute("SELECT manifest FROM states ORDER BY generation DESC")
            texts += [text for (text,) in rows]
    known: dict[str, Any] = {}
    for text in texts:
        with suppress(ValueError):
            data = json.loads(text)
            known = {**data, **known} if isinstance(data, dict) else known
    return known


def _piece(passages: Sequence[Passage], segmenter: Segmenter) -> Piece:
    texts = tuple(map(embed_text, passages))
    return Piece(
        postings=post_passages(passages, segmenter),
        hashes=hash_texts(texts),
        texts=texts,
        vectors=None,
    )


def _sweep(kb: Path) -> None:
    with closing(Writer(kb)) as writer:
        sweep(kb, writer, read_manifest(kb))
