"""The last step of a build: segments of what stays, then the manifest that names them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.segment import Segmenter
from index.coding import with_codes
from index.dense import EXACT_ROWS
from index.embed import Embedder
from index.layout import (
    FileEntry,
    Manifest,
    SegmentEntry,
    describe_files,
    segment_name,
    write_manifest,
)
from index.leases import make_state
from index.plan import Plan, plan
from index.progress import Progress
from index.recut import stale_rows
from index.segment import Segment, merge, replace_postings
from index.sweep import sweep
from index.writer import Writer


class Publisher:
    """Makes a generation searchable.

    Args:
        kb: The knowledge base, locked.
        writer: Its database, which holds the documents of ``generation``.
        generation: The one that is about to be published.
        embedder: That makes its vectors.
        before: The published state; None if there is none to go on from.
        progress: Called as the work goes on.

    Attributes:
        manifest: The published state, the new one once :meth:`publish` has returned.
    """

    def __init__(
        self,
        kb: Path,
        writer: Writer,
        generation: int,
        embedder: Embedder,
        before: Manifest | None,
        progress: Progress,
    ) -> None:
        self._kb = kb
        self._writer = writer
        self._generation = generation
        self._embedder = embedder
        self._before = before
        self._progress = progress

    @property
    def manifest(self) -> Manifest:
        """The published state."""
        if self._before is None:
            raise LookupError("nothing has been published")
        return self._before

    def is_stale(self, segmenter: Segmenter) -> bool:
        """Whether the terms were cut in another way than now, or there are none."""
        return self._before is None or self._before.segmenter != segmenter.fingerprint

    def publish(
        self, outdated: Sequence[int], segmenter: Segmenter, settings: Mapping[str, Any]
    ) -> None:
        """Publish the generation.

        Args:
            outdated: Numbers of the documents that it takes away.
            segmenter: What the terms are cut with now.
            settings: For the manifest.
        """
        with self._writer.transaction():
            self._writer.remove(outdated, self._generation)
        entries, files = self._segments(segmenter)
        documents, characters = self._writer.counts(self._generation)
        files |= describe_files(self._kb, [item.name for item in entries
                                           if not any(name.startswith(f"{item.name}/")
                                                      for name in files)])  # fmt: skip
        manifest = Manifest(
            generation=self._generation,
            version=metadata.version("yinju"),
            embedder=self._embedder.fingerprint,
            embedder_name=self._embedder.name,
            dimension=self._embedder.dimension,
            segmenter=segmenter.fingerprint,
            words=segmenter.words,
            documents=documents,
            passages=sum(item.rows for item in entries),
            characters=characters,
            segments=tuple(entries),
            files=files,
            settings=settings,
            built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )
        with self._writer.transaction():
            self._writer.note_state(manifest)
        self._writer.checkpoint()
        make_state(self._kb, self._generation)
        write_manifest(self._kb, manifest)
        self._before = manifest
        sweep(self._kb, self._writer, manifest)

    def _segments(self, segmenter: Segmenter) -> tuple[list[SegmentEntry], dict[str, FileEntry]]:
        """The segments of the new state, and the files known of those that stay as they were."""
        before = list(self._before.segments) if self._before else []
        pending = self._writer.staged_segments(self._generation)
        entries = [*before, *pending]
        segments = [Segment.load(self._kb / item.name, item.factor) for item in entries]
        outdated = np.asarray(self._writer.removed_in(self._generation), np.int64)
        kept = [~np.isin(segment.documents, outdated) for segment in segments]
        recut = [self._recut(segment, mask, segmenter) for segment, mask in
                 zip(segments[: len(before)], kept, strict=False)]  # fmt: skip
        recut += [None] * len(pending)
        made: list[SegmentEntry] = []
        files: dict[str, FileEntry] = {}
        steps = plan([int(mask.sum()) for mask in kept], len(before))
        for done, step in enumerate(steps):
            self._progress("index", done, len(steps))
            alone = len(step.members) == 1
            number = step.members[0]
            whole = alone and bool(kept[number].all()) and recut[number] is None
            if whole and not self._lacks_codes(segments[number]):
                made.append(entries[number])
                if number < len(before) and self._before:
                    own = f"{entries[number].name}/"
                    files |= {name: entry for name, entry in self._before.files.items()
                              if name.startswith(own)}  # fmt: skip
            elif step.rows:
                made.append(self._write(step, segments, kept, recut))
        self._progress("index", len(steps), len(steps))
        return made, files

    def _recut(
        self, segment: Segment, kept: NDArray[np.bool_], segmenter: Segmenter
    ) -> Segment | None:
        """A segment with the terms it has now; None if they are the same."""
        if self._before is None or not self.is_stale(segmenter):
            return None
        rows, fresh = stale_rows(segment, self._writer, self._before, segmenter, kept)
        return replace_postings(segment, rows, fresh) if len(rows) else None

    def _lacks_codes(self, segment: Segment) -> bool:
        return segment.size > EXACT_ROWS and segment.vectors.codes is None

    def _write(
        self,
        step: Plan,
        segments: Sequence[Segment],
        kept: Sequence[NDArray[np.bool_]],
        recut: Sequence[Segment | None],
    ) -> SegmentEntry:
        parts = [recut[number] or segments[number] for number in step.members]
        masks = [kept[number] for number in step.members]
        whole = len(parts) == 1 and bool(masks[0].all())
        segment, entry = with_codes(
            parts[0] if whole else merge(parts, masks), self._writer, self._embedder
        )
        number = self._writer.next_segment()
        named = replace(entry, name=segment_name(number))
        segment.save(self._kb / named.name)
        with self._writer.transaction():
            self._writer.add_segment(number, self._generation, named, staged=False)
        return named
