"""A question read as one that a table answers, and the cells that do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from index.asked import content_terms
from index.embed import StaticEmbedder
from rag.columns import NAMED
from rag.query import Query
from rag.rows import Table
from rag.tables import EXACT, MATCHED, Cell, matched, speaks_of

SURE = 0.7
"""How sure it is that what a question names is meant."""

_PEOPLE = re.compile(r"人|员|者|师|长|谁|姓名")
_LIKELY = 0.5
_KIN = 0.5  # cosine from which a table speaks of what is asked for in another word


@dataclass(frozen=True, slots=True)
class Selected:
    """Cells that answer together, what each is of, and how sure it is that they are meant.

    Attributes:
        cells: One for each line of the answer.
        names: What each is of.
        sure: How sure it is.
        most: The superlative they answer (最贵); empty if they answer none.
        number: Whether their number is asked for.
    """

    cells: tuple[Cell, ...]
    names: tuple[str, ...]
    sure: float
    most: str = ""
    number: bool = False

    @property
    def short(self) -> str:
        """The answering words alone."""
        pairs = zip(self.names, self.cells, strict=True)
        lines = [name if cell.text in name else f"{name}：{cell.text}" for name, cell in pairs]
        told = list(dict.fromkeys(lines))
        mark = "；" if any("：" in one for one in told) else "、"
        return f"{len(told)}：{mark.join(told)}" if self.number else mark.join(told)


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question of a table."""

    query: Query
    folded: str
    things: tuple[str, ...]
    words: StaticEmbedder
    terms: Callable[[str], Sequence[str]]

    def is_of(self, table: Table, column: int, said: str = "") -> bool:
        """Whether a table is of what is asked: of the things, every name, and the rest mostly.

        Args:
            table: The table.
            column: The column that is meant.
            said: What is found already.
        """
        around = table.around
        if not all(t in said or speaks_of(t, around, self.words, _KIN) for t in self.things):
            return False
        whole = fold(f"{around} {' '.join(' '.join(row.cells) for row in table.rows)}")
        if not all(name in whole for name in EXACT.findall(self.folded)):
            return False
        rest = " ".join(content_terms(list(self.terms(self.folded.replace(said or "\n", " ")))))
        return (
            bool(rest) and matched(rest, f"{around} {table.header[column]}", self.words) >= MATCHED
        )

    def name_column(self, table: Table) -> int:
        """The column of what is asked for: of people for 谁."""
        if "谁" in self.folded:
            people = [n for n, name in enumerate(table.header) if _PEOPLE.search(name)]
            if people:
                return people[0]
        return table.name_column(self.things[0] if self.things else "")


def sure_of(score: float) -> float:
    """How sure it is that a column is meant that fits so well."""
    return SURE if score >= NAMED else _LIKELY


def selected(
    table: Table,
    chosen: Sequence[int],
    name: int,
    column: int,
    sure: float,
    most: str = "",
    *,
    number: bool = False,
) -> Selected | None:
    """The cells of a column in some rows; None if a row is too short, or all are empty there.

    Args:
        table: The table.
        chosen: The numbers of the rows.
        name: The column that names them.
        column: The column told of them.
        sure: How sure it is that they are meant.
        most: The superlative they answer.
        number: Whether their number is asked for.
    """
    rows = [table.rows[n] for n in chosen]
    if any(column >= len(row.cells) for row in rows) or not any(row.cells[column] for row in rows):
        return None
    names = table.names(name)
    cells = tuple(Cell(row, column, sure) for row in rows)
    return Selected(cells, tuple(names[n] for n in chosen), sure, most, number)
