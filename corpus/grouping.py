"""The passage being filled: which sentences it takes, and when it is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from corpus.chunk import ChunkSettings

HEADING: tuple[str, ...] = ("",)
"""In place of a context: the sentence is a heading."""


class Sentence(NamedTuple):
    """A sentence and the start of the line syntax before it (``- ``, ``## ``)."""

    lead: int
    start: int
    end: int
    context: tuple[str, ...] = ()


class Cut(NamedTuple):
    """A heading path and the sentences of a passage below it."""

    headings: tuple[str, ...]
    sentences: list[Sentence]

    @property
    def start(self) -> int:
        """Where its line syntax begins."""
        return self.sentences[0].lead

    @property
    def end(self) -> int:
        """Where its last sentence ends."""
        return self.sentences[-1].end


class Group:
    """The sentences of the passage being filled, and the headings that wait for their text."""

    def __init__(self, settings: ChunkSettings) -> None:
        self._settings = settings
        self._sentences: list[Sentence] = []
        self._waiting: list[tuple[int, Sentence]] = []
        self._is_new = True
        self._headings: tuple[str, ...] = ()
        self._level = 0  # of the heading the passage opened with; 0 if it opened with text

    def _length_with(self, end: int) -> int:
        return end - self._sentences[0].lead

    def add_heading(self, sentences: Sequence[Sentence], level: int) -> None:
        """Keep a heading for the sentence that follows it."""
        self._waiting += [(level, sentence) for sentence in sentences]

    def add(self, sentence: Sentence, headings: tuple[str, ...], end: int) -> None:
        """Add a sentence that :meth:`is_full` had room for, and the headings above it that fit.

        Args:
            sentence: The next one.
            headings: The heading path above it.
            end: Where what must fit ends: this sentence, or all that is to stay whole.
        """
        if self._is_new:
            # The innermost of several headings in a row names the passage.
            self._headings, self._is_new = headings, False
        if not self._sentences:
            room = end - self._settings.maximum
            self._waiting = [item for item in self._waiting if item[1].lead >= room]
            self._level = self._waiting[0][0] if self._waiting else 0
        self._sentences += [heading for _, heading in self._waiting]
        self._sentences.append(sentence)
        self._waiting = []

    def fill(
        self, sentences: list[Sentence], headings: tuple[str, ...], *, whole: bool
    ) -> Iterator[Cut]:
        """Add the sentences of a unit, and hand out the passages that they complete.

        Args:
            sentences: In order.
            headings: The heading path above them.
            whole: Whether they stay in one passage.
        """
        end, target = sentences[-1].end, self._settings.target
        for number, sentence in enumerate(sentences):
            if self._sentences and self._length_with(end) <= target:
                self.add(sentence, headings, sentence.end)
                self._sentences += sentences[number + 1 :]
                return
            if number and self._sentences and self._length_with(sentence.end) <= target:
                self._sentences.append(sentence)
                continue
            if self.is_full(sentence, end - sentence.lead, first=number == 0, whole=whole):
                carried = self.overlap(end if whole else sentence.end)
                yield from self.close()
                self.reopen(carried)
            self.add(sentence, headings, end if whole else sentence.end)

    def ends_at_heading(self, level: int) -> bool:
        """Whether a heading closes the passage: always unless it is a small subsection."""
        if not self._sentences:
            return False
        below = self._level and level > self._level
        return not below or self._length_with(self._sentences[-1].end) > self._settings.target // 2

    def is_full(self, sentence: Sentence, rest: int, *, first: bool, whole: bool) -> bool:
        """Whether a sentence belongs to the next passage.

        At the start of a block it does when the whole block would lead beyond the target and the
        passage is at least half full; inside a block when it alone would, unless the short rest of
        the block still fits; inside one that stays whole, never.
        """
        if not self._sentences:
            return False
        with_rest = self._length_with(sentence.lead + rest)
        if with_rest <= self._settings.target:
            return False
        if first:
            last = self._waiting[-1][1] if self._waiting else self._sentences[-1]
            half_full = self._length_with(last.end) >= self._settings.target // 2
            return half_full or with_rest > self._settings.maximum
        if whole or (with_rest <= self._settings.maximum and rest <= self._settings.target // 3):
            return False
        return self._length_with(sentence.end) > self._settings.target

    def overlap(self, following_end: int) -> list[Sentence]:
        """The last sentences, repeated in the next passage if it does not open with a heading."""
        carried: list[Sentence] = []
        for sentence in reversed(self._sentences[1:] if not self._waiting else []):
            length = self._sentences[-1].end - sentence.lead
            with_following = following_end - sentence.lead
            if length > self._settings.overlap or with_following > self._settings.maximum:
                break
            carried.insert(0, sentence)
        return carried

    def reopen(self, sentences: Sequence[Sentence]) -> None:
        """Begin the next passage with what it repeats of the one before."""
        self._sentences = list(sentences)

    def close(self) -> Iterator[Cut]:
        """Hand out the passage; headings without text live on in the heading path alone."""
        if self._sentences:
            yield Cut(self._headings, self._sentences)
        self._sentences, self._is_new, self._level = [], True, 0

    def forget_headings(self) -> None:
        """Drop headings that nothing will follow."""
        self._waiting = []
