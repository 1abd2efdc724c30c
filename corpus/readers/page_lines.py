"""The lines of a printed page, from the characters that stand on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.readers.reading import is_wide

_HYPHENS = "\u0002\ufffe\u00ad"
_Box = tuple[float, float, float, float]
_GAP = 1.8  # times the size of the characters: wider than a blank, as between columns of a table


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box, in points from the top left corner of the page as it is shown.

    A blank that is not written in the file was inferred from the distance of two characters.
    """

    index: int
    character: str
    left: float
    top: float
    right: float
    bottom: float
    is_written: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page.

    Attributes:
        text: Without blanks around it; single blanks where words are apart.
        edges: Left edge of each character, then the right edge of the last one.
        size: Height of its characters.
        gaps: Where in the text blanks stand that are wide enough to part columns.
        is_hyphenated: Whether it ends inside a word.
    """

    text: str
    page: int
    top: float
    bottom: float
    edges: tuple[float, ...]
    size: float
    gaps: tuple[int, ...] = ()
    is_hyphenated: bool = False

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.edges[-1]


def page_lines(text_page: Any, page: Any, number: int) -> list[Line]:
    """The lines of a page in the order in which the file holds them.

    Args:
        text_page: A ``pypdfium2.PdfTextPage``.
        page: Its ``pypdfium2.PdfPage``.
        number: 1-based.
    """
    from ctypes import byref, c_double

    from pypdfium2 import raw

    place = _placing(page)
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    pointers = (byref(left), byref(right), byref(bottom), byref(top))
    lines: list[Line] = []
    glyphs: list[Glyph] = []
    high = 0
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in (10, 13):
            _close(lines, glyphs, number, text_page)
            glyphs = []
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        if code == 0 or (code < 32 and code not in (2, 9)) or code > 0x10FFFF:
            continue
        raw.FPDFText_GetCharBox(text_page, index, *pointers)
        box = place(left.value, bottom.value, right.value, top.value)
        is_written = code != 32 or raw.FPDFText_IsGenerated(text_page, index) != 1
        glyphs.append(Glyph(index, chr(code), *box, is_written))
    _close(lines, glyphs, number, text_page)
    return lines


def _placing(page: Any) -> Callable[[float, float, float, float], _Box]:
    """From a box in the page's own coordinates to left, top, right, bottom as it is shown."""
    x0, y0, x1, y1 = page.get_bbox()
    turned = page.get_rotation()

    def place(left: float, bottom: float, right: float, top: float) -> _Box:
        if turned == 90:
            return bottom - y0, left - x0, top - y0, right - x0
        if turned == 180:
            return x1 - right, bottom - y0, x1 - left, top - y0
        if turned == 270:
            return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom

    return place


def _close(lines: list[Line], glyphs: list[Glyph], page: int, text_page: Any) -> None:
    inked = [item for item in glyphs if not item.character.isspace()]
    if not inked:
        return
    sizes = [_height(text_page, item) for item in (inked[0], inked[len(inked) // 2])]
    if line := line_of(glyphs, page, max(sizes)):
        lines.append(line)


def _height(text_page: Any, glyph: Glyph) -> float:
    """The size of the font a character is set in, as it is shown."""
    from ctypes import byref

    from pypdfium2 import raw

    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text_page, glyph.index, byref(box)):
        return max(glyph.bottom - glyph.top, 1.0)
    return max(float(abs(box.top - box.bottom)), glyph.bottom - glyph.top, 1.0)


def line_of(glyphs: Sequence[Glyph], page: int, size: float) -> Line | None:
    """A line from its characters; None if it is blank.

    Blanks between Chinese characters that are not in the file go unless they part columns: programs
    set Chinese apart to justify it.
    """
    inked = [item for item in glyphs if not item.character.isspace()]
    is_hyphenated = bool(inked) and inked[-1].character in _HYPHENS
    inked = [item for item in inked if item.character not in _HYPHENS or item is not inked[-1]]
    if not inked:
        return None
    kept = set(map(id, inked))
    characters: list[str] = []
    edges: list[float] = []
    gaps: list[int] = []
    blank = 0.0  # how wide a blank must be to stand between Chinese characters
    last: Glyph | None = None
    for item in glyphs:
        if id(item) not in kept:
            blank = max(blank, 0.12 if item.is_written else 0.8)
            continue
        if last is not None:
            gap = item.left - last.right
            wide = gap > _GAP * size
            if wide:
                gaps.append(len(characters))
            between_wide = is_wide(last.character) and is_wide(item.character)
            if wide or (blank and not (between_wide and gap < blank * size)):
                characters.append(" ")
                edges.append(last.right)
        character = "-" if item.character in _HYPHENS else item.character
        characters.append(character)
        edges.append(item.left)
        last, blank = item, 0.0
    return Line(
        "".join(characters),
        page,
        min(item.top for item in inked),
        max(item.bottom for item in inked),
        (*edges, inked[-1].right),
        size,
        tuple(gaps),
        is_hyphenated,
    )
