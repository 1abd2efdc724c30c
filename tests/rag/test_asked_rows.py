"""What questions ask of the rows of a table."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.asked_rows import asks_each, asks_less, asks_which, is_counted, most_asked, things_asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("哪款手机最便宜", "最便宜"),
        ("续航最长的是哪个", "最长"),
        ("最近有哪些手机上市", ""),
        ("最后一项是哪个", ""),
        ("手机最多能存几个号码", ""),
        ("最高可享多少优惠", ""),
        ("最贵的和最便宜的分别是哪款", ""),  # two things are asked
    ],
)
def test_superlatives(asked: str, said: str) -> None:
    """Not every 最 compares the rows of a table."""
    most = most_asked(asked)
    assert (most.said if most else "") == said


def test_the_kind_and_direction_of_a_superlative() -> None:
    """A dear thing has much money; a fast one little time, but much speed."""
    questions = ("哪款最贵", "哪款最快", "哪项最早", "票价最高的是哪种")
    dear, fast, early, high = filter(None, map(most_asked, questions))
    assert dear.is_of("价格（元）", "30")
    assert not dear.is_of("重量（克）", "30")
    assert fast.least("充电时间")
    assert not fast.least("最高时速")
    assert early.is_of("截止", "3 月 9 日")
    assert not early.is_of("时长（月）", "3")
    assert high.is_of("价格", "30 元")  # a price, as the question says
    assert not high.is_of("人数", "30")


def test_ranks_and_days_have_no_most() -> None:
    """The first is the highest; a date is early or late, neither much nor little."""
    high = most_asked("哪支队伍最高")
    assert high is not None
    assert high.is_of("得分", "30") is None
    assert high.is_of("排名", "3") is False
    assert high.is_of("场次", "3-5") is False


@pytest.mark.parametrize(
    ("asked", "number", "is_met"),
    [
        ("哪三个城市人口最多", 1, False),
        ("人口最多的两座城市是哪里", 2, True),
        ("得分前五的球队有哪些", 1, False),
        ("名额第二多的是哪个", 1, False),
        ("哪一个城市人口最多", 1, True),
        ("三亚和昆明哪个最热", 1, True),
    ],
)
def test_as_many_as_are_asked_for(asked: str, number: int, is_met: bool) -> None:
    """One is no answer to which three."""
    assert is_counted(asked, number) is is_met


@pytest.mark.parametrize(
    ("asked", "things"),
    [
        ("哪款手机电池最大", ("手机电池",)),
        ("年降水最少的城市是哪个", ("城市",)),
        ("各项任务的截止日期", ("任务",)),
        ("截止最晚的是哪一项", ()),
        ("有几种颜色", ("颜色",)),
        ("什么时候开门", ()),
    ],
)
def test_the_things_asked_for(asked: str, things: tuple[str, ...], segmenter: Segmenter) -> None:
    """The nouns behind the question word, or before the verb."""
    assert things_asked(asked, segmenter) == things


def test_which_each_and_less() -> None:
    """A day or a place is not one of some things."""
    assert asks_which("支持快充的有哪几款")
    assert not asks_which("复检安排在哪天")
    assert not asks_which("在哪里检测")
    assert asks_each("四款机型分别卖多少钱")
    assert not asks_each("每月交多少")
    assert asks_less("甲比乙低的是哪项")
    assert not asks_less("甲比乙高的有多少项")


@pytest.mark.parametrize(
    ("asked", "header", "once"),
    [
        ("这件事最早是哪天对外讲的", "日期", True),
        ("最早什么时候有人提起", "日期", True),
        ("最早的是哪一项", "日期", False),
        ("课程最早哪天开课", "开课日期", False),
        ("报名最晚哪天截止", "截止日期", False),
        ("任务里最早到期的是哪天", "日期", False),
        ("最贵是什么时候买的", "日期", False),
    ],
)
def test_when_something_first_happened_is_no_row(asked: str, header: str, once: bool) -> None:
    """The earliest row of a table of dates says nothing of it, unless it is of just that."""
    most = most_asked(asked)
    assert most is not None
    assert most.is_of_once(header) is once
