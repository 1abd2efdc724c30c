"""The fewest sentences that carry the answer, and what they cannot be understood without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from rag.evidence import Evidence
from rag.features import Candidate
from rag.query import Query
from rag.tables import is_row
from rag.wanted import wanted

_LEADS = ("：", ":")
_MEASURE = "(?:[些种个项款条类位家样款套次]|几[个种项])"
_THING_ASKED = re.compile(
    rf"(?:哪一?{_MEASURE}?|什么|啥)的?(?P<thing>(?![时样是人])[\u4e00-\u9fff]{{2,4}})"
)
_POINTED_AT = re.compile(rf"[这该此]{_MEASURE}?(?P<thing>[\u4e00-\u9fff]{{2,4}})")
_ALIKE = 0.4  # share of the question that one in the text covers that asks the same
_FOUND_BEST = 3  # passages
_HARDLY_FOUND = 0.1  # of how well the passage of the best sentence was found
_SURER, _LIKELY, _UNLIKELY = 0.8, -1.0, 0.0  # log odds
_FAR_WORSE = 4.0  # than the sentence before it


@dataclass(frozen=True, slots=True)
class Selection:
    """How many sentences an answer may take.

    Attributes:
        sentences: At most this many that are not items of one list.
        items: At most this many items of a list.
        doubt: A second sentence that scores this little less may as well be the one that answers.
        elsewhere: The same of one in another passage, which costs a reader another look.
    """

    sentences: int = 3
    items: int = 12
    doubt: float = 1.5
    elsewhere: float = 0.9


def choose(query: Query, evidence: Evidence, selection: Selection) -> list[Candidate]:
    """The fewest sentences that carry the answer, best first.

    The best sentence; with it the list it opens or belongs to, if a list is asked for or it ends
    in a colon; the one before it, if it speaks of something named there; the second best, and the
    second best of the same passage, if about as good as the best; failing these the one behind
    it, if no words of the best likely answer.
    """
    candidates = evidence.candidates
    if query.kind == "list":
        for number in evidence.order[:2]:
            items = _list_around(candidates, number)[: selection.items]
            if items:
                return [candidates[item] for item in items]
    prose = [number for number in evidence.order if not candidates[number].is_heading]
    order = prose or list(evidence.order)
    best = order[0]
    if candidates[best].text.rstrip().endswith(_LEADS):
        items = _list_around(candidates, best)[: selection.items]
        if items:
            return [candidates[item] for item in items]
    lead = [n for n in _before(candidates, best) if _is_told_with(evidence, n, best, query)]
    beside = [n for n in order[1:] if candidates[n].hit is candidates[best].hit][:1]
    second = [
        n for n in (*order[1:2], *beside) if _may_answer_too(query, evidence, best, n, selection)
    ]
    behind = [] if second else _behind(evidence, best)
    chosen = list(dict.fromkeys([best, *lead, *second, *behind]))[: selection.sentences]
    return [evidence.candidates[number] for number in chosen]


def _may_answer_too(
    query: Query, evidence: Evidence, best: int, number: int, selection: Selection
) -> bool:
    """Whether a sentence is as good as the best; of another passage also whether that is likely.

    A term is explained once, and a sum stands where a sum is. Anything else may stand in a passage
    found about as well, or where the reader is surer of it; the row of a table says little alone.
    """
    first, other = evidence.candidates[best].hit, evidence.candidates[number].hit
    worse = float(evidence.scores[best] - evidence.scores[number])
    if other is first:
        return worse < selection.doubt
    if worse >= selection.elsewhere:
        return False
    if is_row(evidence.candidates[best].text):
        return True
    found = other.rank <= _FOUND_BEST and other.score >= _HARDLY_FOUND * first.score
    likely = found or _is_surer_of(evidence, number, best)
    return likely and not _settles(query, evidence, best, number)


def _settles(query: Query, evidence: Evidence, best: int, number: int) -> bool:
    """Whether the best sentence holds what is asked for, so that another adds nothing to it."""
    asked_for = wanted(query.text)
    texts = [evidence.candidates[place].text for place in (best, number)]
    if not asked_for.is_in(texts[0]):
        return False
    measured = asked_for.measures and not asked_for.is_in(texts[1])
    return bool(asked_for.term) or measured


def _is_surer_of(evidence: Evidence, number: int, best: int) -> bool:
    """Whether a reader finds likely words in a sentence, likelier than those of the best."""
    span, known = evidence.spans.get(number), evidence.spans.get(best)
    if span is None or span.score < _LIKELY:
        return False
    return known is None or span.score >= known.score + _SURER


def _before(candidates: Sequence[Candidate], number: int) -> list[int]:
    """The sentence before one in the running text of a passage; empty if there is none."""
    item, before = candidates[number], number - 1
    if before < 0 or item.is_item:
        return []
    named = candidates[before]
    near = named.hit is item.hit and not named.is_heading and named.index == item.index - 1
    return [before] if near else []


def _behind(evidence: Evidence, number: int) -> list[int]:
    """The sentence right behind one in which no words that answer are likely; empty otherwise."""
    candidates, behind = evidence.candidates, number + 1
    span = evidence.spans.get(number)
    if span is None or span.score >= _UNLIKELY or behind == len(candidates):
        return []
    item, other = candidates[number], candidates[behind]
    near = other.hit is item.hit and other.index == item.index + 1 and other.start == item.end
    worse = float(evidence.scores[number] - evidence.scores[behind])
    apart = other.is_heading or other.is_question or other.is_item or is_row(other.text)
    return [behind] if near and worse < _FAR_WORSE and not apart else []


def _is_told_with(evidence: Evidence, before: int, number: int, query: Query) -> bool:
    """Whether a sentence begins with a word for something named before it, or answers that."""
    candidates = evidence.candidates
    if candidates[before].is_question:
        return _joint_coverage(evidence, [before], query) >= _ALIKE
    return candidates[number].leans or points_at_asked(query.text, candidates[number].text)


def points_at_asked(question: str, text: str) -> bool:
    """Whether a sentence speaks of what is asked for as told before it: 这项技术 of 哪项技术."""
    asked = _THING_ASKED.search(fold(question))
    if asked is None:
        return False
    pointed = (match["thing"] for match in _POINTED_AT.finditer(fold(text)))
    return any(thing.startswith(asked["thing"][:2]) for thing in pointed)


def _joint_coverage(evidence: Evidence, numbers: Sequence[int], query: Query) -> float:
    """Upper estimate of the share of the question that several sentences cover together."""
    text = fold(" ".join(evidence.candidates[number].text for number in numbers))
    lengths = {term: len(term) for term in query.terms}
    total = sum(lengths.values()) or 1
    return sum(length for term, length in lengths.items() if term in text) / total


def _list_around(candidates: Sequence[Candidate], number: int) -> list[int]:
    """The list a sentence opens (as heading or lead-in) or belongs to; empty if there is none.

    Of each item the sentence that opens it. With the list's lead-in, but without its heading, which
    the citation's place names anyway.
    """
    anchor = candidates[number]
    opens = anchor.is_heading or anchor.text.rstrip().endswith(_LEADS)
    if not (opens or _is_in_list_of(anchor, anchor)):
        return []
    first = last = number
    while not opens and first > 0 and _is_in_list_of(candidates[first - 1], anchor):
        first -= 1
    lead = candidates[first - 1] if first > 0 and not opens else None
    if lead and lead.hit is anchor.hit and lead.text.rstrip().endswith(_LEADS):
        first -= 1
    while last + 1 < len(candidates) and _is_in_list_of(candidates[last + 1], anchor):
        last += 1
    found = [row for row in range(first, last + 1) if not candidates[row].follows_item]
    return found[anchor.is_heading :] if len(found) > 1 else []


def _is_in_list_of(item: Candidate, anchor: Candidate) -> bool:
    return item.hit is anchor.hit and (item.is_item or item.follows_item)
