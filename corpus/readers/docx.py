"""Word documents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from corpus.readers.archive import core_properties, open_archive, xml_of
from corpus.readers.reading import Reading, Writer, looks_like_header, one_line, table

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_ITEM = re.compile(r"list (?:bullet|number|paragraph)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_DEEPEST = 20


def read_docx(data: bytes) -> Reading:
    """A Word document: headings, lists, tables, text boxes, foot- and endnotes.

    Raises:
        DocumentError: It would unpack to too much, or is protected.
    """
    import docx

    archive = open_archive(data)
    document = docx.Document(io.BytesIO(data))
    writer = Writer()
    levels = _style_levels(document)
    for block in _content(document.element.body):
        if block.tag == _W + "p":
            _paragraph(writer, block, levels)
        else:
            _table(writer, block, levels, 0)
    _notes(writer, archive)
    properties = {name: value for name, value in core_properties(archive).items() if value}
    return Reading(writer.text(), properties=properties)


def _style_levels(document: Any) -> dict[str, tuple[int, bool]]:
    """Heading level, and whether it is a list, by the id of a paragraph style."""
    levels = {}
    for style in document.styles.element.iter(_W + "style"):
        key = style.get(_W + "styleId") or ""
        node = style.find(_W + "name")
        name = (node.get(_W + "val") or "") if node is not None else ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        heading = _HEADING.match(name)
        level = int(heading.group(1)) if heading else 1 if name.lower() == "title" else 0
        if not level and outline is not None:
            level = _number(outline) + 1
        numbered = style.find(f"{_W}pPr/{_W}numPr") is not None
        levels[key] = (level if level <= 9 else 0, numbered or bool(_ITEM.match(name)))
    return levels


def _number(node: Any) -> int:
    value = node.get(_W + "val") or ""
    return int(value) if value.isdecimal() and len(value) < 4 else 99


def _content(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, those in content controls and accepted insertions included."""
    for child in parent:
        if child.tag in (_W + "p", _W + "tbl"):
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"):
            yield from _content(child)


def _paragraph(writer: Writer, paragraph: Any, levels: dict[str, tuple[int, bool]]) -> None:
    text, boxes = _text(paragraph)
    words = one_line(text.replace("\n", "\u2028")).split("\u2028")
    properties = paragraph.find(_W + "pPr")
    level, is_item, depth = _kind(properties, levels)
    for index, line in enumerate(filter(None, map(str.strip, words))):
        if level:
            writer.add("#" * min(level, 6) + " " + line)
        elif is_item:
            follows = writer.text_ends_in_item
            marker = "  " * depth + ("- " if index == 0 else "  ")
            writer.add(marker + line, "\n" if follows else "\n\n")
        else:
            writer.add(line)
        writer.text_ends_in_item = is_item and not level
    for box in boxes:
        for block in _content(box):
            if block.tag == _W + "p":
                _paragraph(writer, block, levels)
            else:
                _table(writer, block, levels, 1)


def _kind(properties: Any, levels: dict[str, tuple[int, bool]]) -> tuple[int, bool, int]:
    """Heading level, whether it is a list item, and how deep."""
    if properties is None:
        return 0, False, 0
    style = properties.find(_W + "pStyle")
    level, is_item = levels.get(
        (style.get(_W + "val") or "") if style is not None else "", (0, False)
    )
    outline = properties.find(_W + "outlineLvl")
    if not level and outline is not None and _number(outline) < 9:
        level = _number(outline) + 1
    numbering = properties.find(_W + "numPr")
    depth = 0
    if numbering is not None:
        number = numbering.find(_W + "numId")
        is_item = number is None or _number(number) != 0
        inner = numbering.find(_W + "ilvl")
        depth = min(_number(inner), 8) if inner is not None else 0
    return level, is_item, depth


def _text(paragraph: Any) -> tuple[str, list[Any]]:
    """The words of a paragraph as they are shown, and the text boxes anchored in it."""
    pieces: list[str] = []
    boxes: list[Any] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        if node.tag in (_MC_FALLBACK, _W + "del", _W + "moveFrom", _W + "instrText", _W + "pPr"):
            continue
        if node.tag == _W + "t":
            pieces.append(node.text or "")
        elif node.tag == _W + "tab":
            pieces.append("\t")
        elif node.tag in (_W + "br", _W + "cr"):
            pieces.append("\n" if node.get(_W + "type") in (None, "textWrapping") else "")
        elif node.tag == _W + "noBreakHyphen":
            pieces.append("-")
        elif node.tag == _W + "txbxContent":
            boxes.append(node)
        elif str(node.tag).endswith("}t"):
            pieces.append(node.text or "")  # of a formula
        else:
            stack.extend(reversed(node))
    return "".join(pieces), boxes


def _table(writer: Writer, element: Any, levels: dict[str, tuple[int, bool]], depth: int) -> None:
    """A table; one that only lays out text as what is in its cells."""
    rows = [
        list(_cells(line))
        for line in element.iter(_W + "tr")
        if next(line.iterancestors(_W + "tbl")) is element
    ]
    if not rows or max(map(len, rows)) < 2 or element.find(f".//{_W}tc//{_W}tbl") is not None:
        for line in rows:
            for item in line:
                for block in _content(item) if depth < _DEEPEST else ():
                    if block.tag == _W + "p":
                        _paragraph(writer, block, levels)
                    else:
                        _table(writer, block, levels, depth + 1)
        return
    words: list[list[str]] = []
    for line in rows:
        row: list[str] = []
        for item in line:
            text = " ".join(filter(None, (_text(p)[0].strip() for p in item.iter(_W + "p"))))
            if _is_merged_down(item) and words and len(row) < len(words[-1]):
                text = words[-1][len(row)]
            row += [text] * _width(item)
        words.append(row)
    header = len(words) > 1 and looks_like_header(words[0], words[1])
    if text := table(words, header):
        writer.add(text)
        writer.text_ends_in_item = False


def _cells(line: Any) -> Iterator[Any]:
    for child in line:
        if child.tag == _W + "tc":
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent"):
            yield from _cells(child)


def _width(item: Any) -> int:
    node = item.find(f"{_W}tcPr/{_W}gridSpan")
    return min(_number(node), 60) or 1 if node is not None else 1


def _is_merged_down(item: Any) -> bool:
    node = item.find(f"{_W}tcPr/{_W}vMerge")
    return node is not None and node.get(_W + "val") in (None, "continue")


def _notes(writer: Writer, archive: Any) -> None:
    names = archive.namelist()
    for name in _NOTES:
        if name not in names:
            continue
        for note in xml_of(archive, name):
            if note.get(_W + "type") in (
                "separator",
                "continuationSeparator",
                "continuationNotice",
            ):
                continue
            pieces = [_text(paragraph)[0] for paragraph in note.iter(_W + "p")]
            if words := one_line(" ".join(pieces)):
                writer.add(words)
