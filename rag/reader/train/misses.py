"""Near misses: texts that look as if they answered a question, and do not."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rag.reader.signals import STOPS
from rag.reader.tokens import Tokens, tokens_of
from rag.reader.train.data import Example
from rag.reader.vocabulary import Vocabulary

_OTHERS = 3  # texts of other documents kept for each question
_DRAWN = 24  # words from which the likest is taken
_DRAWN_TITLES = 40
_NAMES = ("nr", "ns", "nt", "nz")
_SWAPPED = frozenset({*_NAMES, "digits", "latin", "n", "t", "j"})
_LEAST_SHARE = 0.25  # of the weight of the question's heaviest word


class Misses:
    """Finds near misses among the questions and texts that a reader is trained on.

    Args:
        examples: The questions.
        vocabulary: Its vectors say which words are alike.
    """

    def __init__(self, examples: Sequence[Example], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._texts = list({id(example.told): example.told for example in examples}.values())
        self._titles = _titles(examples)
        self._idf = _idf(self._texts)
        self._holding = _holding(self._texts)
        self._pools = _pools(examples)
        self._known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def weights(self, told: Tokens, asked: Tokens) -> NDArray[np.float64]:
        """How much each token of a text says to a question: its rarity if it stands there."""
        wanted = {word: self._idf.get(word, 0.0) for word in asked.words if word.isalnum()}
        return np.fromiter((wanted.get(word, 0.0) for word in told.words), np.float64)

    def other(self, example: Example, chance: np.random.Generator) -> Tokens | None:
        """A text of another document with many of the question's words, without its answer."""
        found = [text for text in self._nearest(example) if not _answers(example, text)]
        return found[chance.integers(len(found))] if found else None

    def _nearest(self, example: Example) -> list[Tokens]:
        scores = np.zeros(len(self._texts))
        for word in set(example.asked.words):
            held = self._holding.get(word)
            if held is not None and word.isalnum():
                scores[held] += self._idf[word]
        best = np.argsort(-scores, kind="stable")[: 3 * _OTHERS]
        near = [self._texts[number] for number in best.tolist()]
        titles = self._titles.get(id(example.told), frozenset())
        return [text for text in near
                if text is not example.told
                and not (titles & self._titles.get(id(text), frozenset()))][:_OTHERS]  # fmt: skip

    def swapped(self, example: Example, told: Tokens, chance: np.random.Generator) -> Tokens | None:
        """The question about something else: a word that stands in the text put for one that not.

        A title is put for the title, a year for a year, a name for a name, a noun for a noun.

        Args:
            example: The question.
            told: The part of its text that is read.
            chance: Of what is taken.
        """
        if example.title and example.title in example.question and chance.random() < 0.5:
            return self._other_title(example, told, chance)
        words, held = example.asked.words, frozenset(told.words)
        weights = [self._idf.get(word, 0.0) if word in held and kind_of_word(word) in _SWAPPED
                   else 0.0 for word in words]  # fmt: skip
        least = _LEAST_SHARE * max(self._idf.get(word, 0.0) for word in words)
        shares = np.array([weight if weight >= least else 0.0 for weight in weights])
        if shares.sum() <= 0:
            return None
        place = int(chance.choice(len(words), p=shares / shares.sum()))
        word = self._another(words[place], held, chance)
        return worded((*words[:place], word, *words[place + 1 :])) if word else None

    def _another(self, word: str, held: frozenset[str], chance: np.random.Generator) -> str | None:
        """Of some words of its kind that the text does not hold the one most like it."""
        if word.isdigit():
            number = _another_number(word, chance)
            return number if number not in held else None
        pool = self._pools[kind_of_word(word)]
        drawn = [pool[number] for number in chance.integers(0, len(pool), _DRAWN).tolist()]
        found = [other for other in drawn if other not in held and not set(other) & set(word)]
        return max(found, key=lambda other: self._alike((word,), (other,)), default=None)

    def _other_title(
        self, example: Example, told: Tokens, chance: np.random.Generator
    ) -> Tokens | None:
        pool = self._pools["title"]
        text = "".join(told.words)
        drawn = [pool[number] for number in chance.integers(0, len(pool), _DRAWN_TITLES).tolist()]
        found = [(other, tokens_of(other).words) for other in drawn if other not in text]
        own = tokens_of(example.title).words
        if not found:
            return None
        title, _ = max(found, key=lambda other: self._alike(own, other[1]))
        return tokens_of(example.question.replace(example.title, title))

    def _alike(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        return float(self._direction(one) @ self._direction(other))

    def _direction(self, words: tuple[str, ...]) -> NDArray[np.float32]:
        if words not in self._known:
            mean = self._vocabulary.look_up(worded(words)).vectors.sum(axis=0)
            self._known[words] = mean / max(float(np.linalg.norm(mean)), 1e-6)
        return self._known[words]


def worded(words: Sequence[str]) -> Tokens:
    """Words as the tokens of a text that joins them."""
    ends = np.cumsum([len(word) for word in words], dtype=np.int32)
    starts = np.concatenate([np.zeros(1, np.int32), ends[:-1]])
    return Tokens(tuple(words), starts[: len(words)], ends)


def without_answer(example: Example) -> tuple[Tokens, int] | None:
    """The text without the sentences that hold the answer, and where the first of them stood.

    None if little is left, or the answer still stands there.
    """
    told = example.told
    ends = [number for number, word in enumerate(told.words) if word in STOPS]
    kept = np.ones(len(told.words), bool)
    for first, last in example.spans:
        begin = max((end + 1 for end in ends if end < first), default=0)
        kept[begin : min((end + 1 for end in ends if end >= last), default=len(kept))] = False
    left = np.flatnonzero(kept).tolist()
    if len(left) < _LEAST:
        return None
    words = worded([told.words[number] for number in left])
    place = int(np.flatnonzero(~kept)[0]) if not kept.all() else 0
    return None if _answers(example, words) else (words, int(kept[:place].sum()))


_LEAST = 10  # tokens of a text worth reading


def _answers(example: Example, told: Tokens) -> bool:
    """Whether the words of the answer stand in a text."""
    text = "".join(told.words)
    return any("".join(example.told.words[first : last + 1]) in text
               for first, last in example.spans)  # fmt: skip


def _another_number(word: str, chance: np.random.Generator) -> str:
    value = int(word)
    if len(word) == 4:
        return str(max(value + int(chance.choice([-1, 1]) * chance.integers(1, 30)), 1000))
    return str(value + int(chance.integers(1, max(value, 9) + 1)))


@cache
def _tagger() -> object:
    import rjieba

    return rjieba.Jieba()


@cache
def kind_of_word(word: str) -> str:
    """Digits, Latin, what it names, or its part of speech; empty for a single character."""
    if word.isdigit() and word.isascii():
        return "digits"
    if word.isascii():
        return "latin" if word.isalpha() and len(word) > 1 else ""
    if len(word) < 2:
        return ""
    tags = _tagger().tag(word)  # type: ignore[attr-defined]
    tag = tags[0][1] if len(tags) == 1 else ""
    return tag[:2] if tag[:2] in _NAMES else tag[:1]


def _pools(examples: Sequence[Example]) -> dict[str, list[str]]:
    words = Counter(word for example in examples for word in set(example.asked.words))
    pools: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        pools[kind_of_word(word)].append(word)
    pools["title"] = sorted({example.title for example in examples if example.title})
    return pools


def _titles(examples: Sequence[Example]) -> dict[int, frozenset[str]]:
    """Titles of each text, by its identity."""
    titles: dict[int, set[str]] = defaultdict(set)
    for example in examples:
        if example.title:
            titles[id(example.told)].add(example.title)
    return {text: frozenset(found) for text, found in titles.items()}


def _idf(texts: Sequence[Tokens]) -> dict[str, float]:
    counts = Counter(word for text in texts for word in set(text.words))
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


def _holding(texts: Sequence[Tokens]) -> dict[str, NDArray[np.int64]]:
    """The numbers of the texts that hold each word."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for word in set(text.words):
            found[word].append(number)
    return {word: np.array(numbers) for word, numbers in found.items()}
