"""Phrases: text that stands in a passage just so, whatever its width, case, script and blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold, without_accents
from index.sparse import Bm25Index

_ENOUGH = 300
"""So few passages are rather read than told further apart."""

_REMEMBERED = 1_000

_HAN = "\u4e00-\u9fd5"  # what jieba cuts into words
# Letters of scripts that write blanks between words: a phrase begins and ends with a whole word.
_LETTER = "0-9a-z\u00df-\u00f6\u00f8-\u0e00\u1e00-\u1fff"
_IS_LETTER = re.compile(f"[{_LETTER}]")
_RUN = re.compile(f"[{_HAN}]+|[a-z0-9]+")
_JOINED = re.compile(f"(?<=[{_HAN}]) | (?=[{_HAN}])")
_ASCII_RUN = re.compile("[a-z0-9]+")
_CLUSTER = re.compile(".[\u0300-\u036f\u3099\u309a]*", re.DOTALL)


class Pattern:
    """A phrase as it is looked for in text.

    Blanks count only between two words of letters, since Chinese is written with and without.

    Args:
        phrase: Holds a letter, digit or character.
    """

    def __init__(self, phrase: str) -> None:
        self.folded = " ".join(fold(phrase).split())
        parts: list[str] = []
        before, blank = "", False
        for here in self.folded:
            if here == " ":
                blank = True
                continue
            if before:
                letters = _IS_LETTER.match(before) and _IS_LETTER.match(here)
                parts.append((r"\s+" if blank else "") if letters else r"\s*")
            parts.append(re.escape(here))
            before, blank = here, False
        if _IS_LETTER.match(self.folded[0]):
            parts.insert(0, f"(?<![{_LETTER}])")
        if _IS_LETTER.match(before):
            parts.append(f"(?![{_LETTER}])")
        self._pattern = re.compile("".join(parts))

    def stands_in(self, text: str) -> bool:
        """Whether a text holds the phrase."""
        return self._pattern.search(fold(text)) is not None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a text, as offsets in the text as it is."""
        folded, offsets = fold_with_offsets(text)
        return [
            (offsets[match.start()], offsets[match.end() - 1] + 1)
            for match in self._pattern.finditer(folded)
        ]


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """A text folded, and for each character of that where the one it comes from stands."""
    pieces: list[str] = []
    offsets: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        piece = fold(cluster.group())
        pieces.append(piece)
        offsets += [cluster.start()] * len(piece)
    return "".join(pieces), offsets


class PhraseFinder:
    """Tells from the postings alone which passages may hold a phrase.

    Postings know words, and how a phrase is cut depends on what stands around it: 量子优势 may lie
    in a passage as 质量/子/优势. But every word is one of the dictionary or a single character. So
    where two characters are neighbours, either a word holds both, or one word ends with the first
    and another begins with the second; a passage that meets neither does not hold the phrase.

    Args:
        bm25: The postings.
        own: Words of the user's own.
    """

    def __init__(self, bm25: Bm25Index, own: Iterable[str] = ()) -> None:
        self._bm25 = bm25
        self._own = tuple(own)

    @property
    def size(self) -> int:
        """Number of passages."""
        return self._bm25.size

    def may_hold(self, pattern: Pattern) -> NDArray[np.bool_]:
        """Passages that may hold a phrase, shape ``(size,)``: all that do are among them."""
        found = np.ones(self._bm25.size, bool)
        for run in _RUN.findall(_JOINED.sub("", without_accents(pattern.folded))):
            for mask in self._of_run(run):
                found &= mask
                if np.count_nonzero(found) <= _ENOUGH:
                    return found
        return found

    def _of_run(self, run: str) -> Iterator[NDArray[np.bool_]]:
        if run.isascii() or len(run) == 1:
            yield self._bm25.holding([run, *self._words(run), *self._cut_out_of(run)])
            return
        for first, second in pairwise(run):
            inside = self._bm25.holding(self._words(first + second))
            ending = self._bm25.holding([first, *self._words(f"{first}\n")])
            beginning = self._bm25.holding([second, *self._words(f"\n{second}")])
            yield inside | (ending & beginning)

    def _cut_out_of(self, run: str) -> Iterator[str]:
        """Words like c++, of which a run of Latin letters may hold a part."""
        for word in (*self._own, *latin_words()):
            if any(part in run for part in _ASCII_RUN.findall(word)):
                yield word

    def _words(self, sought: str) -> list[str]:
        """Words that hold some letters; a line break among these stands for the word's edge."""
        own = (word for word in self._own if sought in f"\n{word}\n")
        return [*own, *words_with(sought)]


@lru_cache(_REMEMBERED)
def words_with(sought: str) -> tuple[str, ...]:
    """Words of jieba's dictionary that hold some letters, a line break being a word's edge."""
    lines = dictionary()
    found = []
    at = lines.find(sought)
    while at >= 0:
        letter = at + sought.startswith("\n")
        end = lines.find("\n", letter)
        found.append(lines[lines.rfind("\n", 0, letter) + 1 : end])
        at = lines.find(sought, end)
    return tuple(found)


@cache
def dictionary() -> str:
    """The words of jieba's dictionary, a line break before and after each."""
    found = find_spec("jieba")  # importing it takes longer than reading the file
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba is not installed; install yinju again")
    lines = (Path(found.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    return "".join(["\n", *(f"{line.split(' ', 1)[0]}\n" for line in lines)])


@cache
def latin_words() -> tuple[str, ...]:
    """The few words of jieba's dictionary that hold small Latin letters or digits."""
    return tuple(re.findall("^.*[a-z0-9].*$", dictionary(), re.MULTILINE))
