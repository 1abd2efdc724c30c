"""Which passages a changed dictionary cuts into other terms, and those terms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from corpus.records import Passage
from corpus.segment import Segmenter
from index.layout import Manifest
from index.postings import Postings
from index.prepare import post_passages, search_text
from index.segment import Segment
from index.store import Reader

_READ_AT_ONCE = 5_000


def changed_words(before: Manifest, segmenter: Segmenter) -> tuple[str, ...] | None:
    """The words that only one of two dictionaries has; None if all text may be cut otherwise."""
    if Segmenter(before.words).fingerprint != before.segmenter:
        return None  # another version of the segmenter
    return tuple(sorted(set(before.words) ^ set(segmenter.words)))


def stale_rows(
    segment: Segment,
    store: Reader,
    before: Manifest,
    segmenter: Segmenter,
    kept: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], Postings]:
    """The rows of a segment whose terms are others now, and their new terms.

    Only passages that contain a word that was added or removed are cut anew.

    Args:
        segment: Of the state ``before``.
        store: Where its passages are.
        before: The state.
        segmenter: With the dictionary as it is now.
        kept: Rows that matter, shape ``(segment.size,)``; all if None.
    """
    words = changed_words(before, segmenter)
    wanted = np.arange(segment.size) if kept is None else np.flatnonzero(kept)
    rows: list[int] = []
    passages: list[Passage] = []
    for part in range(0, len(wanted), _READ_AT_ONCE):
        some = wanted[part : part + _READ_AT_ONCE]
        numbers = [int(segment.passages[row]) for row in some]
        for number, passage in _containing(store, numbers, words):
            rows.append(int(some[number]))
            passages.append(passage)
    return np.asarray(rows, np.int64), post_passages(passages, segmenter)


def _containing(
    store: Reader, numbers: Sequence[int], words: Sequence[str] | None
) -> Iterator[tuple[int, Passage]]:
    """Those of some passages that contain a word in any spelling, and which they are."""
    for number, passage in enumerate(store.passages(numbers)):
        text = search_text(passage)
        if words is None or any(word in fold(text) for word in words if _may_contain(text, word)):
            yield number, passage


def _may_contain(text: str, word: str) -> bool:
    """Whether a text has every character that a folded word needs: a quick way to rule it out."""
    return all(any(spelling in text for spelling in spellings(letter)) for letter in _letters(word))


def _letters(folded: str) -> set[str]:
    """What a folded text is made of, whatever its neighbours make of a character.

    A letter and its accent are two, for they may be written as one character or as two; a sigma is
    one, wherever in a word it stands.
    """
    return set(unicodedata.normalize("NFD", folded).replace("ς", "σ"))


@cache
def spellings(letter: str) -> tuple[str, ...]:
    """Every character whose folding contains a given letter, itself first."""
    return (letter, *_unfolded().get(letter, ()))


@cache
def _unfolded() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for point in range(0x30000):
        if 0xD800 <= point < 0xE000:
            continue
        character = chr(point)
        for letter in _letters(fold(character)) - {character}:
            found.setdefault(letter, []).append(character)
    return {letter: tuple(characters) for letter, characters in found.items()}
