"""What is measured: a knowledge base, described so that any process can open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from corpus.records import Answer, Document
from eval.parallel import Workers

if TYPE_CHECKING:
    from eval.questions import Question
    from index.search import RetrieveSettings
    from rag import AnswerSettings, KnowledgeBase
    from rag.llm.model import LanguageModel, ModelSettings


class Asker(Protocol):
    """What is measured: ``rag.open_kb`` gives one."""

    def ask(self, question: str, history: Sequence[tuple[str, str]] = (), k: int = 10) -> Answer:
        """Answer a question, after the ``(question, answer)`` turns before it."""
        ...

    def info(self) -> Mapping[str, Any]:
        """What it is: settings, counts, fingerprints. The same whenever it is opened."""
        ...


@runtime_checkable
class HasDocuments(Protocol):
    """A system whose documents can be looked at."""

    def documents(self) -> Iterator[Document]:
        """All of them."""
        ...


@dataclass(frozen=True)
class System:
    """A knowledge base and how to open it.

    Attributes:
        embedder: Folder of the model it was built with; the shipped one if None.
        reranker: Folder of a cross-encoder; the shipped reranker if None.
        within: Whether each question may be restricted to one document.
        state: Changes with the published state, so that no process goes on with an older one.
        model: The language model that words the answers; none if None.
    """

    folder: Path
    embedder: Path | None = None
    retrieve: RetrieveSettings | None = None
    answer: AnswerSettings | None = None
    within: bool = False
    state: str = ""
    reranker: Path | None = None
    model: ModelSettings | None = None

    def open(self) -> KnowledgeBase:
        """The knowledge base, opened anew.

        Raises:
            KnowledgeBaseError: It cannot be used.
        """
        from eval.given import GivenContext
        from rag import KnowledgeBase

        kind = GivenContext if self.within else KnowledgeBase
        return kind(
            self.folder,
            embedder=self.embedder,
            reranker=self.reranker,
            retrieve=self.retrieve,
            answer=self.answer,
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What answers in this process: a system, and the language model that words its answers."""

    kb: Asker
    model: LanguageModel | None = None

    def ask(self, question: Question, hits: int, within: str | None = None) -> Answer:
        """Answer a question of a set, from one document alone if ``within`` names it."""
        restrict = getattr(self.kb, "restrict", None)  # of a :class:`GivenContext`
        if restrict is not None:
            restrict(within)
        if self.model is None:
            return self.kb.ask(question.question, history=question.history, k=hits)
        return cast("KnowledgeBase", self.kb).ask(
            question.question, question.history, hits, self.model
        )

    def resolved_alone(self, question: Question) -> str:
        """A question as it is understood without its history."""
        return self.kb.ask(question.question, k=1).question_resolved


@lru_cache(maxsize=8)
def opened_apart(system: System) -> KnowledgeBase:
    """The knowledge base, opened once in a worker process and closed when that ends."""
    return system.open()


@lru_cache(maxsize=8)
def asker_apart(system: System) -> Opened:
    """The same with its language model."""
    from rag.llm.model import open_model

    return Opened(opened_apart(system), open_model(system.model) if system.model else None)


@contextmanager
def source_for(system: System, workers: Workers) -> Iterator[System | KnowledgeBase]:
    """What to hand to tasks: the description to other processes, the opened one in this."""
    if workers.apart:
        yield system
        return
    with system.open() as kb:
        yield kb


def depth_of(info: Mapping[str, Any]) -> int | None:
    """In how many of the first passages a system looks for evidence, if it says so."""
    settings = info.get("settings")
    answer = settings.get("answer") if isinstance(settings, Mapping) else None
    depth = answer.get("passages") if isinstance(answer, Mapping) else None
    return depth if isinstance(depth, int) else None
