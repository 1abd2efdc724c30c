"""The reasons for which text is marked, and the settings that say which of them count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus.errors import SettingsError
from corpus.records import Document

REASONS = (
    "front matter",
    "header line",
    "title",
    "credits",
    "promotion",
    "advertisement",
    "statistics line",
    "navigation",
    "link",
    "caption",
    "template tag",
    "rule",
    "end sign",
    "after the end",
    "related articles",
    "repeated line",
)
"""Why a span is marked, as far as that is a matter of settings."""

OF_PAGES = ("page header", "page footer", "page number")
"""Why the reader of a format with pages marks a span: it is no text in any case."""


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """What of the marked text is searched after all, and when a repeated line is marked.

    Attributes:
        keep: Reasons whose spans are not marked, parted by commas; or ``none`` or ``all``.
        repeated: A line at the edges of this many documents is marked in later ones; 0 learns none.
    """

    keep: str = "none"
    repeated: int = 5

    def __post_init__(self) -> None:
        for reason in self.kept():
            if reason not in (*REASONS, "all"):
                raise SettingsError(
                    f"clean.keep names {reason!r}; use none, all, or some of: {', '.join(REASONS)}"
                )
        if self.repeated and self.repeated < 3:
            raise SettingsError(
                f"clean.repeated is {self.repeated}; use 3 or more documents, or 0 to learn none"
            )

    def kept(self) -> frozenset[str]:
        """The reasons of ``keep``."""
        return frozenset(name.strip() for name in self.keep.split(",")) - {"", "none"}


def cleaned(document: Document, settings: CleanSettings) -> Document:
    """The document without the marks that the settings keep."""
    kept = settings.kept()
    if not kept:
        return document
    marks = () if "all" in kept else [mark for mark in document.marks if mark.reason not in kept]
    return replace(document, marks=tuple(marks))
