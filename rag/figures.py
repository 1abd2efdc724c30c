"""Dates, counts and numbered things of an English question, as Chinese texts write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_MONTH = rf"(?P<month>{_FULL})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b(?!\.?\d)"
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth",
    "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_NUMBER = rf"(?P<number>\d+|{'|'.join(_SMALL[1:])})\b"
_ORDINAL = rf"(?P<number>\d+(?=st|nd|rd|th)|{'|'.join(_ORDINALS[1:])})(?:st|nd|rd|th)?\b"
_NUMERALS = "零一二三四五六七八九十"
_COUNTED = {
    "day": "天", "week": "周", "chapter": "章", "article": "条", "step": "步", "section": "节",
    "clause": "条", "item": "项", "round": "轮", "stage": "阶段", "episode": "集",
    "lesson": "课", "page": "页", "floor": "层", "issue": "期", "volume": "卷", "quarter": "季度",
    "session": "届", "place": "名", "year": "年", "month": "个月",
}  # fmt: skip
_NAMED = {
    "zone": "区", "area": "区", "district": "区", "block": "区", "round": "轮", "series": "轮",
    "building": "号楼", "room": "室", "gate": "号门", "line": "号线", "no.": "号", "group": "组",
    "class": "类", "type": "型", "grade": "级",
}  # fmt: skip
_BEFORE = {
    "tier": "等级", "level": "等级", "version": "版本", "table": "表", "figure": "图",
    "appendix": "附录", "annex": "附件", "question": "问题", "option": "选项", "model": "型号",
}  # fmt: skip
_PARTS = {
    "end": "年底", "start": "年初", "beginning": "年初", "early": "年初", "late": "年底",
    "mid": "年中", "middle": "年中", "first half": "年上半年", "second half": "年下半年",
    "latter half": "年下半年",
}  # fmt: skip


_CARDINAL = rf"(?P<number>{'|'.join(_SMALL[2:13])})"
_NOT_COUNTED = "".join(rf"(?<!\b{number} )" for number in _SMALL[1:])
_DOLLARS = r"(?:\bUS)?\$\s?"
_NO_NOUNS = "is|are|was|were|in|on|at|for|to|of|by|do|does|did"
_MANY = {"million": 6, "billion": 9, "trillion": 12}

_ALIKE = re.compile("[ıİſ\u212a]")  # what i, s and k match as well where case does not matter

_Told = Callable[[re.Match[str]], str]


def figures(text: str) -> str:
    """A text with its dates and numbers put into Chinese, all else as it was.

    >>> figures("on April 22, 2024 in Zone B").split()
    ['on', '2024年4月22日', 'in', 'B区']
    """
    for pattern, told in _FIGURES:
        text = pattern.sub(partial(_apart, told), text)
    return text


def _apart(told: _Told, found: re.Match[str]) -> str:
    return found[0] if _ALIKE.search(found[0]) else f" {told(found)} "


def _month(found: re.Match[str]) -> str:
    return f"{_MONTHS.index(found['month'][:3].lower()) + 1}月"


def _year(found: re.Match[str]) -> str:
    return f"{found['year']}年" if found["year"] else ""


def _date(found: re.Match[str]) -> str:
    return f"{_year(found)}{_month(found)}{int(found['day'])}日"


def _part(found: re.Match[str]) -> str:
    part = _PARTS[" ".join(found["part"].lower().split())]
    if found["year"]:
        return f"{found['year']}{part}"
    return _month(found) + (part[1] if part in {"年初", "年底"} else "")


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    return (_SMALL if number.lower() in _SMALL else _ORDINALS).index(number.lower())


def _phase(found: re.Match[str]) -> str:
    value = _value(found["number"])
    return f"{_NUMERALS[value] if value < len(_NUMERALS) else value}期"


def _place(found: re.Match[str]) -> str:
    return f"第{_value(found['number'])}{_COUNTED[found['thing'].lower()]}"


def _quarter(found: re.Match[str]) -> str:
    number = _value(found["quarter"] or found["word"])
    return f"{_year(found)}第{'零一二三四'[number]}季度"


def _clock(found: re.Match[str]) -> str:
    hour, morning = found["hour"], found["half"].lower() == "a"
    noon = "上午" if morning else "下午"
    if hour == "12":
        noon, hour = ("凌晨", "0") if morning else ("中午", "12")
    return f"{noon}{hour}" + (f":{found['minutes']}" if found["minutes"] else "点")


def _few(number: str) -> str:
    """A small number as it stands before what is counted: 两, 三, 十二."""
    value = _value(number)
    return "两" if value == 2 else _NUMERALS[value] if value <= 10 else f"十{_NUMERALS[value - 10]}"


def _first(found: re.Match[str]) -> str:
    thing = found["thing"].lower()
    last = "最近" if thing in {"days", "weeks", "months", "years"} else "最后"
    side = "前" if found["side"].lower() == "first" else last
    return side + _few(found["number"]) + _counted(thing)


def _counted(thing: str) -> str:
    return _COUNTED[thing.lower().removesuffix("s")]


def _large(found: re.Match[str]) -> str:
    word = found["value"].lower().replace(",", "")
    number = Decimal(_value(word) if word in _SMALL else word).scaleb(_MANY[found["many"].lower()])
    size, unit = (8, "亿") if number >= 10**8 else (4, "万")
    return f"{number.scaleb(-size).normalize():f}{unit}" + ("美元" if found["dollars"] else "")


def ways_to_write(number: str) -> tuple[str, ...]:
    """How Chinese texts may write a number with commas; empty if it has none.

    >>> ways_to_write("450,000"), ways_to_write("1,904")
    (('45万', '450000'), ('1904',))
    """
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
        return ()
    plain = number.replace(",", "")
    many = f"{Decimal(plain).scaleb(-4).normalize():f}万"
    return (many, plain) if len(plain) > 4 and plain.endswith("00") else (plain,)


_EXACT: tuple[tuple[str, _Told], ...] = (
    (rf"\b{_MONTH}\s+{_DAY}(?:\s*,?\s*{_YEAR})?", _date),
    (rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:\s*,?\s*{_YEAR})?", _date),
    (
        rf"(?i:\b(?P<part>{'|'.join(_PARTS)})[ -]+(?:of )?)(?:{_MONTH}(?! *\d)|{_YEAR})",
        _part,
    ),
    (rf"\b{_MONTH}\s*,?\s+(?:of\s+)?{_YEAR}", lambda m: _year(m) + _month(m)),
    # "May" and "March" are months only behind a preposition.
    (
        rf"\b(?i:(?P<before>in|of|by|since|until|from|to|during|the|last|next|this|early|late)\s+)"
        rf"{_MONTH}(?!\w)",
        lambda m: f"{m['before']} {_month(m)}",
    ),
    (rf"\b(?!(?:May|Mar|March)\b){_MONTH}(?!\w)", _month),
    (
        rf"\b(?i:(?P<thing>{'|'.join(map(re.escape, _NAMED))}))\s+(?P<name>[A-Z]\d*|\d+)"
        rf"(?![\w%-]|\.\d|\s+(?:people|persons|adults)\b)",
        lambda m: f"{m['name']}{_NAMED[m['thing'].lower()]}",
    ),
)
_ANYHOW: tuple[tuple[str, _Told], ...] = (
    (
        rf"\b(?:Q(?P<quarter>[1-4])|(?P<word>first|second|third|fourth) quarter)"
        rf"(?:\s+(?:of\s+)?{_YEAR})?(?!\w)",
        _quarter,
    ),
    (rf"\b(?:the\s+)?year\s+{_YEAR}", _year),
    (
        rf"\b(?P<before>in|of|by|since|until|from|to|during|the|for)\s+{_YEAR}",
        lambda m: f"{m['before']} {m['year']}年",
    ),
    (
        r"(?<![:.,])\b(?P<hour>0?[1-9]|1[0-2])(?::(?P<minutes>[0-5]\d))?\s*(?P<half>[ap])\.?m\b\.?",
        _clock,
    ),
    (
        rf"(?:(?P<dollars>{_DOLLARS})|\b)(?P<value>\d+(?:,\d{{3}})*(?:\.\d+)?|{'|'.join(_SMALL[1:])})"
        rf"[ -](?P<many>{'|'.join(_MANY)})\b",
        _large,
    ),
    (rf"\b(?P<side>first|last)\s+{_CARDINAL}\s+(?P<thing>(?:{'|'.join(_COUNTED)})s)\b", _first),
    (
        rf"(?<!-)\b{_CARDINAL}\s+(?P<thing>(?:{'|'.join(_COUNTED)})s)\b",
        lambda m: _few(m["number"]) + _counted(m["thing"]),
    ),
    (
        rf"\b{_CARDINAL}\s+(?:kinds|types|sorts|categories)(?:\s+of)?\b",
        lambda m: _few(m["number"]) + "种",
    ),
    (rf"(?<=哪) *\b{_CARDINAL}\b", lambda m: _few(m["number"]) + "个"),
    (
        rf"(?<!per )(?<!\d )(?<!-){_NOT_COUNTED}\bsecond(?= (?!(?:{_NO_NOUNS})\b)[a-z])",
        lambda m: "第二",
    ),
    (r"(?<!-)\btwo\b(?=\s+[a-z])", lambda m: "两"),
    (rf"\bphase\s+{_NUMBER}", _phase),
    (rf"\b{_ORDINAL}\s+phase\b", _phase),
    (rf"\b(?P<thing>{'|'.join(_COUNTED)})\s+{_NUMBER}(?![%.]\d)", _place),
    (rf"\b{_ORDINAL}\s+(?P<thing>{'|'.join(_COUNTED)})\b", _place),
    (
        rf"\b(?P<thing>{'|'.join(_BEFORE)})\s+(?P<name>\d+(?:\.\d+)*|(?-i:[A-Z])\b)"
        r"(?![\w%-]|\.\d)",
        lambda m: f"{_BEFORE[m['thing'].lower()]} {m['name']}",
    ),
    (rf"{_DOLLARS}(?P<sum>[\d.,]*\d)", lambda m: f"{m['sum'].replace(',', '')} 美元"),
    (r"(?P<sum>[\d.]+)\s*(?:percent|per cent)\b", lambda m: f"{m['sum']}%"),
    (r"\b(?P<age>\d+)[ -]years?[ -]old\b", lambda m: f"{m['age']}岁"),
)
_FIGURES = tuple(
    (re.compile(pattern, flags), told)
    for patterns, flags in ((_EXACT, re.NOFLAG), (_ANYHOW, re.IGNORECASE))
    for pattern, told in patterns
)
