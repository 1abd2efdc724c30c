"""Dates and numbers of English questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import figures, ways_to_write


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("April 22", "4月22日"),
        ("Dec 23rd, 2024", "2024年12月23日"),
        ("22 of March 2024", "2024年3月22日"),
        ("May 2024", "2024年5月"),
        ("in May", "in 5月"),
        ("end of 2023", "2023年底"),
        ("early May", "5月初"),
        ("end of June", "6月底"),
        ("second half of 2024", "2024年下半年"),
        ("Q3 2024", "2024年第三季度"),
        ("third quarter", "第三季度"),
        ("in 2024", "in 2024年"),
        ("day five", "第5天"),
        ("the 5th day", "the 第5天"),
        ("Article 12", "第12条"),
        ("phase two", "二期"),
        ("Zone A", "A区"),
        ("Series B", "B轮"),
        ("tier 5", "等级 5"),
        ("$1,000", "1000 美元"),
        ("5 percent", "5%"),
        ("9 a.m.", "上午9点"),
        ("3:30 pm", "下午3:30"),
        ("30 years old", "30岁"),
        ("first three quarters of 2025", "前三季度 of 2025年"),
        ("last two years", "最近两年"),
        ("last two rounds", "最后两轮"),
        ("two months", "两个月"),
        ("two old plans", "两 old plans"),
        ("three kinds of loans", "三种 loans"),
        ("1.2 million", "120万"),
        ("three billion", "30亿"),
        ("$2.5 million?", "250万美元 ?"),
        ("US$6.6 billion", "66亿美元"),
        ("in the year 2024?", "in 2024年 ?"),
        ("year 3", "第3年"),
        ("12 am", "凌晨0点"),
        ("12:30 a.m.", "凌晨0:30"),
        ("12 pm", "中午12点"),
        ("Figure 2.1", "图 2.1"),
        ("version 4.5.2.", "版本 4.5.2 ."),
        ("room 5 doors", "5室 doors"),
        ("two second delay", "两 second delay"),
        ("the second season", "the 第二 season"),
    ],
)
def test_dates_and_numbers_are_written_in_chinese(english: str, chinese: str) -> None:
    """As Chinese texts write them, or no passage holds them."""
    assert " ".join(figures(english).split()) == chinese


@pytest.mark.parametrize(
    "text",
    [
        "may I",
        "May I",
        "they march on",
        "AIME 2024",
        "a level a",
        "8%",
        "5 frames per second in it",
        "one second delay",
        "room 5 people",
        "area 1.5",
        "15 pm",
        "13:05 pm",
        "5 mıllıon dollars",
        "in epısode 5",
        "the fırſt quarter",
        "mıd 2024",
        "wee\u212a 5",
    ],
)
def test_what_is_neither_stays(text: str) -> None:
    """A verb is no month, and the year of a name belongs to the name."""
    assert figures(text) == text


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        ("450,000", ("45万", "450000")),
        ("1,904", ("1904",)),
        ("26,855", ("26855",)),
        ("1904", ()),
        ("1,2,3", ()),
    ],
)
def test_a_number_with_commas_is_looked_for_as_chinese_texts_write_it(
    number: str, ways: tuple[str, ...]
) -> None:
    """In ten thousands if it is round, or without its commas."""
    assert ways_to_write(number) == ways


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed, nothing fails."""
    assert isinstance(figures(text), str)
