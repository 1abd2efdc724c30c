"""Text files and source code."""

from __future__ import annotations

from corpus.readers.decode import decode
from corpus.readers.lines import numbered
from corpus.readers.reading import Reading, fenced


def read_text(data: bytes) -> Reading:
    """Markdown, or plain text, which is read in the same way.

    Raises:
        DocumentError: It cannot be decoded.
    """
    text, encoding = decode(data)
    return Reading(text, "markdown", properties={"encoding": encoding})


def read_code(data: bytes, suffix: str) -> Reading:
    """Source code, configuration: taken as it stands, between fences, lines numbered.

    Raises:
        DocumentError: It cannot be decoded.
    """
    raw, encoding = decode(data)
    code = raw.rstrip("\n")
    properties = {"encoding": encoding}
    if not code.strip():
        return Reading("", "data", properties=properties)
    text = fenced(code, suffix.lower().lstrip("."))
    start = text.index("\n") + 1
    parts = tuple(numbered(text, start, start + len(code), 1))
    return Reading(text, "data", parts, properties=properties)
