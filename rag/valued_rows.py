"""Rows of a table by what they hold, and a column that is asked of all of them."""

from __future__ import annotations

import re

from corpus.normalize import fold
from rag.asked_rows import asks_each, asks_number, asks_which, of_several, without_each
from rag.columns import NAMED, only_longest, only_of_kind, plain_name
from rag.numerals import NUMERAL, asked_count, number_of
from rag.rows import Table, held
from rag.table_question import SURE, Selected, TableQuestion, selected, sure_of
from rag.tables import UNIT

_NO = re.compile(r"(?:不|未|没有?|无|非)[能被有]?$")
_SIGNED = re.compile(
    r"(?P<no>尚未|还没|没有?|不|未|无|非|否|×|✗|✘|no)?(?:已经?|有|可以?|能|是|√|✓|✔|yes)?(?P<base>.*)"
)
_WHETHER = re.compile(r"^(?:是否|能否|可否|有无)")
_PIECES = re.compile(r"[、，,；;/]")
_SHOWN = 12  # rows


def valued_rows(asked: TableQuestion, table: Table) -> Selected | None:
    """The rows that hold what the question says in another column than that of their names."""
    if not asks_which(asked.folded):
        return None
    flat = "".join(asked.folded.split())
    name = asked.name_column(table)
    best = (0, 0, "")
    for column, header in enumerate(table.header):
        for cell in dict.fromkeys(table.column(column)) if column != name else ():
            best = max(best, (_said(cell, header, flat), column, cell))
    size, column, cell = best
    header = table.header[column]
    cells = table.column(column)
    chosen = [n for n, other in enumerate(cells) if _said(other, header, flat) == size]
    if not size or len(chosen) in (len(cells), 0) or len(chosen) > _SHOWN:
        return None
    if not asked.is_of(table, column, cell):
        return None
    return selected(table, chosen, name, name, SURE, number=asks_number(asked.folded))


def _said(cell: str, header: str, flat: str) -> int:
    """How many characters of a cell, or of one of the things it names, a question says."""
    told = "".join(fold(cell).split())
    if re.fullmatch(r"[\d.]+", told):
        if told not in flat:
            return 0
        called = "".join(plain_name(header).split())
        unit = UNIT.search(header)
        units = "|".join(re.escape(one) for one in (called, unit and fold(unit[1])) if one)
        whole = rf"(?<![\d.])(?:{told}(?:{units})|{re.escape(called)}[是为]?{told}(?![\d.]))"
        found = re.search(whole, flat)
        return len(found[0]) if found else 0
    sizes = [0]
    for piece in dict.fromkeys((told, *_PIECES.split(told))):
        signed = _SIGNED.fullmatch(piece)
        base = signed["base"] if signed else ""
        base = base or _WHETHER.sub("", "".join(plain_name(header).split()))
        is_no = bool(signed and signed["no"])
        for found in re.finditer(re.escape(base), flat) if len(base) > 1 and base in flat else ():
            if is_no == bool(_NO.search(flat[: found.start()])):
                sizes.append(len(base))
    return max(sizes)


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
