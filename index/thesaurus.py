"""Words that mean the same in Chinese, and in English, written down by us.

Texts show little of it that 老公 is what statutes call 丈夫; a line of the thesaurus does.
Word vectors are woven from it (:mod:`index.train.weaving`), and English questions are put into
Chinese by it (:mod:`rag.english`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path

from index.synonyms import groups_in

SHIPPED = Path(__file__).parent / "thesaurus.txt"
"""A group a line: words between blanks, English ones behind ``=``."""


@dataclass(frozen=True)
class Thesaurus:
    """Groups of words that can stand for each other; a word of many senses is in many.

    Attributes:
        groups: The words of each group, Chinese ones first.
    """

    groups: tuple[tuple[str, ...], ...]

    def others(self, word: str) -> tuple[str, ...]:
        """The words that share a group with another, each once."""
        return self._others.get(word, ())

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for group in self.groups:
            for word, other in permutations(group, 2):
                found.setdefault(word, {})[other] = None
        return {word: tuple(others) for word, others in found.items()}


def read(path: Path = SHIPPED) -> Thesaurus:
    """Read a thesaurus; blank lines and what follows ``#`` are passed over.

    Raises:
        InputError: It cannot be read, or a line holds a single word.
    """
    return Thesaurus(tuple(groups_in(path, "=")))
