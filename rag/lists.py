"""Questions for several things: the list of the documents that answers them, whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.normalize import fold
from corpus.records import Passage
from rag.enumeration import enumeration
from rag.evidence import Evidence
from rag.features import Candidate
from rag.finding import Finding, Line
from rag.fit import Fit
from rag.numerals import NUMERAL, PLACE, number_of
from rag.outline import Listing, lines_of, listings, without_closing
from rag.query import Query

_MANY = re.compile(
    rf"(?!一(?![十百])){NUMERAL}(?:(?:大|条|个(?!月|小时|星期)|点|项|种)[\u4e00-\u9fff]{{2}}(?!各[界方])|件事)|清单|列表|步骤"
)
_ALL_OF = re.compile(
    rf"(?<!第)(?!一(?![十百])){NUMERAL}(?:大|条|个(?!月|小时|星期)|点|项|种|样|类|件|句|招|栏)"
    r"(?:[\u4e00-\u9fff]{0,6}(?:是|指|有)(?:什么|哪些)\W*$|[^。？?]{0,20}(?:各自?|分别)(?!个|地|位|界|方|国|类|种|省(?![百多几了])))"
)
_OF_ONE = frozenset(("number", "date", "person", "place", "yesno", "reason", "method"))
_OF_ANY_NUMBER = frozenset(("other", "method", "definition"))
_NEXT = 8  # characters between a heading and the first item below it
_SHOWN = 8  # items of a list that was not asked for as one
_COUNT = re.compile(
    r"(?:一共|总共|共)?(?:有|分|包括)?(?:(?<!哪)几|多少)(?:个|条|项|种|点|步|部分|章|节|大|类)"
)
_STEPS = re.compile(rf"(?:几|{NUMERAL})步|步骤|流程")
_ANCHORS = 12  # best sentences that may belong to the list
_SENTENCES = 40  # best sentences that may name several things themselves
_DOCUMENTS = 3
_TOLD = 0.5  # of the third of what a title calls five


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences that answer, in the order to tell them, and the answering words.

    Attributes:
        lead: How many of the sentences, at the beginning, only lead in.
        is_list: Whether the others are things side by side.
        sure: How likely it is at least that they answer, whatever the evidence is like.
    """

    sentences: tuple[Candidate, ...]
    short: str
    lead: int = 0
    is_list: bool = False
    sure: float = 0.0

    def finding(self) -> Finding:
        """What is told of it: things side by side each on a line of its own."""
        if not self.is_list:
            return Finding((Line(self.sentences),), self.short)
        lead = [Line((item,)) for item in self.sentences[: self.lead]]
        items = [Line((item,), bullet=True) for item in self.sentences[self.lead :]]
        return Finding((*lead, *items), self.short)


def asks_for_place(query: Query) -> bool:
    """Whether one of several things is asked for by its place among them: 第三点."""
    return PLACE.search(fold(query.text)) is not None


def asks_for_list(query: Query) -> bool:
    """Whether several things are asked for."""
    folded = fold(query.text)
    many = query.kind not in _OF_ONE and _MANY.search(folded)
    of_all = query.kind != "yesno" and _ALL_OF.search(folded)
    return query.kind == "list" or bool(many or of_all)


def find_list(
    query: Query,
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    fitted: Callable[[], Fit],
) -> Found | None:
    """What a question for several things, for one by its place, or for their number asks.

    None if it asks for nothing of the kind, or no list of the documents fits.

    Args:
        query: The question.
        evidence: The sentences of the best passages, weighed.
        passages_of: All passages of a document by its id.
        fitted: Makes what tells how well a list fits.
    """
    folded = fold(query.text)
    place, counts = PLACE.search(folded), _COUNT.search(folded)
    if not (place or counts or asks_for_list(query)):
        several = _may_be_several(query, evidence)
        best = evidence.candidates[evidence.order[0]] if several else None
        return _around(best, passages_of, fitted()) if best else None
    fits = fitted()
    listing = best_list(query, evidence, passages_of, fits)
    if listing is None:
        return None
    if place:
        found = _at(listing, place)
        return replace(found, sure=_TOLD) if found and fits.is_counted(listing) else found
    if counts and query.kind != "list":
        return _number(listing, evidence) if _is_of(listing, folded[counts.end() :]) else None
    lead = [listing.lead] if listing.lead and not listing.lead.is_heading else []
    names, several = "、".join(listing.names), len(listing.items) > 1
    return Found((*lead, *listing.items), names, len(lead), several)


def best_list(
    query: Query,
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    fits: Fit,
) -> Listing | None:
    """The list that fits best, or the sentence that names several things; None if none fits.

    Args:
        query: A question for several things, for one by its place, or for their number.
        evidence: The sentences of the best passages, weighed.
        passages_of: All passages of a document by its id.
        fits: Tells how well a list fits.
    """
    folded = fold(query.text)
    beside = not any(form.search(folded) for form in (PLACE, _COUNT, _STEPS))
    known = list(_candidates(evidence, passages_of, beside))
    best = max(known, key=fits.margin, default=None)
    if best is None or fits.margin(best) < 0:
        return None
    return fits.nearest_of_kin(best, [other for other in known if fits.margin(other) >= 0])


def _may_be_several(query: Query, evidence: Evidence) -> bool:
    """Whether a question that does not say so may ask for a list: its best sentence is in one."""
    if not evidence.order or query.kind not in _OF_ANY_NUMBER:
        return False
    best = evidence.candidates[evidence.order[0]]
    return best.is_item or best.is_heading


def _around(
    best: Candidate, passages_of: Callable[[str], Sequence[Passage]], fits: Fit
) -> Found | None:
    """The whole of a list of which the best sentence is the heading or but one of the items."""
    for listing in listings(lines_of(passages_of(best.hit.passage.document_id))):
        if len(listing.items) > _SHOWN or not listing.items[0].is_item:
            continue
        heads = best.is_heading and 0 <= listing.items[0].start - best.end <= _NEXT
        within = best.start in [item.start for item in listing.items]
        if (heads or within) and fits.asks_for_all(listing, best):
            lead = [listing.lead] if listing.lead and not listing.lead.is_heading else []
            return Found((*lead, *listing.items), "、".join(listing.names), len(lead), True)
    return None


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
            if near or listing.divides:
                yield without_closing(listing)
    for number in evidence.order[:_SENTENCES] if enumerations else ():
        item = evidence.candidates[number]
        found = enumeration(item, evidence.candidates[max(number - 1, 0)])
        # An item that is but names side by side (拆改承重墙、剪力墙) is one of its list.
        if found and not (item.is_item and item.text.startswith(found.names[0])):
            yield found


def _at(listing: Listing, place: re.Match[str]) -> Found | None:
    """The item at the place asked for."""
    first, last, backwards = place.groups()
    number = number_of(first or backwards or "一") or 0
    at = -number if last or backwards else number - 1
    if number < 1 or not -len(listing.names) <= at < len(listing.names):
        return None
    item = listing.items[at] if len(listing.items) > 1 else listing.items[0]
    return Found((item,), listing.names[at])


def _is_of(listing: Listing, noun: str) -> bool:
    """Whether a list, or what leads in, speaks of what is to be counted: 档位 of 有几个档位."""
    lead = [listing.lead] if listing.lead else []
    told = fold("".join(item.text for item in (*lead, *listing.items)))
    named = re.match(r"[\u4e00-\u9fff]+", noun)
    return named is None or named[0][-2:] in told


def _number(listing: Listing, evidence: Evidence) -> Found | None:
    """How many there are, if no sentence says it; the list shows what was counted."""
    says = evidence.candidates[evidence.order[0]]
    if re.search(rf"{NUMERAL}\s*[\u4e00-\u9fff]", says.text) and says not in listing.items:
        return None
    lead = [listing.lead] if listing.lead else []
    return Found((*lead, *listing.items), str(len(listing.names)), len(lead), True)
