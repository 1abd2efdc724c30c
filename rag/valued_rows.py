"""Rows of a table by what they hold, and a column that is asked of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.normalize import fold
from rag.asked_rows import asks_each, asks_number, asks_which, of_several, without_each
from rag.columns import NAMED, only_longest, only_of_kind, plain_name
from rag.numerals import NUMERAL, asked_count, number_of
from rag.rows import Table, held
from rag.table_question import SURE, Selected, TableQuestion, selected, sure_of
from rag.tables import NOTHING, UNIT

_NO = re.compile(r"(?:不(?![同少仅但])|未|没|无|非|免)[\u4e00-\u9fff]{0,2}$")
_SIGNED = re.compile(
    r"(?P<no>尚未|还没|没有?|不|未|无|非|否|×|✗|✘|no)?(?:已经?|有|可以?|能|是|√|✓|✔|yes)?(?P<base>.*)"
)
_OVER = re.compile(r"(?:超过?|[高低大小多少早晚长短]于|不[到足满及如]|至[少多]|比)$")
_WITHIN = re.compile(r"[^\d，,]?[以之][上下内外前后]|[前后](?!者)")
_WHETHER = re.compile(r"^(?:是否|能否|可否|有无)")
_DATES = re.compile("日期|时间|月份|^日$")
_PIECES = re.compile(r"[、，,；;/]")
_SHOWN = 12  # rows


def valued_rows(asked: TableQuestion, table: Table) -> Selected | None:
    """The rows that hold what the question says in another column than that of their names."""
    if not asks_which(asked.folded):
        return None
    flat = "".join(asked.folded.split())
    name = asked.name_column(table)
    said = {n: _said_by_row(table, n, flat) for n in range(len(table.header)) if n != name}
    told = _told_apart({n: max(words, key=len) for n, words in said.items()}, table.header, flat)
    if not told:
        return None
    fits = [{n for n, word in enumerate(said[c]) if _is_whole(word, said[c])} for c in told]
    chosen = sorted(set.intersection(*fits))
    if not 0 < len(chosen) < len(table.rows) or len(chosen) > _SHOWN:
        return None
    column = max(told, key=lambda one: len(told[one]))
    cell = table.column(column)[chosen[0]]
    if not asked.is_of(table, column, cell):
        return None
    return selected(table, chosen, name, name, SURE, number=asks_number(asked.folded))


def _is_whole(word: str, others: Sequence[str]) -> bool:
    """Whether something is said, and not as a part of another: 云雀 8 of 云雀 8 Pro."""
    return word != "" and not any(word != other and word in other for other in others)


def _said_by_row(table: Table, column: int, flat: str) -> list[str]:
    header, cells = table.header[column], table.column(column)
    known = {cell: _said(cell, header, flat) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]


def _told_apart(words: Mapping[int, str], header: Sequence[str], flat: str) -> dict[int, str]:
    """What a question says of each column that it speaks of; none if that may be of several.

    支持 stands in a column for each of several things, and is said of that which is named.
    """
    told: dict[int, str] = {}
    for word in {word for word in words.values() if word}:
        score = {n: held(header[n], flat) for n, other in words.items() if other == word}
        best = [n for n in score if score[n] == max(score.values())]
        if best[1:] or (len(score) > 1 and flat.count(word) > 1):
            return {}
        told[best[0]] = word
    return told


def _said(cell: str, header: str, flat: str) -> str:
    """The words of a cell, or of one of the things it names, that a question says."""
    told = "".join(fold(cell).split())
    if told in NOTHING:
        return ""
    if re.fullmatch(r"[\d.]+", told):
        if told not in flat:
            return ""
        called = "".join(plain_name(header).split())
        unit = UNIT.search(header)
        units = "|".join(re.escape(one) for one in (called, unit and fold(unit[1])) if one)
        whole = rf"(?<![\d.])(?:{told}(?:{units})|{re.escape(called)}[是为]?{told}(?![\d.]))"
        found = re.search(whole, flat)
        return found[0] if found and not _is_bound(flat, found) else ""
    words = [""]
    for piece in dict.fromkeys((told, *_PIECES.split(told))):
        signed = _SIGNED.fullmatch(piece)
        base = signed["base"] if signed else ""
        base = base or _WHETHER.sub("", "".join(plain_name(header).split()))
        is_no = bool(signed and signed["no"])
        for found in re.finditer(re.escape(base), flat) if len(base) > 1 and base in flat else ():
            is_meant = is_no == bool(_NO.search(flat[: found.start()]))
            of_date = base.isdigit() and _DATES.search(header) is not None  # 10 of 12/10 is no 10
            if is_meant and not of_date and not _is_bound(flat, found):
                words.append(base)
    return max(words, key=len)


def _is_bound(flat: str, found: re.Match[str]) -> bool:
    """Whether more or less than what is said there is asked for: 超过 20 元, 3 月 5 日之前."""
    before, behind = flat[: found.start()], flat[found.end() :]
    return _OVER.search(before) is not None or _WITHIN.match(behind) is not None


def each_row(asked: TableQuestion, table: Table) -> Selected | None:
    """The column that is asked of all rows."""
    name = table.name_column(asked.things[0] if asked.things else "")
    names = table.header
    if not asks_each(asked.folded) or not 1 < len(table.rows) <= _SHOWN:
        return None
    counted = len(table.rows) in map(number_of, re.findall(NUMERAL, asked.folded))
    if not (counted or (of_several(asked.folded) and asked_count(asked.folded) is None)):
        return None
    fits = {n: held(header, asked.folded) for n, header in enumerate(names) if n != name}
    fits = only_longest({n: score for n, score in fits.items() if score >= NAMED}, names)
    if len(fits) > 1:  # 新旧分别: each of the columns, not of the rows
        return None
    column, score = next(iter(fits.items()), only_of_kind(without_each(asked.folded), names))
    if not column or not asked.is_of(table, column):
        return None
    return selected(table, range(len(table.rows)), name, column, sure_of(score))
