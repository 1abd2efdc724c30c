"""What a language model writes, as HTML; pure functions.

Its text is shown letter by letter like everything else: a link, a picture or HTML in it stays text.
"""

from __future__ import annotations

from itertools import pairwise

from corpus.claims import Claim
from corpus.records import Answer
from ui.markup import citation_link, escape, escape_lines
from ui.messages import above_html, answer_html, below_html
from ui.text import Text


def whole_html(answer: Answer, text: Text) -> str:
    """Any answer as a chat message, be it quoted or written."""
    if not answer.claims:
        return answer_html(answer, text)
    body = f"<div class='answer'>{''.join(_claims(answer, text))}</div>"
    return f"{above_html(answer, text)}{body}{below_html(answer, text)}"


def writing_html(words: str, text: Text) -> str:
    """What a model has written so far."""
    shown = escape_lines(words)
    return f"<div class='writing'><p>{shown}</p><p class='note'>{text.writing}</p></div>"


def stopped_html(words: str, text: Text) -> str:
    """What a model had written when it was stopped."""
    shown = escape_lines(words)
    return f"<div class='stopped'><p>{shown}</p><p class='note'>{text.stopped}</p></div>"


def _claims(answer: Answer, text: Text) -> list[str]:
    """The sentences of an answer with what stands between them."""
    ends = [0, *(claim.end for claim in answer.claims)]
    pieces = []
    for (before, _), claim in zip(pairwise(ends), answer.claims, strict=True):
        lead = answer.text[before : claim.start]
        item = lead.strip()
        words = f"{escape(item)} " if item not in ("", "-") else ""
        words += _claim(answer, claim, text)
        if item:
            pieces.append(f"<div class='{'item' if item == '-' else 'step'}'>{words}</div>")
        else:
            pieces.append(f"{'<br>' if lead else ''}<span>{words}</span>")
    return pieces


def _claim(answer: Answer, claim: Claim, text: Text) -> str:
    """A sentence with a link for each of its numbers, or the mark of one without support."""
    links: dict[int, str] = {}
    for place in claim.citations:
        citation = answer.citations[place]
        links.setdefault(citation.number, citation_link(citation, f"[{citation.number}]"))
    words = answer.text[claim.start : claim.end]
    for number in reversed(links):
        words = words.removesuffix(f"[{number}]")
    if claim.state == "unsupported":
        mark = f"<span class='mark'>{text.unsupported}</span>"
        return f"<span class='unsupported'>{escape(words)}{mark}</span>"
    return f"{escape(words)}{''.join(links.values())}"
