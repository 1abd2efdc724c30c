"""Which documents a question is asked of: by date, place, author and title."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from fnmatch import fnmatchcase

from corpus.dates import iso_date
from corpus.errors import InputError
from corpus.normalize import fold

_PERIOD = re.compile(r"\s*((?:19|20)[0-9]{2})(?:\s*[-/.年]\s*([0-9]{1,2}))?\s*[年月]?\s*")


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a document must meet, all of those that are given.

    Attributes:
        after: ISO date; published on this day or later.
        before: ISO date; published on this day or earlier. A document without a date meets
            neither.
        source: What its source begins with (``规章/``), or a pattern with ``*``, ``?`` or ``[…]``
            for all of it (``*.pdf``; ``*`` also stands for ``/``).
        author: Occurs in its author's name, whatever the width, case and script.
        title: Occurs in its title, likewise.
        only: Its source, in full.
    """

    after: str = ""
    before: str = ""
    source: str = ""
    author: str = ""
    title: str = ""
    only: str = ""

    def __post_init__(self) -> None:
        for name in ("after", "before"):
            value = getattr(self, name)
            if value and iso_date(value) != value:
                raise InputError(f"{name} is {value!r}; use a date such as 2024-12-05")
        if self.after and self.before and self.after > self.before:
            raise InputError(f"no day is after {self.after} and before {self.before}; swap them")

    def __bool__(self) -> bool:
        """Whether any condition is given."""
        return any(getattr(self, item.name) for item in fields(self))

    def accepts(self, *, source: str, title: str, author: str, published: str) -> bool:
        """Whether a document of which this is known meets every condition."""
        return (
            self._in_time(published)
            and _lies_in(source, self.source)
            and self.only in ("", source)
            and (not self.author or _folded(self.author) in _folded(author))
            and (not self.title or _folded(self.title) in _folded(title))
        )

    def _in_time(self, published: str) -> bool:
        if not (self.after or self.before):
            return True
        return bool(published) and self.after <= published <= (self.before or "9999")


def read_filters(
    after: str = "", before: str = "", source: str = "", author: str = "", title: str = ""
) -> Filters:
    """Filters from what a user wrote.

    Dates may have any form that :func:`~corpus.dates.iso_date` understands, or be a month
    (``2024-12``, ``2024年12月``) or a year: ``after`` it begins, ``before`` it ends.

    Raises:
        InputError: A date cannot be understood, or the two exclude everything.
    """
    first = _day("after", after, last=False)
    return Filters(first, _day("before", before, last=True), source.strip(), author, title)


def _day(name: str, written: str, *, last: bool) -> str:
    if not written.strip():
        return ""
    if day := iso_date(written):
        return day
    period = _PERIOD.fullmatch(unicodedata.normalize("NFKC", written))
    year, month = (int(group or 0) for group in period.groups()) if period else (0, 0)
    if not period or month > 12 or (period[2] and not month):
        raise InputError(
            f"--{name} {written!r} is no date; write 2024-12-05, 2024年12月5日, 2024-12 or 2024"
        )
    month = month or (12 if last else 1)
    return date(year, month, calendar.monthrange(year, month)[1] if last else 1).isoformat()


def _lies_in(source: str, place: str) -> bool:
    place = unicodedata.normalize("NFC", place)
    if any(character in place for character in "*?["):
        return fnmatchcase(source, place)
    return source.startswith(place)


def _folded(text: str) -> str:
    return "".join(fold(text).split())
