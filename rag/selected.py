"""Questions over the whole of a table: the row with the most, those of a value, a column of all.

哪款最便宜, 哪些支持快充, 各卖多少钱, 哪一项今年比去年低: no sentence says it, yet each row is part
of it. The things asked for must be what the table is of, its column named or of the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.normalize import fold
from corpus.records import Hit, Passage
from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag.asked_rows import asks_each, asks_which, most_asked, things_asked
from rag.columns import named
from rag.query import Query
from rag.ranked_rows import more_rows, most_of_row, most_row
from rag.rows import Table, tables_of
from rag.table_question import Selected, TableQuestion
from rag.valued_rows import each_row, valued_rows

_OTHER_KINDS = frozenset(("reason", "method", "definition", "yesno"))


def find_selected(
    query: Query,
    hits: Sequence[Hit],
    passages_of: Callable[[str], Sequence[Passage]],
    segmenter: Segmenter,
    words: StaticEmbedder,
) -> Selected | None:
    """What the rows of a whole table answer together; None if nothing is asked of them.

    Args:
        query: The question.
        hits: The passages found.
        passages_of: All passages of a document by its id.
        segmenter: Cuts text into terms and tells nouns.
        words: Tells how like a table is to what is asked for.
    """
    folded = fold(query.text)
    if query.kind in _OTHER_KINDS:
        return None
    if not (asks_which(folded) or asks_each(folded) or most_asked(folded)):
        return None
    asked = TableQuestion(query, folded, things_asked(folded, segmenter), words, segmenter.terms)
    best: Selected | None = None
    for table in tables_of(hits, passages_of):
        found = _of_table(asked, table)
        if found and (best is None or found.sure > best.sure):
            best = found
    return best


def _of_table(asked: TableQuestion, table: Table) -> Selected | None:
    most = most_asked(asked.folded)
    row = next((row for row in table.rows if named(row.cells[0], asked.folded) >= 1), None)
    if row:
        return most_of_row(asked, table, row, most) if most else None
    if most:
        return most_row(asked, table, most)
    return more_rows(asked, table) or valued_rows(asked, table) or each_row(asked, table)
