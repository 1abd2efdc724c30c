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
    found = [(table, _of_table(asked, table)) for table in tables_of(hits, passages_of, folded)]
    known = [(table, one) for table, one in found if one]
    if not known:
        return None
    best, chosen = max(known, key=lambda item: item[1].sure)
    alike = [table for table, _ in found if _is_like(table, best)]
    if not alike[1:]:
        return chosen
    meant = _meant(folded, alike)
    return next((one for table, one in known if table is meant), None)


def _is_like(table: Table, other: Table) -> bool:
    """Whether two tables of a document have the same columns: one a quarter, a region."""
    one, two = table.rows[0], other.rows[0]
    same = one.line.hit.passage.document_id == two.line.hit.passage.document_id
    return same and one.header == two.header


def _meant(asked: str, tables: Sequence[Table]) -> Table | None:
    """That of some tables above which a question's words stand and above the others not."""
    above = [fold("\n".join(table.rows[0].line.hit.passage.headings)) for table in tables]
    pairs = {asked[n : n + 2] for n in range(len(asked) - 1)}
    said = [sum(pair in text for pair in pairs) for text in above]
    best = [table for table, count in zip(tables, said, strict=True) if count == max(said)]
    return best[0] if len(best) == 1 else None


def _of_table(asked: TableQuestion, table: Table) -> Selected | None:
    most = most_asked(asked.folded)
    row = next((row for row in table.rows if named(row.cells[0], asked.folded) >= 1), None)
    if row:
        return most_of_row(asked, table, row, most) if most else None
    if most:
        return most_row(asked, table, most)
    return more_rows(asked, table) or valued_rows(asked, table) or each_row(asked, table)
