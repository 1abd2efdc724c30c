"""Which of the best sentences leads: what it answers, of what kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.normalize import fold
from rag.evidence import Evidence
from rag.features import Candidate
from rag.query import Query
from rag.tables import is_row
from rag.wanted import Wanted, wanted

_ANSWER = 6  # sentences of an answer that are looked at
_FAR = 2.0  # how much better than the first of them another must score
_WORTH, _WORTH_DEFINITION = 3.5, 7.0  # what the kind of a sentence counts against its score


def led(query: Query, evidence: Evidence) -> Evidence:
    """Evidence whose order begins with the sentence that answers best, all things considered."""
    return preferred(query, answers_first(evidence))


def preferred(query: Query, evidence: Evidence) -> Evidence:
    """Evidence with the best sentence of the kind asked for first, if it is hardly worse.

    A definition goes before what merely names the term often or gives it as a name, a sum of money
    before a number, and a number of what is to be counted before any other.
    """
    asked_for, order = wanted(query.text), evidence.order
    if not order or not (asked_for.term or asked_for.decides):
        return evidence
    floor = evidence.scores[order[0]] - (_WORTH_DEFINITION if asked_for.term else _WORTH)
    near = [number for number in order if evidence.scores[number] >= floor]
    holds = [number for number in near if _holds(asked_for, evidence.candidates, number)]
    texts = {number: evidence.candidates[number].text for number in holds}
    counted = [
        n
        for n in holds
        if asked_for.is_counted_in(texts[n]) and (n == order[0] or _is_of(query, texts[n]))
    ]
    defined = [n for n in holds if asked_for.term and not asked_for.is_named_in(texts[n])]
    first = (counted or defined or holds)[:1]
    return replace(evidence, order=(*first, *(n for n in order if n not in first)))


def _holds(asked_for: Wanted, candidates: Sequence[Candidate], number: int) -> bool:
    item = candidates[number]
    before = candidates[number - 1].text if item.index and number else ""
    return not item.is_heading and asked_for.is_told(before, item.text) is True


def _is_of(query: Query, text: str) -> bool:
    """Whether a sentence is no row of a table, or one whose name holds a word of the question.

    Its figures may be of any unit that the header names, and so of the one asked for.
    """
    name = fold(text.split("|")[0])
    return not is_row(text) or any(term in name for term in query.terms)


def answers_first(evidence: Evidence) -> Evidence:
    """Evidence in whose order a question gives its place to the sentence that answers it.

    A question in a text is like the question asked and says nothing; what stands behind it may, and
    further on if that is far better. The header of a table comes last: it names what its rows say.
    """
    candidates = evidence.candidates
    order: dict[int, None] = {}
    for number in evidence.order:
        answer = number + 1
        if candidates[number].is_header:
            continue
        if not candidates[number].is_question:
            order.setdefault(number)
        elif answer < len(candidates) and _answers(candidates[number], candidates[answer]):
            order.setdefault(_best_behind(evidence, answer))
    order |= dict.fromkeys(evidence.order)
    return replace(evidence, order=tuple(order))


def _best_behind(evidence: Evidence, first: int) -> int:
    """The sentence that begins an answer, or a far better one that goes on with it."""
    candidates, best = evidence.candidates, first
    for number in range(first + 1, min(first + _ANSWER, len(candidates))):
        if not _answers(candidates[number - 1], candidates[number]):
            break
        if evidence.scores[number] > max(evidence.scores[first] + _FAR, evidence.scores[best]):
            best = number
    return best


def _answers(question: Candidate, behind: Candidate) -> bool:
    starts_anew = behind.is_question or behind.is_heading or behind.is_item
    return behind.follows(question) and not starts_anew
