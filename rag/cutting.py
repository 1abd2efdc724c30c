"""Cutting text into terms, once for text that comes up again and again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from corpus.segment import Segmenter

_REMEMBERED = 10_000


class Cutter(Protocol):
    """Cuts text into search terms."""

    def terms(self, text: str) -> Sequence[str]:
        """The search terms of a text, repeated as they occur."""


class RememberingCutter:
    """A segmenter that remembers the terms of the last few thousand texts.

    The same passages answer many questions of a conversation or a question set.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self.terms = lru_cache(_REMEMBERED)(lambda text: tuple(segmenter.terms(text)))
