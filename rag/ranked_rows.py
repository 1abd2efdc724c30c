"""Rows of a table by how much of something they have: the most, or more of one than another."""

from __future__ import annotations

from rag.asked_rows import Most, asks_less, asks_which, is_counted, is_object
from rag.columns import NAMED, named, only_longest, only_of_kind, place_of, plain_name
from rag.rows import Table, amount, held, values
from rag.table_question import SURE, Selected, TableQuestion, selected, sure_of
from rag.tables import Cell, Row

_AS_MUCH = 3  # rows that may have as much as each other


def most_row(asked: TableQuestion, table: Table, most: Most) -> Selected | None:
    """The row with the most of the column that is named, or is the only one of the kind."""
    fits = _fitting(table, most, most.before) or _fitting(table, most, asked.folded)
    best = max(fits, key=lambda column: fits[column], default=0)
    others = [column for column, score in fits.items() if score == fits[best]]
    if not best or others[1:] or most.is_of_once(table.header[best]):
        return None
    if not asked.is_of(table, best, most.said):
        return None
    if _says_another(asked, table, best, most.before):
        return None
    amounts = values(table.column(best))
    known = [value for value in amounts if value is not None]
    top = min(known) if most.least(table.header[best]) else max(known)
    chosen = [n for n, value in enumerate(amounts) if value == top]
    told = _told_of(asked, table, most, best)
    if told is None or len(chosen) > _AS_MUCH or not is_counted(asked.folded, len(chosen)):
        return None
    name, usual = asked.name_column(table), table.name_column("")
    if name == told:
        name = usual
    elif name != usual:
        told = name
    return selected(table, chosen, name, told, sure_of(fits[best]), most.said)


def _fitting(table: Table, most: Most, said: str) -> dict[int, float]:
    """The columns that compare and of which something says the name, or are of the kind."""
    fits: dict[int, float] = {}
    for column, header in enumerate(table.header):
        cells = table.column(column)
        kind = most.is_of(header, cells[0]) if column and any(values(cells)) else False
        score = held(header, said)
        if kind is not False and (score >= NAMED or kind):
            fits[column] = max(score, NAMED if kind else 0.0)
    return only_longest(fits, table.header)


def _says_another(asked: TableQuestion, table: Table, key: int, said: str) -> bool:
    """Whether words for another column stand before a superlative, and none for one of its kind."""
    pairs = [
        {name[n : n + 2] for n in range(len(name) - 1)} for name in map(plain_name, table.header)
    ]
    usual = pairs[asked.name_column(table)].union(*({thing} for thing in asked.things))
    others = set().union(*(one for n, one in enumerate(pairs) if n != key)) - usual
    return not any(pair in said for pair in pairs[key]) and any(pair in said for pair in others)


def _told_of(asked: TableQuestion, table: Table, most: Most, key: int) -> int | None:
    """The column to tell of the row with the most: that which is asked of it; None if none is."""
    if asks_which(asked.folded):
        return key
    names = table.header
    scores = {n: named(name, most.after) for n, name in enumerate(names) if n != key}
    best = max(scores, key=lambda column: scores[column])
    if scores[best] >= NAMED:
        return best
    if named(names[key], most.before + most.after) >= NAMED and asked.query.kind == "number":
        return key
    return only_of_kind(asked.query.text, names)[0] or None


def most_of_row(asked: TableQuestion, table: Table, row: Row, most: Most) -> Selected | None:
    """The columns, things themselves, that have the most of what a row measures."""
    amounts = values(row.cells[1:])
    known = [value for value in amounts if value is not None]
    if not known or not asks_which(asked.folded):
        return None
    if most.is_of(row.cells[0], row.cells[1]) is False:
        return None
    if not asked.is_of(table, 0, most.said):
        return None
    top = min(known) if most.least(row.cells[0]) else max(known)
    chosen = [n for n, value in enumerate(amounts, 1) if value == top]
    if not is_counted(asked.folded, len(chosen)):
        return None
    cells = tuple(Cell(row, n, SURE) for n in chosen)
    return Selected(cells, tuple(table.header[n] for n in chosen), SURE, most.said)


def more_rows(asked: TableQuestion, table: Table) -> Selected | None:
    """The rows of which one column is more than another, both of them named."""
    places = {n: place_of(name, asked.folded) for n, name in enumerate(table.header) if n}
    known = sorted((found.start(), n) for n, found in places.items() if found)
    objects = [n for start, n in known if is_object(asked.folded, start)]
    if len(known) != 2 or len(objects) != 1 or not asks_which(asked.folded):
        return None
    subject = next(n for _, n in known if n != objects[0])
    chosen = []
    for number, row in enumerate(table.rows):
        one, other = (amount(row.cells[n]) for n in (subject, objects[0]))
        if one and other and one[0] == other[0] and one[1] != other[1]:
            chosen += [number] * ((one[1] < other[1]) == asks_less(asked.folded))
    if not chosen or not asked.is_of(table, subject):
        return None
    return selected(table, chosen, asked.name_column(table), subject, SURE)
