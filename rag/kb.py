"""A knowledge base that answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from corpus.errors import InputError
from corpus.filters import Filters
from corpus.records import Answer, Document, Hits
from index.explain import Explanation, explain, explain_passage
from index.query import parse_query
from index.search import RetrieveSettings, Searcher
from rag.answer import Question, refuse, reply
from rag.cutting import RememberingCutter
from rag.events import Chosen, Event, Retrieved
from rag.evidence import load_weights
from rag.find import Desk, find, find_parts, find_summary
from rag.finding import Finding
from rag.layout import tell
from rag.llm.model import LanguageModel
from rag.llm.support import Support
from rag.llm.written import write
from rag.notices import notice_texts
from rag.parts import parts_of
from rag.query import readable_question
from rag.reader import Reader
from rag.reasons import with_reasons
from rag.retrieve import retrieve_exactly, retrieve_gently
from rag.settings import AnswerSettings
from rag.stopwatch import Stopwatch
from rag.talk import small_talk, without_greeting
from rag.understand import understand


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
        self._reader = Reader()
        self._cutter = RememberingCutter(self._searcher.segmenter)

    def search(
        self, query: str, k: int = 10, filters: Filters | None = None, *, exact: bool = True
    ) -> Hits:
        """The ``k`` best passages for a question, best first; a notebook shows them as a table.

        Args:
            query: A question, or some words; may hold "phrases" and -exclusions.
            k: How many passages.
            filters: Conditions that their documents must meet.
            exact: Whether every passage must hold the phrases; if not, those that do come first,
                as :meth:`ask` has it.

        Raises:
            InputError: ``k`` is less than 1.
        """
        if k < 1:
            raise InputError(f"k is {k}; use 1 or more")
        retrieve = retrieve_exactly if exact else retrieve_gently
        hits, notices = retrieve(self._searcher, parse_query(query), k, filters)
        return Hits(hits, notice_texts(notices, self.settings.language))

    def explain(
        self, query: str, passage: str = "", k: int = 10, filters: Filters | None = None
    ) -> Explanation:
        """How a query was understood, and why passages are found where they are, or not at all.

        Args:
            query: As for :meth:`search`.
            passage: The id of one passage, whether it is found or not; all that are found if empty.
            k: How many passages are found.
            filters: Conditions that their documents must meet.

        Raises:
            InputError: ``k`` is less than 1, or no passage has the id.
        """
        if k < 1:
            raise InputError(f"k is {k}; use 1 or more")
        searcher, asked = self._searcher, parse_query(query)
        if not passage:
            return explain(searcher, asked, k, filters)
        found = searcher.passage(passage)
        if found is None:
            raise InputError(f"no passage has the id {passage!r}; search --json tells the ids")
        return explain_passage(searcher, asked, found, k, filters)

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        k: int = 10,
        generator: LanguageModel | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question from the documents, or refuse: the last event of :meth:`stream`.

        Args:
            question: As the user typed it.
            history: Earlier turns as (question, answer), oldest first.
            k: How many retrieved passages to return with the answer.
            generator: The language model that words the answer; without one it quotes.
            filters: Conditions that the documents it may stand on must meet.

        Raises:
            InputError: ``k`` is negative.
        """
        *_, answer = self.stream(question, history, k, generator, filters)
        return cast(Answer, answer)

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        k: int = 10,
        generator: LanguageModel | None = None,
        filters: Filters | None = None,
    ) -> Iterator[Event]:
        """The same step by step: what is found, what is written, and last the answer.

        Takes what :meth:`ask` takes. Nothing is done beyond the event that was asked for last;
        closing the iterator stops the language model.

        Raises:
            InputError: ``k`` is negative.
        """
        if k < 0:
            raise InputError(f"k is {k}; use 0 or more")
        return self._events(readable_question(question), history, k, generator, filters)

    def _events(
        self,
        question: str,
        history: Sequence[tuple[str, str]],
        k: int,
        generator: LanguageModel | None,
        filters: Filters | None,
    ) -> Iterator[Event]:
        settings, idf = self.settings, self._searcher.bm25.idf
        watch = Stopwatch()
        talk = small_talk(question) or ("" if any(map(str.isalnum, question)) else "empty")
        if talk:
            yield reply(question, talk, watch.timings, settings.language)
            return
        with watch.stage("understand"):
            asked = self._understand(question, history, filters)
            parsed = parse_query(asked.resolved)
            query = self._desk.read(parsed.words)
        with watch.stage("retrieve"):
            found, notices = self._desk.retrieve(parsed, k, filters)
            notice = " ".join(notice_texts(notices, settings.language))
        hits = tuple(found[:k])
        yield Retrieved(asked.resolved, hits, dict(watch.timings))
        with watch.stage("evidence"):
            evidence = self._desk.weigh(query, found)
            special = self._special(asked.resolved, filters)
            words = {term: round(idf(term), 4) for term in query.terms}
        confidence = special[1] if special else evidence.confidence
        if not evidence.candidates or confidence < settings.threshold:
            refusal = refuse(asked, confidence, hits, watch.timings, settings.language)
            yield replace(with_reasons(refusal, evidence, words), notice=notice)
            return
        with watch.stage("answer"):
            finding = special[0] if special else find(self._desk, query, evidence)
        answer = tell(asked, finding, confidence, hits, watch.timings, settings.language)
        answer = replace(answer, notice=notice)
        yield Chosen(answer.citations, confidence, dict(watch.timings))
        answer = with_reasons(answer, evidence, words)
        if generator is None:
            yield answer
            return
        support = Support(query.terms, self._cutter, idf)
        for event in write(asked, answer, evidence, generator, support, settings.language, watch):
            yield _with_notice(event, notice) if isinstance(event, Answer) else event

    @property
    def _desk(self) -> Desk:
        return Desk(
            self._searcher,
            self._cutter,
            self._searcher.words,
            self._weights,
            self._reader,
            self.settings,
        )

    def _understand(
        self, question: str, history: Sequence[tuple[str, str]], filters: Filters | None
    ) -> Question:
        desk = self._desk
        asked = without_greeting(question)
        meant = understand(asked, history, desk.searcher, desk.cutter, desk.words, filters)
        return Question(question, meant)

    def _special(self, question: str, filters: Filters | None) -> tuple[Finding, float] | None:
        """What a question for a whole document, or for several things, is answered with."""
        summary = find_summary(self._desk, question, filters)
        parts = () if summary else parts_of(question, self._searcher.segmenter)
        return find_parts(self._desk, question, parts, filters) if parts else summary

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


def _with_notice(answer: Answer, notice: str) -> Answer:
    """An answer with a notice before its own."""
    if not notice or answer.notice.startswith(notice):
        return answer
    return replace(answer, notice=f"{notice} {answer.notice}".strip())
