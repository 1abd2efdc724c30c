"""Numbers in a query, and how else they may be written: 一百二十万, 120万, 1200000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_MOST = 6  # numbers of a query that are written otherwise
_MOST_DIGITS = 15  # longer ones are names of things
_LARGE = 10_000  # from here on a bare number is written in myriads too
_SMALLEST = 10  # up to here digits are parts of words more often than numbers: 一下, 三三两两
_DIGITS = "〇零一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
_HAN = f"[{_DIGITS}十百千万亿拾佰仟廿卅]"
_DIGITS_ALONE = re.compile(f"[{_DIGITS}]{{2,}}")
_MEASURE = re.compile(
    "[年月日号天周个次名人位家种项章节条款页层楼岁届期集季场轮点分秒时元块角倍度级代版卷册辆台套件吨米克]"
)
_NUMBER = re.compile(
    r"(?P<percent>百分之)?(?:"
    rf"(?P<han>[{_DIGITS}十拾廿卅]{_HAN}*(?:点[{_DIGITS}]+[万亿]*)?)"
    r"|(?P<arabic>(?<![a-z0-9.:/_+-])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)"
    r"(?P<scale>万亿|[十百千]?[万亿]|千)?(?P<sign>%)?(?![a-z0-9:/_+-]|[.][0-9]))"
)
_SCALES = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_TENS = {"十": 10, "百": 100, "千": 1000}
# Of small numbers only those that name a thing: 第三条 and 七天, but not 三个 nor 十分.
_SMALL = re.compile("[年月日号天周章节条款项页届期集季卷册](?!之)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Attributes:
        start: Where it stands, 百分之 and % included; likewise ``end``.
        forms: How else it may be written.
    """

    start: int
    end: int
    forms: tuple[str, ...]


def numbers_in(folded: str) -> list[Number]:
    """The first few numbers of a folded text that may be written otherwise."""
    found: list[Number] = []
    for match in _NUMBER.finditer(folded):
        forms = _forms(match, folded)
        if forms:
            found.append(Number(match.start(), match.end(), forms))
        if len(found) == _MOST:
            break
    return found


def _forms(match: re.Match[str], text: str) -> tuple[str, ...]:
    han, rest = match["han"], text[match.end() :]
    value = _value(han) if han else _arabic(match["arabic"], match["scale"] or "")
    if value is None or value >= 10**_MOST_DIGITS:
        return ()
    if match["percent"] or match["sign"]:
        written = [f"{_plain(value)}%", *(f"百分之{name}" for name in _chinese(value))]
    elif han and _DIGITS_ALONE.fullmatch(han):  # 七八 is some, 二〇二四 a year
        sure = rest.startswith("年") or "〇" in han or "零" in han
        written = [_plain(value)] if sure else []
    elif value < _LARGE and not _counts(value, text[: match.start()], rest, bool(han)):
        written = []
    else:
        written = list(_written(value))
    return tuple(form for form in dict.fromkeys(written) if form != match.group())


def _counts(value: Decimal, before: str, rest: str, han: bool) -> bool:
    """Whether a number that is not large is one of those that are written in both ways."""
    if before.endswith("第"):
        return True
    if value <= _SMALLEST:
        return _SMALL.match(rest) is not None
    year = value >= 1000 and rest.startswith("年")
    return han or (_MEASURE.match(rest) is not None and not year)


@lru_cache(4096)
def _value(han: str) -> Decimal | None:
    """The value of a Chinese number; None if it is none."""
    from cn2an import cn2an

    try:
        return Decimal(str(cn2an(han, "normal")))
    except (ValueError, KeyError):  # the second for what is put together as no number is
        return None


def _arabic(digits: str, scale: str) -> Decimal:
    value = Decimal(digits.replace(",", ""))
    if scale[:1] in _TENS and len(scale) > 1:
        value, scale = value * _TENS[scale[0]], scale[1:]
    return value * _SCALES[scale]


def _written(value: Decimal) -> Iterator[str]:
    """A number in every usual way."""
    yield _plain(value)
    for scale in ("万", "亿"):
        part = value / _SCALES[scale]
        if part >= 1 and part * 100 == int(part * 100):
            yield f"{_plain(part)}{scale}"
    yield from _chinese(value)


@lru_cache(4096)
def _chinese(value: Decimal) -> tuple[str, ...]:
    from cn2an import an2cn

    try:
        name = str(an2cn(_plain(value), "low"))
    except ValueError:
        return ()  # more digits than have a name
    twice = (f"两{name[1:]}",) if name[:1] == "二" and name[1:2] in tuple("百千万亿") else ()
    return (name, *twice)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
