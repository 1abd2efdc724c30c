"""From files to a published knowledge base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import DocumentError, InputError, SettingsError
from corpus.load import Skipped, SourceFile, find_files, make_document, read_document
from corpus.records import Document, Passage
from index.embed import Embedder, load_embedder
from index.folder import clear, locked, published, segmenter_of
from index.layout import UPLOADS, Manifest
from index.publish import Progress, Publisher
from index.store import Store


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        added: Sources that are new; likewise ``changed``, ``removed``.
        unchanged: How many documents were left as they were.
        skipped: Files that were not read, and why.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    documents: int
    passages: int
    characters: int


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build.

    Attributes:
        embedder: Folder of a sentence-transformers model; the shipped one if None.
        keep_others: Leave documents that are not among the sources; otherwise they are removed.
        rebuild: Read, cut and embed everything anew; documents that are kept but can no longer be
            read are cut anew from their stored text.
    """

    chunk: ChunkSettings = field(default_factory=ChunkSettings)
    embedder: Path | None = None
    keep_others: bool = False
    rebuild: bool = False


def build(
    sources: Sequence[Path] | Mapping[str, str],
    kb: Path,
    options: BuildOptions,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Bring a knowledge base up to date with folders of files, or with texts by name.

    Files whose content has not changed are not cut again, texts that have been embedded are not
    embedded again. Until the last step readers see the state before; a build that is killed leaves
    that state in place.

    Raises:
        InputError: There is nothing to index.
        SettingsError: The settings differ from those the knowledge base was built with.
        LockedError: Another build is running.
        NotAKnowledgeBaseError: The folder holds other things.
    """
    files, skipped = _listing(sources, kb)
    embedder = load_embedder(options.embedder)
    with locked(kb):
        before = published(kb, damaged_is_none=options.rebuild)
        settings = _settings(sources, options, before)
        if not options.rebuild:
            if before:
                _check_same(before, settings, embedder)
        elif before is None:
            _require_text(files, skipped)
            clear(kb)
        store = Store(kb, writable=True)
        try:
            return _Build(kb, store, embedder, options, before, progress).run(
                files, skipped, settings
            )
        finally:
            store.close()


class _Build:
    """One build under the lock."""

    def __init__(
        self,
        kb: Path,
        store: Store,
        embedder: Embedder,
        options: BuildOptions,
        before: Manifest | None,
        progress: Progress,
    ) -> None:
        self._kb = kb
        self._store = store
        self._embedder = embedder
        self._options = options
        self._before = before
        self._generation = before.generation + 1 if before else 1
        self._progress = progress

    def run(
        self,
        files: Mapping[str, SourceFile | str],
        skipped: list[Skipped],
        settings: Mapping[str, object],
    ) -> BuildReport:
        self._store.roll_back_to(self._generation - 1)
        known = self._store.content_hashes(self._generation - 1)
        documents, unread = self._read(files, {} if self._options.rebuild else known)
        skipped += unread
        # A file that cannot be read now keeps the text it had, so that nothing is lost.
        gone = {source for source in known if source not in files}
        if self._options.keep_others:
            gone = set()
        if self._options.rebuild:
            documents += self._stored(known.keys() - gone - {item.source for item in documents})
        replaced = {document.source for document in documents if document.source in known}
        left = len(known) - len(gone) + len(documents) - len(replaced)
        if left == 0:
            raise InputError(_nothing_to_index(files, skipped))
        self._check_folders(settings, gone)
        segmenter = segmenter_of(self._kb)
        stale = self._before is None or self._before.segmenter != segmenter.fingerprint
        if documents or gone or stale:
            self._store.replace(
                [known[source][1] for source in (*gone, *replaced)],
                self._cut(documents),
                self._generation,
            )
            Publisher(
                self._kb,
                self._store,
                self._generation,
                self._embedder,
                self._progress,
                anew=self._options.rebuild,
            ).publish(segmenter, settings)
        counts = self._store.counts(self._generation)
        added = tuple(item.source for item in documents if item.source not in known)
        changed = tuple(
            item.source
            for item in documents
            if item.source in known and known[item.source][0] != item.content_hash
        )
        return BuildReport(
            added=added,
            changed=tuple(sorted(changed)),
            removed=tuple(sorted(gone)),
            unchanged=left - len(added) - len(changed),
            skipped=tuple(skipped),
            documents=counts[0],
            passages=counts[1],
            characters=counts[2],
        )

    def _check_folders(self, settings: Mapping[str, object], gone: Set[str]) -> None:
        """Refuse to drop the documents of other folders for want of a word about them."""
        before = self._before.settings.get("folders") if self._before else None
        if (
            gone
            and before is not None
            and before != settings["folders"]
            and not self._options.rebuild
        ):
            named = ", ".join(before) or "texts"
            raise InputError(
                f"{self._kb}: built from {named}; {len(gone)} of its documents are not in what is "
                "named now. Add --add to keep them, or --rebuild to drop them"
            )

    def _read(
        self, files: Mapping[str, SourceFile | str], known: Mapping[str, tuple[str, str]]
    ) -> tuple[list[Document], list[Skipped]]:
        documents, skipped = [], []
        for number, (source, file) in enumerate(files.items()):
            self._progress("read", number, len(files))
            try:
                document = _document(source, file)
            except DocumentError as error:
                skipped.append(Skipped(source, str(error)))
                continue
            if known.get(source, ("",))[0] != document.content_hash:
                documents.append(document)
        self._progress("read", len(files), len(files))
        return documents, skipped

    def _stored(self, sources: Set[str]) -> list[Document]:
        documents = self._store.documents(self._generation - 1)
        return [document for document in documents if document.source in sources]

    def _cut(self, documents: Sequence[Document]) -> Iterator[tuple[Document, list[Passage]]]:
        for number, document in enumerate(documents):
            self._progress("cut", number, len(documents))
            yield document, cut_passages(document, self._options.chunk)
        self._progress("cut", len(documents), len(documents))


def _listing(
    sources: Sequence[Path] | Mapping[str, str], kb: Path
) -> tuple[Mapping[str, SourceFile | str], list[Skipped]]:
    """What to index by source: what was asked for, and what was uploaded before."""
    files: dict[str, SourceFile | str] = {}
    skipped: list[Skipped] = []
    if isinstance(sources, Mapping):
        files.update(sources)
    elif sources:
        found, skipped = find_files(list(sources))
        files.update((file.source, file) for file in found)
    if (kb / UPLOADS).is_dir():
        uploaded, _ = find_files([kb / UPLOADS])
        for file in uploaded:
            source = f"{UPLOADS}/{file.source}"
            files.setdefault(source, SourceFile(file.path, source))
    return files, skipped


def _settings(
    sources: Sequence[Path] | Mapping[str, str], options: BuildOptions, before: Manifest | None
) -> dict[str, object]:
    folders = [] if isinstance(sources, Mapping) else [str(path.resolve()) for path in sources]
    if options.keep_others and before:
        folders = list(dict.fromkeys([*before.settings.get("folders", []), *folders]))
    return {"chunk": asdict(options.chunk), "folders": folders}


def _document(source: str, file: SourceFile | str) -> Document:
    return make_document(file, source) if isinstance(file, str) else read_document(file)


def _require_text(files: Mapping[str, SourceFile | str], skipped: Sequence[Skipped]) -> None:
    """Refuse to clear a knowledge base that nothing could take the place of."""
    skipped = list(skipped)
    for source, file in files.items():
        try:
            _document(source, file)
        except DocumentError as error:
            skipped.append(Skipped(source, str(error)))
        else:
            return
    raise InputError(_nothing_to_index(files, skipped))


def _check_same(before: Manifest, settings: Mapping[str, object], embedder: Embedder) -> None:
    """Refuse to mix passages cut or embedded in different ways."""
    if before.settings.get("chunk") != settings["chunk"]:
        raise SettingsError(
            f"the knowledge base was cut with {before.settings.get('chunk')}, now "
            f"{settings['chunk']} is asked for; add --rebuild to cut every document anew"
        )
    if before.embedder != embedder.fingerprint:
        raise SettingsError(
            f"the knowledge base was embedded with {before.embedder_name} "
            f"({before.embedder}), now {embedder.name} ({embedder.fingerprint}) is asked for; "
            "add --rebuild to embed every passage anew"
        )


def _nothing_to_index(files: Mapping[str, object], skipped: Sequence[Skipped]) -> str:
    if not files:
        return "found no document (.md, .markdown or .txt) to index; name a folder that holds some"
    reasons = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:5])
    return f"none of the {len(files)} documents could be read: {reasons}"
