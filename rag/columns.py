"""Columns of tables: which one a question names, and what one may answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from corpus.normalize import fold
from rag.lexicon import senses
from rag.query import Query
from rag.wanted import wanted

NAMED = 0.75
"""Share of a name's characters from which a question holds it."""

_ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]")
_SNAPSHOT = re.compile(r"[-_ ]?(?:19|20)\d\d[-/.]?\d\d(?:[-/.]?\d\d)?$")  # gpt-x-2024-05-13
KINDS = {
    "money": re.compile(r"[$¥€£￥]|元|[价费]|金额|成本|薪|price|cost"),
    "share": re.compile(r"[%％]|率|占比|比例|成"),
    "time": re.compile(r"秒|分钟|小时|天|周|月|年|期|时[长间]|延迟|\d:\d"),
    "age": re.compile(r"岁|年龄"),
    "year": re.compile(r"年|(?:1\d|20)\d\d"),
    "day": re.compile(r"日|号|\d-\d"),
    "number": re.compile(
        r"\d|[几数两一二三四五六七八九十百千万半]+[余多]?[个条种次人家名位份项台件组页张]"
    ),
}
"""By kind of question, what the name of a column, or its cells, hold that answers it."""

_MOMENT = re.compile(  # 6月14日, 2025-01-08, 22:50; several with what joins them
    r"(?=.*\d)(?:(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|(?:\d{2,4}\s*年\s*)?\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?"
    r"|\d{1,2}[:：]\d{2}|[\s—~～至到起止、-])+"
)
_CLOCK = re.compile(r"[时点班开收到发起止始末]")  # a column of times of day, not of scores
_FIGURE = re.compile(r"[^\w\s]?[\d.,]+\s*[\u4e00-\u9fff%％a-z]{0,2}")
_MEASURE = re.compile(r"[\d.,a-z×*/ -]+")  # 60v32ah says neither yes nor no
_JOINTS = re.compile("[-_ ]")
_REMEMBERED = 4_000  # names
_AMOUNTS = frozenset(("money", "share", "time", "age", "number"))
_NAMES = frozenset(("place", "person"))
_REASON = re.compile(r"(?<!理)因(?!此|为|素)|理由|缘[由故]|reason|\bcause")
_WAY = re.compile(r"方[法式]|步骤|做法|处理|怎么|\bhow\b")
_SOLD = re.compile(r"怎么(?:卖|收|算(?![出法得]))")


def plain_name(name: str) -> str:
    """A name without its aside and the date of its version: o1 of o1-2024-12-17."""
    folded = fold(_ASIDE.sub("", name)).strip()
    return _SNAPSHOT.sub("", folded) or folded


def named(name: str, asked: str) -> float:
    """How much of a name a question holds: 1 if all of it, as a name of its own."""
    plain = plain_name(name)
    if not plain or plain.isdigit():
        return 0.0
    if place_of(name, asked):
        return 1.0
    if plain.isascii():
        return 0.0
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return len([pair for pair in pairs if pair in asked]) / max(len(pairs), 1)


def place_of(name: str, asked: str) -> re.Match[str] | None:
    """Where a question holds all of a name, as a name of its own; None if nowhere.

    Parts of a name in Latin letters may be joined otherwise (gpt-4 turbo), and the last of them be
    an edition that the question calls in Chinese: o1 的预览版 for o1-preview.
    """
    plain = plain_name(name)
    if plain[:1] not in asked or not any(map(str.isalnum, plain)):
        return None
    whole, edition = _patterns(plain)
    return whole.search(asked) or (edition.search(asked) if edition and "版" in asked else None)


@lru_cache(_REMEMBERED)
def _patterns(plain: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """A name as it is written, and with its edition in Chinese, if it has one."""
    before = r"(?<![a-z0-9.-])" if plain[:1].isascii() else ""
    behind = r"(?![a-z0-9]|[.-][a-z0-9])" if plain[-1:].isascii() else ""
    parts = [re.escape(part) for part in _JOINTS.split(plain)] if plain.isascii() else []
    whole = "[-_ ]?".join(parts) or re.escape(plain)
    editions = "|".join(map(re.escape, senses().get(parts[-1], ()))) if parts[1:] else ""
    edition = rf"{before}{'[-_ ]?'.join(parts[:-1])}\s*的?(?:{editions})版"
    return re.compile(before + whole + behind), re.compile(edition) if editions else None


def only_longest(fits: Mapping[int, float], names: Sequence[str]) -> dict[int, float]:
    """Columns that fit, without those whose name is but part of another's: 输入 of 缓存输入."""
    plain = {column: plain_name(names[column]) for column in fits}
    return {
        column: score
        for column, score in fits.items()
        if not any(
            plain[column] != plain[other] and plain[column] in plain[other] and score <= fits[other]
            for other in fits
        )
    }


def gives(query: Query, header: str, likeness: float) -> bool:
    """Whether a column may answer a question of the kind: why and how only if it is for that.

    Args:
        query: The question.
        header: What the column is called.
        likeness: How well that fits what is asked for; 1 if the question names it.
    """
    header = fold(header)
    if query.kind == "reason":
        return _REASON.search(header) is not None
    if query.kind == "method":
        return bool(_WAY.search(header) or (_SOLD.search(query.text) and likeness >= 1))
    return query.kind != "definition" or likeness >= 1


def only_of_kind(question: str, names: Sequence[str]) -> tuple[int, float]:
    """The one column whose name is of the kind asked for: 单价 for 多少钱; 0, 0 if none is."""
    pattern = KINDS.get(wanted(question).kind)
    found = [n for n, name in enumerate(names) if n and pattern and pattern.search(fold(name))]
    return (found[0], NAMED) if len(found) == 1 else (0, 0.0)


def may_hold(question: str, row: str, column: str, cell: str) -> bool:
    """Whether a cell, read with the names of its row and column, gives what is asked for."""
    asked_for = wanted(question)
    told = fold(cell).strip()
    moment = _MOMENT.fullmatch(told) and (":" not in told or _CLOCK.search(column))
    if moment and asked_for.kind in (_AMOUNTS | _NAMES):
        return False
    if asked_for.kind == "person" and _FIGURE.fullmatch(told):
        return False
    if asked_for.kind == "yesno" and (moment or _MEASURE.fullmatch(told)):
        return False
    text = f"{row} {column} {cell}"
    pattern = KINDS.get(asked_for.kind)
    if pattern is not None and not pattern.search(fold(text)):
        return False
    counts = asked_for.unit and re.search(r"\d", cell) and not named(column, asked_for.asked)
    return not counts or asked_for.unit in text
