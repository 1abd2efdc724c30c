"""Tables as wholes: their rows, what each is called, and the columns whose cells compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.normalize import fold
from corpus.records import Hit, Passage
from rag.columns import named, plain_name
from rag.tables import NOTHING, Row, above, is_row, rows_of

_APART = 6  # characters between two rows of a table
_LONGEST = 24  # passages with rows of one header in a document that are read for a question
_TOTAL = re.compile(
    r"[总合小共累]计|总[数和额]|全部|平均[值数]?|均值|(?:sub|grand )?total|sum|average|mean"
)
_NUMBERING = re.compile(r"编号|序号|代[码号]|no\.?|#|id")
_GENERIC = re.compile(
    r"(?:时间|时长|日期|容量|[单售定]?价格?|费用?|金额|数量?|总数|[比占]?[率比]|重量|长度|均?温度?|人员?|者)$"
)
_AMOUNT = re.compile(
    r"(?P<before>[^\d\s.±<>≤≥-]{0,4})\s*(?P<number>[-−]?\d[\d,]*(?:\.\d+)?)\s*(?P<scale>[万亿])?(?P<unit>\D*)"
)
_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)\s*[年/.-]\s*)?"
    r"(?P<month>\d{1,2})\s*(?:[月/-]|(?<=\d\d\d\d[./-]\d)\.|(?<=\d\d\d\d[./-]\d\d)\.)\s*(?P<day>\d{1,2})\s*[日号]?"
)
_SCALES = {"万": 1e4, "亿": 1e8}
_COMPARED = 2 / 3  # of the rows must hold what compares, and the others nothing
_WORD = re.compile(
    r"[a-z]{2,}|(?![哪几多少什么谁个各每分别最的是有了在和不能可以否])[\u4e00-\u9fff]"
)
_HAS_NONE = re.compile(r"无|没有|缺考|不(?:支持|适用|提供)")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one table of a document, in order."""

    rows: tuple[Row, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self.rows[0].header

    def column(self, number: int) -> tuple[str, ...]:
        """The cells of a column, empty where a row is too short."""
        return tuple(row.cells[number] if number < len(row.cells) else "" for row in self.rows)

    @property
    def around(self) -> str:
        """Its header, the names of its rows and what stands above it, folded."""
        names = self.names(self.name_column(""))
        return fold("\n".join((*self.header, *names, *above(self.rows[0].line.hit.passage))))

    def name_column(self, noun: str) -> int:
        """The column that names the rows: that of the noun asked for, else the first one."""
        names = [plain_name(name) for name in self.header]
        for number, name in enumerate(names):
            if noun and name and (noun in name or name in noun):
                return number
        is_numbering = _NUMBERING.fullmatch(names[0]) is not None
        return 1 if is_numbering and len(names) > 2 else 0

    def names(self, number: int) -> tuple[str, ...]:
        """What the rows are called, with the next cell where the first does not tell them apart."""
        first = self.column(number)
        if number or len(set(first)) == len(first) or len(self.header) < 2:
            return first
        return tuple(
            " ".join(both).strip() for both in zip(first, self.column(number + 1), strict=True)
        )


def tables_of(
    hits: Sequence[Hit], passages_of: Callable[[str], Sequence[Passage]], asked: str
) -> Iterator[Table]:
    """The whole tables of which some passages hold rows, and those of the same header there.

    Only of headers that share characters with a folded question, or what is above them does.

    None of a header with so many rows that to read them all would take long: most of some of
    them is no answer. Rows that say the same, or what all others are together, are left out.
    """
    words = set(_WORD.findall(asked))
    wanted: dict[str, dict[tuple[str, ...], None]] = {}
    for row in rows_of(hits):
        passage = row.line.hit.passage
        told = fold("\n".join((*row.header, row.cells[0], *above(passage))))
        if sum(len(word) for word in words if word in told) > 1:
            wanted.setdefault(passage.document_id, {})[row.header] = None
    for document, headers in wanted.items():
        passages = passages_of(document)
        for header in headers:
            held = [passage for passage in passages if _has_rows(passage, header)]
            if len(held) <= _LONGEST:
                yield from _of_header(header, held)


def _has_rows(passage: Passage, header: Sequence[str]) -> bool:
    told = "\n".join((passage.text, *passage.context))
    return is_row(passage.text) and all(name in told for name in header)


def _of_header(header: Sequence[str], passages: Sequence[Passage]) -> Iterator[Table]:
    runs: list[list[Row]] = []
    for row in rows_of([Hit(1, passage, 0.0) for passage in passages]):
        if row.header != header:
            continue
        if runs and row.line.start - runs[-1][-1].line.end <= _APART:
            runs[-1].append(row)
        else:
            runs.append([row])
    for run in runs:
        rows = {row.cells: row for row in reversed(run) if not _is_total(row)}
        if len(rows) > 1:
            yield Table(tuple(reversed(rows.values())))


def _is_total(row: Row) -> bool:
    """Whether a row is none of the things, but all of them together."""
    first = next(filter(None, row.cells), "")
    return _TOTAL.fullmatch(plain_name(first)) is not None


def held(name: str, asked: str) -> float:
    """How much of the name of a column a question holds: 充电 says 充电时间, but less than it."""
    best = named(name, asked)
    plain = plain_name(name).split()[-1:] or [""]
    stem = _GENERIC.sub("", plain[0])
    if len(stem) > 1 and not stem.isascii() and stem in asked:
        best = max(best, 0.9)
    return best


def values(cells: Sequence[str]) -> tuple[float | None, ...]:
    """What the cells of a column amount to, None for each that does not compare.

    All None if too many of them do not, or one that says something, or their units differ.
    """
    found = [amount(cell) for cell in cells]
    known = [item for item in found if item]
    others = [fold(cell).strip() for cell, item in zip(cells, found, strict=True) if not item]
    same = all(one[0] == other[0] for one, other in pairwise(known))
    if any(cell not in NOTHING and not _HAS_NONE.fullmatch(cell) for cell in others):
        same = False  # 面议, 约一小时, 30–60: one that may be more
    if not same or len(known) < max(2, _COMPARED * len(cells)):
        return (None,) * len(cells)
    return tuple(item[1] if item else None for item in found)


def is_day(cell: str) -> bool:
    """Whether a cell is a date."""
    return _DAY.fullmatch(fold(cell).strip()) is not None


def amount(cell: str) -> tuple[str, float] | None:
    """The unit and the value of a cell of one figure, or that is a date; None for others."""
    told = fold(cell).strip()
    if day := _DAY.fullmatch(told):
        year = int(day["year"] or 0)
        return ("year" if year else "day", year * 400 + int(day["month"]) * 32 + int(day["day"]))
    found = _AMOUNT.fullmatch(told)
    if found is None:
        return None
    number = float(found["number"].replace(",", "").replace("−", "-"))
    return (found["unit"].strip(), number * _SCALES.get(found["scale"], 1.0))
