"""Filters on what is known of a document."""

from __future__ import annotations

import pytest

from corpus.errors import InputError
from corpus.filters import Filters, read_filters


def _accepts(filters: Filters, published: str = "2024-12-05") -> bool:
    return filters.accepts(
        source="规章/请假.md", title="請假制度 V2", author="人事处　Lee", published=published
    )


@pytest.mark.parametrize(
    ("filters", "accepted"),
    [
        (Filters(), True),
        (Filters(after="2024-12-05", before="2024-12-05"), True),
        (Filters(after="2024-12-06"), False),
        (Filters(before="2024-12-04"), False),
        (Filters(source="规章/"), True),
        (Filters(source="规章/请"), True),
        (Filters(source="通知"), False),
        (Filters(source="*.md"), True),
        (Filters(source="*.pdf"), False),
        (Filters(source="规章/??.md"), True),
        (Filters(only="规章/请假.md"), True),
        (Filters(only="规章/请"), False),
        (Filters(author="人事處"), True),
        (Filters(author="ＬＥＥ"), True),
        (Filters(author="人事处 lee"), True),
        (Filters(author="财务"), False),
        (Filters(title="请假"), True),
        (Filters(title="v2", source="通知"), False),
    ],
)
def test_every_condition_must_be_met(filters: Filters, accepted: bool) -> None:
    """A hit outside the filter would be an answer from the wrong documents."""
    assert _accepts(filters) is accepted


def test_a_document_without_a_date_meets_no_condition_on_it() -> None:
    """Nothing says that it is new enough."""
    assert not _accepts(Filters(after="1900-01-01"), published="")
    assert not _accepts(Filters(before="2099-01-01"), published="")
    assert _accepts(Filters(title="请假"), published="")


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024年12月5日", "2024-12-05", "2024-12-05"),
        ("2024/2/3", "2024-02-03", "2024-02-03"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("２０２４", "2024-01-01", "2024-12-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("  ", "", ""),
    ],
)
def test_months_and_years_begin_and_end(written: str, first: str, last: str) -> None:
    """``--after 2024 --before 2024`` is the whole year."""
    filters = read_filters(after=written, before=written)
    assert (filters.after, filters.before) == (first, last)


@pytest.mark.parametrize("written", ["昨天", "2024-13", "2024-00", "24", "2024-02-30"])
def test_what_is_no_date_is_refused(written: str) -> None:
    """A filter that were ignored would show wrong hits as right ones."""
    with pytest.raises(InputError, match=r"--after .* is no date; write 2024-12-05"):
        read_filters(after=written)


def test_a_record_holds_iso_dates_in_order() -> None:
    """Whoever makes one by hand is told at once."""
    with pytest.raises(InputError, match=r"before is '5.12.2024'; use a date such as"):
        Filters(before="5.12.2024")
    with pytest.raises(InputError, match="no day is after 2024-12-05 and before 2024-12-04"):
        Filters(after="2024-12-05", before="2024-12-04")


def test_filters_are_true_when_they_filter() -> None:
    """Searching all documents need not look at any."""
    assert not Filters()
    assert not read_filters(after=" ", source=" ")
    assert Filters(title="制度")
