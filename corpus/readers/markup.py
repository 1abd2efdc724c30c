"""A tree of HTML to displayed text: what a browser would show, in Markdown's block syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from corpus.readers.reading import Writer, fenced, looks_like_header, one_line, table

_HIDDEN = frozenset((
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "map", "head", "title", "button", "input", "select",
    "option", "textarea", "datalist", "dialog", "link", "meta", "rp", "rt",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|brush:)-?\s*(\w{1,20})")
_LINE_BREAK = "\u2028"  # a <br>, until it is known whether lines matter
_DEEPEST = 200
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
                if _is_block(child) and depth < _DEEPEST:
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
            if words := one_line(text_of(element).replace(_LINE_BREAK, " ")):
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
        for line in "".join(pieces).split(_LINE_BREAK):
            if words := one_line(line):
                self._writer.add(words, gap)

    def _code(self, element: Any) -> None:
        code = text_of(element).replace(_LINE_BREAK, "\n").strip("\r\n").replace("\r\n", "\n")
        if not code.strip():
            return
        names = " ".join(node.get("class") or "" for node in (element, *element.iter("code")))
        language = _LANGUAGE.search(names)
        self._writer.add(fenced(code, language.group(1) if language else ""))

    def _table(self, element: Any, depth: int) -> None:
        """A table of data as one; a table that only lays out a page as what is in its cells."""
        rows = [list(_cells(line)) for line in _rows(element)]
        if _is_layout(element, rows):
            for line in _rows(element):
                for item in _cells(line):
                    self.render(item, depth)
            return
        caption = next((node for node in element if node.tag == "caption"), None)
        if caption is not None and (words := one_line(text_of(caption))):
            self._writer.add(words)
        words_of = list(_grid(rows))
        if not words_of:
            return
        named = element.find(".//th") is not None and all(node.tag == "th" for node in rows[0])
        header = named or (len(words_of) > 1 and looks_like_header(words_of[0], words_of[1]))
        if text := table(words_of, header):
            self._writer.add(text)


def text_of(element: Any, separator: str = "") -> str:
    """The words of an element as they run on; ``<br>`` as U+2028."""
    pieces: list[str] = []
    _collect(element, pieces, separator, 0)
    return "".join(pieces)


def _collect(element: Any, pieces: list[str], separator: str, depth: int) -> None:
    tag = element.tag.lower()
    if tag == "br":
        pieces.append(_LINE_BREAK)
        return
    block = tag in _BLOCKS
    if block and pieces:
        pieces.append(separator or (" " if tag in ("td", "th") else _LINE_BREAK))
    if element.text:
        pieces.append(element.text)
    for child in element:
        if isinstance(child.tag, str) and not is_hidden(child) and depth < _DEEPEST:
            _collect(child, pieces, separator, depth + 1)
            if separator and child.tag == "a":
                pieces.append(separator)
        if child.tail:
            pieces.append(child.tail)
    if block and not separator and tag not in ("td", "th"):
        pieces.append(_LINE_BREAK)


def is_hidden(element: Any) -> bool:
    """Whether a browser shows nothing of an element."""
    return (
        element.tag.lower() in _HIDDEN
        or element.get("hidden") is not None
        or _STYLE_HIDDEN.search(element.get("style") or "") is not None
    )


def _is_block(element: Any) -> bool:
    """Whether an element begins a line of its own, or holds one that does."""
    if element.tag.lower() in _BLOCKS:
        return True
    return len(element) > 0 and any(
        isinstance(node.tag, str) and node.tag.lower() in _BLOCKS for node in element.iter()
    )


def is_navigation(element: Any) -> bool:
    """Whether a block is hardly more than a run of links."""
    links = list(element.iter("a"))
    if len(links) < _LINKS or element.tag in ("table", "p") or element.find(".//p") is not None:
        return False
    linked = sum(len(_squeezed(link)) for link in links)
    total = len(_squeezed(element))
    short = linked <= 16 * len(links)
    return short and linked >= 0.8 * total > 0


def _squeezed(element: Any) -> str:
    return "".join("".join(element.itertext()).split())


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
            if level < _DEEPEST // 4:
                yield from _items(child, level + 1)
            continue
        words = _item_words(child, inner)
        if words:
            marker = f"{number}." if element.tag == "ol" else "-"
            yield f"{'  ' * level}{marker} {words}"
            number += 1
        for node in inner:
            if level < _DEEPEST // 4:
                yield from _items(node, level + 1)


def _item_words(item: Any, inner: Iterable[Any]) -> str:
    pieces = [item.text or ""]
    skipped = set(map(id, inner))
    for child in item:
        if isinstance(child.tag, str) and not is_hidden(child) and id(child) not in skipped:
            pieces.append(text_of(child))
        pieces.append(child.tail or "")
    lines = [one_line(line) for line in "".join(pieces).split(_LINE_BREAK)]
    return " ".join(filter(None, lines))


def _rows(table_element: Any) -> Iterator[Any]:
    for child in table_element:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (line for line in child if line.tag == "tr")


def _cells(line: Any) -> Iterator[Any]:
    return (item for item in line if item.tag in ("td", "th") and not is_hidden(item))


def _is_layout(element: Any, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table holds blocks of text rather than values."""
    if element.find(".//table") is not None or max(map(len, rows), default=0) < 2:
        return True
    return any(
        len(_squeezed(item)) > 400
        or item.find(".//h1") is not None
        or item.find(".//h2") is not None
        for line in rows
        for item in line
    )


def _grid(rows: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    """The words of each row; a cell that spans rows or columns stands in each of them."""
    below: dict[int, tuple[int, str]] = {}
    for line in rows:
        words: list[str] = []
        for item in line:
            _fill(words, below)
            text = one_line(text_of(item).replace(_LINE_BREAK, " "))
            width, height = (_span(item, name) for name in ("colspan", "rowspan"))
            for column in range(width):
                if height > 1:
                    below[len(words)] = (height - 1, text)
                words.append(text if column == 0 or height > 1 or width <= 6 else "")
        _fill(words, below)
        yield words


def _fill(words: list[str], below: dict[int, tuple[int, str]]) -> None:
    while (held := below.get(len(words))) is not None:
        rest, text = held
        if rest > 1:
            below[len(words)] = (rest - 1, text)
        else:
            del below[len(words)]
        words.append(text)


def _span(item: Any, name: str) -> int:
    value = item.get(name) or ""
    return min(int(value), 50) if value.isdecimal() and len(value) < 4 and int(value) > 0 else 1
