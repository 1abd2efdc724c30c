"""Passages: runs of whole sentences under one heading path."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.blocks import Block, heading_text, parse_blocks
from corpus.context import units
from corpus.errors import SettingsError
from corpus.grouping import HEADING, Cut, Group, Sentence
from corpus.normalize import squeeze, squeezer
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


def cut_passages(document: Document, settings: ChunkSettings) -> list[Passage]:
    """Cut a document into passages.

    Every kept sentence lies in a passage; a passage never crosses a marked span or leaves its
    section. A heading opens the passage that follows it. Small subsections stay together while
    they fit into half the target; a code block stays whole if it fits into the maximum.
    """
    occurrences: Counter[str] = Counter()
    passages = []
    cuts = list(_cuts(document, settings))
    squeezed = squeezer(document.text)
    for cut, parent in zip(cuts, _parents(document, cuts, settings.parent), strict=True):
        text = document.text[cut.start : cut.end]
        words = squeezed(cut.start, cut.end)
        occurrences[words] += 1
        parts = document.parts_of(cut.start, cut.end)
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
                page=page_of(parts),
                parts=parts,
            )
        )
    return passages


def _context(sentences: Sequence[Sentence], text: str) -> tuple[str, ...]:
    """The context of what stands below the passage's headings, without what it holds itself."""
    context = next((item.context for item in sentences if item.context is not HEADING), ())
    return tuple([line for line in context if line not in text]) if context else ()


def _parents(document: Document, cuts: Sequence[Cut], longest: int) -> Iterator[tuple[int, int]]:
    """For each passage the span of its neighbours in the section that fit together."""
    marked = [mark.start for mark in document.marks]
    run: list[Cut] = []
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


def _cuts(document: Document, settings: ChunkSettings) -> Iterator[Cut]:
    """Sentences passage by passage, with the heading path each passage stands under."""
    group = Group(settings)
    path: list[tuple[int, str]] = []
    headings: tuple[str, ...] = ()
    marked = [item.start for item in document.marks]
    previous_end = 0
    for unit, context in units(document.text, parse_blocks(document.text, document.marks)):
        block = unit[0]
        is_heading = block.kind == "heading"
        above = HEADING if is_heading else context
        sentences = _with_leads(document.text, block, settings.maximum, above)
        for part in unit[1:]:
            sentences += _with_leads(document.text, part, settings.maximum, above)
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


def _with_leads(text: str, block: Block, maximum: int, context: tuple[str, ...]) -> list[Sentence]:
    spans = sentences_of(text, block, maximum)
    sentences = [Sentence(start, start, end, context) for start, end in spans]
    if spans and spans[0][0] != block.start:
        (start, end), lead = spans[0], block.start + _blank(text, block.start)
        # A sentence that fills a passage alone leaves no room for its list marker.
        sentences[0] = Sentence(lead if end - lead <= maximum else start, start, end, context)
    return sentences


def _blank(text: str, start: int) -> int:
    length = 0
    while text[start + length] in " \t\u3000":
        length += 1
    return length


def _names(path: Sequence[tuple[int, str]], title: str) -> tuple[str, ...]:
    """The heading path without the document's own title."""
    return tuple(name for _, name in path if squeeze(name) != squeeze(title))
