"""The reranker that comes with the project: trees over cheap signals of each candidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.records import Passage
from index.embed import StaticEmbedder
from index.rerank.model import SHIPPED, load_trees
from index.rerank.question import Floats, Question
from index.rerank.signals import SIGNALS, Candidates, signal_table
from index.rerank.vectors import Told, WordVectors


class TreeReranker:
    """Scores candidates by what :mod:`index.rerank.signals` says of them.

    The signals of word vectors are always those of the shipped model, which the trees were grown
    on. Where another embedding model is used, it speaks through the candidates it proposes and
    their fused scores.

    Args:
        words: The shipped static model.
        path: The trees.

    Raises:
        CorruptError: The file is missing, damaged, or of another version.
    """

    def __init__(self, words: StaticEmbedder, path: Path = SHIPPED) -> None:
        self._words = WordVectors(words)
        self._trees = load_trees(path, SIGNALS)

    def read(self, passages: Sequence[Passage]) -> Told:
        """Read passages, once for all ways to ask for them."""
        return self._words.read(passages)

    def scores(
        self,
        text: str,
        terms: Sequence[str],
        idf: Callable[[str], float],
        candidates: Candidates,
        told: Told,
    ) -> Floats:
        """The estimated probability that each candidate answers, shape ``(candidates,)``.

        Args:
            text: The question as asked.
            terms: Its search terms.
            idf: Inverse document frequency of a term in the knowledge base.
            candidates: What the search says of the passages it proposes.
            told: What they say themselves, from :meth:`read`.
        """
        table = signal_table(Question.read(text, terms, idf), candidates, told, self._words)
        return self._trees.probabilities(table, candidates.fused)
