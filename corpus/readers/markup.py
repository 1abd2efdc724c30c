"""A tree of HTML to displayed text: what a browser would show, in Markdown's block syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from corpus.readers.elements import BLOCKS, DEEPEST, LINE_BREAK, is_hidden, squeezed, text_of
from corpus.readers.html_tables import cells, grid, is_layout, rows_of
from corpus.readers.reading import Writer, fenced, looks_like_header, one_line, table

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|brush:)-?\s*(\w{1,20})")
_LINKS = 3  # a list of fewer links may be part of the text


class Renderer:
    """Writes the blocks of a tree.

    Args:
        writer: Where to.
        navigation: Whether runs of links are marked as such; a book has none.
    """

    def __init__(self, writer: Writer, *, navigation: bool) -> None:
        self._writer = writer
        self._navigation = navigation

    def render(self, element: Any, depth: int = 0) -> None:
        """Write an element and what is in it."""
        inline: list[str] = []
        if element.text:
            inline.append(element.text)
        for child in element:
            if isinstance(child.tag, str) and not is_hidden(child):
                if _is_block(child) and depth < DEEPEST:
                    self._paragraph(inline)
                    inline = []
                    self._block(child, depth + 1)
                else:
                    inline.append(text_of(child))
            if child.tail:
                inline.append(child.tail)
        self._paragraph(inline)

    def _block(self, element: Any, depth: int) -> None:
        tag = element.tag.lower()
        if self._navigation and is_navigation(element):
            words = one_line(text_of(element, " · "))
            if words:
                self._writer.mark(words, "navigation")
        elif tag in _HEADINGS:
            if words := one_line(text_of(element).replace(LINE_BREAK, " ")):
                self._writer.add("#" * _HEADINGS[tag] + " " + words)
        elif tag == "pre":
            self._code(element)
        elif tag in ("ul", "ol"):
            lines = list(_items(element, 0))
            if lines:
                self._writer.add("\n".join(lines))
        elif tag == "table":
            self._table(element, depth)
        elif tag != "hr":
            self.render(element, depth)

    def _paragraph(self, pieces: Sequence[str]) -> None:
        gap = "\n\n"
        for line in "".join(pieces).split(LINE_BREAK):
            if words := one_line(line):
                self._writer.add(words, gap)

    def _code(self, element: Any) -> None:
        code = text_of(element).replace(LINE_BREAK, "\n").strip("\r\n").replace("\r\n", "\n")
        if not code.strip():
            return
        names = " ".join(node.get("class") or "" for node in (element, *element.iter("code")))
        language = _LANGUAGE.search(names)
        self._writer.add(fenced(code, language.group(1) if language else ""))

    def _table(self, element: Any, depth: int) -> None:
        """A table of data as one; a table that only lays out a page as what is in its cells."""
        rows = [list(cells(line)) for line in rows_of(element)]
        if is_layout(element, rows):
            for line in rows_of(element):
                for item in cells(line):
                    self.render(item, depth)
            return
        caption = next((node for node in element if node.tag == "caption"), None)
        if caption is not None and (words := one_line(text_of(caption))):
            self._writer.add(words)
        words_of = list(grid(rows))
        if not words_of:
            return
        named = element.find(".//th") is not None and all(node.tag == "th" for node in rows[0])
        header = named or (len(words_of) > 1 and looks_like_header(words_of[0], words_of[1]))
        if text := table(words_of, header):
            self._writer.add(text)


def _is_block(element: Any) -> bool:
    """Whether an element begins a line of its own, or holds one that does."""
    if element.tag.lower() in BLOCKS:
        return True
    return len(element) > 0 and any(
        isinstance(node.tag, str) and node.tag.lower() in BLOCKS for node in element.iter()
    )


def is_navigation(element: Any) -> bool:
    """Whether a block is hardly more than a run of links."""
    links = list(element.iter("a"))
    if len(links) < _LINKS or element.tag in ("table", "p") or element.find(".//p") is not None:
        return False
    linked = sum(len(squeezed(link)) for link in links)
    total = len(squeezed(element))
    short = linked <= 16 * len(links)
    return short and linked >= 0.8 * total > 0


def _items(element: Any, level: int) -> Iterator[str]:
    """The lines of a list, lists in it indented."""
    number = 1
    start = element.get("start") or ""
    if start.isdecimal() and len(start) < 4:
        number = int(start)
    for child in element:
        if not isinstance(child.tag, str) or is_hidden(child):
            continue
        inner = [node for node in child if node.tag in ("ul", "ol")]
        if child.tag in ("ul", "ol"):
            if level < DEEPEST // 4:
                yield from _items(child, level + 1)
            continue
        words = _item_words(child, inner)
        if words:
            marker = f"{number}." if element.tag == "ol" else "-"
            yield f"{'  ' * level}{marker} {words}"
            number += 1
        for node in inner:
            if level < DEEPEST // 4:
                yield from _items(node, level + 1)


def _item_words(item: Any, inner: Iterable[Any]) -> str:
    pieces = [item.text or ""]
    skipped = set(map(id, inner))
    for child in item:
        if isinstance(child.tag, str) and not is_hidden(child) and id(child) not in skipped:
            pieces.append(text_of(child))
        pieces.append(child.tail or "")
    lines = [one_line(line) for line in "".join(pieces).split(LINE_BREAK)]
    return " ".join(filter(None, lines))
