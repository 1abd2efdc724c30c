"""Numbers in questions and headings, in figures and in characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numerals import asked_count, number_of, ordinals


@pytest.mark.parametrize(
    ("text", "number"),
    [("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("一百零三", 103),
     ("两百", 200), ("12", 12), ("二〇", 20), ("", None), ("多", None), ("七天", None)],
)  # fmt: skip
def test_numbers_are_read(text: str, number: int | None) -> None:
    """Small numbers, however they are written; what is none is None."""
    assert number_of(text) == number


@given(st.integers(1, 99))
def test_characters_and_figures_are_the_same(number: int) -> None:
    """Every number to 99 reads back from its characters."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = (
        (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    )
    assert number_of(text) == number_of(str(number)) == number


@pytest.mark.parametrize(
    "text", ["第七天发布了什么", "第 7 天", "第7天：开幕", "day 7", "Day 7".lower()]
)
def test_one_ordinal_in_any_writing(text: str) -> None:
    """A question in characters finds a heading in figures."""
    assert ordinals(text) == {(7, "天")}


def test_ordinals_keep_their_unit() -> None:
    """The seventh day is not the seventh chapter."""
    assert ordinals("第七章和第二十三条") == {(7, "章"), (23, "条")}
    assert ordinals("七天") == set()


@pytest.mark.parametrize(
    ("question", "count"),
    [("有哪四项内容", 4), ("五大启示是什么", 5), ("哪两个城市", 2), ("一个项目由哪三样东西组成", 3),
     ("有哪些内容", None), ("第三个是什么", None), ("一个人", None)],
)  # fmt: skip
def test_the_number_asked_for(question: str, count: int | None) -> None:
    """How many are asked for, if the question says so; 一个 and 第三个 say nothing."""
    assert asked_count(question) == count


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("十家店里卖得最好的三家是谁开的", 3),
        ("八位选手之中哪两位退赛", 2),
        ("六种茶里哪些耐泡", None),
        ("四个里程碑分别是什么", 4),
        ("四个里屋怎么住", 4),
        ("三个城里的孩子是哪几个", 3),
        ("三个村里的医生叫什么", 3),
        ("五件家里的旧物都有谁认得", 5),
        ("八个里最大的两个是什么", 2),
        ("六款手机里，哪两款防水", 2),
    ],
)
def test_what_things_are_among_does_not_count(question: str, count: int | None) -> None:
    """Of ten, three are asked for."""
    assert asked_count(question) == count
