"""How questions are answered."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import SettingsError
from rag.answer import LANGUAGES


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How questions are answered.

    Attributes:
        passages: Evidence is looked for in this many of the best passages.
        sentences: An answer takes at most this many sentences; a list may be longer.
        threshold: Below this confidence the question is refused; 0 never refuses.
        language: In which refusals and greetings are worded: ``zh`` or ``en``.
    """

    passages: int = 8
    sentences: int = 3
    threshold: float = 0.14
    language: str = "zh"

    def __post_init__(self) -> None:
        for name in ("passages", "sentences"):
            if getattr(self, name) < 1:
                raise SettingsError(f"answer.{name} is {getattr(self, name)}; use 1 or more")
        if not 0 <= self.threshold <= 1:
            raise SettingsError(f"answer.threshold is {self.threshold}; use 0 to 1")
        if self.language not in LANGUAGES:
            raise SettingsError(
                f"answer.language is {self.language!r}; use one of {', '.join(LANGUAGES)}"
            )
