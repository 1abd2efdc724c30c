"""The parts of texts that a reader is trained on in one epoch, answered or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.asked import question_kind
from rag.reader.network import KINDS
from rag.reader.tokens import Tokens
from rag.reader.train.data import Example, Window, window_of
from rag.reader.train.misses import Misses, without_answer
from rag.reader.train.wording import Wording


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a question is read in which way; each is read where it is answered, once.

    Attributes:
        least: Fewest tokens of a window.
        most: Most tokens of a window.
        empty: Read where its text does not hold the answer.
        removed: Read where the answering sentences have been taken out.
        other: Read in a text of another document that has many of its words.
        swapped: Asked about something else of the same kind.
        reworded: Asked in other words, of all but those about something else.
        times: How often those questions are read that were written for training.
    """

    least: int = 48
    most: int = 144
    empty: float = 0.15
    removed: float = 0.2
    other: float = 0.25
    swapped: float = 0.3
    reworded: float = 0.3
    times: int = 2


class Windows:
    """Makes the windows of an epoch.

    Args:
        examples: The questions.
        shares: How they are read.
        misses: Finds near misses.
        wording: Puts questions in other words.
    """

    def __init__(
        self, examples: Sequence[Example], shares: Shares, misses: Misses, wording: Wording
    ) -> None:
        self._examples = examples
        self._shares = shares
        self._misses = misses
        self._wording = wording

    def epoch(self, chance: np.random.Generator) -> list[Window]:
        """One window with the answer for each question, and for some ones without."""
        return [window for example in self._examples for window in self._of(example, chance)]

    def _of(self, example: Example, chance: np.random.Generator) -> Iterator[Window]:
        shares = self._shares
        size = int(chance.integers(shares.least, shares.most + 1))
        if not example.spans:
            yield _told(example, self._best_part(example, example.told, size))
            return
        answered = _answered(example, size, chance)
        if answered is None:
            return
        drawn = chance.random(4)
        for window in (answered, *self._unanswered(example, size, drawn.tolist(), chance)):
            yield self._reworded(window, chance)
        if drawn[3] < shares.swapped:
            # Not reworded too: the word that was swapped could be the one left out.
            asked = self._misses.swapped(example, answered.told, chance)
            if asked and asked.words:
                yield _asking(replace(answered, spans=()), asked)

    def _unanswered(
        self, example: Example, size: int, drawn: Sequence[float], chance: np.random.Generator
    ) -> Iterator[Window]:
        shares = self._shares
        if drawn[0] < shares.empty and len(example.told.words) > size:
            yield from self._empty(example, size, chance)
        if drawn[1] < shares.removed and (left := without_answer(example)):
            told, place = left
            start = max(0, min(place - size // 2, len(told.words) - size))
            yield _told(example, told.part(start, start + size))
        if drawn[2] < shares.other and (other := self._misses.other(example, chance)):
            yield _told(example, self._best_part(example, other, size))

    def _reworded(self, window: Window, chance: np.random.Generator) -> Window:
        if chance.random() >= self._shares.reworded:
            return window
        return _asking(window, self._wording.reworded(window.asked, chance))

    def _empty(self, example: Example, size: int, chance: np.random.Generator) -> Iterator[Window]:
        """Of three places without the answer the one that says most to the question."""
        total = len(example.told.words)
        says = self._misses.weights(example.told, example.asked)
        found = []
        for start in chance.integers(0, total, 3).tolist():
            end = min(start + size, total)
            if not any(first < end and last >= start for first, last in example.spans):
                found.append((float(says[start:end].sum()), start, end))
        if found:
            _, start, end = max(found)
            yield window_of(example, start, end)

    def _best_part(self, example: Example, told: Tokens, size: int) -> Tokens:
        """The part of a text that says most to a question."""
        says = np.concatenate([[0.0], np.cumsum(self._misses.weights(told, example.asked))])
        last = max(len(told.words) - size, 0)
        start = int(np.argmax(says[min(size, len(says) - 1) :][: last + 1] - says[: last + 1]))
        return told.part(start, start + size)


def _answered(example: Example, size: int, chance: np.random.Generator) -> Window | None:
    """A part with the answer; None if there is none or it is longer than the part."""
    total = len(example.told.words)
    if not example.spans:
        return None
    first, last = example.spans[chance.integers(len(example.spans))]
    if last - first >= size:
        return None
    low, high = max(0, last + 1 - size), min(first, max(total - size, 0))
    start = int(chance.integers(low, high + 1)) if low <= high else low
    return window_of(example, start, min(start + size, total))


def _told(example: Example, told: Tokens) -> Window:
    """A text that does not answer."""
    return Window(told, example.asked, example.kind, example.style)


def _asking(window: Window, asked: Tokens) -> Window:
    kind = KINDS.index(question_kind("".join(asked.words)))
    return replace(window, asked=asked, kind=kind)
