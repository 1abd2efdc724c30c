"""Amounts and their units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quantities import quantities, share_found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15万元", [("150000", "元")]),
        ("１５０，０００人民币", [("150000", "元")]),
        ("十五万块钱", [("150000", "元")]),
        ("一千二百三十亿五千万元", [("123050000000", "元")]),
        ("三点五万亿", [("3500000000000", "")]),
        ("二〇一五年三月五号", [("2015", "年"), ("3", "月"), ("5", "日")]),
        ("百分之三十", [("30", "%")]),
        ("30％", [("30", "%")]),
        ("12.5公里", [("12.5", "km")]),
        ("¥20", [("20", "元")]),
        ("两个", [("2", "个")]),
        ("百年好合", []),
        ("没有数", []),
    ],
)
def test_reading(text: str, expected: list[tuple[str, str]]) -> None:
    """Protects the reading of Arabic and Chinese numerals, scales and units."""
    assert [(item.value, item.unit) for item in quantities(text)] == [
        (Decimal(value), unit) for value, unit in expected
    ]


def test_the_unit_counts() -> None:
    """Protects against the right digits of the wrong thing."""
    assert share_found("共150000元", "15万元") == 1.0
    assert share_found("共15万美元", "15万元") == 0.0
    assert share_found("共15万", "15万元") == 1.0
    assert share_found("3月5日", "3月6日") == 0.5
    assert share_found("任何", "没有数") is None


@given(st.text(alphabet="一二三十百千万亿零点两0123456789.,%元年月¥百分之 甲", max_size=30))
def test_anything_can_be_read(text: str) -> None:
    """Protects the run: no answer makes the reading fail."""
    quantities(text)
