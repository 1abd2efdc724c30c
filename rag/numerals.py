"""Small whole numbers as questions and headings write them."""

from __future__ import annotations

import re
from decimal import Decimal

from corpus.numerals import han_value

NUMERAL = r"(?:\d{1,4}|[〇零一二两三四五六七八九十百]{1,5})"
"""Pattern of a number in figures or in characters."""

PLACE = re.compile(
    rf"(?:第({NUMERAL})|(最后)一?|倒数第({NUMERAL}))(?:个|条|项|种|点|步|部分|大)"
    "(?!就|被|来|去|到|猜|发现|完成|通过|提出|报名|站)"  # 第一个就猜中
)
"""One of several things by its place: 第三点, 最后一条, 倒数第二个."""

_ORDINAL = re.compile(rf"第\s*({NUMERAL})\s*([^\W\d_])")
_ENGLISH = re.compile(r"\b(day|chapter|part|section|step|episode)\s*(\d{1,3})\b")
_ENGLISH_UNITS = {
    "day": "天", "chapter": "章", "part": "部", "section": "节", "step": "步", "episode": "集",
}  # fmt: skip
_WHICH = re.compile(rf"哪\s*({NUMERAL})\s*[\u4e00-\u9fff]")
_UNITS = "(?:大|个|项|种|点|条|类|样|款|步|位|家|件|层|处|方面|部分)"
_COUNTED = re.compile(rf"({NUMERAL})\s*{_UNITS}")
_ASKS = "[，,]|最|有|哪|几|谁|多少"
_AMONG = re.compile(
    rf"{NUMERAL}\s*{_UNITS}(?:里面?(?={_ASKS})|[^\W\d]{{0,8}}?[之当其]中"
    rf"|[^\W\d]{{1,8}}?里面?(?![的程屋])(?=[^\W\d是]{{0,8}}?(?:{_ASKS})))"
)


def number_of(text: str) -> int | None:
    """The number that figures or characters write, up to 9,999; None if they write none.

    >>> number_of("二十三"), number_of("12"), number_of("两")
    (23, 12, 2)
    """
    value = Decimal(text) if text.isdigit() else han_value(text)
    return int(value) if value is not None and value == int(value) and value < 10_000 else None


def ordinals(folded: str) -> set[tuple[int, str]]:
    """What is numbered in a folded text: (7, "天") of 第七天, 第7天 and day 7."""
    found = {
        (number, unit)
        for text, unit in _ORDINAL.findall(folded)
        if (number := number_of(text)) is not None
    }
    return found | {(int(text), _ENGLISH_UNITS[unit]) for unit, text in _ENGLISH.findall(folded)}


def ordinals_in(folded: str) -> str:
    """The ordinals of a folded text as they stand there, parted by blanks."""
    return " ".join(match.group() for match in _ORDINAL.finditer(folded))


def asked_count(folded: str) -> int | None:
    """How many a question asks for: 4 of 哪四项, 5 of 五大启示; None if it does not say.

    Those that they are among do not count: 3 of 十家店里最好的三家.
    """
    without = _AMONG.sub("", _ORDINAL.sub("", folded))
    match = _WHICH.search(without) or _COUNTED.search(without)
    count = number_of(match.group(1)) if match else None
    return count if count != 1 else None  # 一个 counts nothing
