"""Columns of tables: what one may answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag.columns import gives


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
