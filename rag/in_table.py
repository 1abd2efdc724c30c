"""Answers that stand in a table: a cell, or what its rows say together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalize import fold
from corpus.records import Hit
from index.search import Searcher
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.finding import Finding, Line
from rag.query import Query
from rag.selected import find_selected
from rag.tables import find_cells, is_row
from rag.wanted import wanted

_COUNTED = re.compile(
    r"(?:几|多少)[个条名位项种张场]?(?P<noun>(?![块元天年月日号点])[\u4e00-\u9fff]{2})"
)


def find_in_table(
    query: Query, hits: Sequence[Hit], evidence: Evidence, searcher: Searcher, cutter: Cutter
) -> tuple[Finding, float] | None:
    """What a table answers, and how sure it is; None if other evidence is better.

    Args:
        query: The question.
        hits: The passages found.
        evidence: Their sentences, weighed.
        searcher: Knows the other passages of their documents, and the words.
        cutter: Cuts text into terms.
    """
    if not evidence.order:
        return None
    return _of_rows(query, hits, evidence, searcher) or _of_cells(
        query, hits, evidence, searcher, cutter
    )


def _of_rows(
    query: Query, hits: Sequence[Hit], evidence: Evidence, searcher: Searcher
) -> tuple[Finding, float] | None:
    """What the rows say together, unless a sentence says it: that something is the cheapest."""
    found = find_selected(query, hits, searcher.passages, searcher.segmenter, searcher.words)
    if found is None:
        return None
    best = evidence.candidates[evidence.order[0]]
    says_most = found.most and found.most in fold(best.text)
    if not is_row(best.text) and (says_most or found.sure < evidence.confidence):
        return None
    several = len(found.cells) > 1
    lines = [Line((cell.row.line,), label=cell.told, bullet=several) for cell in found.cells]
    return Finding(tuple(lines), found.short), max(found.sure, evidence.confidence)


def _of_cells(
    query: Query, hits: Sequence[Hit], evidence: Evidence, searcher: Searcher, cutter: Cutter
) -> tuple[Finding, float] | None:
    """The cell of the row and the column that the question names, of each row of that name."""
    cells = find_cells(query, hits, cutter, searcher.words)
    if not cells:
        return None
    best = evidence.candidates[evidence.order[0]]
    if not is_row(best.text):
        rows = "\n".join(line for cell in cells for line in (cell.row.line.text, *cell.row.cells))
        if cells[0].sure < evidence.confidence or _counts(query, best.text, rows):
            return None
    lines = [Line((cell.row.line,), label=cell.told, bullet=len(cells) > 1) for cell in cells]
    texts = [f"{cell.row.cells[0]}：{cell.text}" if cells[1:] else cell.text for cell in cells]
    return Finding(tuple(lines), "；".join(texts)), max(cells[0].sure, evidence.confidence)


def _counts(query: Query, sentence: str, rows: str) -> bool:
    """Whether a sentence, and none of some rows, names the noun whose number is asked for."""
    asked = _COUNTED.search(fold(query.text))
    if asked is None or wanted(query.text).measures:
        return False
    return asked["noun"] in fold(sentence) and asked["noun"] not in fold(rows)
