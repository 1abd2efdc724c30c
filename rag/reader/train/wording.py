"""Questions asked in other words, so that the reader does not lean on exact words alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.asked import FUNCTION_WORDS
from index.thesaurus import Thesaurus
from rag.reader.signals import is_asking
from rag.reader.tokens import Tokens
from rag.reader.train.misses import kind_of_word, worded
from rag.reader.vocabulary import Floats, Vocabulary

_LIKE = 0.5  # cosine of words that may stand for each other
_NEIGHBOURS = 8
_REPLACED = frozenset("nvatbld")  # parts of speech; a name stays the name it is
_DROP_FUNCTION, _DROP, _REPLACE = 0.4, 0.1, 0.15
_ROWS = 512


class Wording:
    """Rewords questions: some words left out, some put in other words.

    Args:
        vocabulary: Its vectors say which words are alike,
        questions: All that will be reworded.
        thesaurus: Says it of the words that it knows.
    """

    def __init__(
        self, vocabulary: Vocabulary, questions: Iterable[Tokens], thesaurus: Thesaurus
    ) -> None:
        words = sorted({word for asked in questions for word in asked.words})
        replaced = [word for word in words if kind_of_word(word) in _REPLACED]
        near = zip(replaced, _neighbours(vocabulary, replaced), strict=True)
        self._neighbours = {
            word: tuple(other for other in thesaurus.others(word) if not other.isascii()) or others
            for word, others in near
        }

    def reworded(self, asked: Tokens, chance: np.random.Generator) -> Tokens:
        """A question in other words; the question word and the one behind it stay."""
        words = list(self._words(asked.words, chance))
        return worded(words) if words else asked

    def _words(self, words: Sequence[str], chance: np.random.Generator) -> Iterator[str]:
        stays = False
        for word, drawn in zip(words, chance.random(len(words)).tolist(), strict=True):
            kept, stays = stays or is_asking(word), is_asking(word)
            drop = _DROP_FUNCTION if word in FUNCTION_WORDS else _DROP
            if kept or drawn >= drop + _REPLACE:
                yield word
            elif drawn >= drop:
                others = self._neighbours.get(word, ())
                yield others[chance.integers(len(others))] if others else word


def _neighbours(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """For each word the likest words that share a character with it."""
    every = list(vocabulary.words)
    table = _unit(vocabulary.look_up(worded(every)).vectors)
    vectors = _unit(vocabulary.look_up(worded(words)).vectors) if words else table[:0]
    for first in range(0, len(words), _ROWS):
        likeness = vectors[first : first + _ROWS] @ table.T
        nearest = np.argpartition(-likeness, _NEIGHBOURS + 1, axis=1)[:, : _NEIGHBOURS + 1]
        for row, columns in enumerate(nearest.tolist()):
            own = words[first + row]
            yield tuple(every[column] for column in sorted(columns)
                        if every[column] != own and likeness[row, column] >= _LIKE
                        and set(every[column]) & set(own))  # fmt: skip


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(lengths, np.float32(1e-6))
    return unit
