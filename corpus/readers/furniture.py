"""What stands on every page: running headers, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from corpus.readers.page_lines import Line

_ZONE = 0.12  # of the height of a page, at its top and bottom
_PAGES = 3  # a line that repeats less often may be text
_NUMBER = re.compile(r"\d{1,4}")
_NUMBERED = re.compile(
    r"第\s*\d{1,4}\s*页(?:[\s,，/／]*共\s*\d{1,4}\s*页)?"
    r"|[-—–·~]+\s*\d{1,4}\s*[-—–·~]+|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\d{1,4}")


def furniture(
    pages: Sequence[Sequence[Line]], heights: Sequence[float]
) -> Mapping[tuple[int, int], str]:
    """Why some lines are no text: ``page header``, ``page footer`` or ``page number``.

    A line at the top or bottom is one if it stands at the same height, with the same words, on at
    least three pages; a number in it may count the pages. A page number that says that it is one
    is recognized by itself.

    Args:
        pages: The lines of each page.
        heights: Of the pages, in points.

    Returns:
        The reason by (index of the page, index of the line).
    """
    seen: dict[tuple[int, int], list[tuple[object, ...]]] = {}
    counts: Counter[tuple[object, ...]] = Counter()
    reasons: dict[tuple[int, int], str] = {}
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for index, line in _outer(lines, height):
            keys = list(_keys(line, number, height))
            seen[number, index] = keys
            counts.update(set(keys))
            if _NUMBERED.fullmatch(line.text):
                reasons[number, index] = "page number"
    for (number, index), keys in seen.items():
        repeated = [key for key in keys if counts[key] >= _PAGES]
        if not repeated or (number, index) in reasons:
            continue
        line = pages[number][index]
        if _ALONE.fullmatch(line.text) and any(key[0] == "counts" for key in repeated):
            reasons[number, index] = "page number"
        else:
            is_top = line.top < heights[number] / 2
            reasons[number, index] = "page header" if is_top else "page footer"
    return reasons


def _outer(lines: Sequence[Line], height: float) -> Iterator[tuple[int, Line]]:
    """The lines in the outer zones of a page, at most three in each."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].top)
    top = [index for index in order[:3] if lines[index].bottom < _ZONE * height]
    bottom = [index for index in order[-3:] if lines[index].top > (1 - _ZONE) * height]
    for index in dict.fromkeys([*top, *bottom]):
        yield index, lines[index]


def _keys(line: Line, page: int, height: float) -> Iterator[tuple[object, ...]]:
    """What a line has in common with the same line of other pages."""
    words = "".join(line.text.split())
    # Two heights, so that lines a little apart share one of them.
    for place in {round(line.top / 6), int(line.top / 6)}:
        if not _ALONE.fullmatch(words):
            yield "same", words, place
        for match in _NUMBER.finditer(words):
            rest = words[: match.start()] + "#" + words[match.end() :]
            yield "counts", rest, int(match.group()) - page, place
