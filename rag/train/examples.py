"""Reading comprehension questions as examples of evidence, found and missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.filters import Filters
from corpus.normalize import squeeze
from corpus.records import Hit, Passage
from index.embed import StaticEmbedder
from index.search import Searcher
from rag.distinct import distinct
from rag.editions import of_edition
from rag.features import candidates_of, sentence_features
from rag.query import Query, read_query
from rag.train.readings import Reading
from rag.train.variants import Maker

GIVEN = "given"
"""The kind of a question asked of its own text, if it has no other."""

FOREIGN = "foreign text"
"""The kind of a question asked of texts about something else."""

_SPARE = 5  # passages, so that enough are left where some are hidden or say the same
_DEEP = 60  # passages of a question's own text


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences of the passages retrieved for a question.

    Attributes:
        table: Signals, shape ``(sentences, len(FEATURES))``.
        positive: Whether each sentence holds an answer, shape ``(sentences,)``.
        answerable: False if the passages do not answer.
        kind: How the question was made and what was hidden of its text.
        source: The question's own text.
    """

    query: Query
    hits: tuple[Hit, ...]
    table: NDArray[np.float32]
    positive: NDArray[np.bool_]
    answerable: bool
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Where the texts of some questions are searched.

    Attributes:
        names: The source of each document in the knowledge base.
        searcher: The knowledge base of all contexts.
        words: The static model whose word vectors are compared.
        passages: How many of the best passages evidence is looked for in.
    """

    names: Mapping[str, str]
    searcher: Searcher
    words: StaticEmbedder
    passages: int

    def found(self, question: str) -> list[Hit]:
        """Passages for a question, a few more than evidence is looked for in."""
        return distinct(self.searcher.search(question, self.passages + _SPARE))

    def example(
        self, question: str, hits: Sequence[Hit], reading: Reading, kind: str, *, answerable: bool
    ) -> Example:
        """The sentences of the first passages as an example."""
        query = read_query(question, self.searcher.segmenter)
        candidates = candidates_of(hits[: self.passages])
        segmenter, idf = self.searcher.segmenter, self.searcher.bm25.idf
        table = sentence_features(query, candidates, segmenter, idf, self.words)
        own = self.names.get(reading.document)
        positive = [
            answerable and item.hit.passage.source == own and _holds(item.text, reading.answers)
            for item in candidates
        ]
        right, best = np.array(positive, np.bool_), tuple(hits[: self.passages])
        return Example(query, best, table, right, answerable, kind, reading.document)


def examples_of(readings: Sequence[Reading], retrieval: Retrieval) -> Iterator[tuple[Example, ...]]:
    """For each question three examples, where the search finds its text.

    As retrieved; with the text hidden, so that only other texts are found; and with only the
    answering sentences hidden, so that a text on the right subject does not answer: that is what
    most unanswerable questions look like.

    Args:
        readings: Questions, all with answers.
        retrieval: Where their texts are searched.
    """
    for reading in readings:
        asked, source = reading.question, retrieval.names[reading.document]
        hits = retrieval.found(asked)
        if _is_found(hits[: retrieval.passages], source):
            others = [hit for hit in hits if hit.passage.source != source]
            hidden = _hidden(hits, source, reading.answers)
            yield (
                retrieval.example(asked, hits, reading, "as it is", answerable=True),
                retrieval.example(asked, others, reading, "text hidden", answerable=False),
                retrieval.example(asked, hidden, reading, "answer hidden", answerable=False),
            )


def varied_examples(
    readings: Sequence[Reading], retrieval: Retrieval, maker: Maker
) -> Iterator[tuple[Example, ...]]:
    """For each question some made of it: in other words, or about what no text tells.

    Args:
        readings: Questions, all with answers.
        retrieval: Where their texts are searched.
        maker: Makes the questions.
    """
    for reading in readings:
        made = []
        for kind, asked in maker.unanswerable(reading):
            hits = retrieval.found(asked)
            made.append(retrieval.example(asked, hits, reading, kind, answerable=False))
        source = retrieval.names[reading.document]
        for asked in maker.in_other_words(reading):
            hits = retrieval.found(asked)
            if _is_found(hits[: retrieval.passages], source):
                kind = "other words"
                made.append(retrieval.example(asked, hits, reading, kind, answerable=True))
                hidden, kind = _hidden(hits, source, reading.answers), "other words, answer hidden"
                made.append(retrieval.example(asked, hidden, reading, kind, answerable=False))
        yield tuple(example for example in made if len(example.table))


def given_examples(readings: Sequence[Reading], retrieval: Retrieval) -> Iterator[Example]:
    """For each question its own text, or folder, alone, which may not answer it.

    A question whose text is among others and is not found is left out.

    Args:
        readings: Questions, those that their text does not answer without answers.
        retrieval: Where their texts are searched.
    """
    for reading in readings:
        source = retrieval.names[reading.document]
        within = Filters(source=f"{reading.folder}/" if reading.folder else source)
        hits = retrieval.searcher.search(reading.question, _DEEP, within)
        found = bool(reading.answers)
        hits, asked = of_edition(reading.question, distinct(hits))
        if found and not _is_found(hits[: retrieval.passages], source):
            continue
        kind = reading.kind or GIVEN
        example = retrieval.example(asked, hits, reading, kind, answerable=found)
        if len(example.table):
            yield example


def foreign_examples(readings: Sequence[Reading], retrieval: Retrieval) -> Iterator[Example]:
    """Questions asked of texts about something else, which do not answer them.

    Args:
        readings: Questions, whose texts are none of those that are searched.
        retrieval: Where they are asked.
    """
    for reading in readings:
        hits = retrieval.found(reading.question)
        example = retrieval.example(reading.question, hits, reading, FOREIGN, answerable=False)
        if len(example.table):
            yield example


def _is_found(hits: Sequence[Hit], source: str) -> bool:
    return any(hit.passage.source == source for hit in hits)


def _hidden(hits: Sequence[Hit], source: str, answers: Sequence[str]) -> list[Hit]:
    """Passages, those of a source without the sentences that answer."""
    return [
        replace(hit, passage=_without(hit.passage, answers))
        if hit.passage.source == source
        else hit
        for hit in hits
    ]


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
