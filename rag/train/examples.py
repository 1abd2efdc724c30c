"""Reading comprehension questions as examples of evidence, found and missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import squeeze
from corpus.records import Hit, Passage
from index.embed import StaticEmbedder
from index.search import Searcher
from rag.confidence import confidence_features
from rag.features import candidates_of, sentence_features
from rag.query import Query, read_query
from rag.reader import Reader
from rag.reading import read_spans, reading_features
from rag.train.readings import Reading

_DEEP = 60  # passages among which those of a question's own text are looked for


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences of the passages retrieved for a question.

    Attributes:
        table: Signals, shape ``(sentences, len(FEATURES))``.
        positive: Whether each sentence holds an answer, shape ``(sentences,)``.
        answerable: False if the answer was taken out of the passages.
    """

    query: Query
    hits: tuple[Hit, ...]
    table: NDArray[np.float32]
    positive: NDArray[np.bool_]
    answerable: bool


def examples_of(
    readings: Sequence[Reading],
    names: dict[str, str],
    searcher: Searcher,
    words: StaticEmbedder,
    passages: int,
) -> Iterator[tuple[Example, ...]]:
    """For each question three examples, where the search finds its text.

    As retrieved; with the text hidden, so that only other texts are found; and with only the
    answering sentences hidden, so that a text on the right subject does not answer: that is what
    most unanswerable questions look like.

    Args:
        readings: Questions, all with answers.
        names: The source of each document in the knowledge base.
        searcher: The knowledge base of all contexts.
        words: The static model whose word vectors are compared.
        passages: How many of the best passages evidence is looked for in.
    """
    for reading in readings:
        source = names[reading.document]
        query = read_query(reading.question, searcher.segmenter)
        hits = searcher.search(reading.question, passages + 3)
        if not any(hit.passage.source == source for hit in hits[:passages]):
            continue
        others = [hit for hit in hits if hit.passage.source != source]
        hidden = [
            replace(hit, passage=_without(hit.passage, reading.answers))
            if hit.passage.source == source
            else hit
            for hit in hits
        ]
        yield tuple(
            _example(query, found[:passages], reading, source, answerable, searcher, words)
            for found, answerable in ((hits, True), (others, False), (hidden, False))
        )


def given_examples(
    readings: Sequence[Reading],
    names: dict[str, str],
    searcher: Searcher,
    words: StaticEmbedder,
    passages: int,
) -> Iterator[Example]:
    """For each question its own text alone, which may not answer it.

    Args:
        readings: Questions, those that their text does not answer without answers.
        names: The source of each document in the knowledge base.
        searcher: The knowledge base of all contexts.
        words: The static model whose word vectors are compared.
        passages: How many of the best passages evidence is looked for in.
    """
    for reading in readings:
        source = names[reading.document]
        query = read_query(reading.question, searcher.segmenter)
        hits = [h for h in searcher.search(reading.question, _DEEP) if h.passage.source == source]
        ranked = [replace(hit, rank=rank) for rank, hit in enumerate(hits[:passages], 1)]
        if ranked and candidates_of(ranked):
            found = bool(reading.answers)
            yield _example(query, ranked, reading, source, found, searcher, words)


def _example(
    query: Query,
    hits: Sequence[Hit],
    reading: Reading,
    source: str,
    answerable: bool,
    searcher: Searcher,
    words: StaticEmbedder,
) -> Example:
    candidates = candidates_of(hits)
    table = sentence_features(query, candidates, searcher.segmenter, searcher.bm25.idf, words)
    positive = [
        answerable and item.hit.passage.source == source and _holds(item.text, reading.answers)
        for item in candidates
    ]
    return Example(query, tuple(hits), table, np.array(positive, np.bool_), answerable)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How sentences are ranked: weights of their signals and after reading, and the reader."""

    sentence: NDArray[np.float64]
    reading: NDArray[np.float64]
    reader: Reader


def confidence_table(
    examples: Sequence[Example], ranking: Ranking, searcher: Searcher, words: StaticEmbedder
) -> NDArray[np.float64]:
    """Confidence signals of each example, shape ``(examples, len(CONFIDENCE_FEATURES))``."""
    rows = []
    for example in examples:
        candidates = candidates_of(example.hits)
        weighed = (example.table @ ranking.sentence).astype(np.float32)
        spans = read_spans(example.query.text, candidates, weighed, ranking.reader)
        scores = (reading_features(weighed, spans) @ ranking.reading).astype(np.float32)
        best = spans.get(int(np.argmax(scores)))
        rows.append(
            confidence_features(
                example.query, example.hits, candidates, scores, best.score if best else None,
                searcher.segmenter, searcher.bm25.idf, words,
            )
        )  # fmt: skip
    return np.stack(rows)


def _without(passage: Passage, answers: Sequence[str]) -> Passage:
    """A passage whose answering sentences are blanked out, spans of the others unmoved."""
    text = passage.text
    kept = []
    for start, end in passage.sentences:
        first, last = start - passage.start, end - passage.start
        if _holds(text[first:last], answers):
            text = text[:first] + "\u3000" * (last - first) + text[last:]
        else:
            kept.append((start, end))
    return replace(passage, text=text, sentences=tuple(kept))


def _holds(text: str, answers: Sequence[str]) -> bool:
    squeezed = squeeze(text)
    return any(squeeze(answer) in squeezed for answer in answers)
