"""Records as HTML for the browser; pure functions.

Everything that comes from a document, a file name or a question passes through :func:`escape`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.records import Answer, Document, Hit
from rag.answer import readable
from ui.library import Added
from ui.text import Text

_KEY = re.compile(r"cite-([0-9a-f]{16})-(\d{1,9})-(\d{1,9})")
_MARK = re.compile(r"\[(\d{1,3})\]")
_SHOWN = 40_000
"""Code points of a document shown at once."""


def escape(text: str) -> str:
    """Text that neither HTML, Markdown, a template nor a link finder can take for markup.

    Every ASCII character that is not a letter, digit or blank becomes a character reference, which
    is decoded only after all of them have looked.
    """
    return "".join(
        character
        if character.isalnum() or character in " \n" or ord(character) > 0x7F
        else f"&#{ord(character)};"
        for character in text
        if character.isprintable() or character in "\n\u3000"
    )


def citation_key(document_id: str, start: int, end: int) -> str:
    """What a link to a span of a document points to."""
    return f"cite-{document_id}-{start}-{end}"


def read_key(key: str) -> tuple[str, int, int] | None:
    """Document id and span of a key; None if it is none."""
    match = _KEY.fullmatch(key)
    return (match.group(1), int(match.group(2)), int(match.group(3))) if match else None


def question_html(question: str) -> str:
    """A question as a chat message."""
    return f"<p>{_lines(question)}</p>"


def answer_html(answer: Answer, text: Text, sentences: int | None = None) -> str:
    """An answer as a chat message: its text with linked numbers, then what each number cites.

    Args:
        answer: The answer.
        text: The words of the page.
        sentences: Show only this many cited sentences yet, without the rest, while streaming.
    """
    if answer.refused:
        return f"<p>{_lines(answer.text)}</p>{_related(answer, text)}"
    # The answer is made of one piece for each citation, in order, each ending in its number.
    pieces = _pieces(answer)[:sentences]
    body = f"<div class='answer'>{''.join(pieces)}</div>"
    if sentences is not None:
        return body
    return f"{_understood(answer, text)}{body}{_sources(answer)}{_footer(answer, text)}"


def sentence_count(answer: Answer) -> int:
    """How many pieces :func:`answer_html` can show one after the other."""
    return len(_pieces(answer))


def document_html(document: Document, start: int, end: int, text: Text) -> str:
    """A document with one span highlighted; marked spans are greyed, far parts left out."""
    low = max(0, min(start, len(document.text)) - _SHOWN // 2)
    high = min(len(document.text), low + _SHOWN)
    edges = {low, high, *(min(max(point, low), high) for point in (start, end))}
    for mark in document.marks:
        edges |= {min(max(point, low), high) for point in (mark.start, mark.end)}
    points = sorted(edges)
    pieces = []
    for first, last in pairwise(points):
        piece = escape(document.text[first:last])
        if start <= first and last <= end:
            pieces.append(f"<mark class='cited'>{piece}</mark>")
        elif any(mark.start <= first and last <= mark.end for mark in document.marks):
            pieces.append(f"<span class='marked'>{piece}</span>")
        else:
            pieces.append(piece)
    shortened = f"<p class='note'>{text.shortened}</p>" if high - low < len(document.text) else ""
    return f"{_heading(document, text)}{shortened}<div class='document'>{''.join(pieces)}</div>"


def hint_html(text: Text) -> str:
    """The panel before any citation was clicked."""
    return f"<p class='note'>{text.panel_hint}</p>"


def missing_html(text: Text) -> str:
    """The panel when the document is not there any more."""
    return f"<p class='note'>{text.no_document}</p>"


def report_html(report: Sequence[Added], switched: bool, text: Text) -> str:
    """What became of each uploaded file."""
    words = {
        "added": text.added,
        "changed": text.updated,
        "unchanged": text.already_there,
        "skipped": text.not_added,
    }
    rows = "".join(
        f"<li class='{item.outcome}'><b>{escape(item.name)}</b> {words[item.outcome]}"
        f"{escape(f': {item.reason}') if item.reason else ''}</li>"
        for item in report
    )
    notice = f"<p>{text.switched}</p>" if switched else ""
    return f"{notice}<ul class='report'>{rows}</ul>"


def _pieces(answer: Answer) -> list[str]:
    pieces = []
    rest = answer.text
    for citation in answer.citations:
        mark = f"[{citation.number}]"
        sentence, _, rest = rest.partition(mark)
        passage = citation.passage
        key = citation_key(passage.document_id, citation.start, citation.end)
        link = f"<a class='cite' href='#{key}'>{escape(mark)}</a>"
        item = sentence.lstrip().startswith("- ")
        words = _highlight(sentence.lstrip().removeprefix("- "), answer.short)
        pieces.append(
            f"<div class='item'>{words}{link}</div>" if item else f"<span>{words}{link}</span>"
        )
    return pieces


def _highlight(sentence: str, short: str) -> str:
    """The sentence with the answering words emphasised, if they stand in it."""
    if not short or short not in sentence:
        return escape(sentence)
    before, _, after = sentence.partition(short)
    return f"{escape(before)}<strong>{escape(short)}</strong>{escape(after)}"


def _understood(answer: Answer, text: Text) -> str:
    if answer.question_resolved.strip() == answer.question.strip():
        return ""
    words = text.understood.format(question=escape(answer.question_resolved))
    return f"<p class='note'>{words}</p>"


def _sources(answer: Answer) -> str:
    seen: dict[int, str] = {}
    for citation in answer.citations:
        passage = citation.passage
        place = " · ".join(
            part for part in (passage.title, passage.published, passage.locator) if part
        )
        key = citation_key(passage.document_id, citation.start, citation.end)
        seen.setdefault(
            citation.number,
            f"<li><a class='cite' href='#{key}'>{escape(f'[{citation.number}] {place}')}</a></li>",
        )
    return f"<ul class='sources'>{''.join(seen.values())}</ul>"


def _footer(answer: Answer, text: Text) -> str:
    words = text.confidence.format(percent=round(100 * answer.confidence))
    return f"<p class='note'>{words} · {answer.timings_ms.get('total', 0):.0f} ms</p>"


def _related(answer: Answer, text: Text) -> str:
    if not answer.hits:
        return ""
    rows = "".join(f"<li>{_related_link(hit)}</li>" for hit in answer.hits[:3])
    return f"<p class='note'>{text.related}</p><ul class='sources'>{rows}</ul>"


def _related_link(hit: Hit) -> str:
    passage = hit.passage
    key = citation_key(passage.document_id, passage.start, passage.end)
    place = " › ".join(part for part in (passage.title, *passage.headings) if part)
    start = readable(passage.text)[:60]
    return f"<a class='cite' href='#{key}'>{escape(place)}</a><br>{escape(start)}…"


def _heading(document: Document, text: Text) -> str:
    facts = [document.author, document.published, document.source]
    about = " · ".join(escape(fact) for fact in facts if fact)
    names = dict.fromkeys(text.reasons.get(mark.reason, mark.reason) for mark in document.marks)
    reasons = escape("、".join(names) if text.reasons else ", ".join(names))
    marked = f"<p class='note'>{text.marked.format(reasons=reasons)}</p>" if reasons else ""
    return f"<h3>{escape(document.title)}</h3><p class='note'>{about}</p>{marked}"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
