"""RGB and DragonBall in their published layouts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import QuestionError
from eval.load import QuestionSetError
from eval.sets import read_set


def lines(path: Path, *values: Any) -> Path:
    text = "\n".join(json.dumps(item, ensure_ascii=False) for item in values)
    path.write_text(text, encoding="utf-8")
    return path


def test_rgb(tmp_path: Path) -> None:
    """Protects RGB's three kinds of files: aliases, several answers, wrong passages."""
    path = lines(
        tmp_path / "zh.json",
        {"id": 0, "query": "何时？", "answer": [["1月2日", "1月02日"]],
         "positive": ["会议于1月2日举行。"], "negative": ["别的会议。"]},
        {"id": 1, "query": "哪两天？", "answer": ["1月3日", "1月12日"],
         "positive": [["宣誓在1月3日。"], ["首次会议在1月12日。"]], "negative": []},
        {"id": 2, "query": "谁？", "answer": "甲", "positive": ["是甲。"],
         "positive_wrong": ["是乙。"], "negative": ["别的会议。"], "fakeanswer": "乙"},
    )  # fmt: skip
    found = read_set(path, "rgb")
    assert len(found.documents or {}) == 6  # the same noise twice is one document
    first, second, third = found.questions
    assert first.answers == (("1月2日", "1月02日"),)
    assert second.answers == (("1月3日",), ("1月12日",))
    assert [item.match for item in found.questions] == ["all"] * 3
    assert [len(item.evidence) for item in found.questions] == [1, 2, 1]
    assert third.evidence[0].quote == "是甲。"
    with pytest.raises(QuestionSetError, match="positive"):
        read_set(lines(tmp_path / "bad.json", {"id": 0, "query": "？", "answer": "甲"}), "rgb")


def test_dragonball(tmp_path: Path) -> None:
    """Protects DragonBall: one language, references as evidence, the unsolvable without answer."""
    lines(
        tmp_path / "dragonball_docs.jsonl",
        {"domain": "Finance", "language": "zh", "doc_id": 5, "company_name": "某公司",
         "content": "某公司成立于2005年。\n总部位于北京。"},
        {"domain": "Finance", "language": "en", "doc_id": 6, "company_name": "Some",
         "content": "Founded in 2005."},
    )  # fmt: skip

    def asked(number: int, kind: str, answer: str, references: list[str], language: str = "zh"):  # type: ignore[no-untyped-def]
        return {
            "domain": "Finance",
            "language": language,
            "query": {"query_id": number, "query_type": kind, "content": "问？"},
            "ground_truth": {"doc_ids": [5], "content": answer, "references": references,
                             "keypoints": []},
        }  # fmt: skip

    lines(
        tmp_path / "dragonball_queries.jsonl",
        asked(0, "无关无解问", "无法回答", []),
        asked(1, "事实性问题", "2005年。", ["某公司成立于2005年。"]),
        asked(2, "Factual Question", "2005.", [], "en"),
        asked(3, "事实性问题", "北京。", ["不在文中。"]),
    )
    found = read_set(tmp_path, "dragonball")
    none, year, place = found.questions
    assert len(found.documents or {}) == 1
    assert (none.answers, none.type) == ((), "无关无解问")
    assert year.answers == (("2005年",),)
    assert year.evidence[0].quote == "某公司成立于2005年。"
    assert "北京" in place.evidence[0].quote
    (tmp_path / "dragonball_docs.jsonl").unlink()
    with pytest.raises(QuestionError, match=r"holds no dragonball_docs\.jsonl"):
        read_set(tmp_path, "dragonball")
