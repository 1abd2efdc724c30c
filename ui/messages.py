"""Messages of the chat as HTML; pure functions.

An answer quotes; what a language model has written is shown by :mod:`ui.written`.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.records import Answer, Citation, Hit
from rag.answer import readable
from ui.markup import citation_key, citation_link, escape, escape_lines
from ui.text import Text

_EMPHASISED = 14


def question_html(question: str) -> str:
    """A question as a chat message."""
    return f"<p class='question'>{escape_lines(question)}</p>"


def answer_html(answer: Answer, text: Text, sentences: int | None = None) -> str:
    """An answer as a chat message: its text with linked numbers, then what each number cites.

    Args:
        answer: The answer.
        text: The words of the page.
        sentences: Show only this many cited sentences yet, without the rest, while streaming.
    """
    if answer.refused:
        return f"<p class='refusal'>{escape_lines(answer.text)}</p>{_related(answer, text)}"
    # The answer is made of one piece for each citation, in order, each ending in its number.
    pieces = _pieces(answer)[:sentences]
    body = f"<div class='answer'>{''.join(pieces)}</div>"
    if sentences is not None:
        return body
    return f"{above_html(answer, text)}{body}{below_html(answer, text)}"


def sentence_count(answer: Answer) -> int:
    """How many pieces :func:`answer_html` can show one after the other."""
    return len(_pieces(answer))


def above_html(answer: Answer, text: Text) -> str:
    """What must be known before an answer is read."""
    notes = ""
    if answer.notice:
        notes += f"<p class='notice'>{escape_lines(answer.notice)}</p>"
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
