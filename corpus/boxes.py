"""Where the characters of a text stand on its pages, packed so that a highlight can be drawn.

A line of text is eight bytes (offset of its first character: 32 bits; number of characters: 16;
page: 16), its top and bottom, and the left edge of each character followed by the right edge of the
last one: 16 bits each, little end first, in quarters of a point from the top left corner of the
page. Lines follow one another in the order of their offsets.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = struct.Struct("<IHH2H")
_UNITS = 4  # in a point
_LARGEST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Part of a page, in points from its top left corner; pages count from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def pack_line(start: int, page: int, top: float, bottom: float, edges: Sequence[float]) -> bytes:
    """One line of text.

    Args:
        start: Offset of its first character in the document's text.
        page: 1-based.
        top: In points from the top of the page.
        bottom: Likewise.
        edges: Left edges of its characters in points, then the right edge of the last one.
    """
    count = min(len(edges) - 1, _LARGEST)
    numbers = [_unit(edge) for edge in edges[: count + 1]]
    head = _HEAD.pack(start, count, min(page, _LARGEST), _unit(top), _unit(bottom))
    return head + struct.pack(f"<{count + 1}H", *numbers)


def rectangles(boxes: bytes, start: int, end: int) -> list[Rectangle]:
    """What to highlight for a span of a document: a rectangle for each line it reaches into."""
    found = []
    position = 0
    while position + _HEAD.size <= len(boxes):
        first, count, page, top, bottom = _HEAD.unpack_from(boxes, position)
        position += _HEAD.size
        low, high = max(start, first) - first, min(end, first + count) - first
        if low < high:
            left, right = (
                struct.unpack_from("<H", boxes, position + 2 * index)[0] / _UNITS
                for index in (low, high)
            )
            found.append(
                Rectangle(page, min(left, right), top / _UNITS, max(left, right), bottom / _UNITS)
            )
        elif first >= end:
            break
        position += 2 * (count + 1)
    return found


def _unit(length: float) -> int:
    return min(max(round(length * _UNITS), 0), _LARGEST)
