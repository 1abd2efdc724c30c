"""Questions made from others: in other words, and about what the documents do not tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus.segment import Segmenter
from index.asked import FUNCTION_WORDS, content_terms
from index.embed import StaticEmbedder, Vectors, normalize
from rag.train.readings import Reading

_TRIES = 20  # titles among which the most alike is taken
_SHORTEST = 2  # characters of a title or word that is exchanged
_NUMBER = re.compile(r"\d+")
_LEFT_OUT, _REPLACED = 0.15, 0.3  # shares of the words of a question told in other words
_ALIKE = 0.3  # cosine from which a word may stand for another
_NEAREST = 3
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Words of some texts, and which of them are alike.

    Attributes:
        words: In a fixed order.
        vectors: Of length one, shape ``(len(words), dimension)``.
    """

    words: Sequence[str]
    vectors: Vectors
    _places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Sequence[str], embedder: StaticEmbedder) -> Neighbours:
        """Of the Chinese words among some terms."""
        words = sorted({term for term in terms if _WORD.fullmatch(term)} - FUNCTION_WORDS)
        vectors = normalize(embedder.encode_passages(words))
        return cls(words, vectors, {word: place for place, word in enumerate(words)})

    def near(self, word: str) -> list[str]:
        """The words most like another one, likest first; few or none if none is."""
        place = self._places.get(word)
        if place is None:
            return []
        likeness = self.vectors @ self.vectors[place]
        likeness[place] = -1.0
        best = np.argsort(-likeness, kind="stable")[:_NEAREST]
        return [self.words[int(other)] for other in best if likeness[other] >= _ALIKE]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes questions of questions, always the same ones.

    Attributes:
        titles: Of all texts; longer ones and shorter ones.
        title_vectors: Of length one.
        words: Content words of all questions.
        neighbours: Words of all texts.
        rng: What is drawn from.
    """

    titles: Sequence[str]
    title_vectors: Vectors
    words: Sequence[str]
    neighbours: Neighbours
    segmenter: Segmenter
    rng: np.random.Generator

    def about_another(self, reading: Reading) -> str:
        """The question asked of another text's subject; empty if it does not name its own."""
        if len(reading.title) < _SHORTEST or reading.title not in reading.question:
            return ""
        own = self.titles.index(reading.title)
        drawn = self.rng.choice(len(self.titles), _TRIES)
        others = [int(n) for n in drawn if self.titles[n] not in reading.context and n != own]
        if not others:
            return ""
        likeness = self.title_vectors[others] @ self.title_vectors[own]
        other = self.titles[others[int(np.argmax(likeness))]]
        return reading.question.replace(reading.title, other)

    def of_another_number(self, reading: Reading) -> str:
        """The question with one of its numbers changed; empty without one."""
        match = _NUMBER.search(reading.question)
        if match is None:
            return ""
        number = int(match.group())
        for step in self.rng.permutation([-3, -2, -1, 1, 2, 3, 4]):
            other = str(number + int(step))
            if number + step > 0 and other not in reading.context:
                return reading.question[: match.start()] + other + reading.question[match.end() :]
        return ""

    def for_something_else(self, reading: Reading) -> str:
        """The question with a word that is not its subject exchanged; empty without one."""
        subject = set(self.segmenter.terms(reading.title))
        own = [
            t for t in self._content(reading.question) if t not in subject and _WORD.fullmatch(t)
        ]
        if not own:
            return ""
        word = own[int(self.rng.integers(len(own)))]
        for place in self.rng.choice(len(self.words), _TRIES):
            other = self.words[int(place)]
            if other not in reading.context and other not in reading.question:
                return reading.question.replace(word, other, 1)
        return ""

    def in_other_words(self, reading: Reading) -> str:
        """The question with words left out and replaced by words like them."""
        told = reading.question
        for word in self._content(told):
            if word in reading.title or not _WORD.fullmatch(word) or word not in told:
                continue
            luck, near = self.rng.random(), self.neighbours.near(word)
            if luck < _LEFT_OUT:
                told = told.replace(word, "", 1)
            elif near and luck < _LEFT_OUT + _REPLACED:
                told = told.replace(word, near[int(self.rng.integers(len(near)))], 1)
        return told if told != reading.question and self._content(told) else ""

    def _content(self, text: str) -> list[str]:
        return content_terms(list(dict.fromkeys(self.segmenter.terms(text))))


def maker_of(
    readings: Sequence[Reading], segmenter: Segmenter, embedder: StaticEmbedder, seed: int = 1
) -> Maker:
    """What makes questions of those of some readings."""
    titles = sorted({reading.title for reading in readings if len(reading.title) >= _SHORTEST})
    terms: Callable[[str], list[str]] = segmenter.terms
    asked = {term for reading in readings for term in content_terms(terms(reading.question))}
    told = {term for reading in readings for term in terms(reading.context)}
    return Maker(
        titles,
        normalize(embedder.encode_passages(titles)),
        sorted(term for term in asked if _WORD.fullmatch(term)),
        Neighbours.of(sorted(told | asked), embedder),
        segmenter,
        np.random.default_rng(seed),
    )
