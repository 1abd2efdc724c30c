"""Rows of a static model's words, by a faster road than its tokenizer.

A tokenizer whose model is a unigram over jieba's words and frequencies, and which folds as
:func:`corpus.normalize.fold` does, gives the words that rjieba gives with that dictionary; rjieba
is some five times faster. A test compares the two.

Where a text has been cut with the whole of jieba's dictionary already, most of that serves here
too: the most likely words among many are the most likely among few if all of them are among the
few, and are as likely there. Only what holds another word is cut again, from the nearest place
before it to the nearest behind it that no word of the few could cross.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from corpus.segment import BETWEEN, DICTIONARY_TOTAL
from index.vocabulary import NEXT_LINE, NumberedTexts, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_RUN = re.compile(rf"[a-z0-9]+(?:\+\+|#)?|[^\W\d_a-z{_HAN}]|〇|{BETWEEN}")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
# What the tokenizer's pre-tokenizer says where the two agree; see index/train/vocabulary.py.
_EXPECTED = rf"[{_HAN}]+|[a-z0-9]+(?:\+\+|#)?|(?![a-z{_HAN}])\p{{L}}|〇"
_REMEMBERED = 100_000
_NEXT_TEXT = -2
_OTHER, _OUTSIDE = -1, -2  # in place of a row: of what is not Chinese, of an unknown Chinese word
_PAIRS = 1 << 20
_RAREST = 1  # the count of characters that jieba may know better


_Points = TypeVar("_Points", int, NDArray[np.int64])


class _Known:
    """For each number of a vocabulary its row, or what stands for it, and the ends of its token."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.rows, self.first, self.last = array("q"), array("q"), array("q")


def _hash(first: _Points, second: _Points) -> _Points:
    """A place for two neighbouring characters; two pairs may share one."""
    return (first * 40_503 + second) % _PAIRS


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
        self._rows = {word: row for word, (row, _) in chinese.items()} | {BETWEEN: _NEXT_TEXT}
        counts = {word: round(math.exp(score - lowest)) for word, (_, score) in chinese.items()}
        self._jieba = Jieba.empty()  # type: ignore[no-untyped-call]
        for word, count in counts.items():
            self._jieba.add_word(word, count, None)
        total = round(math.exp(-lowest))
        if total > sum(counts.values()):  # what words that are left out would count
            self._jieba.add_word(BETWEEN * 2, total - sum(counts.values()), None)
        self.shares_dictionary = abs(total - DICTIONARY_TOTAL) <= 1
        """Whether words are as likely as in the dictionary of the segmenter."""
        self._rare = {word for word, count in counts.items() if count <= _RAREST and len(word) == 1}
        self._inner = np.zeros(_PAIRS, bool)
        for word in counts:
            for pair in pairwise(map(ord, word)):
                self._inner[_hash(*pair)] = True
        self._known = _Known([])
        self._tokenizer = tokenizer
        self._other = lru_cache(_REMEMBERED)(self._encode)

    def __call__(self, text: str) -> list[int]:
        """Rows of the words of a text: the Chinese ones in order, then the others in theirs."""
        rows, _ = self.many([text])
        return [int(row) for row in rows]

    def many(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of the words of some texts, and which text each belongs to, in no order."""
        return self.many_folded(list(map(fold, texts)))

    def many_folded(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """What :meth:`many` gives, for texts that are folded."""
        folded = [text.replace(BETWEEN, " ") for text in texts]
        rows, of_text = self._cut(BETWEEN.join(folded))
        others, of_others = self._others(folded)
        return np.append(rows, others), np.append(of_text, of_others)

    def numbered(
        self,
        texts: Sequence[str],
        whole: NumberedTexts,
        skipped: NDArray[np.int64],
        vocabulary: Vocabulary,
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """What :meth:`many` gives, for texts that have been cut as part of others.

        Args:
            texts: The texts.
            whole: Each with some lines above it, cut without a dictionary of the user's own.
            skipped: How many lines stand above each, shape ``(len(texts),)``.
            vocabulary: That numbered them.
        """
        numbers, of_text = whole.numbers, whole.of_text
        known = self._table(vocabulary)
        place = np.where(numbers >= 0, numbers, len(known.rows))
        rows = np.append(known.rows, _OTHER)[place]
        first, last = np.append(known.first, 0)[place], np.append(known.last, 0)[place]
        lines = np.bincount(of_text[numbers == NEXT_LINE], minlength=len(texts))
        above = np.cumsum(numbers == NEXT_LINE) - (np.cumsum(lines) - lines)[of_text]
        is_chinese = rows != _OTHER
        crossed = self._inner[_hash(last[:-1], first[1:])]
        run = np.cumsum(~is_chinese | np.append(True, ~crossed)[: len(rows)])
        unsure = np.zeros(len(numbers) + 1, bool)
        unsure[run[rows == _OUTSIDE]] = True
        shown = is_chinese & (above >= skipped[of_text])
        sure, again = shown & ~unsure[run], np.flatnonzero(shown & unsure[run])
        begins = np.diff(run[again], prepend=-1) > 0
        pieces = [
            BETWEEN * begin + vocabulary.tokens[number]
            for begin, number in zip(begins.tolist(), numbers[again].tolist(), strict=True)
        ]
        cut, of_run = self._cut("".join(pieces))
        of_run = np.append(-1, of_text[again[begins]])[of_run]
        folded = [
            text.split("\n", lines)[-1]
            for text, lines in zip(whole.cut.folded, skipped, strict=True)
        ]
        others, of_others = self._others(folded)
        apart, of_apart = self.many([texts[number] for number in whole.cut.apart])
        of_apart = np.array(whole.cut.apart, np.int64)[of_apart]
        return (
            np.concatenate([rows[sure], cut, others, apart]).astype(np.int32),
            np.concatenate([of_text[sure], of_run, of_others, of_apart]),
        )

    def _cut(self, joined: str) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of the Chinese words of folded texts, and the text of each."""
        tokens = self._jieba.cut(joined, False)
        rows = np.fromiter(map(self._rows.get, tokens, repeat(_OTHER)), np.int32, len(tokens))
        known = rows >= 0
        return rows[known], np.cumsum(rows == _NEXT_TEXT)[known]

    def _others(self, folded: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of what else is in folded texts, and the text of each."""
        rows: list[int] = []
        of_text: list[int] = []
        number = 0
        for run in _OTHER_RUN.findall(BETWEEN.join(folded)):
            if run == BETWEEN:
                number += 1
                continue
            found = self._other(run)
            rows += found
            of_text += [number] * len(found)
        return np.array(rows, np.int32), np.array(of_text, np.int64)

    def _table(self, vocabulary: Vocabulary) -> _Known:
        """What is known of the numbers of a vocabulary."""
        known = self._known
        if known.tokens is not vocabulary.tokens:
            known = self._known = _Known(vocabulary.tokens)
        for token in known.tokens[len(known.rows) :]:
            row = self._rows.get(token, _OTHER)
            if row < 0 or token in self._rare:
                row = _OUTSIDE if _HAN_RUN.search(token) else _OTHER
            known.rows.append(row)
            known.first.append(ord(token[0]))
            known.last.append(ord(token[-1]))
        return known

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
