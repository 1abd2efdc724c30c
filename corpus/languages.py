"""The words of one language among those that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from corpus.errors import SettingsError

Words = TypeVar("Words")


def in_language(known: Mapping[str, Words], language: str) -> Words:
    """The words of a language.

    Raises:
        SettingsError: There is no such translation.
    """
    try:
        return known[language]
    except KeyError:
        names = ", ".join(known)
        raise SettingsError(f"language {language!r} is not known; use one of {names}") from None
