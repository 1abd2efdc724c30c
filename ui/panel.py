"""The panel beside the chat as HTML: a document with what is cited of it; pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.blocks import parse_blocks
from corpus.records import Document, content_id
from ui.markup import Place, escape
from ui.text import Text

Layer = tuple[int, int, str]
"""Start, end and class name of a span of a document that looks different."""

_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$|^[ \t]*\|[ \t|:-]+\|[ \t]*$", re.MULTILINE)
_SHOWN = 40_000
"""Code points of a document shown at once."""


def hint_html(text: Text) -> str:
    """The panel before any citation was clicked."""
    return f"<p class='note'>{text.panel_hint}</p>"


def missing_html(text: Text) -> str:
    """The panel when the document is not there any more."""
    return f"<p class='note'>{text.no_document}</p>"


def document_html(document: Document, place: Place, text: Text) -> str:
    """A document with one span highlighted; marked spans are greyed, far parts left out."""
    quoted = document.text[place.start : place.end]
    found = bool(quoted) and content_id(quoted, size=8) == place.hash
    start, end = (place.start, place.end) if found else (0, 0)
    low = max(0, start - _SHOWN // 2)
    high = min(len(document.text), low + max(_SHOWN, end - low))
    notes = [text.changed] if not found else []
    if high - low < len(document.text):
        notes.append(text.shortened)
    layers = [*_structure(document), *((mark.start, mark.end, "marked") for mark in document.marks)]
    if found:
        layers.append((start, end, "cited"))
    breaks = _breaks(document, low, high, text)
    layers += [(at, high, "") for at in breaks]
    body = "".join(
        breaks.get(first, "") + _piece(escape(document.text[first:last]), names)
        for first, last, names in _cut(layers, low, high)
    )
    return (
        f"{_heading(document, text)}{''.join(f'<p class=note>{note}</p>' for note in notes)}"
        f"<div class='document' tabindex='0'>{body}</div>"
        f"<p class='back'><a href='#chat'>{text.back}</a></p>"
    )


def _heading(document: Document, text: Text) -> str:
    facts = [document.author, document.published, document.source]
    about = " · ".join(escape(fact) for fact in facts if fact)
    names = dict.fromkeys(text.reasons.get(mark.reason, mark.reason) for mark in document.marks)
    reasons = escape("、".join(names) if text.reasons else ", ".join(names))
    marked = f"<p class='note'>{text.marked.format(reasons=reasons)}</p>" if reasons else ""
    return f"<h3>{escape(document.title)}</h3><p class='note'>{about}</p>{marked}"


def _structure(document: Document) -> Iterator[Layer]:
    """What of a document looks different from running text."""
    for block in parse_blocks(document.text):
        if block.kind == "heading":
            yield block.start, block.end, f"heading h{block.level}"
            yield block.start, block.content, "syntax"
        elif block.kind in ("code", "row"):
            yield block.start, block.end, block.kind
    for line in _FENCE.finditer(document.text):
        yield line.start(), line.end(), "fence"


def _breaks(document: Document, low: int, high: int, text: Text) -> dict[int, str]:
    """Where in the window pages, sheets, ... begin, and what is drawn there.

    The name is an attribute: the text of the panel stays that of the document.
    """
    drawn = {}
    last = ""
    for part in document.parts:
        name = part.name(text.places)
        if name and name != last and part.start < high and part.end > low:
            words = escape(name)
            line = f"<span class='part' role='separator' aria-label='{words}'></span>"
            drawn[max(part.start, low)] = line
        last = name
    return drawn


def _cut(layers: Iterable[Layer], low: int, high: int) -> Iterator[tuple[int, int, list[str]]]:
    """The window cut where a layer begins or ends, with the names of the layers over each part."""
    changes: dict[int, list[tuple[str, int]]] = {low: [], high: []}
    for start, end, name in layers:
        if start < high and end > low:
            changes.setdefault(max(start, low), []).append((name, 1))
            changes.setdefault(min(end, high), []).append((name, -1))
    over: Counter[str] = Counter()
    for first, last in pairwise(sorted(changes)):
        for name, change in changes[first]:
            over[name] += change
        yield first, last, [name for name, count in over.items() if name and count > 0]


def _piece(words: str, names: Sequence[str]) -> str:
    if not names:
        return words
    tag = "mark" if "cited" in names else "span"
    return f"<{tag} class='{' '.join(names)}'>{words}</{tag}>"
