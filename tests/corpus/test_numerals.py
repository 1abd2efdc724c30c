"""Chinese numerals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import han_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10), ("十二", 12), ("二十", 20), ("两千零一十五", 2015), ("二〇一五", 2015),
        ("一百二", 120), ("一百零二", 102), ("三万五", 35_000), ("三万五千", 35_000),
        ("一千二百万", 12_000_000), ("三万亿", 3 * 10**12), ("一亿零五百", 100_000_500),
        ("壹佰贰拾", 120), ("三点五万", 35_000), ("二点零五", Decimal("2.05")),
    ],
)  # fmt: skip
def test_numerals_as_they_are_said_and_written(text: str, value: Decimal | int) -> None:
    """By places, by digits, with a unit left out at the end, with a fraction."""
    assert han_value(text) == value


@pytest.mark.parametrize("text", ["", "百", "万", "亿万", "甲", "一甲", "点"])
def test_what_is_no_numeral(text: str) -> None:
    """A unit alone is a word."""
    assert han_value(text) is None


@given(st.integers(min_value=1, max_value=10**12))
def test_what_a_library_writes_is_read_back(number: int) -> None:
    """Compared with cn2an, which writes every number by places."""
    assert han_value(an2cn(number, "low")) == number
