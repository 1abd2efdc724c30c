"""Cells that compare, and what columns are called."""

from __future__ import annotations

import pytest

from rag.rows import amount, held, is_day, values


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("4,500", ("", 4500.0)),
        ("-12.5", ("", -12.5)),
        ("每人 30", ("", 30.0)),
        ("$0.075", ("", 0.075)),
        ("12 万公里", ("公里", 120000.0)),
        ("18 分钟", ("分钟", 18.0)),
        ("10.0", ("", 10.0)),  # not the tenth month
        ("3 月 9 日", ("day", 105.0)),
        ("不支持", None),
        ("—", None),
        ("30–60 分钟", None),  # from one to another
        ("±0.5", None),
    ],
)
def test_amounts(cell: str, found: tuple[str, float] | None) -> None:
    """With their unit, signs and scales read."""
    assert amount(cell) == found


def test_cells_of_one_unit_compare() -> None:
    """Minutes and hours do not, nor what is mostly no figure; one without a figure is left out."""
    assert values(["21 分钟", "18 分钟", "不支持", "32 分钟"]) == (21.0, 18.0, None, 32.0)
    assert not any(values(["21 分钟", "2 小时"]))
    assert not any(values(["21", "无", "无", "无"]))
    assert not any(values(["39 元", "69 元", "129 元", "面议"]))  # may be more, or less
    assert values(["2024-11-08", "2025-01-16"])[0] < values(["2024-11-08", "2025-01-16"])[1]
    assert is_day("2024.11.08")
    assert not is_day("11.08")


@pytest.mark.parametrize(
    ("header", "asked", "is_held"),
    [
        ("充电时间", "充电最快的是哪款", True),
        ("负责人", "每项任务各由谁负责", True),
        ("10%–80% 充电时间", "充电要多久", True),
        ("上市日期", "上市最早的是哪款", True),
        ("价格", "票价最高的是哪种", False),
        ("日期", "哪一项最早", False),
    ],
)
def test_the_stem_of_a_name_says_the_column(header: str, asked: str, is_held: bool) -> None:
    """充电 is enough for 充电时间."""
    assert (held(header, asked) >= 0.75) is is_held
