"""Passages: runs of whole sentences under one heading path."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.blocks import Block, heading_text, parse_blocks
from corpus.context import units
from corpus.errors import SettingsError
from corpus.normalize import squeeze
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
        parent: A passage is read within its neighbours of the same section that are at most this
            long together; 0 reads it alone.
    """

    target: int = 300
    maximum: int = 500
    overlap: int = 0
    parent: int = 900

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
        if self.parent < 0:
            raise SettingsError(f"chunk.parent is {self.parent}; use a length, or 0 for none")


class _Sentence(NamedTuple):
    """A sentence and the start of the line syntax before it (``- ``, ``## ``)."""

    lead: int
    start: int
    end: int
    context: tuple[str, ...] = ()


class _Cut(NamedTuple):
    """A heading path and the sentences of a passage below it."""

    headings: tuple[str, ...]
    sentences: list[_Sentence]

    @property
    def start(self) -> int:
        return self.sentences[0].lead

    @property
    def end(self) -> int:
        return self.sentences[-1].end


def cut_passages(document: Document, settings: ChunkSettings) -> list[Passage]:
    """Cut a document into passages.

    Every kept sentence lies in a passage; a passage never crosses a marked span or leaves its
    section. A heading opens the passage that follows it. Small subsections stay together while
    they fit into half the target; a code block stays whole if it fits into the maximum.
    """
    occurrences: Counter[str] = Counter()
    passages = []
    cuts = list(_cuts(document, settings))
    for cut, parent in zip(cuts, _parents(document, cuts, settings.parent), strict=True):
        text = document.text[cut.start : cut.end]
        words = squeeze(text)
        occurrences[words] += 1
        passages.append(
            Passage(
                id=content_id(document.id, words, str(occurrences[words])),
                document_id=document.id,
                source=document.source,
                text=text,
                start=cut.start,
                end=cut.end,
                sentences=tuple([(item.start, item.end) for item in cut.sentences]),
                title=document.title,
                published=document.published,
                headings=cut.headings,
                author=document.author,
                url=document.url,
                context=_context(cut.sentences, text),
                parent=parent,
            )
        )
    return passages


def _context(sentences: Sequence[_Sentence], text: str) -> tuple[str, ...]:
    """The context of what stands below the passage's headings, without what it holds itself."""
    context = next((item.context for item in sentences if item.context is not _HEADING), ())
    return tuple([line for line in context if line not in text]) if context else ()


def _parents(document: Document, cuts: Sequence[_Cut], longest: int) -> Iterator[tuple[int, int]]:
    """For each passage the span of its neighbours in the section that fit together."""
    marked = [mark.start for mark in document.marks]
    run: list[_Cut] = []
    for cut in cuts:
        if run and not (
            cut.end - run[0].start <= longest
            and cut.headings[:1] == run[0].headings[:1]
            and bisect_left(marked, run[0].start) == bisect_left(marked, cut.start)
        ):
            yield from [(run[0].start, run[-1].end)] * len(run)
            run = []
        run.append(cut)
    if run:
        yield from [(run[0].start, run[-1].end)] * len(run)


def _cuts(document: Document, settings: ChunkSettings) -> Iterator[_Cut]:
    """Sentences passage by passage, with the heading path each passage stands under."""
    group = _Group(settings)
    path: list[tuple[int, str]] = []
    headings: tuple[str, ...] = ()
    marked = [item.start for item in document.marks]
    previous_end = 0
    for unit, context in units(document.text, parse_blocks(document.text, document.marks)):
        block = unit[0]
        is_heading = block.kind == "heading"
        above = _HEADING if is_heading else context
        sentences = [
            sentence
            for part in unit
            for sentence in _with_leads(document.text, part, settings.maximum, above)
        ]
        if not sentences:
            continue
        if marked and bisect_left(marked, previous_end) < bisect_left(marked, block.start):
            yield from group.close()
            group.forget_headings()
        previous_end = unit[-1].end
        if is_heading:
            if group.ends_at_heading(block.level):
                yield from group.close()
            path = [item for item in path if item[0] < block.level]
            path.append((block.level, heading_text(document.text[block.start : block.end])))
            headings = _names(path, document.title)
            group.add_heading(sentences, block.level)
        else:
            fits = unit[-1].end - block.start <= settings.maximum
            yield from group.fill(sentences, headings, whole=block.kind == "code" and fits)
    yield from group.close()


_HEADING: tuple[str, ...] = ("",)  # in place of a context: the sentence is a heading


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

    def add(self, sentence: _Sentence, headings: tuple[str, ...], end: int) -> None:
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
        self, sentences: list[_Sentence], headings: tuple[str, ...], *, whole: bool
    ) -> Iterator[_Cut]:
        """Add the sentences of a unit, and hand out the passages that they complete.

        Args:
            sentences: In order.
            headings: The heading path above them.
            whole: Whether they stay in one passage.
        """
        end = sentences[-1].end
        for number, sentence in enumerate(sentences):
            if self._sentences and self._length_with(end) <= self._settings.target:
                self.add(sentence, headings, sentence.end)
                self._sentences += sentences[number + 1 :]
                return
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

    def is_full(self, sentence: _Sentence, rest: int, *, first: bool, whole: bool) -> bool:
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

    def overlap(self, following_end: int) -> list[_Sentence]:
        """The last sentences, repeated in the next passage if it does not open with a heading."""
        carried: list[_Sentence] = []
        for sentence in reversed(self._sentences[1:] if not self._waiting else []):
            length = self._sentences[-1].end - sentence.lead
            with_following = following_end - sentence.lead
            if length > self._settings.overlap or with_following > self._settings.maximum:
                break
            carried.insert(0, sentence)
        return carried

    def reopen(self, sentences: Sequence[_Sentence]) -> None:
        self._sentences = list(sentences)

    def close(self) -> Iterator[_Cut]:
        """Hand out the passage; headings without text live on in the heading path alone."""
        if self._sentences:
            yield _Cut(self._headings, self._sentences)
        self._sentences, self._is_new, self._level = [], True, 0

    def forget_headings(self) -> None:
        self._waiting = []


def _with_leads(text: str, block: Block, maximum: int, context: tuple[str, ...]) -> list[_Sentence]:
    spans = sentences_of(text, block, maximum)
    sentences = [_Sentence(start, start, end, context) for start, end in spans]
    if spans:
        (start, end), lead = spans[0], block.start + _blank(text, block.start)
        # A sentence that fills a passage alone leaves no room for its list marker.
        sentences[0] = _Sentence(lead if end - lead <= maximum else start, start, end, context)
    return sentences


def _blank(text: str, start: int) -> int:
    length = 0
    while text[start + length] in " \t\u3000":
        length += 1
    return length


def _names(path: Sequence[tuple[int, str]], title: str) -> tuple[str, ...]:
    """The heading path without the document's own title."""
    return tuple(name for _, name in path if squeeze(name) != squeeze(title))
