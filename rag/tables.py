"""Questions that a cell of a table answers: the row by its name, the column by what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.asked import content_terms
from index.embed import StaticEmbedder, normalize
from rag.cutting import Cutter
from rag.features import Candidate, candidates_of
from rag.query import Query
from rag.wanted import wanted

_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_CELL = re.compile(r"\s*\|\s*")
_ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]")
_SNAPSHOT = re.compile(r"[-_ ]?(?:19|20)\d\d[-/.]?\d\d(?:[-/.]?\d\d)?$")  # gpt-x-2024-05-13
_NOTHING = frozenset(("", "-", "—", "–", "/", "无数据", "n/a"))
_HARDLY_CELLS = frozenset(("method", "definition"))  # unless the question names the column
_REASON = re.compile(r"[原理起]因|理由|缘由|reason|cause")
_ALIKE = 0.3  # cosine from which a header may be what is asked for
_NAMED = 0.75  # share of a name's characters that the question holds
_MATCHED = 0.3  # how well a table must match the question, where it does not name the column
_GIVES = {
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
_ONLY_ASK = frozenset(("钱", "价格", "价钱", "费用", "花费", "收费", "卖", "花", "买"))
_UNIT = re.compile(r"[（(]([^（）()]{1,4})[）)]")
_ROWS = 4  # that one name may stand for
_SURE, _LIKELY = 0.7, 0.5
_EXACT = re.compile(r"[a-z][a-z0-9.+-]*|\d+(?:\.\d+)+|(?<!\d)(?:19|20)\d\d(?!\d)")


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
        unit = _UNIT.search(self.name) or _UNIT.search(self.row.cells[0])
        if unit and re.fullmatch(r"[\d.,]+", text):
            return text + ("" if unit.group(1) in "%％‰" else " ") + unit.group(1)
        return text


def is_row(text: str) -> bool:
    """Whether a sentence is a row of a table."""
    return " | " in text


def rows_of(hits: Sequence[Hit]) -> Iterator[Row]:
    """The rows of the tables in some passages that have a header, each once."""
    for item in candidates_of(hits):
        if is_row(item.text) and (header := _header_of(item)):
            cells = _cells(item.text)
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
        named = max(_named(row.cells[0], asked), _said(row.cells[0], asked, cutter))
        if named < _NAMED or not _knows_all(asked, row):
            continue
        rest = asked.replace(_plain(row.cells[0]), " ")
        column, likeness = _column(query.text, rest, row, cutter, words)
        beside = query.kind in _HARDLY_CELLS and likeness < 1
        beside |= query.kind == "reason" and not _REASON.search(fold(row.header[column]))
        if column and not beside and row.cells[column] not in _NOTHING:
            sure = _SURE if likeness >= 1 else _LIKELY
            best.append((named + likeness, Cell(row, column, sure)))
    top = max((score for score, _ in best), default=0.0) - 0.01
    cells = [cell for score, cell in best if score >= top]
    same = [cell for cell in cells if cell.row.header == cells[0].row.header]
    return tuple(same) if len(same) <= _ROWS else ()


def _header_of(item: Candidate) -> tuple[str, ...]:
    """The header above a row: in its passage, else in what the passage needs from above."""
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


def _plain(name: str) -> str:
    """A name without its aside and the date of its version: o1 of o1-2024-12-17."""
    folded = fold(_ASIDE.sub("", name)).strip()
    return _SNAPSHOT.sub("", folded) or folded


def _named(name: str, asked: str) -> float:
    """How much of a name a question holds: 1 if all of it, as a name of its own."""
    plain = _plain(name)
    if not plain or plain.isdigit():
        return 0.0
    before = r"(?<![a-z0-9.-])" if plain[0].isascii() else ""
    behind = r"(?![a-z0-9]|[.-][a-z0-9])" if plain[-1].isascii() else ""
    if re.search(before + re.escape(plain) + behind, asked):
        return 1.0
    if plain.isascii():
        return 0.0
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return len([pair for pair in pairs if pair in asked]) / max(len(pairs), 1)


def _said(name: str, asked: str, cutter: Cutter) -> float:
    """Whether a question holds all words of a name, two at least: 需要多少样本 says 需要的样本."""
    words = content_terms(list(cutter.terms(_plain(name))))
    return _NAMED if len(words) > 1 and all(word in asked for word in words) else 0.0


def _knows_all(asked: str, row: Row) -> bool:
    """Whether every Latin name, version and year of a question stands at the table."""
    passage = row.line.hit.passage
    around = fold("\n".join((*row.header, *row.cells, *_above(passage))))
    return all(name in around for name in _EXACT.findall(asked))


def _above(passage: Passage) -> tuple[str, ...]:
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
    scores = {column: _named(name, rest) for column, name in enumerate(names) if column}
    least = 1.0
    if max(scores.values()) < 1:
        least = _ALIKE
        terms = content_terms(list(cutter.terms(rest)))
        if all(term in _ONLY_ASK for term in terms):
            return _only_of_kind(question, names)
        asked = " ".join(terms)
        if _matched(asked, " ".join((*names, *_above(row.line.hit.passage))), words) < _MATCHED:
            return 0, 0.0
        vectors = normalize(words.encode_queries([asked, *names[1:]]))
        for column, likeness in enumerate((vectors[1:] @ vectors[0]).tolist(), 1):
            if scores[column] < _NAMED:
                scores[column] = likeness
    fits = {
        column: score
        for column, score in scores.items()
        if score >= least and _may_hold(question, row, column)
    }
    best = max(fits, key=lambda column: fits[column], default=0)
    return best, fits.get(best, 0.0)


def _only_of_kind(question: str, names: Sequence[str]) -> tuple[int, float]:
    """The one column whose name is of the kind asked for: 单价 for 多少钱."""
    pattern = _GIVES.get(wanted(question).kind)
    found = [n for n, name in enumerate(names) if n and pattern and pattern.search(fold(name))]
    return (found[0], _NAMED) if len(found) == 1 else (0, 0.0)


def _matched(asked: str, around: str, words: StaticEmbedder) -> float:
    """How well the words of a table match those of a question, in the mean."""
    vectors, counts = words.token_vectors([asked, around])
    one, other = vectors[: counts[0]], vectors[counts[0] :]
    if not len(one) or not len(other):
        return 0.0
    lengths = np.linalg.norm(one, axis=1)
    return float(lengths @ (normalize(one) @ normalize(other).T).max(axis=1)) / float(lengths.sum())


def _may_hold(question: str, row: Row, column: int) -> bool:
    """Whether a cell, read with the names of its row and column, gives what is asked for."""
    asked_for = wanted(question)
    text = f"{row.cells[0]} {row.header[column]} {row.cells[column]}"
    pattern = _GIVES.get(asked_for.kind)
    if pattern is not None and not pattern.search(fold(text)):
        return False
    counts = (
        asked_for.unit
        and re.search(r"\d", row.cells[column])
        and not _named(row.header[column], asked_for.asked)
    )
    return not counts or asked_for.unit in text
