"""Rows of a static model's words, by a faster road than its tokenizer.

A tokenizer whose model is a unigram over jieba's words and frequencies, and which folds as
:func:`corpus.normalize.fold` does, gives the words that rjieba gives with that dictionary; rjieba
is some five times faster. A test compares the two.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_RUN = re.compile(rf"[a-z0-9]+(?:\+\+|#)?|[^\W\d_a-z{_HAN}]|〇")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
# What the tokenizer's pre-tokenizer says where the two agree; see index/train/vocabulary.py.
_EXPECTED = rf"[{_HAN}]+|[a-z0-9]+(?:\+\+|#)?|(?![a-z{_HAN}])\p{{L}}|〇"
_REMEMBERED = 100_000
_BETWEEN, _NEXT_TEXT = "\0", -2


class _Rows(dict[str, int]):
    """Row of each Chinese word; of what parts two texts and of anything else, a number below 0."""

    def __init__(self, rows: dict[str, int]) -> None:
        super().__init__(rows)
        self[_BETWEEN] = _NEXT_TEXT

    def __missing__(self, word: str) -> int:
        return -1


class FastRows:
    """Row numbers of the words of a text: those of the tokenizer, unknown ones left out.

    Args:
        rows: The tokenizer's unigram model: token and log probability of each row.
        tokenizer: Cuts what is not Chinese.
    """

    def __init__(self, rows: list[tuple[str, float]], tokenizer: Tokenizer) -> None:
        from rjieba import Jieba

        chinese = {word: (row, score) for row, (word, score) in enumerate(rows)
                   if _HAN_RUN.fullmatch(word)}  # fmt: skip
        # The rarest words have frequency 1, so the lowest score is that of one in all.
        lowest = min((score for _, score in chinese.values()), default=0.0)
        self._rows = _Rows({word: row for word, (row, _) in chinese.items()})
        self._jieba = Jieba.empty()  # type: ignore[no-untyped-call]
        for word, (_, score) in chinese.items():
            self._jieba.add_word(word, round(math.exp(score - lowest)), None)
        self._tokenizer = tokenizer
        self._other = lru_cache(_REMEMBERED)(self._encode)

    def __call__(self, text: str) -> list[int]:
        """Rows of the words of a text: the Chinese ones in order, then the others in theirs."""
        rows, _ = self.many([text])
        return [int(row) for row in rows]

    def many(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of the words of some texts, and which text each belongs to, in no order."""
        folded = [fold(text).replace(_BETWEEN, " ") for text in texts]
        tokens = self._jieba.cut(_BETWEEN.join(folded), False)
        rows = np.fromiter(map(self._rows.__getitem__, tokens), np.int32, len(tokens))
        of_text = np.cumsum(rows == _NEXT_TEXT)
        known = rows >= 0
        others: list[int] = []
        of_others: list[int] = []
        for number, text in enumerate(folded):
            for run in _OTHER_RUN.findall(text):
                found = self._other(run)
                others += found
                of_others += [number] * len(found)
        return (
            np.concatenate([rows[known], np.array(others, np.int32)]),
            np.concatenate([of_text[known], np.array(of_others, np.int64)]),
        )

    def _encode(self, run: str) -> tuple[int, ...]:
        ids = self._tokenizer.encode(run, add_special_tokens=False).ids
        return tuple(row for row in ids if row)


def fast_rows(path: Path, tokenizer: Tokenizer) -> FastRows | None:
    """The faster road for a ``tokenizer.json``; None if it is not of the kind that has one."""
    data = json.loads(path.read_text(encoding="utf-8"))
    model, before = data.get("model") or {}, data.get("pre_tokenizer") or {}
    fits = (
        model.get("type") == "Unigram"
        and model.get("unk_id") == 0
        and (before.get("pattern") or {}).get("Regex") == _EXPECTED
    )
    return FastRows([(word, score) for word, score in model["vocab"]], tokenizer) if fits else None
