"""Lines of printed pages to paragraphs, across lines, columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.boxes import pack_line
from corpus.parts import Part
from corpus.readers.page_lines import Line
from corpus.readers.page_tables import cells, split_tables, table_text
from corpus.readers.reading import Writer, is_wide, join_lines

_ENDS = "。！？!?；;：:…”」』"
_NEW = re.compile(
    r"(?:[•●■◆▪·○]|[-–—*]\s|\d{1,3}[.、)）]\s?(?!\d)|[(（]?[一二三四五六七八九十百]{1,3}[)）、.]"
    r"|[(（]\d{1,3}[)）]|[①-⑳]|第[一二三四五六七八九十百零\d]{1,5}[章节条款部分编篇])"
)
_RAGGED = 0.12  # of a column, that a line inside a sentence may leave free
_HEADING_LENGTH = 60
_HEADING_SIZE = 1.13  # times the size of most of the text


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document says or shows about its headings: level by (page, squeezed words)."""

    levels: Mapping[tuple[int, str], int] = field(default_factory=dict)
    body: float = 0.0
    sizes: tuple[float, ...] = ()

    def level(self, line: Line) -> int:
        """1–6 for a heading, 0 for text."""
        if listed := self.levels.get((line.page, _squeezed(line.text))):
            return listed
        if self.levels or not self.is_large(line) or line.text[-1] in "。；;，,":
            return 0
        return next(
            (rank for rank, size in enumerate(self.sizes, 1) if line.size >= size * 0.97), 0
        )

    def is_large(self, line: Line) -> bool:
        """Whether a line is set larger than the text, and short as a heading is."""
        return line.size >= self.body * _HEADING_SIZE and len(line.text) <= _HEADING_LENGTH


def outline_of(pages: Sequence[Sequence[Line]], listed: Sequence[tuple[int, int, str]]) -> Outline:
    """Headings from a document's bookmarks, else from the sizes of its lines.

    Args:
        pages: The lines of each page.
        listed: Level (from 1), page and words of each bookmark.
    """
    weights: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            weights[round(line.size * 2) / 2] += len(line.text)
    body = max(weights, key=lambda size: weights[size], default=0.0)
    present = {(line.page, _squeezed(line.text)) for lines in pages for line in lines}
    levels = {
        (page, _squeezed(words)): min(level, 6)
        for level, page, words in listed
        if (page, _squeezed(words)) in present and words.strip()
    }
    if levels:
        return Outline(levels, body)
    plain = Outline({}, body)
    large: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            if plain.is_large(line):
                large[round(line.size * 2) / 2] += 1
    sizes = sorted(large, reverse=True)[:4]
    # Where every fourth line is large there is no telling headings from text.
    if sum(large.values()) > 0.25 * max(sum(map(len, pages)), 8):
        sizes = sizes[:1]
    return Outline({}, body, tuple(sizes))


class PageWriter:
    """Writes pages one after another.

    What belongs to no text is written between two paragraphs, never inside one that goes on from
    the page before.
    """

    def __init__(self, writer: Writer, outline: Outline) -> None:
        self._writer = writer
        self._outline = outline
        self._paragraph: list[Line] = []
        self._level = 0
        self._edge = 0.0
        self._waiting: list[tuple[Line, str]] = []
        self._starts: list[tuple[int, int]] = []
        self._boxes: list[bytes] = []

    def add(self, lines: Sequence[Line], aside: Sequence[tuple[Line, str]]) -> None:
        """Write a page: its lines of text, and the others with the reason."""
        self._waiting += aside
        edges = dict(zip(map(id, lines), _right_edges(lines), strict=True))
        leading = _leading(lines)
        for is_table, run in split_tables(lines):
            if is_table:
                self._flush()
                self._table(run)
                continue
            line = run[0]
            level = self._outline.level(line)
            last = self._paragraph[-1] if self._paragraph else None
            if last is None or level != self._level or not self._goes_on(last, line, leading):
                self._flush()
            self._paragraph.append(line)
            self._level = level
            self._edge = edges[id(line)]
        if not lines:
            self._flush()

    def finish(self) -> tuple[tuple[Part, ...], bytes]:
        """The pages as parts, and the boxes."""
        self._flush()
        ends = [start for start, _ in self._starts[1:]] + [self._writer.length]
        parts = tuple(
            Part(start, end, "page", str(page))
            for (start, page), end in zip(self._starts, ends, strict=True)
            if start < end
        )
        return parts, b"".join(self._boxes)

    def _goes_on(self, last: Line, line: Line, leading: float) -> bool:
        """Whether a line continues the paragraph that ends with the last one."""
        if last.gaps or line.gaps or abs(last.size - line.size) > 0.12 * last.size:
            return False
        step = line.top - last.top
        if self._level:
            return last.page == line.page and 0 < step < 2 * line.size
        if _NEW.match(line.text) or self._is_short(last, line):
            return False
        if last.page != line.page or step <= 0:
            # On another page or in another column; a sentence that has ended may end a paragraph.
            return last.text[-1] not in _ENDS
        is_indented = line.left > last.left + 0.5 * line.size
        return step <= 1.5 * max(leading, line.size) and not is_indented

    def _is_short(self, last: Line, line: Line) -> bool:
        """Whether the last line leaves room for what follows, as the end of a paragraph does."""
        room = self._edge - last.right
        if room <= _first_word(line):
            return False
        return last.text[-1] in _ENDS or room > _RAGGED * (self._edge - last.left)

    def _flush(self) -> None:
        """Write the paragraph, then what had to wait for its end."""
        lines, self._paragraph = self._paragraph, []
        ready = self._waiting
        if lines:
            prefix = "#" * self._level + " " if self._level else ""
            text, offsets = _joined(lines)
            begin = self._writer.add(prefix + text)
            for line, offset in zip(lines, offsets, strict=True):
                start = begin + len(prefix) + offset
                self._note(line, start, start if offset else begin)
            ready = [item for item in ready if item[0].page <= lines[-1].page]
        for line, reason in ready:
            start = self._writer.mark(line.text, reason)
            self._note(line, start, start)
        self._waiting = self._waiting[len(ready) :]

    def _table(self, lines: Sequence[Line]) -> None:
        rows = [cells(line) for line in lines]
        text, offsets = table_text(rows)
        start = self._writer.add(text)
        for line, parts, places in zip(lines, rows, offsets, strict=True):
            for item, place in zip(parts, places, strict=True):
                self._note(line, start + place, start, item.edges)
        self._level = 0

    def _note(
        self, line: Line, start: int, begin: int, edges: tuple[float, ...] | None = None
    ) -> None:
        """Keep where a line, or a cell of it, stands; its page may begin before, with syntax."""
        if not self._starts or self._starts[-1][1] < line.page:
            self._starts.append((begin, line.page))
        box = pack_line(start, line.page, line.top, line.bottom, edges or line.edges)
        self._boxes.append(box)


def _joined(lines: Sequence[Line]) -> tuple[str, list[int]]:
    """The text of a paragraph and where in it each line begins."""
    text = ""
    offsets = []
    for index, line in enumerate(lines):
        if index and not lines[index - 1].is_hyphenated:
            text += join_lines(text[-1:], line.text)
        offsets.append(len(text))
        text += line.text
    return text, offsets


def _first_word(line: Line) -> float:
    """How much room the first word of a line takes; punctuation may have to go with it."""
    if is_wide(line.text[0]):
        return 2.2 * line.size
    length = len(line.text.split(" ", 1)[0])
    return line.edges[min(length, len(line.edges) - 1)] - line.left + line.size


def _right_edges(lines: Sequence[Line]) -> list[float]:
    """For each line how far lines of its column reach to the right."""
    edges = []
    for line in lines:
        near = [
            other.right
            for other in lines
            if other.left < line.right
            and abs(other.left - line.left) < 6 * line.size
            and abs(other.size - line.size) < 0.2 * line.size
        ]
        edges.append(max(near, default=line.right))
    return edges


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next."""
    steps = sorted(
        after.top - before.top
        for before, after in pairwise(lines)
        if 0 < after.top - before.top < 4 * before.size
    )
    return steps[len(steps) // 2] if steps else 0.0


def _squeezed(text: str) -> str:
    return "".join(text.split())


def bookmarks(document: object) -> Iterator[tuple[int, int, str]]:
    """Level, page and words of the bookmarks of a ``pypdfium2.PdfDocument``."""
    for count, item in enumerate(document.get_toc(max_depth=6)):  # type: ignore[attr-defined]
        destination = item.get_dest()
        page = destination.get_index() if destination else None
        if page is not None:
            yield item.level + 1, page + 1, item.get_title()
        if count >= 5_000:
            return
