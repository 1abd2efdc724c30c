"""A question as it is understood from the conversation, checked against the documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from corpus.filters import Filters
from corpus.records import Passage
from index.asked import content_terms
from index.embed import StaticEmbedder
from index.search import Searcher
from rag.cutting import Cutter
from rag.dialogue import Reading, readings
from rag.query import readable_question

_LOOKED_AT = 5  # passages that may bear a reading out
_LINKED = 0.5  # share of the topic's words that a passage with the question's own must hold
_SLACK = 0.2
_LATER = 0.03  # how much better each less likely reading must be
_LOWER = 0.05  # and for each passage that is found before the one that bears it out


def understand(
    question: str,
    history: Sequence[tuple[str, str]],
    searcher: Searcher,
    cutter: Cutter,
    words: StaticEmbedder,
    filters: Filters | None = None,
) -> str:
    """The question with what it leaves to the conversation filled in.

    Args:
        question: As the user typed it.
        history: Earlier turns as (question, answer), oldest first.
        searcher: Finds the passages that a reading must be borne out by.
        cutter: Cuts them into terms.
        words: Tells which words are alike.
        filters: Conditions that the documents must meet.
    """

    def alike(one: str, other: str) -> float:
        left, right = words.encode_queries([one, other])
        return float(left @ right)

    def find(text: str) -> list[frozenset[str]]:
        hits = searcher.search(text, _LOOKED_AT, filters)
        return [frozenset(cutter.terms(whole_text(hit.passage))) for hit in hits]

    earlier: list[str] = []
    for turn in [*(readable_question(asked) for asked, _ in history), question]:
        turn = turn.strip()
        meant = readings(turn, earlier, searcher.segmenter, alike)
        if meant:
            turn = link(turn, meant, cutter.terms, find, searcher.bm25.idf)
        earlier.append(turn)
    return earlier[-1]


def whole_text(passage: Passage) -> str:
    """A passage with what stands above it."""
    return "\n".join((passage.title, *passage.headings, *passage.context, passage.text))


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
    own = set(content_terms(terms(question)))

    def share(wanted: Collection[str], held: Collection[str]) -> float:
        total = sum(map(weight, wanted))
        return sum(weight(term) for term in wanted if term in held) / total if total else 1.0

    alone = max((share(own, held) for held in find(question)), default=0.0)
    best, chosen = 0.0, meant[0].text if meant[0].sure else question
    for place, reading in enumerate(meant):
        wanted = set(content_terms(terms(reading.text)))
        for rank, held in enumerate(find(reading.text)):
            linked = share(wanted - own, held) >= _LINKED and share(own, held) >= alone - _SLACK
            value = share(wanted, held) - _LATER * place - _LOWER * rank
            if (linked or reading.sure) and value > best + 1e-6:
                best, chosen = value, reading.text
    return chosen
