"""Markdown source to displayed text.

Inline syntax is resolved (images go, links and emphasis keep their text, escapes and entities are
decoded); block syntax (``#``, ``-``, ``|``, fences) stays, since it is readable as it is and
:mod:`corpus.blocks` reads it again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import groupby

from corpus.fences import Fences

# Two noncharacters, which no text may contain, bracket a link while offsets still move.
_OPEN, _CLOSE, _TEASER = "\ufdd0", "\ufdd1", "\ufdd2"
_PICTURE = "\ufdd3"  # where an image was, until the link around it has been seen
_VERBATIM, _VERBATIM_END = "\ufdd4", "\ufdd5"  # bracket the number of a code span put aside
_SENTINELS = re.compile(f"[{_OPEN}{_CLOSE}{_TEASER}]")
_LINEWISE = frozenset(">`~\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5")  # read line by line, or foreign
_SYNTAX = re.compile(rf"[\[<*_~\\&`/>{_OPEN}-{_VERBATIM_END}]")  # prose has next to none of these

# No pattern may look further than once over the text from each place it starts at: whoever saves a
# page does not check it for a thousand open brackets.
_TARGET = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_IMAGE = re.compile(rf"!\[(?:[^\[\]]|\[[^\[\]]{{0,200}}\])*\]{_TARGET}")
_LINK = re.compile(rf"\[((?:[^\[\]\n]|\n(?!\n)|\[[^\[\]]{{0,200}}\])*)\]{_TARGET}")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_URL = re.compile(r"https?://[^\s<>\"'（）。，；、」』】》\ufdd0-\ufdd5]+")
_TAG = re.compile(r"</?(?:img|center|font|span|div|p|u|sup|sub)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_CODE = re.compile(r"(`(?<![`\\]`)`*+)([^\n]*?[^`\n])\1(?!`)")
_SAVED_CODE = re.compile(f"{_VERBATIM}(\\d+){_VERBATIM_END}")
# Between words of Chinese, stars are emphasis whatever blanks surround them; 2**3, 2 ** 3 and
# 138****1234 are not.
_STRONG = re.compile(
    r"(?<![\d*])\*{4,}|(?<!\*)\*{4,}+(?!\d)"
    r"|(?!(?<=[A-Za-z0-9] )\*{2,3} [A-Za-z0-9])"
    r"(?:(?<![A-Za-z0-9*\\])\*{2,3}|(?<!\\)\*{2,3}(?![A-Za-z0-9*]))"
)
_EMPHASIS = re.compile(r"\*(?<![A-Za-z0-9*\\]\*)(?![\s*])([^*\n]{1,200}?)(?<!\s)\*(?![A-Za-z0-9*])")
_UNDERSCORE = re.compile(r"_(?<![\w\\]_)(?![\s_])([^_\n]{1,200}?)(?<!\s)_(?!\w)")
_STRIKE = re.compile(r"~~([^~\n]+)~~")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_QUOTE_MARKER = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+")
_TRAILING_SPACE = re.compile(r"[ \t\u3000](?<![ \t\u3000]{2})[ \t\u3000]*+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_SEGMENT = 1 << 20  # characters resolved at once

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
    syntax = frozenset(_SYNTAX.findall(raw))
    if syntax.isdisjoint(_LINEWISE):
        return _collect_links(_prose(raw, syntax).strip("\n"))
    raw = re.sub(f"[{_OPEN}-{_VERBATIM_END}]", "\ufffd", raw)
    parts = []
    for is_code, lines in groupby(_classified(raw), key=lambda pair: pair[0]):
        part = "\n".join(line for _, line in lines)
        parts.append(part if is_code else _prose(part, syntax))
    return _collect_links("\n".join(parts).strip("\n"))


def display_long(raw: str) -> tuple[str, tuple[LinkSpan, ...]]:
    """Resolve Markdown; a very long text piece by piece, since every rule makes a copy of it."""
    if len(raw) <= 2 * _SEGMENT:
        return display(raw)
    texts: list[str] = []
    links: list[LinkSpan] = []
    length = position = 0
    while position < len(raw):
        end = _segment_end(raw, position)
        text, found = display(raw[position:end])
        position = end
        if text:
            texts.append(text)
            links += [LinkSpan(length + i.start, length + i.end, i.teaser) for i in found]
            length += len(text) + 2
    return "\n\n".join(texts), tuple(links)


def _segment_end(raw: str, start: int) -> int:
    """A blank line outside of code, where one is near."""
    if len(raw) - start <= 2 * _SEGMENT:
        return len(raw)
    for match in _PARAGRAPH_END.finditer(raw, start + _SEGMENT, start + 2 * _SEGMENT):
        if raw.count("\n```", start, match.start()) % 2 == 0:
            return match.end()
    line = raw.find("\n", start + _SEGMENT, start + 2 * _SEGMENT)
    return line + 1 or start + 2 * _SEGMENT


def _classified(raw: str) -> Iterator[tuple[bool, str]]:
    """Each line with whether it is code; quotation marks (``>``) go, except from code."""
    fences = Fences()
    quoted = False
    for line in raw.split("\n"):
        bare = _QUOTE_MARKER.sub("", line) if ">" in line else line
        if not fences.is_open:
            quoted = bare != line
        kept = line if fences.is_open and not quoted else bare
        yield fences.holds(kept), kept


def _prose(text: str, syntax: Set[str]) -> str:
    """Text between two fences, resolved, with single blank lines."""
    text = _inline(text, syntax)
    if text[-1:].isspace() or any(f"{blank}\n" in text for blank in " \t\u3000"):
        text = _TRAILING_SPACE.sub("", text)
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    body = text.strip("\n")
    return body and "\n" * text.startswith("\n") + body + "\n" * text.endswith("\n")


def _inline(text: str, syntax: Set[str]) -> str:
    """Inline syntax resolved, of which ``syntax`` holds every character that occurs."""
    if not syntax:
        return text
    codes: list[str] = []
    if "`" in syntax:
        text = _CODE.sub(lambda match: _put_aside(match.group(2), codes), text)
    if "[" in syntax:
        text = _IMAGE.sub(_PICTURE, text)
        text = _LINK.sub(_link_text, text).replace(_PICTURE, "")
    if "<" in syntax:
        text = _AUTOLINK.sub(r"\1", _without_comments(text))
        text = _BREAK.sub(" ", _TAG.sub("", text))
    if "/" in syntax and "://" in text:
        text = _URL.sub(lambda match: without_tracking(match.group()), text)
    if "*" in syntax and "**" in text:
        text = "\n\n".join(_without_strong(part) for part in text.split("\n\n"))
    if "*" in syntax:
        text = _EMPHASIS.sub(r"\1", text)
    if "_" in syntax:
        text = _UNDERSCORE.sub(r"\1", text)
    if "~" in syntax:
        text = _STRIKE.sub(r"\1", text)
    if "\\" in syntax:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in syntax:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()).replace("\xa0", " "), text)
    return _SAVED_CODE.sub(lambda match: codes[int(match.group(1))], text) if codes else text


def _put_aside(code: str, codes: list[str]) -> str:
    """Keep a code span from what follows; a blank on both sides only parts it from its ticks."""
    if code[0] == code[-1] == " " and code.strip():
        code = code[1:-1]
    codes.append(code)
    return f"{_VERBATIM}{len(codes) - 1}{_VERBATIM_END}"


def _without_comments(text: str) -> str:
    parts = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        parts.append(text[position:start])
        position = end + 3
    return "".join([*parts, text[position:]])


def _without_strong(paragraph: str) -> str:
    """Stars that stand alone in a paragraph (a rating, a mask) emphasize nothing."""
    if "**" not in paragraph:
        return paragraph
    resolved, count = _STRONG.subn("", paragraph)
    return resolved if count > 1 else paragraph


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
    if _OPEN not in text:
        return text, ()
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
