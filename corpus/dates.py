"""Dates as Chinese and English texts write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_DIGITS = "〇零○一二三四五六七八九"
_VALUES = dict(zip(_DIGITS, (0, 0, *range(10)), strict=True))
_SMALL = re.compile(rf"[0-9]{{1,2}}|[一二三]?十[{_DIGITS}]?|廿[{_DIGITS}]?|[{_DIGITS}]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)})[a-z]{{0,6}})\.?"

_NUMERIC = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})(?![0-9])"
)
# With the time behind it, as PDF files have it: 20241205083000.
_COMPACT = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[0-9]{6})?(?![0-9])")
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})\b"
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b{_DAY}\s+{_MONTH},?\s+{_YEAR}", re.IGNORECASE)
# Begins with a character class, which a search skips to, and never looks at a run of digits twice.
_ANY = f"[0-9{_DIGITS}十廿]"
_RUN = f"{_ANY}(?<!{_ANY}{{2}}){_ANY}*+"
_CHINESE = re.compile(rf"({_RUN})\s*(?:年\s*({_ANY}++)\s*)?月\s*({_ANY}++)\s*[日号號]")


def iso_date(text: str) -> str:
    """The date of a text as ``2024-12-05``; "" if it has none that exists.

    Understood are ``2024年12月5日``, ``2024/12/5 08:00``, ``20241205``, ``二〇二四年十二月五日``,
    ``Dec. 5, 2024`` and ``5 December 2024``; of several forms the one earlier in this list wins.
    """
    for year, month, day in _written(text):
        if _exists(year, month, day):
            return f"{year}-{month:02}-{day:02}"
    return ""


def date_terms(text: str) -> list[str]:
    """Dates as ``2024年12月5日`` and ``12月5日``, however a text writes them.

    Args:
        text: Folded text: half width, simplified characters.
    """
    if "月" in text:
        dates = _chinese(text)
    elif "-" in text or "/" in text or "." in text:
        dates = _numeric(text)
    else:
        return []
    terms = []
    for year, month, day in dates:
        if _exists(year or 2000, month, day):
            terms += [f"{month}月{day}日"] + [f"{year}年{month}月{day}日"] * bool(year)
    return terms


def _written(text: str) -> Iterator[tuple[int, int, int]]:
    yield from _numeric(text)
    for match in _COMPACT.finditer(text):
        yield int(match[1]), int(match[2]), int(match[3])
    yield from (found for found in _chinese(text) if found[0])
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            month = _MONTHS.index(match["month"][:3].lower()) + 1
            yield int(match["year"]), month, int(match["day"])


def _numeric(text: str) -> Iterator[tuple[int, int, int]]:
    for match in _NUMERIC.finditer(text):
        yield int(match[1]), int(match[2]), int(match[3])


def _chinese(text: str) -> Iterator[tuple[int, int, int]]:
    """Year, month and day; year 0 where none is written."""
    for match in _CHINESE.finditer(text):
        first, second, last = match.groups()
        year, month = (first, second) if second else ("", first)
        if _SMALL.fullmatch(month) and _SMALL.fullmatch(last) and len(year) in (0, 4):
            yield _year(year), _number(month), _number(last)


def _year(written: str) -> int:
    digits = "".join(str(_VALUES.get(digit, digit)) for digit in written)
    return int(digits) if digits.isdecimal() else 0


def _number(written: str) -> int:
    """A number below 40: ``5``, ``五``, ``十二``, ``二十五``, ``廿五``."""
    if written.isascii():
        return int(written)
    tens, ten, ones = written.replace("廿", "二十").rpartition("十")
    count = _VALUES[tens] if tens else len(ten)
    return 10 * count + (_VALUES[ones] if ones else 0)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
