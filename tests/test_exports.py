"""The names other people's code imports: adding one is a decision, removing one breaks them."""

from __future__ import annotations

import inspect
from pathlib import Path

import corpus.records
import eval
import rag

RAG = ["AnswerSettings", "KnowledgeBase", "build_kb", "open_kb"]
EVAL = ["Question", "Summary", "evaluate", "load_questions", "score"]
RECORDS = [
    "Answer", "Citation", "Document", "Hit", "Hits", "Mark", "Passage", "content_id",
    "plain",
]  # fmt: skip
KNOWLEDGE_BASE = [
    "ask", "close", "document", "documents", "explain", "folder", "info", "is_current", "search",
    "settings", "stream",
]  # fmt: skip


def test_public_names_of_rag() -> None:
    """What a program imports to build, open and ask."""
    assert sorted(rag.__all__) == RAG
    assert all(hasattr(rag, name) for name in RAG)


def test_public_names_of_eval() -> None:
    """What a program imports to measure."""
    assert sorted(eval.__all__) == EVAL
    assert all(hasattr(eval, name) for name in EVAL)


def test_public_names_of_records() -> None:
    """The records that travel between the packages, and nothing beside them."""
    own = [
        name
        for name, value in vars(corpus.records).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == "corpus.records"
    ]
    assert sorted(own) == sorted(RECORDS)


def test_public_members_of_a_knowledge_base(sample_folder: Path) -> None:
    """What can be done with an opened knowledge base."""
    with rag.open_kb(sample_folder) as kb:
        assert [name for name in dir(kb) if not name.startswith("_")] == KNOWLEDGE_BASE


def test_signatures_of_the_entry_points() -> None:
    """Parameters are part of the interface: their names and order stay."""
    assert list(inspect.signature(rag.open_kb).parameters) == [
        "folder", "embedder", "retrieve", "answer", "reranker",
    ]  # fmt: skip
    assert list(inspect.signature(rag.build_kb).parameters) == [
        "source", "folder", "options", "progress",
    ]  # fmt: skip
    assert list(inspect.signature(rag.KnowledgeBase.ask).parameters) == [
        "self", "question", "history", "k", "generator", "filters",
    ]  # fmt: skip
    assert list(inspect.signature(rag.KnowledgeBase.search).parameters) == [
        "self", "query", "k", "filters", "exact",
    ]  # fmt: skip
