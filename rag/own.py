"""The document of somebody that a question names: who wrote it, or whom it is an interview with.

What its author thinks, or what the one asked did, stands in it without that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Passage
from corpus.segment import Segmenter
from index.query import parse_query
from rag.dates import names
from rag.evidence import Evidence
from rag.find import Desk, Gathered
from rag.phrases import persons, topic
from rag.query import Query

_LOOKED_AT = 8  # passages
_OPENING = 200  # characters of a document that say whose it is, or of whom it tells
_LEAST = 2  # characters
_BYLINE = re.compile(
    r"(?:作者|撰文|撰稿|执笔|编写|起草|整理人?|采写|来源|出处|公众号|by)\s*[：:|｜/]\s*(\w{2,12})"
)
_PIECES = re.compile(r"[｜|：:，,\s]+")
_CALLED = re.compile(r"(?:笔记|周刊|日报|专栏|公众号)$")
_AFTER = re.compile(r"^(?:自己|本人|那边|这边|那里|这里|作者|又|则|的|是)+")
_EDGES = " ，,。：:、的"


def own_of(
    desk: Desk, name: str, texts: Sequence[str], filters: Filters | None
) -> Iterator[tuple[str, str]]:
    """The sources of documents of somebody that a question names, with what is asked of them.

    Args:
        desk: Whose documents are meant.
        name: What the question asks of; empty if it has no name of its own.
        texts: The question, likeliest first, as it may be meant.
        filters: Conditions that the documents must meet.
    """
    segmenter = desk.searcher.segmenter
    owners: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        if len(folded) != len(text):
            continue
        if not owners:
            owners = dict(_documents(desk, name, folded, segmenter, filters))
        for source, owner in owners.items():
            at = folded.find(owner)
            rest = text[at + len(owner) :]
            if at >= 0:
                yield source, f"{text[:at].rstrip(_EDGES)}{_AFTER.sub('', rest, count=1)}"


def _documents(
    desk: Desk, name: str, folded: str, segmenter: Segmenter, filters: Filters | None
) -> Iterator[tuple[str, str]]:
    """The sources of documents of somebody, with the name that the question gives them."""
    signed = [
        (entry.source, fold(by))
        for entry in desk.searcher.catalogue(filters)
        for by in dict.fromkeys((entry.author, entry.publisher))
        if len(by) >= _LEAST and fold(by) in folded
    ]
    if len(signed) == 1:
        yield from signed
        return
    seen: set[str] = set()
    called_so = [name] if name else [*persons(folded, segmenter), topic(folded, segmenter)]
    for called in filter(None, dict.fromkeys(called_so)):
        for hit in desk.searcher.search(parse_query(called), _LOOKED_AT, filters):
            if hit.passage.document_id in seen:
                continue
            seen.add(hit.passage.document_id)
            opening = desk.searcher.passages(hit.passage.document_id)[0]
            owner = next((one for one in _owners(opening, segmenter) if one in folded), "")
            if owner:
                yield opening.source, owner


def _owners(opening: Passage, segmenter: Segmenter) -> list[str]:
    """Who wrote a document, or is named at its head."""
    text = fold(opening.text[:_OPENING])
    first = text.strip().partition("\n")[0]
    heads = [piece for line in (fold(opening.title), first) for piece in _PIECES.split(line)]
    found = _BYLINE.findall(text)
    found += [_CALLED.sub("", name) for name in found]
    found += [piece for piece in heads if persons(piece, segmenter) == [piece]]
    return [name for name in found if len(name) >= _LEAST]


def within_own(
    desk: Desk, name: str, found: Gathered, evidence: Evidence, filters: Filters | None
) -> tuple[Query, Evidence]:
    """What the document of a name says without its name, if that answers more surely.

    An interview or a record named for somebody speaks of it throughout and seldom says so.
    """
    rest = found.query.text.replace(name, "", 1).strip(" 的，,")
    documents = dict.fromkeys(hit.passage.document_id for hit in found.hits)
    opening = (desk.searcher.passages(document)[0] for document in documents)
    own = next((p for p in opening if names(name, f"{p.title}\n{p.text[:_OPENING]}")), None)
    if own is None or rest == found.query.text:
        return found.query, evidence
    within = desk.retrieve(parse_query(rest), 0, replace(filters or Filters(), only=own.source))
    other = desk.weigh(within.query, within.hits)
    if speaks_of(within) and other.confidence > evidence.confidence:
        return within.query, other
    return found.query, evidence


def speaks_of(found: Gathered) -> bool:
    """Whether any word asked for stands in a document that was searched by itself.

    Something always comes first there, however little it has to do with the question.
    """
    told = fold("".join(hit.passage.text for hit in found.hits))
    return any(term in told for term in found.query.terms) or not found.query.terms
