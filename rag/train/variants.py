"""Questions made of others: in other words, and about what the texts do not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.segment import Segmenter
from index import thesaurus
from index.asked import FUNCTION_WORDS, content_terms
from index.embed import StaticEmbedder, Vectors, normalize
from index.thesaurus import Thesaurus
from rag.train.readings import Reading

_TRIES = 20  # titles or words that are drawn for one that fits
_WORDINGS = 2  # in other words, of each question
_LEFT_OUT, _REPLACED = 0.15, 0.3  # shares of the words of a question told in other words
_ALIKE = 0.3  # cosine from which a word may stand for another
_NEAREST = 3
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")
_ASKS = re.compile(r"[什哪谁几何怎吗]|多少|是否")
_BRACKETS = re.compile(r"\s*[（(].*")
_KINDS = "nva"  # tags of nouns, verbs and adjectives


class Alike:
    """Which words are alike: by the thesaurus, or among those of some texts.

    Args:
        words: The words of the texts.
        embedder: Whose vectors are compared.
        meanings: The thesaurus.
    """

    def __init__(self, words: Sequence[str], embedder: StaticEmbedder, meanings: Thesaurus) -> None:
        self._words, self._meanings = words, meanings
        self._vectors = normalize(embedder.encode_passages(words))
        self._places = {word: place for place, word in enumerate(words)}
        self.near = lru_cache(None)(self._near)

    def _near(self, word: str) -> tuple[str, ...]:
        """The words that mean the same as another, or the most like it; few or none if few are."""
        same = tuple(other for other in self._meanings.others(word) if not other.isascii())
        place = self._places.get(word)
        if same or place is None:
            return same
        likeness = self._vectors @ self._vectors[place]
        likeness[place] = -1.0
        best = np.argsort(-likeness, kind="stable")[:_NEAREST].tolist()
        return tuple(self._words[other] for other in best if likeness[other] >= _ALIKE)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes questions of questions.

    Attributes:
        titles: Of all texts.
        title_vectors: Of length one.
        words: Content words of all questions, by the first letter of their tags.
        alike: The words of all texts.
        segmenter: Cuts and tags.
        chance: What is drawn from.
    """

    titles: Sequence[str]
    title_vectors: Vectors
    words: Mapping[str, Sequence[str]]
    alike: Alike
    segmenter: Segmenter
    chance: np.random.Generator

    def unanswerable(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """Questions that no text answers, each with how it was made."""
        for kind, asked in (
            ("other subject", self.about_another(reading)),
            ("other number", self.of_another_number(reading)),
            ("other word", self.for_something_else(reading)),
        ):
            if asked:
                yield kind, asked

    def about_another(self, reading: Reading) -> str:
        """The question asked of the subject of another text; empty if it does not name its own."""
        title = _short(reading.title)
        if title not in self.titles or title not in reading.question:
            return ""
        own = self.titles.index(title)
        drawn = self.chance.integers(0, len(self.titles), _TRIES).tolist()
        others = [n for n in drawn if n != own and self.titles[n] not in reading.context]
        if not others:
            return ""
        likeness = self.title_vectors[others] @ self.title_vectors[own]
        return reading.question.replace(title, self.titles[others[int(likeness.argmax())]])

    def of_another_number(self, reading: Reading) -> str:
        """The question with one of its numbers changed a little; empty without one."""
        match = _NUMBER.search(reading.question)
        if match is None:
            return ""
        for step in self.chance.permutation([-3, -2, -1, 1, 2, 3, 4]).tolist():
            other = str(int(match.group()) + step)
            if other not in reading.context and not other.startswith("-"):
                return reading.question[: match.start()] + other + reading.question[match.end() :]
        return ""

    def for_something_else(self, reading: Reading) -> str:
        """The question with a word that is not its subject exchanged for one of its kind."""
        own = [
            (word, tag[0])
            for word, tag in self.segmenter.tagged(reading.question)
            if _says_something(word, tag) and word not in reading.title
        ]
        if not own:
            return ""
        word, kind = own[int(self.chance.integers(len(own)))]
        pool = self.words[kind]
        for place in self.chance.integers(0, len(pool), _TRIES).tolist():
            if pool[place] not in reading.context and pool[place] not in reading.question:
                return reading.question.replace(word, pool[place], 1)
        return ""

    def in_other_words(self, reading: Reading) -> list[str]:
        """The question with words left out, and replaced by words like them."""
        made = [self._reworded(reading) for _ in range(_WORDINGS)]
        return [asked for asked in dict.fromkeys(made) if asked and asked != reading.question]

    def _reworded(self, reading: Reading) -> str:
        told = reading.question
        for word in content_terms(list(dict.fromkeys(self.segmenter.terms(told)))):
            if word in reading.title or word not in told or not _WORD.fullmatch(word):
                continue
            luck, near = self.chance.random(), self.alike.near(word)
            if luck < _LEFT_OUT:
                told = told.replace(word, "", 1)
            elif near and luck < _LEFT_OUT + _REPLACED:
                told = told.replace(word, near[int(self.chance.integers(len(near)))], 1)
        return told if content_terms(self.segmenter.terms(told)) else ""


def maker_of(
    readings: Sequence[Reading], segmenter: Segmenter, embedder: StaticEmbedder, seed: int = 1
) -> Maker:
    """What makes questions of those of some readings: the same ones with the same seed."""
    short = {_short(reading.title) for reading in readings}
    titles = sorted(title for title in short if len(title) > 1) or [""]
    tagged = [pair for reading in readings for pair in segmenter.tagged(reading.question)]
    words = {
        kind: sorted(
            {word for word, tag in tagged if tag[0] == kind and _says_something(word, tag)}
        )
        for kind in _KINDS
    }
    texts = (text for reading in readings for text in (reading.question, reading.context))
    terms = {term for text in texts for term in segmenter.terms(text) if _WORD.fullmatch(term)}
    return Maker(
        titles,
        normalize(embedder.encode_passages(titles)),
        words,
        Alike(sorted(terms - FUNCTION_WORDS), embedder, thesaurus.read()),
        segmenter,
        np.random.default_rng(seed),
    )


def _short(title: str) -> str:
    """A title without what is told in brackets."""
    return _BRACKETS.sub("", title)


def _says_something(word: str, tag: str) -> bool:
    """Whether a word is one of those that a question may be about."""
    return (
        tag[:1] in _KINDS
        and _WORD.fullmatch(word) is not None
        and word not in FUNCTION_WORDS
        and _ASKS.search(word) is None
    )
