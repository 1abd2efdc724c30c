"""Markdown source to displayed text.

Inline syntax is resolved (images go, links and emphasis keep their text, escapes and entities are
decoded); block syntax (``#``, ``-``, ``|``, fences) stays, since it is readable as it is and
:mod:`corpus.blocks` reads it again. Plain text passes through unchanged.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

# Two noncharacters, which no text may contain, bracket a link while offsets still move.
_OPEN, _CLOSE, _TEASER = "\ufdd0", "\ufdd1", "\ufdd2"
_PICTURE = "\ufdd3"  # where an image was, until the link around it has been seen
_SENTINELS = re.compile(f"[{_OPEN}{_CLOSE}{_TEASER}]")

_FENCE = re.compile(
    r"^ {0,3}(```+|~~~+)[^\n]*\n.*?(?:^ {0,3}\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_TARGET = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_IMAGE = re.compile(rf"!\[[^\]]*\]{_TARGET}")
_LINK = re.compile(rf"\[((?:[^\[\]\n]|\n(?!\n)|\[[^\[\]]{{0,200}}\])*)\]{_TARGET}")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_URL = re.compile(r"https?://[^\s<>\"'（）。，；、」』】》\ufdd0-\ufdd2]+")
_HTML_NOISE = re.compile(
    r"<!--.*?-->|<img\b[^>]*>|</?(?:center|font|span|div|p|u|sup|sub)\b[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_CODE = re.compile(r"(`+)(?!`)([^\n]*?[^`\n])\1(?!`)")
_STRONG = re.compile(r"\*{4,}|(?<![A-Za-z0-9*\\])\*{2,3}|(?<!\\)\*{2,3}(?![A-Za-z0-9*])")
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9*\\])\*(?![\s*])([^*\n]{1,200}?)(?<!\s)\*(?![A-Za-z0-9*])")
_UNDERSCORE = re.compile(r"(?<![\w\\])_(?![\s_])([^_\n]{1,200}?)(?<!\s)_(?!\w)")
_STRIKE = re.compile(r"~~([^~\n]+)~~")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_QUOTE_MARKER = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)
_TRAILING_SPACE = re.compile(r"[ \t\u3000]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")

_TRACKING = re.compile(
    r"^(?:utm_\w+|chksm|scene|subscene|fetch_date|spm|fbclid|gclid|share_\w+|from|appmsg)$"
)


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """Where the text of a link stands in the displayed text; a teaser is a link around an image."""

    start: int
    end: int
    teaser: bool


def display_text(raw: str) -> str:
    """Displayed text of Markdown source; see :func:`display`."""
    return display(raw)[0]


def display(raw: str) -> tuple[str, tuple[LinkSpan, ...]]:
    """Resolve inline Markdown.

    Args:
        raw: Markdown or plain text with line feeds as line breaks.

    Returns:
        The displayed text, and where in it the texts of links stand.
    """
    raw = re.sub(f"[{_OPEN}-{_PICTURE}]", "\ufffd", raw)
    parts: list[str] = []
    position = 0
    for fence in _FENCE.finditer(raw):
        parts += [_inline(raw[position : fence.start()]), fence.group()]
        position = fence.end()
    parts.append(_inline(raw[position:]))
    text = _TRAILING_SPACE.sub("", "".join(parts))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return _collect_links(text)


def _inline(text: str) -> str:
    text = _QUOTE_MARKER.sub("", text)
    if "[" in text:
        text = _IMAGE.sub(_PICTURE, text)
        text = _LINK.sub(_link_text, text).replace(_PICTURE, "")
    if "<" in text:
        text = _AUTOLINK.sub(r"\1", text)
        text = _BREAK.sub(" ", _HTML_NOISE.sub("", text))
    if "://" in text:
        text = _URL.sub(lambda match: without_tracking(match.group()), text)
    if "`" in text:
        text = _CODE.sub(r"\2", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub("", text))
    if "_" in text:
        text = _UNDERSCORE.sub(r"\1", text)
    if "~~" in text:
        text = _STRIKE.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()).replace("\xa0", " "), text)
    return text


def _link_text(match: re.Match[str]) -> str:
    inner = match.group(1)
    teaser = _TEASER if _PICTURE in inner else ""
    # A line break inside a link can only be a wrapped line.
    words = re.sub(r"(?<=[\x21-\x7e])\n(?=[\x21-\x7e])", " ", inner.replace(_PICTURE, ""))
    words = words.replace("\n", "").strip()
    if words.startswith("[") and words.endswith("]"):
        words = words[1:-1]
    return f"{_OPEN}{teaser}{words}{_CLOSE}" if words else ""


def without_tracking(url: str) -> str:
    """The URL without the parameters that only identify who shared it."""
    address, _, rest = url.partition("?")
    query, hash_sign, fragment = rest.partition("#")
    kept = [pair for pair in query.split("&") if not _TRACKING.match(pair.partition("=")[0])]
    if len(kept) == query.count("&") + 1:
        return url
    return address + ("?" + "&".join(kept) if kept else "") + hash_sign + fragment


def _collect_links(text: str) -> tuple[str, tuple[LinkSpan, ...]]:
    """Take the sentinels out again and note where they stood."""
    links: list[LinkSpan] = []
    pieces: list[str] = []
    length = position = 0
    opened: int | None = None
    teaser = False
    for match in _SENTINELS.finditer(text):
        piece = text[position : match.start()]
        pieces.append(piece)
        length += len(piece)
        position = match.end()
        if match.group() == _OPEN:
            opened, teaser = length, False
        elif match.group() == _TEASER:
            teaser = True
        elif opened is not None:
            links.append(LinkSpan(opened, length, teaser))
            opened = None
    pieces.append(text[position:])
    return "".join(pieces), tuple(links)
