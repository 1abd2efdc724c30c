"""Which line of a file a place in its displayed text is from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.parts import Part

_LONGEST = 16_000  # characters of a part, so that counting its lines stays short
_LARGEST = 20_000_000  # of a file whose lines are compared one by one
_LETTERS = re.compile(r"\w+")


def line_parts(text: str, raw: str) -> tuple[Part, ...]:
    """Line numbers of a displayed text, as parts.

    Resolving Markdown removes lines (images alone on one, the second of two blank lines) and joins
    some, but keeps their order: each displayed line is looked for among the next lines of the file.
    A line that cannot be found belongs to no part.

    Args:
        text: Displayed text.
        raw: The text of the file.
    """
    body = raw.lstrip("\n")
    first = 1 + len(raw) - len(body)
    if text.count("\n") == body.rstrip("\n").count("\n"):
        return tuple(numbered(text, 0, len(text), first))
    if len(raw) > _LARGEST:
        return ()
    return tuple(_aligned(text, body, first))


def numbered(text: str, start: int, end: int, first: int) -> Iterator[Part]:
    """Parts for lines of a text that are all lines of the file; ``first`` is the first's number."""
    while end - start > _LONGEST:
        middle = text.rfind("\n", start, start + _LONGEST) + 1
        middle = middle or text.find("\n", start, end) + 1
        if not middle:
            break
        yield Part(start, middle, "line", "", first)
        first += text.count("\n", start, middle)
        start = middle
    if start < end:
        yield Part(start, end, "line", "", first)


def _aligned(text: str, raw: str, first: int) -> Iterator[Part]:
    originals = raw.split("\n")
    at = 0
    begin = end = position = 0
    number = shift = 0
    for index, line in enumerate(text.split("\n")):
        start, position = position, position + len(line) + 1
        if not line or line.isspace():
            continue
        while at < len(originals) and not originals[at]:
            at += 1
        is_same = at < len(originals) and originals[at] == line
        found = at if is_same else _find(line, originals, at)
        if found < 0:
            continue
        at = found + 1
        if number and found - index == shift:
            end = start + len(line)
            continue
        if number:
            yield from numbered(text, begin, end, number)
        begin, end, number, shift = start, start + len(line), first + found, found - index
    if number:
        yield from numbered(text, begin, end, number)


def _find(line: str, originals: list[str], start: int) -> int:
    """The index of the line that this one was made from; -1 if it is not among the next."""
    words: list[str] | None = None
    seen = 0
    for index in range(start, len(originals)):
        original = originals[index]
        if original == line:
            return index
        if not original.strip():
            continue
        words = words if words is not None else _LETTERS.findall(line)[:4]
        if words and all(word in original for word in words):
            return index
        seen += 1
        if seen > 200:
            break
    return -1
