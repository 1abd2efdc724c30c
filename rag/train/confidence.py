"""The signals of the confidence for all examples, as they are when a question is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, confidence_features
from rag.evidence import Evidence
from rag.exact import exactly
from rag.features import candidates_of
from rag.leading import led
from rag.reader import Reader
from rag.reading import read_evidence
from rag.train.examples import FOREIGN, Example
from rag.train.fit import Floats


@dataclass(frozen=True, slots=True)
class Ranking:
    """How sentences are ranked: weights of their signals and after reading, and the reader."""

    sentence: Floats
    reading: Floats
    reader: Reader


@dataclass(frozen=True, slots=True)
class Table:
    """Confidence signals of a source's examples.

    Attributes:
        signals: Shape ``(examples, len(CONFIDENCE_FEATURES))``.
        answerable: Shape ``(examples,)``.
        text: Number of the text that each question belongs to, shape ``(examples,)``: what is said
            of one text stays in one fold.
        kind: How each was made, shape ``(examples,)``.
    """

    signals: Floats
    answerable: NDArray[np.bool_]
    text: NDArray[np.int64]
    kind: NDArray[np.str_]

    def part(self, rows: NDArray[np.bool_]) -> Table:
        """Some of the examples."""
        return Table(self.signals[rows], self.answerable[rows], self.text[rows], self.kind[rows])


def table_of(examples: Sequence[Example], ranking: Ranking, words: StaticEmbedder) -> Table:
    """The confidence signals of examples."""
    used = [example for example in examples if len(example.table)]
    _, text = np.unique([example.source for example in used], return_inverse=True)
    return Table(
        np.stack([_signals(example, ranking, words) for example in used]),
        np.array([example.answerable for example in used]),
        text.astype(np.int64),
        np.array([example.kind for example in used]),
    )


def _signals(example: Example, ranking: Ranking, words: StaticEmbedder) -> Floats:
    """What the confidence is estimated from when the question is asked."""
    scores = (example.table @ ranking.sentence).astype(np.float32)
    order = tuple(np.argsort(-scores, kind="stable").tolist())
    evidence = Evidence(tuple(candidates_of(example.hits)), scores, order, 0.0, table=example.table)
    weights = tuple(ranking.reading.tolist())
    evidence = read_evidence(example.query, evidence, ranking.reader, weights)
    ordered, _ = exactly(example.query, led(example.query, evidence))
    best = ordered.order[0]
    span = evidence.spans.get(best)
    score = max(hit.score for hit in example.hits)
    return confidence_features(example.query, evidence.candidates[best], span, score, words)


def without_search(table: Table, searched: Table) -> Table:
    """The signals of questions whose text is given, as if the search had found it.

    Args:
        table: Of questions over their own text; those over foreign ones stay as they are.
        searched: Of questions over all texts: what is found where it answers is put for what is
            not known.
    """
    column = CONFIDENCE_FEATURES.index("found")
    signals = table.signals.copy()
    signals[table.kind != FOREIGN, column] = searched.signals[searched.answerable, column].mean()
    return replace(table, signals=signals)
