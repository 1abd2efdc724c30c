"""The records that travel between the packages.

All are frozen, hold plain values only, and turn into what ``json`` writes with :func:`plain`. A
span counts code points in the displayed text of its document, and always satisfies
``document.text[start:end] == text``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from corpus.claims import Claim, Ground
from corpus.explained import AnswerExplanation, explain_answer
from corpus.notebook import answer_html, hits_html
from corpus.parts import PLACES, Part, cut_parts, page_of, part_at


def content_id(*parts: str, size: int = 16) -> str:
    """A stable identifier of some strings: hexadecimal, ``size`` characters long."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:size]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span that is shown but not searched, and why (``front matter``, ``promotion``, ...)."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it is displayed.

    Attributes:
        id: Hash of ``source``.
        source: POSIX path relative to the folder that was built, in NFC; or the caller's name.
        text: Displayed text: line feeds as line breaks, inline Markdown resolved.
        content_hash: SHA-256 of the bytes the text was read from.
        marks: Spans of ``text`` that are kept for display but not searched, in order.
        metadata: Further fields found in the file (``tags``, ``encoding``, ...).
        parts: Pages, sheets, slides, numbered lines, ..., in order, none overlapping another.
        boxes: Where the characters stand on the pages; see :mod:`corpus.boxes`.
    """

    id: str
    source: str
    text: str
    content_hash: str
    title: str = ""
    author: str = ""
    published: str = ""
    url: str = ""
    marks: tuple[Mark, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    boxes: bytes = b""

    def parts_of(self, start: int, end: int) -> tuple[Part, ...]:
        """The parts that a span reaches into, cut to the span."""
        return cut_parts(self.parts, self.text, start, end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: what is searched and cited.

    Attributes:
        id: Hash of the document id, the text and its occurrence in the document, so that text
            inserted before it does not rename it.
        headings: The headings above it, outermost first.
        text: Equal to ``document.text[start:end]``.
        sentences: ``(start, end)`` of each sentence in the document's text, in order.
        context: Lines above it without which it cannot be understood, outermost first: the header
            of its table, the item it is nested in, the line that leads in. They are searched and
            shown with it, and never cited: they lie outside its span.
        parent: ``(start, end)`` of the text around it to read it in; its own span or a longer one.
        page: Page of its start, 1-based.
        parts: The parts of the document it reaches into, cut to its span.
    """

    id: str
    document_id: str
    source: str
    text: str
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    title: str = ""
    published: str = ""
    headings: tuple[str, ...] = ()
    page: int | None = None
    author: str = ""
    url: str = ""
    context: tuple[str, ...] = ()
    parent: tuple[int, int] | None = None
    parts: tuple[Part, ...] = ()

    @property
    def locator(self) -> str:
        """Where a reader finds it: page, sheet, line, ... and heading path; empty without any."""
        return self.locator_at(self.start)

    def locator_at(self, offset: int, words: Mapping[str, str] = PLACES) -> str:
        """The locator of a place in it; a line is named where nothing else says where to look.

        Args:
            offset: In the document's text.
            words: Those of a language, under the names of :data:`~corpus.parts.PLACES`.
        """
        trail = " › ".join(self.headings)
        part = part_at(self.parts, offset)
        if part is None:
            place = words["page"].format(self.page) if self.page else ""
        elif part.kind == "line" and trail:
            place = ""
        else:
            begin = part.start - self.start
            place = part.place(self.text.count("\n", begin, offset - self.start), words)
        return " · ".join(filter(None, (place, trail)))

    def page_at(self, offset: int) -> int | None:
        """The page of a place in it, given as an offset in the document's text."""
        part = part_at(self.parts, offset)
        return page_of((part,)) if part else self.page


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage.

    Attributes:
        rank: 1-based.
        signals: What produced the score, by name (``bm25``, ``dense``, ``bm25_rank``, ...).
    """

    rank: int
    passage: Passage
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)


class Hits(list[Hit]):
    """Hits, best first: a list that a notebook shows as a table.

    Attributes:
        notices: What the user should know of how the query was read, or why nothing was found.
    """

    def __init__(self, hits: Iterable[Hit] = (), notices: Sequence[str] = ()) -> None:
        super().__init__(hits)
        self.notices = tuple(notices)

    def _repr_html_(self) -> str:
        return hits_html(self)


@dataclass(frozen=True, slots=True)
class Citation:
    """One quoted span that an answer stands on; ``number`` is the [n] of the answer's text."""

    number: int
    passage: Passage
    quote: str
    start: int
    end: int

    @property
    def locator(self) -> str:
        """Where the quote itself stands; its passage may have begun a page or a line before."""
        return self.passage.locator_at(self.start)

    @property
    def page(self) -> int | None:
        """The page on which the quote begins."""
        return self.passage.page_at(self.start)


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask`` returns.

    Attributes:
        question_resolved: The question as understood, follow-ups filled in.
        text: The answer with its [n] marks; on a refusal, what to tell the user.
        short: The answering words alone; empty if none could be singled out.
        reason: Why it was refused (``no evidence``, ``greeting``, ...); empty otherwise.
        confidence: Estimated probability that the documents answer the question.
        hits: The passages retrieved, best first; on a refusal they are related reading.
        timings_ms: Milliseconds by stage, and ``total``.
        model: The language model that wrote the text; empty if it quotes the documents.
        claims: The sentences of a text that a model wrote, in order.
        notice: What the reader must know of how the answer came about; mostly empty.
        words: The words of the question that were searched for, and what each counts (its idf).
        grounds: Sentences that were weighed as evidence, best first: the best few and those cited.
    """

    question: str
    question_resolved: str
    text: str
    short: str = ""
    refused: bool = False
    reason: str = ""
    confidence: float = 0.0
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    claims: tuple[Claim, ...] = ()
    notice: str = ""
    words: Mapping[str, float] = field(default_factory=dict)
    grounds: tuple[Ground, ...] = ()

    def explain(self) -> AnswerExplanation:
        """Why each passage was found, and why the sentences that are cited were chosen."""
        return explain_answer(self)

    def marked_text(self, mark: str) -> str:
        """The text with a mark behind every sentence that nothing in the documents vouches for."""
        text = self.text
        for claim in reversed(self.claims):
            if claim.state == "unsupported":
                text = f"{text[: claim.end]}{mark}{text[claim.end :]}"
        return text

    def _repr_html_(self) -> str:
        return answer_html(self)


def plain(value: Any) -> Any:
    """A record, or a container of records, as values that ``json`` can write."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    return value
