"""The knowledge base behind the chat, and the files people drop into it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from corpus.errors import FormatVersionError, InputError, KnowledgeBaseError, MismatchError
from corpus.records import Document
from index.build import BuildOptions, BuildReport, build
from index.layout import LOCK, MANIFEST, UPLOADS
from index.progress import Progress
from index.repair import repair
from index.verify import is_newer
from rag import KnowledgeBase, open_kb
from ui.current import Current
from ui.folders import data_folder
from ui.settings import Settings
from ui.uploads import Kept, keep

MEGABYTES = 50
"""A larger file is refused."""

Kind = Literal["sample", "own", "named"]

_SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"
_QUIET: Progress = lambda stage, done, total: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one uploaded file; ``reason`` says why it was not added."""

    name: str
    outcome: Literal["added", "changed", "unchanged", "skipped"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is being asked; ``name`` is that of a folder the user has named."""

    kind: Kind
    name: str
    documents: int
    passages: int


class Library:
    """The open knowledge base, replaced as a whole when it has been built anew, here or elsewhere.

    Args:
        folder: A knowledge base to open; the user's own if None. While there is none yet the
            sample corpus is open.
        settings: How to build and to answer.
        embedder: Folder of another model than the shipped one.
        reranker: Folder of a cross-encoder instead of the shipped reranker.
    """

    def __init__(
        self,
        folder: Path | None,
        settings: Settings,
        embedder: Path | None = None,
        reranker: Path | None = None,
    ):
        self._settings = settings
        self._reranker = reranker
        self._embedder = embedder
        self._writing = threading.Lock()
        own = folder or data_folder() / "kb"
        self._own = own
        self._is_named = folder is not None
        is_free = folder is None or _is_free(own)
        self.is_sample = is_free and not (own / MANIFEST).is_file()
        first = self._open_sample() if self.is_sample else self._open_own()
        self._current = Current(first, self._open)
        self._sample = first if self.is_sample else None

    @property
    def kb(self) -> KnowledgeBase:
        """The knowledge base that is open now; another may take its place at any time."""
        return self._current.kb

    def using(self) -> AbstractContextManager[KnowledgeBase]:
        """The published state, kept open for as long as a question takes."""
        return self._current.using()

    def contents(self) -> Contents:
        """What is being asked."""
        with self.using() as kb:
            found = kb.info()
        kind: Kind = "sample" if self.is_sample else "named" if self._is_named else "own"
        name = self._own.resolve().name
        return Contents(kind, name, found["documents"], found["passages"])

    def document(self, document_id: str) -> Document | None:
        """A document that is being asked, or one of the sample that was asked at first."""
        with self.using() as kb:
            found = kb.document(document_id)
        if found is None and self._sample is not None:
            found = self._sample.document(document_id)
        return found

    def _open(self, folder: Path) -> KnowledgeBase:
        settings = self._settings
        return open_kb(
            folder,
            embedder=self._embedder,
            reranker=self._reranker,
            retrieve=settings.retrieve,
            answer=settings.answer,
        )

    def _is_cut_as_set(self, kb: KnowledgeBase) -> bool:
        made = kb.info()["settings"]
        chosen = self._settings
        return bool(made["chunk"] == asdict(chosen.chunk) and made["clean"] == asdict(chosen.clean))

    def _options(self, **given: bool) -> BuildOptions:
        settings = self._settings
        return BuildOptions(settings.chunk, settings.clean, self._embedder, **given)

    def _open_own(self) -> KnowledgeBase:
        """The user's own; one of the data folder follows model and settings, a named one stays."""
        try:
            kb = self._open_updated()
        except MismatchError:
            if self._is_named:
                raise
        else:
            if self._is_named or self._is_cut_as_set(kb):
                return kb
            kb.close()
        options = self._options(keep_others=True, rebuild=True)
        build([], self._own, options)
        return self._open(self._own)

    def _open_updated(self) -> KnowledgeBase:
        """The user's own; one of an older format in the data folder is brought up to date."""
        try:
            return self._open(self._own)
        except FormatVersionError as error:
            if self._is_named or is_newer(error):
                raise
        repair(self._own, self._embedder)
        return self._open(self._own)

    def _open_sample(self) -> KnowledgeBase:
        """The sample corpus, built on first use and whenever model or settings have changed."""
        folder = data_folder() / "sample"
        try:
            kb = self._open(folder)
        except FormatVersionError as error:
            if is_newer(error):
                raise
            shutil.rmtree(folder)
            rebuild = False
        except KnowledgeBaseError:
            rebuild = (folder / MANIFEST).exists()
        else:
            if self._is_cut_as_set(kb):
                return kb
            kb.close()
            rebuild = True
        options = self._options(rebuild=rebuild)
        build([_SAMPLE], folder, options)
        return self._open(folder)

    def add(self, paths: Sequence[Path], progress: Progress = _QUIET) -> tuple[list[Added], bool]:
        """Add files to the user's knowledge base.

        Each is copied into the knowledge base under its own name; another file of that name gets a
        number, the same file again changes nothing. Files that are refused or cannot be read are
        reported and leave nothing behind.

        Returns:
            What became of each file, and whether the chat has left the sample corpus for it.

        Raises:
            YinjuError: The knowledge base cannot be built.
        """
        with self._writing:
            report: list[Added] = []
            kept: list[Kept] = []
            folder = self._own / UPLOADS
            for path in paths:
                try:
                    kept.append(keep(path, folder, MEGABYTES))
                except InputError as error:
                    report.append(Added(path.name, "skipped", str(error)))
            if not kept:
                return report, False
            with ExitStack() as undo:
                for item in kept:
                    undo.callback(item.drop)
                try:
                    built = self._build(progress)
                except InputError as error:
                    skipped = (Added(item.name, "skipped", str(error)) for item in kept)
                    return [*report, *skipped], False
                undo.pop_all()
            report += [_outcome(item, built) for item in kept]
            switched, self.is_sample = self.is_sample, False
            if switched:
                self._current.leave(self._open(self._own))
            else:
                self._current.replace(self._open(self._own))
            return report, switched

    def _build(self, progress: Progress) -> BuildReport:
        options = self._options(keep_others=True)
        return build([], self._own, options, progress)


def _is_free(folder: Path) -> bool:
    """Whether a knowledge base may be made in a folder: it is not there, or holds nothing else."""
    if not folder.is_dir():
        return not folder.exists()
    return {path.name for path in folder.iterdir()} <= {LOCK, UPLOADS}


def _outcome(item: Kept, report: BuildReport) -> Added:
    source = f"{UPLOADS}/{item.copy.name}"
    for skipped in report.skipped:
        if skipped.source == source:
            item.drop()
            return Added(item.name, "skipped", skipped.reason)
    if source in report.added:
        return Added(item.copy.name, "added")
    return Added(item.copy.name, "changed" if source in report.changed else "unchanged")
