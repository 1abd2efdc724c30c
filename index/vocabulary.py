"""Tokens by number: many texts are cut once, for their postings and their vectors alike."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.segment import BETWEEN, CutTexts, Segmenter, is_word
from index.postings import Postings, tally, term_key

_AT_ONCE = 256  # texts: their tokens stay in the processor's cache
_REMEMBERED = 2_000_000

NO_WORD, NEXT_TEXT, NEXT_LINE = -1, -2, -3
"""In place of a number: of what is no word, of what parts two texts, of a line break."""


@dataclass(frozen=True, slots=True)
class NumberedTexts:
    """Texts that have been cut, their tokens as numbers.

    Attributes:
        cut: What they were cut into.
        numbers: Number of each token, or what stands in its place.
        of_text: Which text each token is from, ascending.
        further: Number of the text and of the term for each further one, shape ``(terms, 2)``.
    """

    cut: CutTexts
    numbers: NDArray[np.int64]
    of_text: NDArray[np.int64]
    further: NDArray[np.int64]


class Vocabulary(dict[str, int]):
    """The number of each token, given when it is first seen.

    Args:
        segmenter: Cuts the texts.

    Attributes:
        tokens: The token of each number.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        super().__init__()
        self.segmenter = segmenter
        self.tokens: list[str] = []
        self._reset()

    def _reset(self) -> None:
        self.clear()
        self.update({BETWEEN: NEXT_TEXT, "\n": NEXT_LINE})
        self.tokens = []  # a new list tells those who keep something for each number
        self._keys = array("Q")
        self._parts: dict[int, list[int]] = {}
        self._flat, self._ends = array("q"), array("q", [0])

    def __missing__(self, token: str) -> int:
        if not is_word(token):
            self[token] = NO_WORD
            return NO_WORD
        number = self[token] = len(self.tokens)
        self.tokens.append(token)
        self._keys.append(term_key(token))
        if parts := self.segmenter.within(token):
            self._parts[number] = [self[part] for part in parts]
        return number

    def numbered(self, texts: Sequence[str]) -> list[NumberedTexts]:
        """Cut texts, some at a time, in order."""
        if len(self) > _REMEMBERED:
            self._reset()
        return [
            self._numbered(texts[first : first + _AT_ONCE])
            for first in range(0, len(texts), _AT_ONCE)
        ]

    def _numbered(self, texts: Sequence[str]) -> NumberedTexts:
        cut = self.segmenter.cut_many(texts)
        numbers = np.fromiter(map(self.__getitem__, cut.tokens), np.int64, len(cut.tokens))
        further = [(text, self[term]) for text, term in cut.further]
        return NumberedTexts(
            cut=cut,
            numbers=numbers,
            of_text=np.cumsum(numbers == NEXT_TEXT),
            further=np.array(further, np.int64).reshape(-1, 2),
        )

    def post(self, parts: Sequence[NumberedTexts]) -> Postings:
        """The terms of texts, a row each: those that :meth:`Segmenter.terms` gives."""
        firsts = np.cumsum([0, *(len(part.cut.folded) for part in parts)])
        nothing = np.zeros((0, 2), np.int64)
        tokens = [
            np.column_stack((part.of_text + first, part.numbers))[part.numbers >= 0]
            for part, first in zip(parts, firsts, strict=False)
        ]
        further = [
            part.further + np.array([first, 0]) for part, first in zip(parts, firsts, strict=False)
        ]
        pairs = np.concatenate([nothing, *tokens])
        pairs = np.concatenate([pairs, self._within(pairs), *further])
        return tally(pairs[:, 1], pairs[:, 0], np.array(self._keys, np.uint64), int(firsts[-1]))

    def _within(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row and number of the terms within tokens, given row and number of these."""
        for number in range(len(self._ends) - 1, len(self.tokens)):
            self._flat.extend(self._parts.pop(number, ()))
            self._ends.append(len(self._flat))
        ends, flat = np.array(self._ends), np.array(self._flat, np.int64)
        begin = ends[pairs[:, 1]]
        count = ends[pairs[:, 1] + 1] - begin
        several = np.flatnonzero(count)
        begin, count = begin[several], count[several]
        at = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
        return np.column_stack((np.repeat(pairs[several, 0], count), flat[at]))
