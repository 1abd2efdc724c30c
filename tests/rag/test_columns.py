"""Columns of tables: what one may answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag.columns import gives, may_hold


@pytest.mark.parametrize(
    ("question", "header", "likeness", "may"),
    [
        ("加湿器的功率怎么调", "功率", 1.0, False),  # a way is no figure
        ("加湿器怎么清洗", "清洗方法", 0.5, True),
        ("加湿器怎么卖", "单价", 1.0, True),
        ("账务系统为什么停机", "时长", 0.5, False),
        ("账务系统为什么停机", "停机原因", 0.5, True),
        ("加湿器是什么", "单价", 0.5, False),
        ("加湿器的单价是什么", "单价", 1.0, True),
        ("加湿器的单价是多少", "售价", 0.5, True),
    ],
)
def test_why_and_how_are_answered_by_columns_for_that(
    question: str, header: str, likeness: float, may: bool, kit: SimpleNamespace
) -> None:
    """Else a question for a way would be told the figure of the column that it names."""
    assert gives(kit.query(question), header, likeness) is may


@pytest.mark.parametrize(
    ("question", "column", "cell", "may"),
    [
        ("决赛每个人答辩几分钟", "决赛", "5月24日", False),
        ("决赛是哪一天", "决赛", "5月24日", True),
        ("颁奖典礼在哪里举行", "颁奖", "6月14日", False),
        ("颁奖典礼在哪里举行", "颁奖", "东湖礼堂", True),
        ("末班车往后挪多少", "末班", "22:50", False),
        ("末班车票价多少", "票价", "3 元", True),
        ("复赛由谁主持", "复赛", "45 分", False),
        ("复赛由谁主持", "复赛", "林一白", True),
        ("车主能去柜子换电池吗", "电池", "60V32Ah", False),
        ("车主能换电池吗", "换电", "支持", True),
        ("对讲机外借吗", "外借", "不外借", True),
        ("标准间含早餐吗", "早餐", "含", True),
        ("书法周日上课吗", "周日", "休息", True),
        ("红队对蓝队比分是多少", "比分", "12:10", True),
        ("书法教室在哪", "教室", "301", True),
    ],
)
def test_a_cell_must_be_of_the_kind_that_is_asked_for(
    question: str, column: str, cell: str, may: bool
) -> None:
    """A day is no duration, a figure no place or person, and neither says yes or no."""
    assert may_hold(question, "化学", column, cell) is may
