"""A knowledge base that answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from corpus.errors import InputError, SettingsError
from corpus.filters import Filters
from corpus.normalize import squeeze
from corpus.records import Answer, Document, Hit, Hits
from index.build import BuildOptions, BuildReport, build
from index.progress import Progress
from index.search import RetrieveSettings, Searcher
from rag.answer import LANGUAGES, Question, cite, readable, refuse, reply
from rag.cutting import RememberingCutter
from rag.dialogue import resolve
from rag.evidence import Selection, choose, load_weights, weigh
from rag.query import read_query, readable_question, small_talk
from rag.span import answer_words

_SPARE = 5  # passages, so that few are missing when some say the same


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How questions are answered.

    Attributes:
        passages: Evidence is looked for in this many of the best passages.
        sentences: An answer takes at most this many sentences; a list may be longer.
        threshold: Below this confidence the question is refused; 0 never refuses.
        language: In which refusals and greetings are worded: ``zh`` or ``en``.
    """

    passages: int = 8
    sentences: int = 3
    threshold: float = 0.15
    language: str = "zh"

    def __post_init__(self) -> None:
        for name in ("passages", "sentences"):
            if getattr(self, name) < 1:
                raise SettingsError(f"answer.{name} is {getattr(self, name)}; use 1 or more")
        if not 0 <= self.threshold <= 1:
            raise SettingsError(f"answer.threshold is {self.threshold}; use 0 to 1")
        if self.language not in LANGUAGES:
            raise SettingsError(
                f"answer.language is {self.language!r}; use one of {', '.join(LANGUAGES)}"
            )


class KnowledgeBase:
    """An opened knowledge base: search it, ask it.

    Holds one published state; open it again to see a later build. Safe to share between threads.

    Args:
        folder: The knowledge base.
        embedder: Folder of the model it was built with; the shipped model if None.
        reranker: Folder of a cross-encoder; the shipped reranker if None.

    Raises:
        InputError: A model cannot be loaded.
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedder: Path | None = None,
        reranker: Path | None = None,
        retrieve: RetrieveSettings | None = None,
        answer: AnswerSettings | None = None,
    ) -> None:
        self.folder = folder
        self.settings = answer or AnswerSettings()
        self._searcher = Searcher(folder, retrieve or RetrieveSettings(), embedder, reranker)
        self._weights = load_weights()
        self._cutter = RememberingCutter(self._searcher.segmenter)

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Hits:
        """The ``k`` best passages for a question, best first; a notebook shows them as a table.

        Args:
            query: A question, or some words.
            k: How many passages.
            filters: Conditions that their documents must meet.

        Raises:
            InputError: ``k`` is less than 1.
        """
        if k < 1:
            raise InputError(f"k is {k}; use 1 or more")
        return Hits(self._searcher.search(readable_question(query), k, filters))

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        hits: int = 10,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question from the documents, or refuse.

        Args:
            question: As the user typed it.
            history: Earlier turns as (question, answer), oldest first.
            hits: How many retrieved passages to return with the answer.
            filters: Conditions that the documents it may stand on must meet.

        Raises:
            InputError: ``hits`` is negative.
        """
        if hits < 0:
            raise InputError(f"hits is {hits}; use 0 or more")
        question = readable_question(question)
        watch = _Stopwatch()
        talk = small_talk(question) or ("" if question.strip() else "empty")
        if talk:
            return reply(question, talk, watch.timings, self.settings.language)
        searcher = self._searcher
        with watch.stage("understand"):
            earlier: list[str] = []
            for turn, _ in history:
                earlier.append(resolve(readable_question(turn), earlier, searcher.segmenter))
            resolved = resolve(question.strip(), earlier, searcher.segmenter)
            query = read_query(resolved, searcher.segmenter)
            asked = Question(question, resolved)
        with watch.stage("retrieve"):
            wanted = max(hits, self.settings.passages)
            found = distinct(searcher.search(resolved, wanted + _SPARE, filters))[:wanted]
        with watch.stage("evidence"):
            best = found[: self.settings.passages]
            evidence = weigh(
                query, best, self._cutter, searcher.bm25.idf, searcher.words, self._weights
            )
        found = found[:hits]
        if not evidence.candidates or evidence.confidence < self.settings.threshold:
            return refuse(asked, evidence.confidence, found, watch.timings, self.settings.language)
        with watch.stage("answer"):
            chosen = choose(query, evidence, Selection(sentences=self.settings.sentences))
            short = answer_words(query, [readable(item.text) for item in chosen])
        return cite(asked, chosen, short, evidence.confidence, found, watch.timings)

    def document(self, document_id: str) -> Document | None:
        """One document by its id, as it is displayed."""
        return self._searcher.document(document_id)

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their sources."""
        return self._searcher.documents()

    def info(self) -> dict[str, Any]:
        """What the knowledge base holds and how it was built."""
        manifest = self._searcher.manifest
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return {
            "folder": str(self.folder),
            "documents": manifest.documents,
            "passages": manifest.passages,
            "characters": manifest.characters,
            "generation": manifest.generation,
            "built": manifest.built,
            "version": manifest.version,
            "embedder": {
                "name": manifest.embedder_name,
                "fingerprint": manifest.embedder,
                "dimension": manifest.dimension,
            },
            "segmenter": manifest.segmenter,
            "bytes": size,
            "settings": {
                **manifest.settings,
                "retrieve": asdict(self._searcher.settings),
                "answer": asdict(self.settings),
            },
        }

    def is_current(self) -> bool:
        """Whether no later state has been published, nor dictionary or synonyms changed."""
        return self._searcher.is_current()

    def close(self) -> None:
        """Close its database."""
        self._searcher.close()

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        manifest = self._searcher.manifest
        return (
            f"KnowledgeBase({str(self.folder)!r}, documents={manifest.documents}, "
            f"passages={manifest.passages})"
        )


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Hits without passages whose words have come before: the same text answers once."""
    seen: set[str] = set()
    kept: list[Hit] = []
    for hit in hits:
        words = squeeze(hit.passage.text)
        if words not in seen:
            seen.add(words)
            kept.append(replace(hit, rank=len(kept) + 1))
    return kept


@dataclass(slots=True)
class _Stopwatch:
    """Milliseconds by stage; ``total`` runs from its making to the last stage's end."""

    timings: dict[str, float] = field(default_factory=lambda: {"total": 0.0})
    _begin: float = field(default_factory=time.perf_counter)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            now = time.perf_counter()
            self.timings[name] = round(1000 * (now - start), 3)
            self.timings["total"] = round(1000 * (now - self._begin), 3)


def open_kb(
    folder: str | Path = "kb",
    *,
    embedder: str | Path | None = None,
    retrieve: RetrieveSettings | None = None,
    answer: AnswerSettings | None = None,
    reranker: str | Path | None = None,
) -> KnowledgeBase:
    """Open a knowledge base that has been built.

    Args:
        folder: Where it is.
        embedder: Folder of the model it was built with, if it is not the shipped one.
        retrieve: How passages are retrieved.
        answer: How questions are answered.
        reranker: Folder of a cross-encoder to put passages in order, instead of the shipped one.

    Raises:
        InputError: A model cannot be loaded.
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """
    model = Path(embedder) if embedder is not None else None
    cross = Path(reranker) if reranker is not None else None
    return KnowledgeBase(
        Path(folder), embedder=model, reranker=cross, retrieve=retrieve, answer=answer
    )


def build_kb(
    source: str | Path | Iterable[str | Path] | Mapping[str, str],
    folder: str | Path = "kb",
    *,
    options: BuildOptions | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> KnowledgeBase:
    """Build or update a knowledge base and open it.

    Args:
        source: A folder or file; several of them as ``Path`` objects; texts as a list of strings
            (cited as ``text-1``, ``text-2``, ...); or texts by the name to cite them under.
        folder: Where the knowledge base is, or shall be.
        options: How to build.
        progress: Called as the build goes on.

    Raises:
        InputError: There is nothing to index.
        KnowledgeBaseError: ``folder`` holds something else, or another process is building it.
    """
    options = options or BuildOptions()
    build(_sources(source), Path(folder), options, progress)
    return open_kb(folder, embedder=options.embedder)


def _sources(
    source: str | Path | Iterable[str | Path] | Mapping[str, str],
) -> list[Path] | Mapping[str, str]:
    if isinstance(source, (str, Path)):
        return [Path(source)]
    if isinstance(source, Mapping):
        return source
    items = list(source)
    if items and all(isinstance(item, Path) for item in items):
        return [Path(item) for item in items]
    if not items or not all(isinstance(item, str) for item in items):
        raise InputError("give a folder, a list of Path objects, a list of texts, or texts by name")
    return {f"text-{number}": str(text) for number, text in enumerate(items, 1)}


__all__ = ["AnswerSettings", "BuildReport", "KnowledgeBase", "build_kb", "open_kb"]
