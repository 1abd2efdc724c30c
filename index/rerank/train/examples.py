"""Candidates of questions with their signals, and which of them answer."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build import BuildOptions, build
from index.query import parse_query
from index.rerank.question import Floats, Question
from index.rerank.signals import SIGNALS, Candidates, signal_table
from index.rerank.train.sources import Collection
from index.rerank.vectors import WordVectors
from index.search import RetrieveSettings, Searcher


@dataclass(frozen=True, slots=True)
class Examples:
    """The candidates of many questions, those of one question next to each other.

    Attributes:
        table: Signals, shape ``(rows, len(SIGNALS))``.
        gains: 1 for a passage that answers, 0 for others, -1 for one that only belongs to a
            document that answers, shape ``(rows,)``.
        sizes: Rows of each question, shape ``(questions,)``.
        collection: Number of each question's collection, shape ``(questions,)``.
    """

    table: Floats
    gains: NDArray[np.int8]
    sizes: NDArray[np.int64]
    collection: NDArray[np.int64]

    def save(self, path: Path) -> None:
        """Write to a file."""
        np.savez(path, table=self.table, gains=self.gains, sizes=self.sizes,
                 collection=self.collection)  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Examples:
        """Read a file that :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(data["table"], data["gains"], data["sizes"], data["collection"])


def examples_of(collection: Collection, words: WordVectors, number: int, depth: int) -> Examples:
    """Search a collection for its questions.

    Args:
        collection: What to search.
        words: Of the embedding model, which must not have seen the collection.
        number: Of the collection.
        depth: How many candidates of each question.
    """
    tables, gains, sizes = [], [], []
    model = words.embedder.folder
    with tempfile.TemporaryDirectory() as folder:
        build(collection.documents, Path(folder) / "kb", BuildOptions(embedder=model))
        searcher = Searcher(Path(folder) / "kb", RetrieveSettings(), model)
        for query, relevant in zip(collection.queries, collection.relevant, strict=True):
            table, sources = _signals(searcher, query, depth, words)
            tables.append(table)
            gains.append(gains_of(sources, relevant))
            sizes.append(len(sources))
        searcher.close()
    return Examples(
        np.concatenate(tables) if tables else np.zeros((0, len(SIGNALS)), np.float32),
        np.concatenate(gains) if gains else np.zeros(0, np.int8),
        np.array(sizes, np.int64),
        np.full(len(sizes), number, np.int64),
    )


def _signals(
    searcher: Searcher, query: str, depth: int, words: WordVectors
) -> tuple[Floats, list[str]]:
    """The signals of a question's candidates, and the documents they are of."""
    found = searcher.propose(parse_query(query), searcher.settings.candidates)
    passages = searcher.numbered(found.numbers[:depth])
    question = Question.read(query, found.terms.own, searcher.bm25.idf)
    share = np.minimum(found.bm25[:depth] / max(found.most_bm25, 1e-9), 1)
    candidates = Candidates(share, found.fused[:depth])
    table = signal_table(question, candidates, words.read(passages), words)
    return table, [item.source for item in passages]


def gains_of(sources: list[str], relevant: frozenset[str]) -> NDArray[np.int8]:
    """1 for the first passage of each document that answers, -1 for its others, 0 otherwise."""
    seen: set[str] = set()
    found = np.zeros(len(sources), np.int8)
    for row, source in enumerate(sources):
        if source in relevant:
            found[row] = -1 if source in seen else 1
            seen.add(source)
    return found


def thinned(examples: Examples) -> Examples:
    """Examples without two thirds of the candidates behind the sixteenth that do not answer."""
    question = np.repeat(np.arange(len(examples.sizes)), examples.sizes)
    starts = np.cumsum(examples.sizes) - examples.sizes
    place = np.arange(len(question)) - starts[question]
    kept = (place < 16) | (place % 3 == 0) | (examples.gains == 1)
    sizes = np.bincount(question, kept, len(examples.sizes)).astype(np.int64)
    return Examples(examples.table[kept], examples.gains[kept], sizes, examples.collection)


def joined(parts: list[Examples]) -> Examples:
    """All examples as one."""
    return Examples(
        np.concatenate([part.table for part in parts]),
        np.concatenate([part.gains for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.collection for part in parts]),
    )
