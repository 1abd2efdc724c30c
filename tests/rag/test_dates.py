"""Days that documents count as well as date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.query import parse_query
from rag import KnowledgeBase
from rag.dates import counted, find_counted, names

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "大事记.md": "# 展会大事记\n\n3 月 4 日　第一天。开幕。\n\n"
    "3 月 6 日　第三天。评奖。\n\n3 月 9 日　第六天。闭幕。",
    "日志.md": "# 展会日志\n\n第三天下午展馆停电两个小时。事后查明，起因是空调机房进水。\n\n"
    "第六天傍晚展馆又停电，起因是电缆被挖断。",
    "合同.md": "# 布展合同\n\n布展费用在 3 月 6 日之前付清，逾期按天加收。",
}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3 月 6 日停电的起因是什么", "第三天停电的起因是什么"),
        ("2024 年 3 月 9 日闸机为什么停用", "2024 年 第六天闸机为什么停用"),
        ("3 月 7 日为什么停电", ""),  # no document counts it
        ("3 月 6 日和 3 月 9 日出了什么事", ""),
        ("为什么停电", ""),
    ],
)
def test_a_date_is_the_number_of_a_day_where_a_document_says_so(
    text: str, told: str, shelf: KnowledgeBase
) -> None:
    """Only a day that some document both counts and dates is asked for by its number."""
    assert counted(shelf._desk, text, None)[0] == told


def test_a_report_that_only_counts_days_answers_for_a_date(shelf: KnowledgeBase) -> None:
    """The log says 第三天, the chronicle which day that was."""
    assert "停电两个小时" in shelf.ask("3 月 6 日停电多久").text
    text = shelf.ask("3 月 4 日和 3 月 6 日两次停电，各停了多久？").text
    assert "停电两个小时" in text


def test_the_number_is_tried_where_the_date_answers_badly(shelf: KnowledgeBase) -> None:
    """A question that is answered well as it stands costs no further search."""
    desk, question = shelf._desk, "3 月 6 日停电多久"
    found = desk.retrieve(parse_query(question), 0, None)
    evidence = desk.weigh(found.query, found.hits)
    told = find_counted(desk, question, replace(evidence, confidence=0.1), None)
    assert told is not None
    assert told[0].sentences[0].text.startswith("第三天下午")
    assert find_counted(desk, question, replace(evidence, confidence=0.5), None) is None
    assert find_counted(desk, "停电多久", replace(evidence, confidence=0.1), None) is None


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("3 月 6 日", "2024年3月6日停电", False),  # of a year that the name leaves out
        ("2024 年 3 月 6 日", "3 月 6 日停电", True),
        ("3 月 6 日", "3 月 6 日停电", True),
        ("3 月 6 日", "13 月 6 日停电", False),
        ("X1", "X1-mini 停产", False),
        ("X1", "X1 停产", True),
        ("茶园", "茶园在山上", True),
    ],
)
def test_a_name_is_named_whole(name: str, text: str, is_named: bool) -> None:
    """Not as part of another name, and a date of one year as it is written there."""
    assert names(name, text) is is_named
