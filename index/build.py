"""From files to a published knowledge base."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import (
    DocumentError,
    InputError,
    KnowledgeBaseError,
    LockedError,
    NotAKnowledgeBaseError,
    SettingsError,
)
from corpus.load import Skipped, SourceFile, find_files, make_document, read_document
from corpus.readers.decode import decode
from corpus.records import Document, Passage, content_id
from corpus.segment import Segmenter
from index.dense import DenseIndex
from index.embed import Embedder, Vectors, load_embedder
from index.layout import (
    DATABASE,
    LOCK,
    MANIFEST,
    ROWS,
    UPLOADS,
    Manifest,
    describe_files,
    read_manifest,
    segment_name,
    write_manifest,
)
from index.sparse import Bm25Index, Bm25Settings
from index.store import Store

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done, and how much there is."""

_EMBED_AT_ONCE = 2048


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


def segmenter_of(folder: Path) -> Segmenter:
    """The segmenter of a knowledge base, with the words of its ``dictionary.txt`` if it has one.

    Raises:
        SettingsError: The dictionary cannot be decoded, or a line of it holds more than a word.
    """
    path = folder / "dictionary.txt"
    if not path.is_file():
        return Segmenter()
    try:
        lines = decode(path.read_bytes())[0].splitlines()
    except DocumentError as error:
        raise SettingsError(f"{path}: {error}") from None
    return Segmenter(line.split("#")[0].strip() for line in lines)


def search_text(passage: Passage) -> str:
    """What of a passage is embedded and indexed: title and headings, then its text."""
    above = [passage.title, *(name for name in passage.headings if name not in passage.text)]
    return "\n".join([*above, passage.text])


def build(
    sources: Sequence[Path] | Mapping[str, str],
    kb: Path,
    options: BuildOptions,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Bring a knowledge base up to date with folders of files, or with texts by name.

    Files whose content has not changed are not read again, texts that have been embedded are not
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
    with _locked(kb):
        before = _published(kb, damaged_is_none=options.rebuild)
        settings = _settings(sources, options)
        if not options.rebuild:
            if before:
                _check_same(before, settings, embedder)
        elif before is None:
            _require_text(files, skipped)
            _clear(kb)
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
        segmenter = segmenter_of(self._kb)
        stale = self._before is None or self._before.segmenter != segmenter.fingerprint
        if documents or gone or stale:
            self._store.replace(
                [known[source][1] for source in (*gone, *replaced)],
                self._cut(documents),
                self._generation,
            )
            self._publish(segmenter, settings)
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

    def _publish(self, segmenter: Segmenter, settings: Mapping[str, object]) -> None:
        """Write the search structures of the new generation and name them in the manifest."""
        segment = segment_name(self._generation)
        folder = self._kb / segment
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        pairs = list(self._store.passage_rows(self._generation))
        texts = [search_text(passage) for _, passage in pairs]
        np.save(folder / ROWS, np.asarray([row for row, _ in pairs], np.int64), allow_pickle=False)
        hashes = [content_id(text, size=32) for text in texts]
        DenseIndex.build(self._vectors(hashes, texts)).save(folder)
        Bm25Index.build(self._terms(segmenter, texts), Bm25Settings()).save(folder)
        self._store.keep_vectors(self._embedder.fingerprint, hashes)
        documents, passages, characters = self._store.counts(self._generation)
        self._store.checkpoint()
        manifest = Manifest(
            generation=self._generation,
            version=metadata.version("yinju"),
            embedder=self._embedder.fingerprint,
            embedder_name=self._embedder.name,
            dimension=self._embedder.dimension,
            segmenter=segmenter.fingerprint,
            documents=documents,
            passages=passages,
            characters=characters,
            segments=(segment,),
            files=describe_files(self._kb, segment),
            settings=settings,
            built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )
        write_manifest(self._kb, manifest)
        self._drop_older()

    def _vectors(self, hashes: Sequence[str], texts: Sequence[str]) -> Vectors:
        """Vectors of all texts, rounded as they are cached; only unknown texts are embedded."""
        fingerprint = self._embedder.fingerprint
        cached = {} if self._options.rebuild else self._store.cached_vectors(fingerprint, hashes)
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in cached}
        keys = list(missing)
        for first in range(0, len(keys), _EMBED_AT_ONCE):
            part = keys[first : first + _EMBED_AT_ONCE]
            self._progress("embed", first, len(keys))
            vectors = self._embedder.encode_passages([missing[key] for key in part])
            self._store.cache_vectors(fingerprint, part, vectors)
            rounded: NDArray[np.float16] = vectors.astype(np.float16)
            cached.update(zip(part, rounded, strict=True))
        self._progress("embed", len(keys), len(keys))
        if not hashes:
            return np.zeros((0, self._embedder.dimension), np.float32)
        return np.stack([cached[key] for key in hashes]).astype(np.float32)

    def _terms(self, segmenter: Segmenter, texts: Sequence[str]) -> Iterator[list[str]]:
        for number, text in enumerate(texts):
            if number % 1000 == 0:
                self._progress("index", number, len(texts))
            yield segmenter.terms(text)
        self._progress("index", len(texts), len(texts))

    def _drop_older(self) -> None:
        """Drop what only generations before the last two can need: a reader may hold the last."""
        self._store.purge(self._generation - 1)
        self._store.checkpoint()
        for path in self._kb.glob("seg-*"):
            if path.name < segment_name(self._generation - 1):
                shutil.rmtree(path, ignore_errors=True)


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
    sources: Sequence[Path] | Mapping[str, str], options: BuildOptions
) -> dict[str, object]:
    folders = [] if isinstance(sources, Mapping) else [str(path.resolve()) for path in sources]
    return {"chunk": asdict(options.chunk), "folders": folders}


def _document(source: str, file: SourceFile | str) -> Document:
    return make_document(file, source) if isinstance(file, str) else read_document(file)


def _published(kb: Path, *, damaged_is_none: bool) -> Manifest | None:
    """The state to go on from; None if there is none."""
    if not (kb / MANIFEST).is_file():
        return None
    try:
        manifest = read_manifest(kb)
        if damaged_is_none:
            _check_database(kb)
    except KnowledgeBaseError:
        if damaged_is_none:
            return None
        raise
    return manifest


def _check_database(kb: Path) -> None:
    store = Store(kb)
    try:
        store.check()
    finally:
        store.close()


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


def _clear(kb: Path) -> None:
    """Remove a damaged state, which a rebuild makes anew; the user's dictionary stays."""
    (kb / MANIFEST).unlink(missing_ok=True)
    for path in kb.glob(f"{DATABASE}*"):
        path.unlink()
    for path in kb.glob("seg-*"):
        shutil.rmtree(path)


@contextmanager
def _locked(kb: Path) -> Iterator[None]:
    if kb.exists() and not kb.is_dir():
        raise NotAKnowledgeBaseError(f"{kb}: is a file; name a folder for the knowledge base")
    names = {path.name for path in kb.iterdir()} if kb.exists() else set()
    if names and not names & {MANIFEST, DATABASE, LOCK, UPLOADS, "dictionary.txt"}:
        raise NotAKnowledgeBaseError(
            f"{kb}: holds other files ({sorted(names)[0]}, …); name an empty or new folder"
        )
    kb.mkdir(parents=True, exist_ok=True)
    lock = FileLock(kb / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(
            f"{kb}: another process is building it; wait until it has finished"
        ) from None
    try:
        yield
    finally:
        lock.release()
