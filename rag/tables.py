"""Questions that a cell of a table answers: the row by its name, the column by what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.asked import content_terms
from index.embed import StaticEmbedder, normalize
from rag.columns import NAMED, gives, may_hold, named, only_longest, only_of_kind, plain_name
from rag.cutting import Cutter
from rag.features import Candidate, candidates_of
from rag.query import Query

_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_CELL = re.compile(r"\s*\|\s*")
NOTHING = frozenset(("", "-", "—", "–", "/", "无数据", "n/a"))
"""Cells that say nothing."""

MATCHED = 0.3
"""How well a table must match a question that does not name the column."""

_ALIKE = 0.3  # cosine from which a header may be what is asked for
_ONLY_ASK = frozenset(("钱", "价格", "价钱", "费用", "花费", "收费", "卖", "花", "买"))
UNIT = re.compile(r"[（(]([^（）()]{1,4})[）)]")
_ROWS = 4  # that one name may stand for
_SURE, _LIKELY = 0.7, 0.5
EXACT = re.compile(r"[a-z][a-z0-9.+-]*|\d+(?:\.\d+)+|(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: ``header`` has a name for each of its ``cells``."""

    line: Candidate
    header: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell that answers, and how sure it is that it is meant."""

    row: Row
    column: int
    sure: float

    @property
    def name(self) -> str:
        """What the column is called."""
        return self.row.header[self.column]

    @property
    def text(self) -> str:
        """What the cell says, a bare figure with the unit of its column or row."""
        text = self.row.cells[self.column]
        unit = UNIT.search(self.name) or UNIT.search(self.row.cells[0])
        if unit and re.fullmatch(r"[-−]?[\d.,]+", text):
            return text + ("" if unit.group(1) in "%％‰" else " ") + unit.group(1)
        return text

    @property
    def told(self) -> str:
        """The column and what it says: a row by itself does not tell which figure is meant."""
        name = UNIT.sub("", self.name) if UNIT.search(self.name) else self.name
        return f"{name} {self.text}".strip() if self.column else self.name


def is_row(text: str) -> bool:
    """Whether a sentence is a row of a table."""
    return " | " in text


def rows_of(hits: Sequence[Hit]) -> Iterator[Row]:
    """The rows of the tables in some passages that have a header, each once."""
    for item in candidates_of(hits):
        if is_row(item.text) and (header := header_of(item)):
            cells = tuple(_CELL.split(item.text))  # a bar at its start or end is of an empty cell
            if header != cells and 2 <= len(cells) <= len(header):
                yield Row(item, header, cells)


def find_cells(
    query: Query, hits: Sequence[Hit], cutter: Cutter, words: StaticEmbedder
) -> tuple[Cell, ...]:
    """The cells that answer a question, of rows with one name; empty if none does.

    The question must name the row, or words of its name; the column is the one that the question
    names, or whose name is most like what else it says. A name in the question that stands neither
    in the table nor above it (another product, another year) rules the table out.

    Args:
        query: The question.
        hits: The passages found.
        cutter: Cuts text into terms.
        words: Tells how like a header is to what is asked for.
    """
    asked = fold(query.text)
    best: list[tuple[float, Cell]] = []
    for row in rows_of(hits):
        held = max(named(row.cells[0], asked), _said(row.cells[0], asked, cutter))
        if held < NAMED or not _knows_all(asked, row):
            continue
        rest = asked.replace(plain_name(row.cells[0]), " ")
        column, likeness = _column(query.text, rest, row, cutter, words)
        if (
            column
            and gives(query, row.header[column], likeness)
            and row.cells[column] not in NOTHING
            and not _are_one_name(row.header[column], row.cells[0], asked, hits)
        ):
            sure = _SURE if likeness >= 1 else _LIKELY
            best.append((held + likeness, Cell(row, column, sure)))
    best = [one for one in best if not _is_but_part(one[1], [cell for _, cell in best])]
    top = max((score for score, _ in best), default=0.0) - 0.01
    cells = [cell for score, cell in best if score >= top]
    same = [cell for cell in cells if cell.row.header == cells[0].row.header]
    return tuple(same) if len(same) <= _ROWS else ()


def _is_but_part(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether the name of a row is but a part of that of another: a4 of a4 pro."""
    name = plain_name(cell.row.cells[0])
    others = (plain_name(other.row.cells[0]) for other in cells)
    return any(name != other and other.startswith(name) for other in others)


def header_of(item: Candidate) -> tuple[str, ...]:
    """The header above a row: in its passage, else in what the passage needs from above.

    Empty for a sentence that is no row, or has none.
    """
    if not is_row(item.text):
        return ()
    passage = item.hit.passage
    lines = passage.text[: item.start - passage.start].splitlines()
    for place in range(len(lines) - 1, 0, -1):
        if lines[place] and "|" not in lines[place]:
            return ()
        if _RULE.fullmatch(lines[place].strip()):
            return _cells(lines[place - 1])
    above = [text for text in passage.context if "|" in text]
    return _cells(above[-1]) if above else ()


def _cells(line: str) -> tuple[str, ...]:
    return tuple(_CELL.split(line.strip().strip("|").strip()))


def _said(name: str, asked: str, cutter: Cutter) -> float:
    """Whether a question holds all words of a name, two at least: 需要多少样本 says 需要的样本."""
    words = content_terms(list(cutter.terms(plain_name(name))))
    return NAMED if len(words) > 1 and all(word in asked for word in words) else 0.0


def _are_one_name(column: str, row: str, asked: str, hits: Sequence[Hit]) -> bool:
    """Whether the names of a column and a row stand in a question as one that the texts hold too.

    The X1 pro is a thing of its own, whatever a table tells of the X1 in its row for Pro.
    """
    together = re.escape(plain_name(column)) + r"[ -]?" + re.escape(plain_name(row))
    whole = re.compile(rf"(?<![a-z0-9]){together}(?![a-z0-9])")
    return bool(whole.search(asked)) and any(
        whole.search(line)
        for hit in hits
        for line in fold(hit.passage.text).splitlines()
        if not is_row(line)
    )


def _knows_all(asked: str, row: Row) -> bool:
    """Whether every Latin name, version and year of a question stands at the table."""
    passage = row.line.hit.passage
    around = fold("\n".join((*row.header, *row.cells, *above(passage))))
    return all(name in around for name in EXACT.findall(asked))


def above(passage: Passage) -> tuple[str, ...]:
    """What stands above the tables of a passage."""
    return (passage.title, passage.source, *passage.headings, *passage.context)


def _column(
    question: str, rest: str, row: Row, cutter: Cutter, words: StaticEmbedder
) -> tuple[int, float]:
    """The column asked for, and how well its name fits: 1 if the question names it; 0, 0 if none.

    Args:
        question: The question.
        rest: What it says beside the name of the row, folded.
        row: One of the table's rows.
        cutter: Cuts text into terms.
        words: Compares names by meaning.
    """
    names = row.header[: len(row.cells)]
    scores = {column: named(name, rest) for column, name in enumerate(names) if column}
    least = 1.0
    if max(scores.values()) < 1:
        least = _ALIKE
        terms = content_terms(list(cutter.terms(rest)))
        if all(term in _ONLY_ASK for term in terms):
            return only_of_kind(question, names)
        asked = " ".join(terms)
        if matched(asked, " ".join((*names, *above(row.line.hit.passage))), words) < MATCHED:
            return 0, 0.0
        vectors = normalize(words.encode_queries([asked, *names[1:]]))
        for column, likeness in enumerate((vectors[1:] @ vectors[0]).tolist(), 1):
            if scores[column] < NAMED:
                scores[column] = likeness
    fits = {
        column: score
        for column, score in scores.items()
        if score >= least
        and may_hold(question, row.cells[0], row.header[column], row.cells[column])
    }
    fits = only_longest(fits, names)
    best = max(fits, key=lambda column: fits[column], default=0)
    return best, fits.get(best, 0.0)


def matched(asked: str, around: str, words: StaticEmbedder) -> float:
    """How well the words of a table match those of a question, in the mean."""
    rows, counts = words.token_rows([asked, around])
    one, other = rows[: counts[0]], rows[counts[0] :]
    if not len(one) or not len(other):
        return 0.0
    lengths = words.lengths(one)
    return float(lengths @ words.cosines(one, other).max(axis=1)) / float(lengths.sum())


def speaks_of(noun: str, told: str, words: StaticEmbedder, least: float) -> bool:
    """Whether a text holds a noun, a part of it or a word at least so like it."""
    if any(noun[place : place + 2] in told for place in range(max(len(noun) - 1, 1))):
        return True
    rows, counts = words.token_rows([noun, told])
    one, other = rows[: counts[0]], rows[counts[0] :]
    return not len(one) or not len(other) or float(words.cosines(one, other).max()) >= least
