"""A question of several clauses is asked clause by clause, but for those that ask nothing."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.clauses import clauses_of

ASKED = [
    (
        "仓库周末开不？钥匙在谁那儿",
        ["仓库周末开不", "钥匙在谁那儿"],
    ),
    (
        "合同寄了没，一共几份",
        ["合同寄了没", "一共几份"],
    ),
    (
        "这批茶是啥味道，买来干嘛",
        ["这批茶是啥味道", "这批茶买来干嘛"],
    ),
    (
        "帮我看看张三的工号，还有李四哪天入职",
        ["张三的工号是什么", "李四哪天入职"],
    ),
    (
        "麻烦查一下五一的放假安排，还有食堂的开放时间",
        ["五一的放假安排是什么", "食堂的开放时间是什么时候"],
    ),
    (
        "请问押金交多少，另外几天能退，谢谢",
        ["押金交多少", "押金几天能退"],
    ),
    (
        "帮我查两个数：去年赔了多少，还有展会签下来的总金额",
        ["去年赔了多少", "展会签下来的总金额是多少"],
    ),
    (
        "养猫这件事，旧版怎么规定的、修订以后又怎么规定",
        ["旧版怎么规定的", "养猫这件事，修订以后又怎么规定"],
    ),
    (
        "两个关于食堂的问题。早饭几点开始？晚饭要预订吗？",
        ["早饭几点开始", "晚饭要预订吗"],
    ),
    (
        "o1 在 AIME 上拿了多少分？o3 呢",
        ["o1 在 AIME 上拿了多少分", "o3 在 AIME 上拿了多少分"],
    ),
    (
        "赵师傅去年修了多少台机器，今年又修了多少台",
        ["赵师傅去年修了多少台", "赵师傅今年又修了多少台"],
    ),
    (
        "房租每月多少？老许在会上怎么说，合同里又怎么写",
        ["老许在会上说，房租每月多少", "合同里说，房租每月多少"],
    ),
    (
        "有没有人知道 Sora 多少钱，什么时候上线？",
        ["Sora 多少钱", "Sora 什么时候上线"],
    ),
    (
        "我有几个问题：一是价格多少，二是什么时候上线",
        ["价格多少", "什么时候上线"],
    ),
    (
        "哪些模型支持函数调用，哪些不支持？",
        ["哪些模型支持函数调用", "哪些模型不支持函数调用"],
    ),
    (
        "为什么还有人用 GPT-4，以及谁在用？",
        ["为什么还有人用 GPT-4", "GPT-4谁在用"],
    ),
    (
        "查下会费标准，另外几号截止",
        ["会费标准是", "几号截止"],
    ),
]
WHOLE = [
    "有没有人知道，Sora 多少钱？",
    "有个词直译成了袜子，说是预告里用过，那条预告是哪天发的？",
    "我用的是旧款，听说新款出了，哪天开卖？",
    "几百份合同，谁来归档？",
    "好几个人说过，会费是多少？",
    "会费是多少？我先谢过各位老师，明天再来问",
]


@pytest.mark.parametrize(("question", "asked"), ASKED)
def test_each_clause_that_asks_is_a_part(
    question: str, asked: list[str], segmenter: Segmenter
) -> None:
    """What leads to a clause goes with it, and what is only asked for is asked."""
    parts = clauses_of(question, segmenter)
    assert len(parts) == len(asked)
    for part, text in zip(parts, asked, strict=True):
        assert text in part.text.rstrip("？")


@pytest.mark.parametrize(
    "question",
    [
        "说明书丢了，另外怎么补", "讲座取消了，另外怎么退票", "列车晚点了，还有几班",
        "查体要空腹，另外几点开始",
        "看电影三十元，另外怎么订座", "请讲师三千元，另外怎么付款", "找零不够，另外怎么办",
    ],
)  # fmt: skip
def test_a_word_that_begins_like_a_bid_asks_nothing(question: str, segmenter: Segmenter) -> None:
    """说明书 is no 说, and what somebody does (看电影三十元) is not what one is bid to do."""
    assert clauses_of(question, segmenter) == ()


@pytest.mark.parametrize("question", WHOLE)
def test_a_question_of_which_one_clause_asks_stays_whole(
    question: str, segmenter: Segmenter
) -> None:
    """Clauses that tell, and words behind the question, make no second question."""
    assert clauses_of(question, segmenter) == ()


def test_the_first_may_be_asked_without_what_leads_to_it(segmenter: Segmenter) -> None:
    """A heading before a colon need not be said where the answer is."""
    first, _ = clauses_of("比一下两边：甲厂攒了多少条记录，乙厂用了多少病例？", segmenter)
    assert first.others == ("甲厂攒了多少条记录",)


def test_a_place_asked_for_may_be_pointed_at(segmenter: Segmenter) -> None:
    """那里 is where the answer of the clause before says."""
    _, second = clauses_of("失物会送去哪个站？我下班后去拿，那里几点关门", segmenter)
    assert second.after == "我下班后去拿，\0几点关门"


def test_what_led_to_the_first_clause_may_lead_to_the_next(segmenter: Segmenter) -> None:
    """对照表里是多少 does not say of what, though it names something of its own."""
    _, other = clauses_of("新茶的评审得分，按旧表算多少分？对照表里又是多少？", segmenter)
    assert "新茶的评审得分，对照表里是多少？" in other.others
    assert other.whole == "新茶的评审得分，按旧表算多少分，对照表里是多少？"
