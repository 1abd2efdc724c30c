"""The database, read: exact records, and readers that see one state."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import CorruptError, KnowledgeBaseError
from corpus.load import make_document
from corpus.records import Document, Passage
from index.rows import document_row, passage_row
from index.store import Reader
from index.writer import Writer


def store_text(
    writer: Writer, source: str, text: str, page: int | None = None
) -> tuple[Document, list[Passage]]:
    """Put a document into the first generation."""
    document = make_document(text, source)
    passages = cut_passages(document, ChunkSettings())
    passages = [replace(passages[0], page=page), *passages[1:]]
    with writer.transaction():
        rows = [passage_row(passage) for passage in passages]
        writer.insert(document_row(document), (-1, -1), rows, (), writer.next_passage(), 1)
    return document, passages


@pytest.fixture
def writer(tmp_path: Path) -> Any:
    with closing(Writer(tmp_path)) as opened:
        yield opened


def test_records_come_back_as_they_were(writer: Writer) -> None:
    """Every field survives the database, spans and marks included."""
    head = "# 题 𝒳\n作者：张三\n日期：2024-12-05\n来源：某报\n\n"
    raw = head + "## 节\n第一句。𠀀第二句！\n\n点赞、在看\n"
    document, passages = store_text(writer, "目录/文 件.md", raw, page=7)
    assert document.marks
    assert list(writer.documents(1)) == [document]
    assert writer.document(document.id, 1) == document
    assert [writer.document_at(number) for number in writer.document_numbers(1)] == [document]
    rows = dict(writer.passages_of(1))
    assert list(rows.values()) == passages
    assert writer.passages(list(rows)) == passages
    known = writer.known(1)["目录/文 件.md"]
    assert (known.id, known.content_hash) == (document.id, document.content_hash)
    assert writer.counts(1) == (1, len(document.text))
    assert (writer.counts(0), writer.known(0), list(writer.documents(0))) == ((0, 0), {}, [])


def test_passages_come_in_the_order_asked_for(writer: Writer) -> None:
    """Hits are sorted by score, not by row; there may be more than a statement can name."""
    text = "\n\n".join(f"# 第{n}节\n这是第{n}节的内容。" for n in range(1300))
    store_text(writer, "a.md", text)
    numbers = [number for number, _ in writer.passages_of(1)]
    assert len(numbers) > 1200
    backwards = writer.passages(numbers[::-1])
    assert [passage.start for passage in backwards] == sorted(
        (passage.start for passage in backwards), reverse=True
    )


def test_a_missing_passage_is_told(writer: Writer) -> None:
    """Search structures that do not belong to the database must not be half answered."""
    with pytest.raises(CorruptError, match=r"passage 99 is missing; .*--repair"):
        writer.passages([99])


def test_a_reader_cannot_write(tmp_path: Path, writer: Writer) -> None:
    """Only a build, under the lock, changes the truth."""
    store_text(writer, "甲", "甲。")
    with closing(Reader(tmp_path)) as reader, pytest.raises(KnowledgeBaseError, match="readonly"):
        list(reader.select("DELETE FROM documents"))
