"""A document's own data, told from its record and cited where the document shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from corpus.dates import iso_date
from corpus.filters import Filters
from corpus.normalize import fold, squeeze
from corpus.parts import page_of
from corpus.records import Document, Hit, Passage, content_id
from rag.about import About, asked_about, document_meant
from rag.answer import phrase, readable
from rag.features import Candidate, candidates_of
from rag.find import Desk
from rag.finding import Finding, Line

_LABELS = {
    "author": re.compile(
        r"作者|撰文|撰稿|执笔|编写|起草|author|byline|creator|\bby\b|^\W*文\s*[:：|｜/]"
    ),
    "published": re.compile(r"发布|发表|刊登|刊发|印发|成文|日期|时间|date|time|publish|created"),
    "source": re.compile(r"来源|出处|公众号|source|publisher|site"),
    "url": re.compile(r"链接|网址|原文|地址|url|link|original|canonical|https?:"),
}
_BYLINE = re.compile(r"(?:文章)?作者\s*[|｜:：/]")
_ADDRESS = re.compile(r"https?://\S+")
_OPENING = 4  # passages in which a byline may stand
_HEAD, _FOOT = 45, 12  # lines in which a text tells of itself
_LONGEST = 400  # characters of such a line: addresses are long
_BYLINE_LENGTH = 60
_MEANT = 30  # passages whose documents may be the one meant
_SURE = 0.95
_SIGNED = 30  # characters of a line that dates what stands above it


def find_record(desk: Desk, question: str, filters: Filters | None) -> tuple[Finding, float] | None:
    """What is known of a document as such, and how sure it is; None if that is not asked for."""
    asked = asked_about(question)
    if not asked:
        return None
    searcher, about = desk.searcher, asked[0]
    if about.topic:
        hits = searcher.search(about.topic, _MEANT, filters)
        document_id = document_meant(about, hits, desk.cutter.terms)
    else:
        document_id = searcher.sole_document(filters)
    document = searcher.document(document_id) if document_id else None
    if document is None:
        return None
    passages = searcher.passages(document_id)
    told = [tell_record(about, document, passages, desk.settings.language) for about in asked]
    found = [finding for finding in told if finding]
    return (_together(found), _SURE) if found else None


def _together(findings: Sequence[Finding]) -> Finding:
    """One finding of several; a line that shows two data is told once."""
    lines = {
        (line.label, line.sentences[0].start): line for item in findings for line in item.lines
    }
    return Finding(tuple(lines.values()), "；".join(item.short for item in findings))


def tell_record(
    about: About, document: Document, passages: Sequence[Passage], language: str
) -> Finding | None:
    """What the record of a document says, with the line that shows it, else its opening sentence.

    None if the record does not say it; if the datum comes from the file's properties while the
    text is dated otherwise; and if a title may be that of what the text tells of, as in an
    encyclopedia.

    Args:
        about: What is asked.
        document: Of which.
        passages: All of its passages, in order.
        language: Of the words around a datum that the text does not show.
    """
    datum, value = _datum(about, document)
    if not value or not passages or (not about.noun and _tells_of_itself(document, passages)):
        return None
    line = next(_lines_showing(datum, value, document.text), None)
    shown = [_candidate(document, passages, *line)] if line else []
    if datum == "author":
        shown += _bylines(passages, shown)
    if shown:
        return Finding(tuple(Line((item,)) for item in shown), value)
    if datum == "published" and _is_dated_otherwise(document.text, value):
        return None
    label = phrase(f"record {datum}", language).format(value=readable(value))
    return Finding(
        (Line(tuple(candidates_of([Hit(1, passages[0], 0.0)])[:1]), label=label),), value
    )


def _datum(about: About, document: Document) -> tuple[str, str]:
    """The name and the value of what is asked; a source is an outlet, or else an address."""
    publisher = document.metadata.get("publisher", "")
    if about.datum == "source" and publisher:
        return "source", publisher
    if about.datum in ("source", "url"):
        return "url", document.url
    return about.datum, document.author if about.datum == "author" else document.published


def _tells_of_itself(document: Document, passages: Sequence[Passage]) -> bool:
    """Whether the text names its title as that of a work (《红楼梦》是…)."""
    title = squeeze(document.title)
    return bool(title) and any(f"《{title}》" in squeeze(item.text) for item in passages)


def _lines_showing(datum: str, value: str, text: str) -> Iterator[tuple[int, int]]:
    """Spans of lines at the top or the end that give a datum a name; a bare name comes last."""
    bare = []
    for start, end in _margins(text):
        line = text[start:end]
        if not _shows(datum, value, line):
            continue
        if _LABELS[datum].search(fold(line)):
            yield start, end
        elif datum == "author" and squeeze(line) == squeeze(value):
            bare.append((start, end))
    yield from bare


def _bylines(passages: Sequence[Passage], shown: Sequence[Candidate]) -> list[Candidate]:
    """Other sentences that open a text with its author: who publishes it may be named before."""
    known = [(item.start, item.end) for item in shown]
    return [
        item
        for item in candidates_of([Hit(1, passage, 0.0) for passage in passages[:_OPENING]])
        if _BYLINE.match(fold(item.text)) and len(item.text) <= _BYLINE_LENGTH
        if not any(item.start < end and start < item.end for start, end in known)
    ]


def _shows(datum: str, value: str, line: str) -> bool:
    if len(line) > _LONGEST or re.match(r"\W*(?:title|标题)\W", fold(line)):
        return False
    if datum == "published":
        return iso_date(line) == value[:10]
    if datum == "url" and (address := _ADDRESS.search(line)):
        return _leads_to(address.group(), value)
    return squeeze(value) in squeeze(line)


def _leads_to(shown: str, address: str) -> bool:
    """Whether an address is another one, but for what was left out of it to show it."""
    try:
        one, other = urlsplit(shown), urlsplit(address)
    except ValueError:
        return False
    same = (one.netloc, one.path) == (other.netloc, other.path)
    return same and set(parse_qsl(one.query)) <= set(parse_qsl(other.query))


def _is_dated_otherwise(text: str, value: str) -> bool:
    """Whether a line at the top or the end dates the text, and not as its file does."""
    lines = (text[start:end] for start, end in _margins(text))
    return any(len(line) <= _SIGNED and iso_date(line) not in ("", value[:10]) for line in lines)


def _margins(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the first and the last lines that are not blank, without white space around."""
    spans = [match.span() for match in re.finditer(r"\S(?:[^\n]*\S)?", text)]
    yield from spans[:_HEAD]
    yield from spans[max(_HEAD, len(spans) - _FOOT) :]


def _candidate(document: Document, passages: Sequence[Passage], start: int, end: int) -> Candidate:
    """A line as what is cited: in its passage, or by itself if it is shown and not searched."""
    home = next((item for item in passages if item.start <= start and end <= item.end), None)
    text = document.text[start:end]
    if home is None:
        parts = document.parts_of(start, end)
        home = replace(
            passages[0],
            id=content_id(document.id, "line", str(start), text),
            text=text,
            start=start,
            end=end,
            sentences=((start, end),),
            headings=(),
            context=(),
            parent=None,
            parts=parts,
            page=page_of(parts),
        )
    return Candidate(Hit(1, home, 0.0), 0, text, start, end)
