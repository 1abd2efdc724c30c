"""Folding: one spelling for text that should match, whatever its width, case or script."""

from __future__ import annotations

import unicodedata
from functools import cache

# Where OpenCC's traditional characters live: CJK, extensions A and B, compatibility.
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))


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
    return unicodedata.normalize("NFKC", text).lower().translate(simplified_table())


def squeeze(text: str) -> str:
    """NFKC without white space: the form in which quotes and answers are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())
