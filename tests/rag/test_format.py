"""Answers and hits as JSON objects: the documented fields, no others."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from corpus.parts import Part
from corpus.records import Answer, Citation, Hit, Passage
from rag import KnowledgeBase
from rag.answer import Question, refuse
from rag.format import FORMAT, answer_record, citation_record, hit_record

ANSWER = [
    "format", "id", "question", "question_resolved", "answer", "short", "refused", "reason",
    "confidence", "citations", "hits", "timings_ms",
]  # fmt: skip
CITATION = [
    "number", "source", "title", "author", "published", "url", "document_id", "passage_id", "quote",
    "start", "end", "passage", "context", "parent", "page", "locator",
]  # fmt: skip
HIT = [
    "rank", "source", "passage_id", "start", "end", "passage", "context", "parent", "page",
    "locator", "score", "signals",
]  # fmt: skip
FULL = Passage(
    "p1", "d1", "茶/甲.md", "绿茶。红茶。", 10, 16, ((10, 13), (13, 16)),
    "茶", "2024-05-01", ("种类",), 3, "陆羽", "https://tea.example/1", ("茶有两种：",), (0, 40),
    (Part(10, 13, "page", "3"), Part(13, 16, "page", "4")),
)  # fmt: skip
BARE = Passage(
    "p1", "d1", "茶/甲.md", "绿茶。红茶。", 10, 16, ((10, 13), (13, 16)), parent=(10, 16)
)


def test_an_answer_has_the_documented_fields(kb: KnowledgeBase) -> None:
    """In the documented order; ``id`` only if there is one, ``reason`` only on a refusal."""
    answer = kb.ask("蒸馏 distillation 是什么意思？")
    assert not answer.refused
    assert answer.short
    record = answer_record(answer)
    assert list(record) == [name for name in ANSWER if name not in ("id", "reason")]
    assert list(answer_record(answer, "q-1")) == [name for name in ANSWER if name != "reason"]
    assert answer_record(answer, "q-1")["id"] == "q-1"
    assert record["format"] == FORMAT == 1


def test_fields_hold_what_the_answer_holds(kb: KnowledgeBase) -> None:
    """Nothing is lost or renamed on the way to JSON."""
    answer = kb.ask("蒸馏 distillation 是什么意思？")
    record = answer_record(answer)
    assert record["question"] == answer.question
    assert record["question_resolved"] == answer.question_resolved
    assert record["answer"] == answer.text
    assert record["short"] == answer.short
    assert record["refused"] is False
    assert record["confidence"] == pytest.approx(answer.confidence, abs=1e-4)
    assert record["timings_ms"] == dict(answer.timings_ms)
    assert record["citations"] == [citation_record(item) for item in answer.citations]
    assert record["hits"] == [hit_record(item) for item in answer.hits]
    assert len(record["hits"]) == 10


def test_a_refusal_has_a_reason_and_no_short(kit: SimpleNamespace) -> None:
    """``citations`` is there and empty, so that a reader need not ask whether it is."""
    answer = refuse(Question("茶？", "茶？"), 0.25, kit.hits("绿茶。"), {"total": 1.0}, "zh")
    record = answer_record(answer)
    assert list(record) == [name for name in ANSWER if name not in ("id", "short")]
    assert record["reason"] == "no evidence"
    assert record["citations"] == []
    assert record["confidence"] == 0.25


def test_a_citation_has_the_documented_fields() -> None:
    """All of them where there is something to say; page and locator are those of the quote."""
    record = citation_record(Citation(2, FULL, "红茶。", 13, 16))
    assert list(record) == CITATION
    assert record == {
        "number": 2, "source": "茶/甲.md", "title": "茶", "author": "陆羽",
        "published": "2024-05-01", "url": "https://tea.example/1",
        "document_id": "d1", "passage_id": "p1", "quote": "红茶。", "start": 13, "end": 16,
        "passage": "绿茶。红茶。", "context": ["茶有两种："], "parent": [0, 40],
        "page": 4, "locator": "p. 4 · 种类",
    }  # fmt: skip


def test_fields_that_do_not_apply_are_absent() -> None:
    """No null and nothing empty stands for what is missing, nor a parent for the passage itself."""
    absent = {"title", "author", "published", "url", "context", "parent", "page", "locator"}
    record = citation_record(Citation(1, BARE, "绿茶。", 10, 13))
    assert list(record) == [name for name in CITATION if name not in absent]
    assert list(hit_record(Hit(1, BARE, 0.0))) == [name for name in HIT if name not in absent]


def test_a_start_of_zero_is_kept() -> None:
    """Zero is a value, not an absence."""
    passage = replace(FULL, start=0, end=6, sentences=((0, 3), (3, 6)))
    record = citation_record(Citation(1, passage, "绿茶。", 0, 3))
    assert record["start"] == 0
    empty = answer_record(Answer("", "", "请输入", refused=True, reason="empty"))
    assert empty["confidence"] == 0
    assert empty["question"] == ""


def test_a_hit_has_the_documented_fields(kb: KnowledgeBase) -> None:
    """Rank, place, text, score, and the signals the score was made of."""
    record = hit_record(kb.search("蒸馏", 1)[0])
    assert set(record) <= set(HIT)
    assert record["rank"] == 1
    assert {"bm25", "dense"} <= set(record["signals"])
    full = hit_record(Hit(1, FULL, 0.5))
    assert list(full) == HIT
    assert (full["page"], full["locator"]) == (3, "p. 3 · 种类")


def test_records_survive_json(kb: KnowledgeBase, dev_questions: list[dict[str, object]]) -> None:
    """Plain values only: what is read back equals what was written, without NaN."""
    for item in dev_questions[:10]:
        record = answer_record(kb.ask(str(item["question"])), str(item["id"]))
        assert json.loads(json.dumps(record, ensure_ascii=False, allow_nan=False)) == record
