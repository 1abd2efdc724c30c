"""From files to a published knowledge base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from pathlib import Path

from corpus.errors import InputError
from corpus.load import Skipped
from corpus.records import content_id
from corpus.repeats import REASON as REPEATED
from index.embed import Embedder, StaticEmbedder, load_embedder
from index.folder import clear, locked, published, segmenter_of
from index.layout import Manifest
from index.leases import latest_state
from index.listing import (
    Content,
    check_folders,
    check_same,
    file_stamp,
    listing,
    nothing_to_index,
    require_text,
    settings_of,
)
from index.options import BuildOptions, BuildReport
from index.pool import prepare_all, workload
from index.prepared import Recipe, Task
from index.progress import Progress, quiet
from index.publish import Publisher
from index.segment import Segment
from index.stage import Stage
from index.store import Known
from index.sweep import sweep
from index.vectors import VectorCache
from index.writer import Writer

__all__ = ["BuildOptions", "BuildReport", "build"]


def build(
    sources: Sequence[Path] | Mapping[str, str],
    kb: Path,
    options: BuildOptions,
    progress: Progress = quiet,
) -> BuildReport:
    """Bring a knowledge base up to date with folders of files, or with texts by name.

    Files whose content has not changed are not cut again, texts that have been embedded are not
    embedded again. Until the last step readers see the state before; a build that is killed or
    interrupted leaves that state in place, and the next one goes on where it stopped.

    Raises:
        InputError: There is nothing to index.
        SettingsError: The settings differ from those the knowledge base was built with.
        LockedError: Another build is running.
        NotAKnowledgeBaseError: The folder holds other things.
    """
    files, skipped = listing(sources, kb)
    embedder = load_embedder(options.embedder)
    with locked(kb):
        before = published(kb, damaged_is_none=options.rebuild)
        settings = settings_of(sources, options.chunk, options.clean, options.keep_others, before)
        if not options.rebuild:
            if before:
                check_same(before, settings, embedder, reclean=options.reclean)
        elif before is None:
            require_text(files, skipped)
            clear(kb)
        writer = Writer(kb)
        try:
            return _Build(kb, writer, embedder, options, before, progress).run(
                files, skipped, settings
            )
        finally:
            writer.close()


class _Build:
    """One build under the lock."""

    def __init__(
        self,
        kb: Path,
        writer: Writer,
        embedder: Embedder,
        options: BuildOptions,
        before: Manifest | None,
        progress: Progress,
    ) -> None:
        self._writer = writer
        self._embedder = embedder
        self._options = options
        self._before = before
        self._base = before.generation if before else 0
        # A reader that holds a state whose manifest is lost must not take the new one for it.
        self._generation = (self._base or latest_state(kb)) + 1
        self._progress = progress
        self._segmenter = segmenter_of(kb)
        self._publisher = Publisher(kb, writer, self._generation, embedder, before, progress)
        self._kb = kb

    def run(
        self,
        files: Mapping[str, Content],
        skipped: list[Skipped],
        settings: Mapping[str, object],
    ) -> BuildReport:
        writer = self._writer
        key = self._key()
        resumes = writer.pending_key() == key
        writer.roll_back_to(self._base, keep_pending=resumes)
        if not resumes:
            writer.begin(key)
        known = writer.known(self._base)
        pending = writer.pending_documents(self._generation)
        self._stage = self._new_stage()
        gone = set() if self._options.keep_others else known.keys() - files.keys()
        if not files and not self._options.keep_others:
            raise InputError(nothing_to_index(files, skipped))
        check_folders(self._before, settings, gone, rebuild=self._options.rebuild)
        if not self._options.keep_others:
            left_over = [item.number for source, item in pending.items() if source not in files]
            self._stage.drop(left_over)
        skipped += self._prepare(files, known, pending)
        if self._options.anew:
            self._prepare(self._stored(known.keys() - gone), known, pending)
        fresh = writer.pending_documents(self._generation)
        replaced = fresh.keys() & known.keys()
        if len(known) - len(gone) + len(fresh) == len(replaced):
            raise InputError(nothing_to_index(files, skipped))
        if fresh or gone or self._publisher.is_stale(self._segmenter):
            outdated = [known[source].number for source in (*gone, *replaced)]
            self._publisher.publish(outdated, self._segmenter, settings)
        else:
            writer.roll_back_to(self._base, keep_pending=False)
            sweep(self._kb, writer, self._publisher.manifest)
        return self._report(known, fresh, gone, skipped)

    def _new_stage(self) -> Stage:
        """A stage that knows the vectors there are, unless all are to be made anew."""
        before = self._before
        entries = self._writer.staged_segments(self._generation)
        if before and not self._options.rebuild and before.embedder == self._embedder.fingerprint:
            entries += before.segments
        segments = [Segment.load(self._kb / item.name, item.factor) for item in entries]
        cache = VectorCache(segments, self._embedder.dimension)
        return Stage(
            self._kb, self._writer, self._generation, self._embedder, cache, self._progress
        )

    def _key(self) -> str:
        """What an unfinished build must have in common with this one for it to go on."""
        options = self._options
        return content_id(
            repr(asdict(options.chunk)),
            repr(asdict(options.clean)),
            self._embedder.fingerprint,
            self._segmenter.fingerprint,
            str((self._base, options.rebuild, options.reclean)),
        )

    def _stored(self, sources: Set[str]) -> dict[str, Content]:
        """The documents of a rebuild that no file could be read for, as they are stored."""
        missing = sources - self._writer.pending_documents(self._generation).keys()
        if not missing:
            return {}
        documents = self._writer.documents(self._base)
        return {item.source: item for item in documents if item.source in missing}

    def _prepare(
        self,
        contents: Mapping[str, Content],
        known: Mapping[str, Known],
        pending: Mapping[str, Known],
    ) -> list[Skipped]:
        """Read, cut and stage what is new or has changed."""
        tasks, sizes = [], []
        for source, content in contents.items():
            had = pending.get(source) or (None if self._options.anew else known.get(source))
            size, modified = file_stamp(content)
            if had and modified >= 0 and (had.size, had.modified) == (size, modified):
                continue
            tasks.append(Task(source, content, had.content_hash if had else ""))
            sizes.append(size)
        work = workload(tasks, sizes)
        model = None
        if work.deserves_processes and isinstance(self._embedder, StaticEmbedder):
            model = self._embedder.folder
        recipe = Recipe(
            self._options.chunk, self._options.clean, self._rules(), self._segmenter.words, model
        )
        skipped: list[Skipped] = []
        done = len(contents) - len(tasks)
        self._progress("read", done, len(contents))
        with self._stage:
            for count, prepared in prepare_all(work, recipe):
                skipped += prepared.skipped
                had_stamps = {
                    (pending.get(source) or known[source]).number: stamp
                    for source, stamp in prepared.same
                }
                again = [
                    pending[item.source].number
                    for item in prepared.documents
                    if item.source in pending
                ]
                self._stage.add(prepared, again, had_stamps)
                done += count
                self._progress("read", done, len(contents))
        return skipped

    def _rules(self) -> frozenset[int]:
        """The lines to mark: those that many documents of the published state share."""
        clean = self._options.clean
        if not clean.repeated or {REPEATED, "all"} & clean.kept():
            return frozenset()
        return self._writer.shared_lines(self._base, clean.repeated)

    def _report(
        self,
        known: Mapping[str, Known],
        fresh: Mapping[str, Known],
        gone: Set[str],
        skipped: Sequence[Skipped],
    ) -> BuildReport:
        state = self._publisher.manifest
        added = tuple(source for source in fresh if source not in known)
        changed = sorted(
            source
            for source, item in fresh.items()
            if source in known and known[source].content_hash != item.content_hash
        )
        return BuildReport(
            added=added,
            changed=tuple(changed),
            removed=tuple(sorted(gone)),
            unchanged=state.documents - len(added) - len(changed),
            skipped=tuple(skipped),
            documents=state.documents,
            passages=state.passages,
            characters=state.characters,
            recall=state.recall,
            duplicates=self._writer.same_content(state.generation),
            encodings=self._writer.encodings(state.generation),
            scanned=self._writer.said("scanned pages", state.generation),
            damaged=self._writer.said("damaged pages", state.generation),
        )
