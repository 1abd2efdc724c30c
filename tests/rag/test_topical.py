"""A document on what a question names is asked for the rest of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.filters import Filters
from index.query import parse_query
from rag import KnowledgeBase
from rag.evidence import answerable
from rag.finding import Finding
from rag.topical import _without_subject, find_topical


def topical(
    kb: KnowledgeBase, question: str, filters: Filters | None = None, confidence: float = -1.0
) -> tuple[Finding, float] | None:
    """What is found so, with the evidence of the question as a whole."""
    found = kb._desk.retrieve(parse_query(question), 10, filters)
    evidence = kb._desk.weigh(found.query, found.hits)
    if confidence >= 0:
        evidence = replace(evidence, confidence=confidence)
    return find_topical(kb._desk, found, evidence, filters)


@pytest.mark.parametrize(
    ("question", "told", "source"),
    [
        (
            "夜航灯塔守给自己开摄像头立了哪几条规矩来着",
            "不在公共场合开",
            "day06-高级语音看得见了.md",
        ),
        (
            "冷板凳说十二天里有五样东西没到场，是哪五样？",
            "缺席的是失败率",
            "观点-发布会不等于产品.md",
        ),
    ],
)
def test_what_is_named_needs_not_be_said_again(
    question: str, told: str, source: str, kb: KnowledgeBase
) -> None:
    """An author's essay does not name its author, nor each sentence what its title names."""
    found = topical(kb, question, confidence=0.2)
    assert found is not None
    assert told in "".join(item.text for item in found[0].sentences)
    assert {item.hit.passage.source for item in found[0].sentences} == {source}


def test_it_is_as_sure_as_the_whole_question(kb: KnowledgeBase) -> None:
    """What was left out counts for whether the documents answer."""
    question = "冷板凳说十二天里有五样东西没到场，是哪五样？"
    found = kb._desk.retrieve(parse_query(question), 10, None)
    whole = kb._desk.weigh(found.query, found.hits)
    told = topical(kb, question)
    assert told is not None
    assert told[1] == answerable(found.query, whole, kb._desk.weights)


@pytest.mark.parametrize("confidence", [0.0, 0.1, 0.5, 0.9])
def test_a_question_answered_well_or_not_at_all_is_left_alone(
    confidence: float, kb: KnowledgeBase
) -> None:
    """It neither costs the sure ones time nor lifts one that would be refused."""
    question = "Canvas 老是乱删我稿子，怎么治？"
    assert topical(kb, question, confidence=confidence) is None


@pytest.mark.parametrize("question", ["Canvas", "Sora 是什么", "新加坡办公室"])
def test_nothing_is_asked_where_nothing_is_left(question: str, kb: KnowledgeBase) -> None:
    """A question that but names what a document is about asks for all of it."""
    assert topical(kb, question, confidence=0.3) is None


@pytest.mark.parametrize(
    ("title", "question", "rest"),
    [
        ("AI 周报", "AI 周报里 email 和 Gmail 怎么用", "里 email 和 gmail 怎么用"),
        ("访问控制说明", "访问控制里怎么控制权限", "里怎么控制权限"),
        ("渡口夜航", "茶园有多大", ""),
        ("4o 的分词", "gpt-4o 省多少", ""),
    ],
)
def test_only_whole_words_of_the_subject_are_left_out(
    title: str, question: str, rest: str, kb: KnowledgeBase
) -> None:
    """Neither letters within a word, nor a word again where it is asked of."""
    passage = kb.search("Canvas", k=1)[0].passage
    named = replace(passage, title=title, author="", source="一.md")
    assert " ".join(_without_subject(kb._desk.read(question), named).split()) == rest


def test_what_must_stand_or_must_not_is_not_asked_so(kb: KnowledgeBase) -> None:
    """A second look would find what the user has excluded."""
    text = kb.ask("夜航灯塔守给自己开摄像头立了哪几条规矩来着 -证件").text
    assert "不对着证件开" not in text


def test_filters_hold(kb: KnowledgeBase) -> None:
    """Nothing is looked up in a document that the user has excluded."""
    question, within = "冷板凳说十二天里有五样东西没到场，是哪五样？", Filters(source="第")
    assert "缺席的是失败率" in kb.ask(question).text
    assert topical(kb, question, within, 0.2) is None
    assert "缺席的是" not in kb.ask(question, filters=within).text


def test_without_passages_there_is_nothing(kb: KnowledgeBase) -> None:
    assert topical(kb, "Canvas 怎么用", Filters(source="没有这个文件夹/"), 0.3) is None
