"""Text as HTML, and links to what is cited; pure functions.

Everything that comes from a document, a file name or a question passes through :func:`escape`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.records import Citation, content_id

_KEY = re.compile(r"cite-([0-9a-f]{16})-(\d{1,9})-(\d{1,9})-([0-9a-f]{8})")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
# Controls, also those that reorder text; lone surrogates, which cannot be sent.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a document, and the beginning of the hash of its text."""

    document_id: str
    start: int
    end: int
    hash: str


def escape(text: str) -> str:
    """Text that neither HTML, Markdown, a template nor a link finder can take for markup.

    Every ASCII character that is not a letter, digit or blank becomes a character reference, which
    is decoded only after all of them have looked.
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", _UNSHOWN.sub("", text))


def escape_lines(text: str) -> str:
    """Text as by :func:`escape`, its line breaks kept."""
    return escape(text).replace("\n", "<br>")


def citation_key(document_id: str, start: int, end: int, quote: str) -> str:
    """What a link to a span of a document points to."""
    return f"cite-{document_id}-{start}-{end}-{content_id(quote, size=8)}"


def read_key(key: str) -> Place | None:
    """The place a key names; None if it is none."""
    match = _KEY.fullmatch(key)
    if not match:
        return None
    document_id, start, end, quoted = match.groups()
    return Place(document_id, int(start), int(end), quoted)


def citation_link(citation: Citation, words: str) -> str:
    """A link that opens what is cited."""
    document_id = citation.passage.document_id
    key = citation_key(document_id, citation.start, citation.end, citation.quote)
    return f"<a class='cite' href='#{key}'>{escape(words)}</a>"
