"""Dates in the forms texts write them in."""

from __future__ import annotations

import pytest

from corpus.dates import date_terms, iso_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-12-05", "2024-12-05"),
        ("2024年2月3日", "2024-02-03"),
        ("2024 年 2 月 3 日（周六）", "2024-02-03"),
        ("2024/2/3 08:00", "2024-02-03"),
        ("2024.02.03", "2024-02-03"),
        ("20240203", "2024-02-03"),
        ("2024-02-30", ""),
        ("2024年13月1日", ""),
        ("20241345", ""),
        ("2024-1-123", ""),
        ("12024-01-02", ""),
        ("昨天", ""),
        ("二〇二四年十二月五日", "2024-12-05"),
        ("二零二四年二月二十九日", "2024-02-29"),
        ("一九九九年十月廿三日", "1999-10-23"),
        ("二〇二四年三月三十一日", "2024-03-31"),
        ("二〇二四年三月三十二日", ""),
        ("Dec. 5, 2024", "2024-12-05"),
        ("Thu, 05 Dec 2024 08:00:00 GMT", "2024-12-05"),
        ("September 2nd, 2024", "2024-09-02"),
        ("D:20241205083000+08'00'", "2024-12-05"),
        ("2024-13-40，2024-12-05", "2024-12-05"),
        ("maybe 5 in 2024", ""),
    ],
)
def test_dates_become_iso(text: str, date: str) -> None:
    """Chinese and numeric dates are understood; one that does not exist is none."""
    assert iso_date(text) == date


@pytest.mark.parametrize(
    "text",
    ["于2024年12月5日发布", "于二〇二四年十二月五日发布", "于2024-12-05发布", "于2024/12/5发布"],
)
def test_a_date_gives_the_same_terms_in_every_form(text: str) -> None:
    """A question may write the date in another form than the document."""
    assert set(date_terms(text)) == {"2024年12月5日", "12月5日"}


def test_a_date_without_a_year_gives_its_day() -> None:
    """It is found by the full date's day and month."""
    assert date_terms("十二月五日和12 月 5 日") == ["12月5日", "12月5日"]
    assert date_terms("2月31日和第5章") == []
