"""When a passage holds a quote, and when an answer contains the expected words.

Quotes are compared as text, after :func:`corpus.normalize.squeeze`: question authors copy them from
the files and know no offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.normalize import fold, squeeze
from corpus.readers.markdown import display_text
from eval.questions import Evidence, Question

# Shorter pieces than this stand in unrelated sentences too.
_SHORTEST_PIECE = 6

_MARK = re.compile(r"\[\d{1,3}\]")
# Not white space to Python, not a digit, in no document: keeps two numbers apart.
_CUT = "\x00"
_BETWEEN_DIGITS = re.compile(r"(?<=[\d.．])(?:\s|\[\d{1,3}\])+(?=\d)")
_WIDE_COMMA = re.compile(r"(?<=\d)[，､](?=\d)")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_HAN_DIGITS = "〇零一二三四五六七八九十百千两"


@lru_cache(maxsize=4096)
def gold_forms(quote: str) -> tuple[str, ...]:
    """The quote as it stands in the file and as it is displayed, squeezed; neither is empty."""
    forms = dict.fromkeys([squeeze(display_text(quote)), squeeze(quote)])
    return tuple(form for form in forms if form)


def holds_half(text: str, quote: str) -> bool:
    """Whether squeezed ``text`` holds the quote, or begins or ends with at least half of it.

    For two spans of one document this is an overlap of at least half the quote, found without
    offsets. A quote whose half is under 6 characters must be held whole.
    """
    if quote in text:
        return True
    half = (len(quote) + 1) // 2
    if half < _SHORTEST_PIECE:
        return False
    return any(quote.startswith(text[at:]) for at in _places(text, quote[:half])) or any(
        quote.endswith(text[: at + half]) for at in _places(text, quote[-half:])
    )


def _places(text: str, piece: str) -> Iterator[int]:
    """Where ``piece`` begins in ``text``, overlapping occurrences included."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def passage_holds(source: str, passage: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a passage is relevant: of the same source, it holds half of a quote or lies in it."""
    return any(
        holds_half(text, quote) or text in quote
        for quote, text in _pairs(source, passage, evidence)
    )


def span_covers(source: str, span: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a cited span is right: of the same source, either holds half of the other.

    A cited span under 6 characters is right only if it holds the whole quote.
    """
    return any(
        holds_half(text, quote) or (len(text) >= _SHORTEST_PIECE and holds_half(quote, text))
        for quote, text in _pairs(source, span, evidence)
    )


def _pairs(source: str, text: str, evidence: Sequence[Evidence]) -> list[tuple[str, str]]:
    """Squeezed (quote, text) pairs of the evidence in ``source``; none if the text is blank."""
    same = [item for item in evidence if item.source == source]
    squeezed = squeeze(text) if same else ""
    return [(form, squeezed) for item in same for form in gold_forms(item.quote) if squeezed]


@lru_cache(maxsize=256)
def comparable(text: str) -> str:
    """Folded, without [n] marks, white space and thousands separators; numbers stay apart."""
    apart = _WIDE_COMMA.sub("," + _CUT, _BETWEEN_DIGITS.sub(_CUT, text))
    folded = "".join(fold(_MARK.sub("", apart)).split())
    return _THOUSANDS.sub("", folded)


@lru_cache(maxsize=4096)
def _pattern(expected: str) -> re.Pattern[str] | None:
    """What finds the expected words in a comparable text, at the edges of numbers only."""
    words = comparable(expected).replace(_CUT, "")
    if not words:
        return None
    before = after = ""
    if words[0] in "0123456789":
        before = r"(?<![0-9])(?<![0-9]\.)"
    elif words[0] in _HAN_DIGITS:
        before = f"(?<![{_HAN_DIGITS}])"
    if words[-1] in "0123456789":
        # 60.00 is 60, but no 600000.
        after = r"(?![0-9])(?!\.[0-9]*[1-9])(?!(?:\.0+)?[万亿])(?!\.0+\.[0-9])"
    elif all(character in _HAN_DIGITS for character in words):
        after = f"(?![{_HAN_DIGITS}万亿])"
    body = re.escape(words)
    # The same number may be written with spaces in the answer: 138 0013 8000.
    body = re.sub(r"(?<=[0-9,])(?=[0-9])", f"{_CUT}?", body)
    return re.compile(before + body + after)


def contains(text: str, expected: str) -> bool:
    """Whether an answer contains the expected words, both made :func:`comparable`.

    A number is not found within a longer one: ``15`` is not in ``2015``, ``150``, ``1.15`` or
    ``15万``, nor ``十五`` in ``二十五``.
    """
    pattern = _pattern(expected)
    return pattern is not None and pattern.search(comparable(text)) is not None


def items_found(question: Question, text: str) -> list[bool]:
    """For each item of ``answers``, whether one of its aliases is contained in ``text``."""
    return [any(contains(text, alias) for alias in item) for item in question.answers or ()]


def answer_found(question: Question, text: str) -> bool:
    """Whether ``text`` contains what is expected: any item, or every item under ``match: all``."""
    found = items_found(question, text)
    return all(found) if question.match == "all" else any(found)
