"""Questions that describe what they ask about, which another document names."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rag import KnowledgeBase
from rag.bridge import _goes_on, described

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "年报.md": "# 轮渡公司年报\n\n全年运送旅客 410 万人次。旅客投诉最少的是柳浦港，"
    "候船室翻新过两次。公司明年打算添两条船。",
    "码头.md": "# 各港概况\n\n枫江港靠近集市，平日开出三十班船，停车位 140 个。\n\n"
    "柳浦港在老城东门外，平日开出六十二班船，停车位 90 个。\n\n石矶港只在夏天开放，泊位四个。",
    "值班.md": "# 值班表\n\n甲板部由冷秋实带队，轮机部由管宁静带队。\n\n"
    "# 例会\n\n提议改用太阳能浮标的是冷秋实，会上没有通过。",
    "培训.md": "# 救生培训\n\n去年的救生考核由四人补考。冷秋实补考游泳，因为腿伤没赶上第一次；"
    "其他三人补考急救。",
}


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("投诉最少的那个码头，每天开多少班船？", ("投诉最少的那个码头", "每天开多少班船？")),
        ("浮标改装那天，谁在值班", ("浮标改装那天", "谁在值班")),
        ("会上提过一种浮标，那种浮标多少钱", ("会上提过一种浮标", "那种浮标多少钱")),
        ("投诉最少的那个码头每天开多少班船？", None),
        ("票价是多少，什么时候开船？", None),  # two things
        ("想坐船去石矶，要几点到码头", None),  # nothing is described
        ("开船前先等一下，好吗", None),
    ],
)
def test_the_clause_that_describes(question: str, clauses: tuple[str, str] | None) -> None:
    """Only what one clause describes and another asks about is looked for over a bridge."""
    found = described(question)
    assert (found and (found.description, found.asking)) == clauses


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("年报里旅客投诉最少的那个港，平日开出多少班船", "投诉最少的是柳浦港", "六十二班船"),
        ("提议改用太阳能浮标的那位，游泳补考是什么原因", "提议改用太阳能浮标", "腿伤"),
    ],
)
def test_the_name_is_found_and_then_the_answer(
    question: str, first: str, second: str, shelf: KnowledgeBase
) -> None:
    """The answer shows where the name comes from and quotes what is told under it, citing both."""
    answer = shelf.ask(question)
    assert first in answer.text
    assert second in answer.text
    assert answer.text.index(first) < answer.text.index(second)
    assert len({citation.passage.document_id for citation in answer.citations}) == 2


def test_what_is_told_of_another_is_no_answer(shelf: KnowledgeBase) -> None:
    """A sentence that holds no name of the bridge is not told behind it."""
    answer = shelf.ask("年报里旅客投诉最少的那个港，泊位有几个")
    assert "四个" not in answer.text


def test_what_the_next_sentence_answers_needs_no_bridge(
    kit: SimpleNamespace,
) -> None:
    """The description and the answer stand next to each other, and the second best answers."""
    question = "练长笛那位邻居，一口气吹了多长时间？"
    evidence = kit.evidence(question, "邻居练长笛，一口气吹完整支曲子。前后用了十二分钟。")
    first, second = evidence.candidates
    assert _goes_on(question, replace(evidence, order=(0, 1)))
    assert not _goes_on(question, replace(evidence, order=(1, 0)))
    assert not _goes_on("练长笛那位邻居，住哪里", replace(evidence, order=(0, 1)))
    assert second.follows(first)


def test_a_question_that_is_answered_stays(
    shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name is looked for where one sentence answers well."""
    question = "在老城东门外的那个柳浦港，停车位有多少个"
    assert shelf.ask(question).confidence >= 0.4
    monkeypatch.setattr("rag.bridge._first", lambda *_: pytest.fail("looked for a bridge"))
    assert "停车位 90 个" in shelf.ask(question).text
