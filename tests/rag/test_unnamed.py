"""Questions for a name that the answering words do not give."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from corpus.segment import Segmenter
from rag.evidence import Evidence
from rag.features import candidates_of
from rag.query import read_query
from rag.reader import Span
from rag.unnamed import asks_for_name, doubt_of_nameless


def _read(kit: SimpleNamespace, text: str, words: str) -> Evidence:
    """A sentence alone, of which some words were read."""
    items = tuple(candidates_of(kit.hits(text)))
    start = items[0].start + items[0].text.index(words)
    span = Span(start, start + len(words), 0.0)
    return Evidence(items, np.zeros(len(items), np.float32), (0,), 0.5, {0: span})


@pytest.mark.parametrize(
    ("question", "text", "read", "is_doubted"),
    [
        ("茶厂的供货商是哪家", "茶厂的茶叶来自一家供货商。", "一家供货商", True),
        ("茶厂的供货商是哪家", "茶厂的茶叶来自广州。", "广州", False),
        ("厂里的猫叫什么", "厂里养了一只猫，叫“校验”。", "校验", False),  # a noun, but in quotes
        ("厂里的猫叫什么", "厂里养了一只猫，常去厨房。", "厨房", True),
        ("厂长叫什么名字", "厂长莫清欢住在楼上。", "莫清欢", False),  # no dictionary has it
        ("哪位学者讲课", "讲课的是实验室的学者 Ann Reed。", "实验室", False),  # named beside it
        ("厂里的猫叫什么，几岁了", "厂里养了一只猫，常去厨房。", "厨房", False),  # two things
        ("厂里有几只猫", "厂里养了一只猫，常去厨房。", "一只", False),
        ("茶厂的供货商是哪家", "茶厂尚未公布供货商。", "供货商", False),  # that there is none
        ("直播要哪款pixel", "直播要用 Pixel 9。", "Pixel 9", False),  # a name by its number
        ("茶厂在哪个城市办展", "办展的地方有广州和成都。", "办展的地方", False),
        ("石料采自哪座山", "石料取自邻县的青螺山，共两千吨。", "两千吨", False),
        ("石料采自哪座山", "石料取自邻县，共两千吨。", "两千吨", True),
        ("打印店老板姓什么", "镇上有一间打印店，老板姓佘。", "打印店", False),
        ("打印店老板贵姓", "打印店的洪先生搬走了。", "打印店", False),
        ("打印店老板姓啥", "打印店老板的姓很少见。", "打印店", True),
        ("修鞋铺老板贵姓", "修鞋铺的老板是施师傅。", "修鞋铺", False),
        ("店主姓什么", "店主叫诸葛青。", "店主", False),
        ("王小明的妈妈姓什么", "王小明有个妈妈，是小学教师。", "小学教师", True),
        ("这位厂长贵姓", "厂长翻出本子，上面记着废品的原因：缩水、飞边。", "缩水、飞边", True),
    ],
)
def test_words_that_name_nothing_are_doubted(
    question: str,
    text: str,
    read: str,
    is_doubted: bool,
    kit: SimpleNamespace,
    segmenter: Segmenter,
) -> None:
    """Saying again what the question calls something, or what it does, gives no name."""
    query = read_query(question, segmenter)
    assert (doubt_of_nameless(query, _read(kit, text, read), segmenter) < 1) is is_doubted


def test_without_words_read_nothing_is_doubted(segmenter: Segmenter) -> None:
    """What was not read may hold a name."""
    evidence = Evidence((), np.zeros(0, np.float32), (), 0.0)
    query = read_query("供货商是哪家", segmenter)
    assert doubt_of_nameless(query, evidence, segmenter) == 1


def test_only_a_question_for_one_name_asks_for_it() -> None:
    """A time, a number or a second thing asked is no name."""
    assert asks_for_name("供货商是哪家")
    assert not any(map(asks_for_name, ("叫什么时候", "来了几位", "是哪家，有多少人")))
