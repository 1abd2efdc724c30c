"""Elements of a web page: which are shown, which stand on a line of their own, their words."""

from __future__ import annotations

import re
from typing import Any

_HIDDEN = frozenset((
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "map", "head", "title", "button", "input", "select",
    "option", "textarea", "datalist", "dialog", "link", "meta", "rp", "rt",
))  # fmt: skip

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
"""Elements that begin a line of their own."""
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
LINE_BREAK = "\u2028"
"""A ``<br>``, until it is known whether lines matter."""
DEEPEST = 200
"""Elements nested deeper are read as running text."""


def text_of(element: Any, separator: str = "") -> str:
    """The words of an element as they run on; ``<br>`` as U+2028."""
    pieces: list[str] = []
    _collect(element, pieces, separator, 0)
    return "".join(pieces)


def _collect(element: Any, pieces: list[str], separator: str, depth: int) -> None:
    tag = element.tag.lower()
    if tag == "br":
        pieces.append(LINE_BREAK)
        return
    block = tag in BLOCKS
    if block and pieces:
        pieces.append(separator or (" " if tag in ("td", "th") else LINE_BREAK))
    if element.text:
        pieces.append(element.text)
    for child in element:
        if isinstance(child.tag, str) and not is_hidden(child) and depth < DEEPEST:
            _collect(child, pieces, separator, depth + 1)
            if separator and child.tag == "a":
                pieces.append(separator)
        if child.tail:
            pieces.append(child.tail)
    if block and not separator and tag not in ("td", "th"):
        pieces.append(LINE_BREAK)


def is_hidden(element: Any) -> bool:
    """Whether a browser shows nothing of an element."""
    return (
        element.tag.lower() in _HIDDEN
        or element.get("hidden") is not None
        or _STYLE_HIDDEN.search(element.get("style") or "") is not None
    )


def squeezed(element: Any) -> str:
    """The characters of an element without white space."""
    return "".join("".join(element.itertext()).split())
