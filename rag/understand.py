"""A question as it is understood from the conversation, checked against the documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from corpus.filters import Filters
from index.asked import content_terms
from index.query import parse_query
from rag.context import whole_text
from rag.dialogue import Reading, readings
from rag.find import Desk
from rag.find import find as find_answer
from rag.leaning import allowed_loss, under_topic
from rag.query import readable_question
from rag.remarks import of_item, remark
from rag.talk import small_talk

_LOOKED_BACK = 6  # turns: what was asked before them has no part in what is asked now
_LOOKED_AT = 5  # passages that may bear a reading out
_LINKED = 0.5  # share of the topic's words that a passage with the question's own must hold
_SLACK = 0.2
_LATER = 0.03  # how much better each less likely reading must be
_LOWER = 0.05  # and for each passage that is found before the one that bears it out
_NAME = 16  # characters
_SEVERAL = re.compile("[，。；、]")


def understand(
    desk: Desk,
    question: str,
    history: Sequence[tuple[str, str]],
    filters: Filters | None = None,
) -> str:
    """The question with what it leaves to the conversation filled in.

    Args:
        desk: Finds the passages that a reading must be borne out by.
        question: As the user typed it.
        history: Earlier turns as (question, answer), oldest first; those without text are skipped.
        filters: Conditions that the documents must meet.
    """
    searcher, cutter = desk.searcher, desk.cutter

    def alike(one: str, other: str) -> float:
        left, right = desk.words.encode_queries([one, other])
        return float(left @ right)

    def find(text: str) -> list[frozenset[str]]:
        hits = searcher.search(text, _LOOKED_AT, filters)
        return [frozenset(cutter.terms(whole_text(hit.passage))) for hit in hits]

    def answered(asked: str) -> str:
        return _answer(desk, asked, filters)

    earlier: list[str] = []
    turns = [(readable_question(asked), answer) for asked, answer in history if _asks(asked)]
    before = ""
    for asked, answer in [*turns[-_LOOKED_BACK:], (question, "")]:
        asked = turn = asked.strip()
        if earlier and (item := of_item(asked, earlier[-1], before)):
            turn = item
        elif meant := readings(turn, earlier, searcher.segmenter, alike, answered):
            turn = link(turn, meant, cutter.terms, find, searcher.bm25.idf)
        if turn == asked and earlier:
            turn = _under_topic(desk, turn, earlier[-1], filters)
        earlier.append(turn)
        before = answer or ""
    return earlier[-1]


def _asks(turn: str) -> bool:
    """Whether an earlier turn asks something, and is no small talk nor a word on an answer."""
    said = bool(turn) and any(map(str.isalnum, turn))
    return said and not small_talk(turn) and remark(turn) in ("", "item")


def _answer(desk: Desk, question: str, filters: Filters | None) -> str:
    """The name that answers a question; empty if the documents do not tell."""
    found = desk.retrieve(parse_query(question), 0, filters)
    evidence = desk.weigh(found.query, found.hits)
    if not evidence.candidates or evidence.confidence < desk.settings.threshold:
        return ""
    short = find_answer(desk, found.query, evidence).short
    return short if len(short) <= _NAME and not _SEVERAL.search(short) else ""


def _under_topic(desk: Desk, question: str, last: str, filters: Filters | None) -> str:
    """A question that names little, under the topic of the last if it is answered better so."""
    text = under_topic(question, last, desk.searcher.segmenter)
    if not text:
        return question
    alone, found = (desk.retrieve(parse_query(asked), 0, filters) for asked in (question, text))
    if not found.hits:
        return question
    terms, weight = desk.cutter.terms, desk.searcher.bm25.idf
    given = set(content_terms(terms(text))) - set(content_terms(terms(question)))
    held = frozenset(terms(whole_text(found.hits[0].passage)))
    if _share(given, held, weight) < _LINKED:
        return question
    sure, before = (desk.weigh(one.query, one.hits).confidence for one in (found, alone))
    return text if sure > before * (1 - allowed_loss(question)) else question


def link(
    question: str,
    meant: Sequence[Reading],
    terms: Callable[[str], Sequence[str]],
    find: Callable[[str], Sequence[Collection[str]]],
    weight: Callable[[str], float],
) -> str:
    """The reading that the documents bear out best, or the question as it stands.

    A question that only may depend on the conversation is left alone unless some passage holds
    both its own words, about as well as any passage does, and what it would be given.

    Args:
        question: As asked.
        meant: Its readings, likeliest first.
        terms: Cuts text into terms.
        find: The terms of each of the best passages for a text.
        weight: How much a term says.
    """
    if len(meant) == 1 and meant[0].sure:
        return meant[0].text
    own = set(content_terms(terms(question)))
    alone = max((_share(own, held, weight) for held in find(question)), default=0.0)
    best, chosen = 0.0, meant[0].text if meant[0].sure else question
    for place, reading in enumerate(meant):
        wanted = set(content_terms(terms(reading.text)))
        for rank, held in enumerate(find(reading.text)):
            linked = (
                _share(wanted - own, held, weight) >= _LINKED
                and _share(own, held, weight) >= alone - _SLACK
            )
            value = _share(wanted, held, weight) - _LATER * place - _LOWER * rank
            if (linked or reading.sure) and value > best + 1e-6:
                best, chosen = value, reading.text
    return chosen


def _share(wanted: Collection[str], held: Collection[str], weight: Callable[[str], float]) -> float:
    """How much of what is wanted is held."""
    total = sum(map(weight, wanted))
    return sum(weight(term) for term in wanted if term in held) / total if total else 1.0
