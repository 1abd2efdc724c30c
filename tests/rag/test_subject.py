"""What is about its own subject is told from what leaves it to the conversation."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.subject import opens_with_predicate


@pytest.mark.parametrize(
    "question",
    [
        "会费多少钱", "会展中心在哪", "会长是谁", "会所在哪", "会诊几天", "要素有哪些",
        "要闻有哪些", "会所几点开门",
        "能耗多少", "能效几级", "支持率多少", "需要层次理论是谁提出的", "会飞的鱼叫什么",
        "支持快充的手机有哪些", "需要签证的国家有哪些", "今年发布了什么政策", "去年招了哪些老师",
    ],
)  # fmt: skip
def test_a_noun_or_a_clause_before_one_is_no_predicate(question: str, segmenter: Segmenter) -> None:
    """会费 is no 会, and what tells which thing is asked about belongs to its name."""
    assert not opens_with_predicate(question, segmenter)


@pytest.mark.parametrize(
    "question",
    [
        "会不会下雨", "能退吗", "在手机上用起来卡吗",
        "要提前几天预约", "可不可以退", "需要带身份证吗", "支持微信支付吗",
        "能带自己的宠物吗", "能把公司的发票开给谁",
        "为什么不能退", "怎么没有开", "今年又修了多少台",
    ],
)  # fmt: skip
def test_a_predicate_that_opens_a_question_lacks_a_subject(
    question: str, segmenter: Segmenter
) -> None:
    """What can be done, with whatever it may be done to, is asked of the topic."""
    assert opens_with_predicate(question, segmenter)
