"""Follow-up questions are filled in, others are left alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.segment import Segmenter
from rag import KnowledgeBase
from rag.dialogue import resolve

FOLLOW_UPS = [
    (["武夷山的红茶产量是多少？"], "那祁门呢？", {"红茶", "产量", "多少", "祁门"}),
    (["图书馆什么时候开门？"], "周末呢", {"图书馆", "开门", "周末"}),
    (["跨海大桥有多长？"], "它是谁设计的？", {"大桥", "设计"}),
    (["跨海大桥有多长？"], "它用了多少万吨钢材和多少立方米的混凝土来建造桥墩", {"大桥", "混凝土"}),
    (["跨海大桥在哪里"], "这座桥什么时候通车", {"大桥", "通车"}),
    (["介绍一下正山小种"], "这个名字怎么来的？", {"小种", "名字"}),
    (["正山小種是什麼茶"], "為什麼？", {"小种", "为什么"}),
    (["What is the Harbour Bridge?"], "Who designed it?", {"harbour", "bridge", "designed"}),
    (["天文台有哪些望远镜？"], "其中最大的是哪台", {"望远镜", "天文台"}),
]
INDEPENDENT = [
    "跨海大桥有多长？",
    "武夷山的正山小种是用什么木头熏制出来的",
    "《茶经》这本书是谁写的",
    "ISO 9001 这个标准有哪些要求",
    "“云栖”那款绿茶多少钱",
    "其他国家的红茶产量是多少",
    "吉他怎么调音",
    "什么是杀青",
    "How long is the Harbour Bridge?",
]


@pytest.mark.parametrize(("history", "question", "needed"), FOLLOW_UPS)
def test_a_follow_up_carries_the_topic(
    history: list[str], question: str, needed: set[str], segmenter: Segmenter
) -> None:
    """What is searched for names the topic of the conversation and keeps the new words."""
    resolved = resolve(question, history, segmenter)
    assert question in resolved
    assert needed <= set(segmenter.terms(resolved))


@pytest.mark.parametrize("question", INDEPENDENT)
def test_an_independent_question_is_not_touched(question: str, segmenter: Segmenter) -> None:
    """A question that names its own topic must not be mixed with the last one."""
    history = ["图书馆什么时候开门？", "食堂的早餐多少钱一份？"]
    assert resolve(question, history, segmenter) == question


@pytest.mark.parametrize("seed", range(5))
def test_sample_questions_stand_alone_in_any_order(
    seed: int, dev_questions: list[dict[str, object]], segmenter: Segmenter
) -> None:
    """No order of unrelated questions changes one of them.

    Those with 它 are left out: their words alone do not tell whether it points within the
    question or back.
    """
    alone = [str(item["question"]) for item in dev_questions if not item.get("history")]
    random.Random(seed).shuffle(alone)
    changed = [
        question
        for number, question in enumerate(alone)
        if "它" not in question and resolve(question, alone[:number], segmenter) != question
    ]
    assert len(alone) > 40
    assert changed == []


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_without_a_history_nothing_changes(segmenter: Segmenter, question: str) -> None:
    """The first question of a conversation is taken as it stands."""
    assert resolve(question, [], segmenter) == question


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3))
def test_the_question_itself_is_always_kept(
    segmenter: Segmenter, question: str, history: list[str]
) -> None:
    """Filling in adds words and never takes any away, whatever came before."""
    assert question.strip() in resolve(question, history, segmenter)


def test_a_history_without_words_adds_nothing(segmenter: Segmenter) -> None:
    """Greetings and punctuation before a question are no topic."""
    assert resolve("它多长？", ["？", "", "的"], segmenter) == "它多长？"


def test_a_chain_of_follow_ups_keeps_its_topic(kb: KnowledgeBase, segmenter: Segmenter) -> None:
    """Each question is filled in from the ones before as understood, not as typed."""
    turns = ["武夷山的红茶产量是多少？", "那祁门呢？", "那政和呢？", "坦洋呢？"]
    answer = kb.ask("滇红呢？", [(turn, "") for turn in turns])
    assert {"红茶", "产量"} <= set(segmenter.terms(answer.question_resolved))
    assert answer.question == "滇红呢？"
