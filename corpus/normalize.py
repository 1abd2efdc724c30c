"""Folding: one spelling for text that should match, whatever its width, case or script."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where OpenCC's traditional characters live: CJK, extensions A and B, compatibility.
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))


_ACCENTED = re.compile("[\u00df-\u024f\u0300-\u036f\u1e00-\u1eff]")
_UNDECOMPOSED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}
_UNSEEN, _IN_CONTEXT = 0xFFFFFFFF, 0xFFFFFFFE  # neither can be decoded
_SHORT = 16  # characters; a shorter text is done before an array is filled
_LONG = 400  # characters; the forms of shorter texts are remembered
_REMEMBERED = 4_000  # texts


@cache
def simplified_table() -> dict[int, int]:
    """Traditional → simplified, character by character, as OpenCC maps single characters.

    Returns:
        A table for ``str.translate``; every entry maps one code point to one code point, so that
        translating never moves a span.
    """
    from opencc import OpenCC

    characters = [chr(point) for low, high in _HAN_BLOCKS for point in range(low, high)]
    # Line breaks keep OpenCC's phrase rules from joining neighbouring characters.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        ord(old): ord(new)
        for old, new in zip(characters, converted, strict=True)
        if old != new and len(new) == 1
    }
    # One that OpenCC maps to a traditional character again goes all the way.
    return {old: table.get(new, new) for old, new in table.items()}


def fold(text: str) -> str:
    """NFKC, lower case, simplified characters: the form in which words are compared.

    The length may change (NFKC writes ``㎡`` as ``m2``), so spans are never taken from it.
    """
    return text.lower() if text.isascii() else _folds()(text)


def fold_each(texts: Sequence[str]) -> list[str]:
    """:func:`fold` of each text, faster than one by one."""
    return _folds().each(texts)


def squeeze(text: str) -> str:
    """NFKC without white space: the form in which quotes and answers are compared."""
    return "".join((text if text.isascii() else _compositions()(text)).split())


def squeezer(text: str) -> Callable[[int, int], str]:
    """``squeeze(text[start:end])`` as a function of a span, for many spans of one text."""
    composed = text if text.isascii() else _compositions().by_character(text)
    if not composed:
        return lambda start, end: squeeze(text[start:end])
    return lambda start, end: "".join(composed[start:end].split()).replace("…", "...")


def without_accents(text: str) -> str:
    """Latin letters without accents: ``café`` as ``cafe``, ``ø`` as ``o``, ``ß`` as ``ss``."""
    return _ACCENTED.sub(_plain_letter, text)


def _plain_letter(match: re.Match[str]) -> str:
    letter = match.group()
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.combining(base):
        return ""
    return base if base.isascii() else _UNDECOMPOSED.get(letter, letter)


def _fold_slowly(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(simplified_table())


def _compose(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@cache
def _folds() -> CharacterMap:
    return CharacterMap(_fold_slowly)


@cache
def _compositions() -> CharacterMap:
    return CharacterMap(_compose)


class CharacterMap:
    """A form of text, by one look in an array for each character.

    Nearly every character has its form by itself, one character long. A text that holds any other
    (one that joins its neighbour, or whose form is longer) is handed to ``exact`` as a whole.

    Args:
        exact: Gives the form of a text of any length; must begin with NFKC.
    """

    def __init__(self, exact: Callable[[str], str]) -> None:
        import numpy as np

        self._exact = exact
        # Several parts of an answer look at the same sentences.
        self._known = lru_cache(_REMEMBERED)(self._form)
        self._images: NDArray[np.uint32] = np.full(sys.maxunicode + 1, _UNSEEN, np.uint32)
        self._images[ord("…")] = ord("…")

    def __call__(self, text: str) -> str:
        """The form of a text: equal to ``exact(text)``."""
        return self._known(text) if len(text) < _LONG else self._form(text)

    def _form(self, text: str) -> str:
        if len(text) < _SHORT:
            return self._exact(text)
        form = self.by_character(text)
        return form.replace("…", "...") if form else self._exact(text)

    def each(self, texts: Sequence[str]) -> list[str]:
        """The forms of several texts, by one look for all."""
        import numpy as np

        points = _points("\0".join(texts))
        images = self._images[points]
        if (images == _UNSEEN).any():
            self._learn(points)
            images = self._images[points]
        (alone,) = np.nonzero(images == _IN_CONTEXT)
        images[alone] = 0x20
        forms = _text(images).replace("…", "...").split("\0")
        if len(forms) != len(texts):
            return list(map(self._exact, texts))
        for number in set(np.searchsorted(np.flatnonzero(points == 0), alone).tolist()):
            forms[number] = self._exact(texts[number])
        return forms

    def by_character(self, text: str) -> str:
        """The form of a text, character by character; "" if that is not possible.

        The one longer form that is common in Chinese prose is left: ``…`` for ``...``.
        """
        points = _points(text)
        try:
            return _text(self._images[points])
        except UnicodeDecodeError:
            self._learn(points)
        try:
            return _text(self._images[points])
        except UnicodeDecodeError:
            return ""

    def _learn(self, points: NDArray[np.uint32]) -> None:
        for point in {int(each) for each in points[self._images[points] == _UNSEEN]}:
            image = self._exact(chr(point))
            alone = len(image) == 1 and not (_depends(chr(point)) or _depends(image))
            self._images[point] = ord(image) if alone else _IN_CONTEXT


def _depends(character: str) -> bool:
    """Whether its form depends on its neighbours: marks, parts of Hangul syllables, final sigma."""
    return (
        unicodedata.category(character)[0] == "M"
        or unicodedata.combining(character) > 0
        or "\u1100" <= character <= "\u11ff"
        or unicodedata.normalize("NFKC", character) == "Σ"
    )


def _points(text: str) -> NDArray[np.uint32]:
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _text(points: NDArray[np.uint32]) -> str:
    return points.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
