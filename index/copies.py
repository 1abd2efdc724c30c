"""Candidates that say nothing but what another one says: copies, quoted or cut a little otherwise.

Careful rather than complete: whole clauses of a text stand in the other's word by word and number
by number. Only the marks between words, width, script and blanks may differ.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold_each, squeeze
from corpus.records import Passage
from corpus.titles import file_title
from index.rerank.question import Floats

_SHORTEST = 16  # characters; what is shorter is said again in many places that are no copies
_PART = "\0"
_NUMERIC = "0123456789abcdefghijklmnopqrstuvwxyz〇零一二三四五六七八九十百千万亿两"
_BLANK = " \t\n\r\v\f\x85\xa0\xad\u2028\u2029\u200b\u200c\u200d\u2060\ufeff"
_STOP = ",:;!?。、"
_MARK = ".()[]{}\"'“”‘’《》〈〉「」『』【】〔〕…—–·•"
# What stands for a character: any word or sign by itself, or one of these.
_IS_NUMERIC, _IS_BLANK, _IS_STOP, _IS_MARK, _IS_PART = range(1, 6)


def copies(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """Which other passage says all that each one says, shape ``(passages,)``; -1 if none does.

    Of equal ones the first is the copied one, of several fuller ones the first that is nobody's
    copy. A passage whose title or headings stand neither above the other nor in it is no copy.
    The name of a file is no title.

    Args:
        passages: The best first.
    """
    squeezed = _Squeezed([passage.text for passage in passages])
    fuller = [list(_fuller(squeezed, passages, at)) for at in range(len(passages))]
    found = [next((other for other in others if not fuller[other]), -1) for others in fuller]
    return np.array(found, np.int64)


def behind(reranked: Floats, passages: Sequence[Passage]) -> tuple[Floats, NDArray[np.int64]]:
    """Scores by which a copy falls behind what is no copy, and whose copy each passage is.

    Args:
        reranked: The score of each passage; NaN for what was not scored.
        passages: As many.

    Returns:
        The scores: the best of a passage's own and its copies', NaN for a copy; and for each
        passage the one that says all it says, -1 if none does.
    """
    order = np.argsort(-np.where(np.isnan(reranked), -1, reranked), kind="stable")
    fuller = np.full(len(order), -1, np.int64)
    found = copies([passages[at] for at in order.tolist()])
    fuller[order] = np.where(found < 0, -1, order[found])
    scores = reranked.copy()
    (copied,) = np.nonzero(fuller >= 0)
    np.fmax.at(scores, fuller[copied], reranked[copied])
    scores[copied] = np.nan
    return scores, fuller


def _fuller(squeezed: _Squeezed, passages: Sequence[Passage], at: int) -> Iterator[int]:
    """The passages that say all that one says, and more or the same with a better rank."""
    for other in squeezed.holding(at):
        equal = squeezed.length(other) == squeezed.length(at)
        if not _stands_under(passages[at], passages[other]):
            continue
        if not equal or other < at or not _stands_under(passages[other], passages[at]):
            yield other


def _stands_under(passage: Passage, other: Passage) -> bool:
    """Whether all that stands above a passage stands above another one too, or is a line of it."""
    names = set(_above(passage))
    return not names or names <= {*_above(other), *map(squeeze, other.text.splitlines())}


def _above(passage: Passage) -> Iterator[str]:
    named = passage.title and passage.title != file_title(passage.source)
    titles = (passage.title,) if named else ()
    return map(squeeze, (*titles, *passage.headings, *passage.context))


class _Squeezed:
    """Texts without marks and blanks, and where something may begin or end in them."""

    def __init__(self, texts: Sequence[str]) -> None:
        folded = fold_each([text.replace(_PART, " ") for text in texts])
        text = _PART.join([*folded, ""])
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        kinds = _kinds()[np.minimum(points, 0xFFFF)]
        before, after = _shifted(kinds, 1), _shifted(kinds, -1)
        numeric = kinds == _IS_NUMERIC
        numeric_before, numeric_after = before == _IS_NUMERIC, after == _IS_NUMERIC
        # 1.5 is not 15, nor (5) 5, nor “gpt 4” “gpt4”; elsewhere marks and blanks mean nothing.
        joining = numeric_before & numeric_after
        beside = numeric_before | numeric_after
        blank = kinds == _IS_BLANK
        mark = (kinds == _IS_STOP) | (kinds == _IS_MARK)
        kept = ~((blank & ~joining) | (mark & ~beside))
        gap = (blank | mark) & ~joining
        stop = (kinds == _IS_STOP) & ~joining | (kinds == _IS_PART)
        begins = _shifted(stop, 1) | (_shifted(gap, 1) & ~numeric)
        ends = _shifted(stop, -1) | (_shifted(gap, -1) & ~numeric)
        begins[:1] = True
        self._begins, self._ends = begins[kept], ends[kept]
        self.text = points[kept].tobytes().decode("utf-32-le", "surrogatepass")
        parts = np.flatnonzero(kinds[kept] == _IS_PART)
        self._lasts: list[int] = parts.tolist()
        self._firsts: list[int] = [0, *(parts[:-1] + 1).tolist()]

    def length(self, number: int) -> int:
        """How many characters of a text count."""
        return self._lasts[number] - self._firsts[number]

    def holding(self, number: int) -> Iterator[int]:
        """The other texts that hold all of a text, in their order."""
        first, last = self._firsts[number], self._lasts[number]
        size = last - first
        if size < _SHORTEST:
            return
        wanted = self.text[first:last]
        at = self.text.find(wanted)
        while at >= 0:
            if at != first and self._begins[at] and self._ends[at + size - 1]:
                yield bisect_right(self._firsts, at) - 1
            at = self.text.find(wanted, at + 1)


def _shifted(values: NDArray[np.generic], by: int) -> NDArray[np.generic]:
    """The value of the character before (1) or behind (-1) each; nothing beyond the ends."""
    found = np.zeros_like(values)
    if by > 0:
        found[1:] = values[:-1]
    else:
        found[:-1] = values[1:]
    return found


@cache
def _kinds() -> NDArray[np.uint8]:
    kinds = np.zeros(1 << 16, np.uint8)
    for characters, kind in ((_NUMERIC, _IS_NUMERIC), (_BLANK, _IS_BLANK), (_STOP, _IS_STOP),
                             (_MARK, _IS_MARK), (_PART, _IS_PART)):  # fmt: skip
        kinds[[ord(character) for character in characters]] = kind
    return kinds
