"""Records as HTML for the browser; pure functions.

Everything that comes from a document, a file name or a question passes through :func:`escape`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.blocks import parse_blocks
from corpus.records import Answer, Citation, Document, Hit, content_id
from rag.answer import readable
from ui.library import Added, Contents
from ui.text import Text

_KEY = re.compile(r"cite-([0-9a-f]{16})-(\d{1,9})-(\d{1,9})-([0-9a-f]{8})")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
# Controls, also those that reorder text; lone surrogates, which cannot be sent.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
Layer = tuple[int, int, str]
"""Start, end and class name of a span of a document that looks different."""

_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$|^[ \t]*\|[ \t|:-]+\|[ \t]*$", re.MULTILINE)
_EMPHASISED = 14
_SHOWN = 40_000
"""Code points of a document shown at once."""


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


def header_html(contents: Contents, text: Text) -> str:
    """The head of the page: its name, and what is being asked."""
    words = text.contents.format(
        name={"sample": text.sample, "own": text.own}.get(contents.kind, escape(contents.name)),
        documents=contents.documents,
        passages=contents.passages,
    )
    return f"<h1>{text.title}</h1><p>{text.subtitle}</p><p class='note' id='contents'>{words}</p>"


def failure_html(error: Exception, text: Text) -> str:
    """What went wrong, on one line."""
    words = " ".join(str(error).split())
    return f"<p class='failure'>{escape(text.failed.format(error=words))}</p>"


def question_html(question: str) -> str:
    """A question as a chat message."""
    return f"<p class='question'>{_lines(question)}</p>"


def answer_html(answer: Answer, text: Text, sentences: int | None = None) -> str:
    """An answer as a chat message: its text with linked numbers, then what each number cites.

    Args:
        answer: The answer.
        text: The words of the page.
        sentences: Show only this many cited sentences yet, without the rest, while streaming.
    """
    if answer.refused:
        return f"<p class='refusal'>{_lines(answer.text)}</p>{_related(answer, text)}"
    # The answer is made of one piece for each citation, in order, each ending in its number.
    pieces = _pieces(answer)[:sentences]
    body = f"<div class='answer'>{''.join(pieces)}</div>"
    if sentences is not None:
        return body
    return f"{above_html(answer, text)}{body}{below_html(answer, text)}"


def sentence_count(answer: Answer) -> int:
    """How many pieces :func:`answer_html` can show one after the other."""
    return len(_pieces(answer))


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


def hint_html(text: Text) -> str:
    """The panel before any citation was clicked."""
    return f"<p class='note'>{text.panel_hint}</p>"


def missing_html(text: Text) -> str:
    """The panel when the document is not there any more."""
    return f"<p class='note'>{text.no_document}</p>"


def working_html(count: int, text: Text) -> str:
    """While files are being added."""
    return f"<p>{text.adding.format(count=count)}</p>"


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
        link = citation_link(citation, mark)
        item = sentence.lstrip().startswith("- ")
        words = _highlight(sentence.lstrip().removeprefix("- "), answer.short)
        pieces.append(
            f"<div class='item'>{words}{link}</div>" if item else f"<span>{words}{link}</span>"
        )
    return pieces


def _highlight(sentence: str, short: str) -> str:
    """The sentence with the answering words emphasised, if they stand in it.

    Many words at once are a clause that was picked for want of anything shorter.
    """
    if not short or len(short) > _EMPHASISED or short not in sentence:
        return escape(sentence)
    before, _, after = sentence.partition(short)
    return f"{escape(before)}<strong>{escape(short)}</strong>{escape(after)}"


def above_html(answer: Answer, text: Text) -> str:
    """What must be known before an answer is read."""
    notes = ""
    if answer.notice:
        notes += f"<p class='notice'>{_lines(answer.notice)}</p>"
    if answer.question_resolved.strip() != answer.question.strip():
        words = text.understood.format(question=escape(answer.question_resolved))
        notes += f"<p class='note'>{words}</p>"
    return notes


def below_html(answer: Answer, text: Text) -> str:
    """What each number cites, then how sure the answer is, how long it took and who wrote it."""
    words = text.confidence.format(percent=round(100 * answer.confidence))
    facts = [words, f"{answer.timings_ms.get('total', 0):.0f} ms"]
    if answer.model:
        facts.insert(0, text.written_by.format(model=escape(answer.model)))
    return f"{_sources(answer, text)}<p class='note'>{' · '.join(facts)}</p>"


def citation_link(citation: Citation, words: str) -> str:
    """A link that opens what is cited."""
    document_id = citation.passage.document_id
    key = citation_key(document_id, citation.start, citation.end, citation.quote)
    return f"<a class='cite' href='#{key}'>{escape(words)}</a>"


def _sources(answer: Answer, text: Text) -> str:
    """What each number cites: the document, then every place in it that is quoted."""
    places: dict[int, dict[str, Citation]] = {}
    for citation in answer.citations:
        where = citation.passage.locator_at(citation.start, text.places)
        places.setdefault(citation.number, {}).setdefault(where, citation)
    rows = (_source(number, found) for number, found in places.items())
    return f"<ul class='sources'>{''.join(rows)}</ul>"


def _source(number: int, places: Mapping[str, Citation]) -> str:
    links: list[str] = []
    for where, citation in places.items():
        passage = citation.passage
        words = where
        if not links:
            about = " · ".join(filter(None, (passage.title, passage.published, where)))
            words = f"[{number}] {about}"
        links.append(citation_link(citation, words))
    return f"<li>{' '.join(links)}</li>"


def _related(answer: Answer, text: Text) -> str:
    if not answer.hits:
        return ""
    rows = "".join(f"<li>{_related_link(hit, text)}</li>" for hit in answer.hits[:3])
    return f"<p class='note'>{text.related}</p><ul class='sources'>{rows}</ul>"


def _related_link(hit: Hit, text: Text) -> str:
    passage = hit.passage
    key = citation_key(passage.document_id, passage.start, passage.end, passage.text)
    where = passage.locator_at(passage.start, text.places)
    place = " · ".join(part for part in (passage.title, where) if part)
    begin = passage.sentences[0][0] - passage.start if passage.sentences else 0
    start = readable(passage.text[begin:])[:60]
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
