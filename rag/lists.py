"""Questions for several things: the list of the documents that answers them, whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.records import Passage
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.features import Candidate
from rag.numerals import NUMERAL, asked_count, number_of
from rag.outline import (
    Listing,
    divides_document,
    enumeration,
    heading_name,
    lines_of,
    listings,
    without_closing,
)
from rag.query import Query

_MANY = re.compile(
    rf"(?!一(?![十百])){NUMERAL}(?:大|条|个|点|项|种)[\u4e00-\u9fff]{{2}}|清单|列表|步骤"
)
_OF_ONE = frozenset(("number", "date", "person", "place", "yesno", "reason", "method"))
_COUNT = re.compile(
    r"(?:一共|总共|共)?(?:有|分|包括)?(?:几|多少)(?:个|条|项|种|点|步|部分|章|节|大|类)"
)
_PLACE = re.compile(rf"(?:第({NUMERAL})|(最后)一?|倒数第({NUMERAL}))(?:个|条|项|种|点|步|部分|大)")
_NOUN = re.compile(rf"哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样]?\s*([^？?，,。的]{{2,8}})")
_EACH = frozenset(("分别", "各自", "都", "列出", "列举"))
_OF_THE_KIND = 0.5
_BEHIND = (
    0.07  # for each point that a sentence with several names scores less than the best of all,
)
_HARDLY = 2.8  # these points excepted
_WITHIN = 0.1  # a list goes before what one of its items names side by side
_ANCHORS = 12  # best sentences that may belong to the list
_SENTENCES = 40  # best sentences that may name several things themselves
_DOCUMENTS = 3
_LEAST = 0.55
_LEAST_OF_ONE = 0.45


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences that answer, in the order to tell them, and the answering words.

    Attributes:
        lead: How many of the sentences, at the beginning, only lead in.
        is_list: Whether the others are things side by side.
    """

    sentences: tuple[Candidate, ...]
    short: str
    lead: int = 0
    is_list: bool = False


def asks_for_list(query: Query) -> bool:
    """Whether several things are asked for."""
    many = query.kind not in _OF_ONE and _MANY.search(fold(query.text))
    return query.kind == "list" or bool(many)


def find_list(
    query: Query,
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    cutter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> Found | None:
    """What a question for several things, for one by its place, or for their number asks.

    None if it asks for nothing of the kind, or no list of the documents fits.

    Args:
        query: The question.
        evidence: The sentences of the best passages, weighed.
        passages_of: All passages of a document by its id.
        cutter: Cuts text into terms.
        idf: Inverse document frequency of a term.
        words: Tells how like the names of a list are to what is asked for.
    """
    folded = fold(query.text)
    place, counts = _PLACE.search(folded), _COUNT.search(folded)
    if not (place or counts or asks_for_list(query)):
        return None
    fits = _Fit(query, evidence, cutter, idf, words)
    known = _candidates(evidence, passages_of, not (place or counts))
    best = max(known, key=fits.margin, default=None)
    if best is None or fits.margin(best) < 0:
        return None
    if place:
        return _at(best, place)
    if counts and query.kind != "list":
        return _number(best, evidence)
    lead = [best.lead] if best.lead and not best.lead.is_heading else []
    return Found((*lead, *best.items), "、".join(best.names), len(lead), len(best.items) > 1)


def _candidates(
    evidence: Evidence, passages_of: Callable[[str], Sequence[Passage]], enumerations: bool
) -> Iterator[Listing]:
    """The lists that the best sentences open or belong to, and those within one of them."""
    best = [evidence.candidates[number] for number in evidence.order[:_ANCHORS]]
    places = {(item.hit.passage.document_id, item.start) for item in best}
    for document in list(dict.fromkeys(item.hit.passage.document_id for item in best))[:_DOCUMENTS]:
        for listing in listings(lines_of(passages_of(document))):
            members = (*((listing.lead,) if listing.lead else ()), *listing.items)
            near = any((document, member.start) in places for member in members)
            if near or divides_document(listing):
                yield without_closing(listing)
    for number in evidence.order[:_SENTENCES] if enumerations else ():
        item = evidence.candidates[number]
        found = enumeration(item)
        # An item that is but names side by side (拆改承重墙、剪力墙) is one of its list.
        if found and not (item.is_item and item.text.startswith(found.names[0])):
            yield found


class _Fit:
    """How well a list fits a question."""

    def __init__(
        self,
        query: Query,
        evidence: Evidence,
        cutter: Cutter,
        idf: Callable[[str], float],
        words: StaticEmbedder,
    ) -> None:
        self._words = words
        self._asked = _asked_noun(query.text)
        self._weights = {term: idf(term) for term in query.terms if term not in _EACH}
        self._total = sum(self._weights.values()) or 1.0
        self._terms = cutter.terms
        self._count = asked_count(fold(query.text))
        places = [(item.hit.passage.document_id, item.start) for item in evidence.candidates]
        self._ranks = {places[number]: rank for rank, number in enumerate(evidence.order)}
        self._scores = dict(zip(places, evidence.scores.tolist(), strict=True))

    def score(self, listing: Listing) -> float:
        """Words of the question in what leads in, the best rank of a member, the right number."""
        first = listing.items[0].hit.passage
        lead = listing.lead or listing.items[0]
        outside = lead.text
        if len(listing.items) == 1:  # what names the things does not speak of them
            for name in listing.names:
                outside = outside.replace(name, " ")
        if divides_document(listing):  # 五大启示: the title leads in
            outside = first.title
        head = set(self._terms(outside))
        above = set(self._terms(" ".join((first.title, *first.headings, *first.context)))) - head
        items = set(self._terms(" ".join(item.text for item in listing.items))) - head - above
        fit = self._share(head) + 0.6 * self._share(above) + 0.3 * self._share(items)
        fit += max(self._near(lead), 0.5 * max(map(self._near, listing.items)))
        if self._asked:
            left, right = self._words.encode_queries([self._asked, " ".join(listing.names)])
            fit += _OF_THE_KIND * max(float(left @ right), 0.0)
        if len(listing.items) == 1:
            fit -= _WITHIN * listing.items[0].is_item
            fit -= _BEHIND * max(self._behind(listing) - _HARDLY, 0)
        if self._asked and listing.lead and heading_name(listing.lead.text) == self._asked:
            fit += _OF_THE_KIND
        if self._asked in listing.names:  # 福利 is below 第十条 福利, not beside it
            fit -= _OF_THE_KIND
        if self._count is not None:
            fit += 0.5 if len(listing.names) == self._count else -0.5
        return fit

    def margin(self, listing: Listing) -> float:
        """The score above what a list, or a sentence that names several things, must reach."""
        return self.score(listing) - (_LEAST if len(listing.items) > 1 else _LEAST_OF_ONE)

    def _behind(self, listing: Listing) -> float:
        """How much less than the best sentence of all the best of a list scores."""
        members = (*((listing.lead,) if listing.lead else ()), *listing.items)
        places = [(member.hit.passage.document_id, member.start) for member in members]
        known = [self._scores[place] for place in places if place in self._scores]
        return max(self._scores.values()) - max(known) if known else 0.0

    def _near(self, member: Candidate) -> float:
        """From 0.5 for the best sentence to almost nothing."""
        rank = self._ranks.get((member.hit.passage.document_id, member.start), 99)
        return 1 / (2 + rank)

    def _share(self, terms: set[str]) -> float:
        return sum(self._weights[term] for term in self._weights if term in terms) / self._total


def _asked_noun(question: str) -> str:
    """What kind of things is asked for: 编程语言 of “哪些编程语言”."""
    match = _NOUN.search(question)
    return match.group(1).strip() if match else ""


def _at(listing: Listing, place: re.Match[str]) -> Found | None:
    """The item at the place asked for."""
    first, last, backwards = place.groups()
    number = number_of(first or backwards or "一") or 0
    at = -number if last or backwards else number - 1
    if number < 1 or not -len(listing.names) <= at < len(listing.names):
        return None
    item = listing.items[at] if len(listing.items) > 1 else listing.items[0]
    return Found((item,), listing.names[at])


def _number(listing: Listing, evidence: Evidence) -> Found | None:
    """How many there are, if no sentence says it; the list shows what was counted."""
    says = evidence.candidates[evidence.order[0]]
    if re.search(rf"{NUMERAL}\s*[\u4e00-\u9fff]", says.text) and says not in listing.items:
        return None
    lead = [listing.lead] if listing.lead else []
    return Found((*lead, *listing.items), str(len(listing.names)), len(lead), True)
