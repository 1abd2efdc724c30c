"""Passages: runs of whole sentences under one heading path."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.blocks import Block, heading_text, parse_blocks
from corpus.errors import SettingsError
from corpus.normalize import squeeze
from corpus.parts import page_of
from corpus.records import Document, Passage, content_id
from corpus.sentences import sentences_of


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How passages are cut; lengths in code points.

    Attributes:
        target: A passage is closed before the sentence that would lead beyond this length.
        maximum: No passage, and therefore no sentence, is longer.
        overlap: Sentences at the end of a passage that are repeated at the start of the next are
            at most this long together; 0 repeats none.
    """

    target: int = 300
    maximum: int = 500
    overlap: int = 0

    def __post_init__(self) -> None:
        if not 20 <= self.target <= self.maximum:
            raise SettingsError(
                f"chunk.target is {self.target} and chunk.maximum is {self.maximum}; "
                "use 20 <= target <= maximum"
            )
        if not 0 <= self.overlap < self.target:
            raise SettingsError(
                f"chunk.overlap is {self.overlap}; use 0 <= overlap < chunk.target ({self.target})"
            )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence and the start of the line syntax before it (``- ``, ``## ``)."""

    lead: int
    start: int
    end: int


def cut_passages(document: Document, settings: ChunkSettings) -> list[Passage]:
    """Cut a document into passages.

    Every kept sentence lies in a passage; a passage never crosses a marked span or leaves its
    section. A heading opens the passage that follows it. Small
    subsections stay together while they fit into half the target.
    """
    occurrences: Counter[str] = Counter()
    passages = []
    for headings, sentences in _groups(document, settings):
        start, end = sentences[0].lead, sentences[-1].end
        text = document.text[start:end]
        words = squeeze(text)
        occurrences[words] += 1
        parts = document.parts_of(start, end)
        passages.append(
            Passage(
                id=content_id(document.id, words, str(occurrences[words])),
                document_id=document.id,
                source=document.source,
                text=text,
                start=start,
                end=end,
                sentences=tuple((item.start, item.end) for item in sentences),
                title=document.title,
                published=document.published,
                headings=headings,
                page=page_of(parts),
                parts=parts,
            )
        )
    return passages


def _groups(
    document: Document, settings: ChunkSettings
) -> Iterator[tuple[tuple[str, ...], list[_Sentence]]]:
    """Sentences passage by passage, with the heading path each passage stands under."""
    group = _Group(settings)
    path: list[tuple[int, str]] = []
    marked = [item.start for item in document.marks]
    previous_end = 0
    for block in parse_blocks(document.text, document.marks):
        sentences = _with_leads(document.text, block, settings.maximum)
        if not sentences:
            continue
        if bisect_left(marked, previous_end) < bisect_left(marked, block.start):
            yield from group.close()
            group.forget_headings()
        previous_end = block.end
        if block.kind == "heading":
            if group.ends_at_heading(block.level):
                yield from group.close()
            path = [item for item in path if item[0] < block.level]
            path.append((block.level, heading_text(document.text[block.start : block.end])))
            group.add_heading(sentences, block.level)
            continue
        headings = _names(path, document.title)
        for number, sentence in enumerate(sentences):
            rest = sentences[-1].end - sentence.lead
            if group.is_full(sentence, rest, first=number == 0):
                carried = group.overlap(sentence)
                yield from group.close()
                group.reopen(carried)
            group.add(sentence, headings)
    yield from group.close()


class _Group:
    """The sentences of the passage being filled, and the headings that wait for their text."""

    def __init__(self, settings: ChunkSettings) -> None:
        self._settings = settings
        self._sentences: list[_Sentence] = []
        self._waiting: list[tuple[int, _Sentence]] = []
        self._is_new = True
        self._headings: tuple[str, ...] = ()
        self._level = 0  # of the heading the passage opened with; 0 if it opened with text

    def _length_with(self, end: int) -> int:
        return end - self._sentences[0].lead

    def add_heading(self, sentences: Sequence[_Sentence], level: int) -> None:
        self._waiting += [(level, sentence) for sentence in sentences]

    def add(self, sentence: _Sentence, headings: tuple[str, ...]) -> None:
        """Add a sentence that :meth:`is_full` had room for, and the headings above it that fit."""
        if self._is_new:
            # The innermost of several headings in a row names the passage.
            self._headings, self._is_new = headings, False
        if not self._sentences:
            room = sentence.end - self._settings.maximum
            self._waiting = [item for item in self._waiting if item[1].lead >= room]
            self._level = self._waiting[0][0] if self._waiting else 0
        self._sentences += [heading for _, heading in self._waiting]
        self._sentences.append(sentence)
        self._waiting = []

    def ends_at_heading(self, level: int) -> bool:
        """Whether a heading closes the passage: always unless it is a small subsection."""
        if not self._sentences:
            return False
        below = self._level and level > self._level
        return not below or self._length_with(self._sentences[-1].end) > self._settings.target // 2

    def is_full(self, sentence: _Sentence, rest: int, *, first: bool) -> bool:
        """Whether a sentence belongs to the next passage.

        At the start of a block it does when the whole block would lead beyond the target and the
        passage is at least half full; inside a block when it alone would, unless the short rest of
        the block still fits.
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
        if with_rest <= self._settings.maximum and rest <= self._settings.target // 3:
            return False
        return self._length_with(sentence.end) > self._settings.target

    def overlap(self, following: _Sentence) -> list[_Sentence]:
        """The last sentences, repeated in the next passage if it does not open with a heading."""
        carried: list[_Sentence] = []
        for sentence in reversed(self._sentences[1:] if not self._waiting else []):
            length = self._sentences[-1].end - sentence.lead
            with_following = following.end - sentence.lead
            if length > self._settings.overlap or with_following > self._settings.maximum:
                break
            carried.insert(0, sentence)
        return carried

    def reopen(self, sentences: Sequence[_Sentence]) -> None:
        self._sentences = list(sentences)

    def close(self) -> Iterator[tuple[tuple[str, ...], list[_Sentence]]]:
        """Hand out the passage; headings without text live on in the heading path alone."""
        if self._sentences:
            yield self._headings, self._sentences
        self._sentences, self._is_new, self._level = [], True, 0

    def forget_headings(self) -> None:
        self._waiting = []


def _with_leads(text: str, block: Block, maximum: int) -> list[_Sentence]:
    spans = sentences_of(text, block, maximum)
    leads = [block.start + _blank(text, block.start)] + [start for start, _ in spans[1:]]
    return [
        # A sentence that fills a passage alone leaves no room for its list marker.
        _Sentence(lead if end - lead <= maximum else start, start, end)
        for lead, (start, end) in zip(leads, spans, strict=False)
    ]


def _blank(text: str, start: int) -> int:
    length = 0
    while text[start + length] in " \t\u3000":
        length += 1
    return length


def _names(path: Sequence[tuple[int, str]], title: str) -> tuple[str, ...]:
    """The heading path without the document's own title."""
    return tuple(name for _, name in path if squeeze(name) != squeeze(title))
