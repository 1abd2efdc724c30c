"""Text to the tokens a reader reads: words of jieba's dictionary, and where each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold

if TYPE_CHECKING:
    from rjieba import Jieba

Ints = NDArray[np.int32]

_PARTS = re.compile(r"\d+|[^\W\d_]+|\S")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, white space left out.

    Attributes:
        words: Each token, folded.
        starts: Where each begins in the text, shape ``(tokens,)``.
        ends: Where each ends.
    """

    words: tuple[str, ...]
    starts: Ints
    ends: Ints

    def part(self, first: int, last: int) -> Tokens:
        """The tokens from one number up to another; places stay those in the whole text."""
        return Tokens(self.words[first:last], self.starts[first:last], self.ends[first:last])


def tokens_of(text: str) -> Tokens:
    """Cut a text into words, numbers, Latin words and single signs."""
    words: list[str] = []
    starts: list[int] = []
    place = 0
    for token in _dictionary().cut(text.translate(_folds()), False):
        if len(token) == 1 or not token.isascii():
            if not token.isspace():
                words.append(token)
                starts.append(place)
        else:
            for part in _PARTS.finditer(token):
                words.append(part.group())
                starts.append(place + part.start())
        place += len(token)
    begins = np.array(starts, np.int32)
    lengths = np.fromiter(map(len, words), np.int32, len(words))
    return Tokens(tuple(words), begins, begins + lengths)


class _SingleFolds(dict[int, int]):
    """The folded form of each character that has one of a single character, so no span moves."""

    def __missing__(self, point: int) -> int:
        form = fold(chr(point))
        self[point] = ord(form) if len(form) == 1 else point
        return self[point]


@cache
def _folds() -> _SingleFolds:
    return _SingleFolds()


@cache
def _dictionary() -> Jieba:
    import rjieba

    return rjieba.Jieba()
