"""Small whole numbers as questions and headings write them."""

from __future__ import annotations

import re

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6,
           "七": 7, "八": 8, "九": 9}  # fmt: skip
_UNITS = {"十": 10, "百": 100}
NUMERAL = r"(?:\d{1,4}|[〇零一二两三四五六七八九十百]{1,5})"
"""Pattern of a number in figures or in characters."""

_ORDINAL = re.compile(rf"第\s*({NUMERAL})\s*([^\W\d_])")
_ENGLISH = re.compile(r"\b(day|chapter|part|section|step|episode)\s*(\d{1,3})\b")
_ENGLISH_UNITS = {
    "day": "天", "chapter": "章", "part": "部", "section": "节", "step": "步", "episode": "集",
}  # fmt: skip
_WHICH = re.compile(rf"哪\s*({NUMERAL})\s*[\u4e00-\u9fff]")
_COUNTED = re.compile(rf"({NUMERAL})\s*(?:大|个|项|种|点|条|类|样|款|步|位|家|件|层|处|方面|部分)")


def number_of(text: str) -> int | None:
    """The number that figures or characters write, up to 9,999; None if they write none.

    >>> number_of("二十三"), number_of("12"), number_of("两")
    (23, 12, 2)
    """
    if text.isdigit():
        return int(text)
    if not any(unit in text for unit in _UNITS):
        digits = [str(_DIGITS[character]) for character in text if character in _DIGITS]
        return int("".join(digits)) if digits and len(digits) == len(text) else None
    total, digit = 0, 0
    for place, character in enumerate(text):
        if character in _UNITS:
            total += (digit or (0 if place else 1)) * _UNITS[character]
            digit = 0
        elif character in _DIGITS:
            digit = _DIGITS[character]
        else:
            return None
    return total + digit


def ordinals(folded: str) -> set[tuple[int, str]]:
    """What is numbered in a folded text: (7, "天") of 第七天, 第7天 and day 7."""
    found = {
        (number, unit)
        for text, unit in _ORDINAL.findall(folded)
        if (number := number_of(text)) is not None
    }
    return found | {(int(text), _ENGLISH_UNITS[unit]) for unit, text in _ENGLISH.findall(folded)}


def asked_count(folded: str) -> int | None:
    """How many a question asks for: 4 of 哪四项, 5 of 五大启示; None if it does not say."""
    without = _ORDINAL.sub("", folded)
    match = _WHICH.search(without) or _COUNTED.search(without)
    count = number_of(match.group(1)) if match else None
    return count if count != 1 else None  # 一个 counts nothing
