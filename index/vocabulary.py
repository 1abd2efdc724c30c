"""Terms by number: the postings of many texts, each token looked up once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.segment import BETWEEN, Segmenter, glued_parts, is_word
from index.postings import Postings, tally, term_key

_AT_ONCE = 256  # texts: their tokens stay in the processor's cache
_REMEMBERED = 2_000_000
_NO_WORD, _NEXT_TEXT = -1, -2


class Vocabulary(dict[str, int]):
    """The number of each token, given when it is first seen; below 0 if it is no term."""

    def __init__(self) -> None:
        super().__init__()
        self._reset()

    def _reset(self) -> None:
        self.clear()
        self[BETWEEN] = _NEXT_TEXT
        self._keys: list[int] = []
        self._glued: dict[int, list[int]] = {}

    def __missing__(self, token: str) -> int:
        if not is_word(token):
            self[token] = _NO_WORD
            return _NO_WORD
        number = self[token] = len(self._keys)
        self._keys.append(term_key(token))
        if token.isascii() and (parts := glued_parts(token)):
            self._glued[number] = [self[part] for part in parts]
        return number

    def post(self, segmenter: Segmenter, texts: Sequence[str]) -> Postings:
        """The terms of some texts, a row each: those that :meth:`Segmenter.terms` gives."""
        if len(self) > _REMEMBERED:
            self._reset()
        numbers: list[NDArray[np.int64]] = []
        rows: list[NDArray[np.int64]] = []
        for first in range(0, len(texts), _AT_ONCE):
            found, of_text = self._numbers(segmenter, texts[first : first + _AT_ONCE])
            numbers.append(found)
            rows.append(of_text + first)
        nothing = [np.zeros(0, np.int64)]
        keys = np.array(self._keys, np.uint64)
        return tally(np.concatenate(numbers or nothing), np.concatenate(rows or nothing), keys,
                     len(texts))  # fmt: skip

    def _numbers(
        self, segmenter: Segmenter, texts: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The terms of some texts by number, and the text of each."""
        tokens, further = segmenter.tokens(texts)
        numbers = np.fromiter(map(self.__getitem__, tokens), np.int64, len(tokens))
        of_text = np.cumsum(numbers == _NEXT_TEXT)
        words = numbers >= 0
        numbers, of_text = numbers[words], of_text[words]
        more = [(text, self[term]) for text, term in further]
        if self._glued:
            glued = np.flatnonzero(np.isin(numbers, list(self._glued)))
            more += [
                (int(of_text[at]), part) for at in glued for part in self._glued[int(numbers[at])]
            ]
        extra = np.array(more, np.int64).reshape(-1, 2)
        return np.append(numbers, extra[:, 1]), np.append(of_text, extra[:, 0])
