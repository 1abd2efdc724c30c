"""Questions for several things: the list of the documents that answers them, whole."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.records import Passage
from index.asked import content_terms
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.features import Candidate
from rag.numerals import NUMERAL, asked_count, number_of
from rag.outline import (
    Listing,
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
_OF_ANY_NUMBER = frozenset(("other", "method", "definition"))
_NEXT = 8  # characters between a heading and the first item below it
_SHOWN = 8  # items of a list that was not asked for as one
_ABOUT = 0.06  # of likeness: as much as none
_LED = 0.3  # likeness of a question and what leads in
_COUNT = re.compile(
    r"(?:一共|总共|共)?(?:有|分|包括)?(?:(?<!哪)几|多少)(?:个|条|项|种|点|步|部分|章|节|大|类)"
)
_STEPS = re.compile(rf"(?:几|{NUMERAL})步|步骤|流程")
_CHANCE = (0.38, 3.57, 3.66, -2.91)  # of the evidence, what leads in, the names; and the bias
_LOWEST = -9.0  # log odds of the evidence
_LABEL = re.compile(r"[^，。；]{1,10}[：:]")
_PLACE = re.compile(rf"(?:第({NUMERAL})|(最后)一?|倒数第({NUMERAL}))(?:个|条|项|种|点|步|部分|大)")
_NOUN = re.compile(
    rf"哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样味块处]?\s*([^？?，,。的能可不要被会是有得在用没]{{2,8}})"
)
_NOUN_BEFORE = re.compile(
    r"([^，,。、的有是\s]{2,8}?)(?:现在|目前|如今|一共|总共|共|都|分别|主要)*"
    rf"(?:有|是|包括|包含|分为)哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样点件]?\W*$"
)
_NOUN_COUNTED = re.compile(
    rf"(?:第{NUMERAL}|(?<!第){NUMERAL})\s*(?:大|[个种款项条类点])\s*([\u4e00-\u9fff]{{2,6}}?)(?:是|有|为|\W)"
)
_HOW = re.compile(
    rf"第{NUMERAL}\s*[个种款项条点步大]|哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样点件]?"
    r"|一共|总共|分别|各自|都|列[出举]|列一下"
)
_OF_THE_KIND = 0.5
_COUNTS = 0.2  # for what leads in with the number asked for
_ASKED_OF = 0.5  # for names that the question itself holds
_BEHIND = (
    0.07  # for each point that a sentence with several names scores less than the best of all,
)
_HARDLY = 2.8  # these points excepted
_WITHIN = 0.2  # a list goes before what one of its items names side by side
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
        sure: How likely it is that they answer; None if that is as likely as without a list.
    """

    sentences: tuple[Candidate, ...]
    short: str
    lead: int = 0
    is_list: bool = False
    sure: float | None = None


def asks_for_place(query: Query) -> bool:
    """Whether one of several things is asked for by its place among them: 第三点."""
    return _PLACE.search(fold(query.text)) is not None


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
    fits = _Fit(query, evidence, cutter, idf, words)
    if not (place or counts or asks_for_list(query)):
        return _around(query, evidence, passages_of, fits)
    beside = not (place or counts or _STEPS.search(folded))
    known = _candidates(evidence, passages_of, beside)
    best = max(known, key=fits.margin, default=None)
    if best is None or fits.margin(best) < 0:
        return None
    if place:
        return _at(best, place)
    if counts and query.kind != "list":
        return _number(best, evidence)
    lead = [best.lead] if best.lead and not best.lead.is_heading else []
    names, several = "、".join(best.names), len(best.items) > 1
    return Found((*lead, *best.items), names, len(lead), several, fits.chance(best))


def _around(
    query: Query,
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    fits: _Fit,
) -> Found | None:
    """The whole of a list of which the best sentence is the heading or but one of the items."""
    best = evidence.candidates[evidence.order[0]] if evidence.order else None
    if best is None or query.kind not in _OF_ANY_NUMBER or not (best.is_item or best.is_heading):
        return None
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
        self._question = query.text
        self._confidence = evidence.confidence
        self._asked = _asked_noun(query.text)
        about = set(cutter.terms(_HOW.sub(" ", fold(query.text))))
        self._weights = {term: idf(term) for term in query.terms if term in about}
        self._placed = _PLACE.search(fold(query.text)) is not None
        self._total = sum(self._weights.values()) or 1.0
        self._terms = cutter.terms
        self._count = asked_count(fold(query.text))
        places = [(item.hit.passage.document_id, item.start) for item in evidence.candidates]
        self._asked_before = {
            place: before.text
            for place, before in zip(places[1:], evidence.candidates, strict=False)
            if before.is_question and before.hit.passage.document_id == place[0]
        }
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
        if listing.divides:  # 五大启示: the title leads in
            outside = first.title
        head = set(self._terms(outside))
        asked = self._asked_before.get((first.document_id, lead.start), "")
        above = set(self._terms(" ".join((first.title, *first.headings, *first.context, asked))))
        above -= head
        items = set(self._terms(" ".join(item.text for item in listing.items))) - head - above
        told = 0.6 if self._placed else 0.3  # 第三点 may be asked by the first and the second
        fit = self._share(head) + 0.6 * self._share(above) + told * self._share(items)
        fit += max(self._near(lead), 0.5 * max(map(self._near, listing.items)))
        if self._asked:
            left, right = self._words.encode_queries([self._asked, " ".join(listing.names)])
            fit += _OF_THE_KIND * max(float(left @ right), 0.0)
        if len(listing.items) == 1:
            fit -= _WITHIN * listing.items[0].is_item
            fit -= _BEHIND * max(self._behind(listing) - _HARDLY, 0)
        if self._asked and listing.lead and heading_name(listing.lead.text) == self._asked:
            fit += _OF_THE_KIND
        if self._is_below(listing):
            fit -= _OF_THE_KIND
        if not self._placed:
            fit -= _ASKED_OF * sum(map(self._is_asked, listing.names)) / len(listing.names)
        if self._counts(fold(outside)):
            fit += _COUNTS
        if self._count is not None:
            fit += 0.5 if len(listing.names) == self._count else -0.5
        return fit

    def chance(self, listing: Listing) -> float:
        """The probability that a list answers: from what leads in, its names, and the evidence.

        Fitted to 290 questions for lists of the written folders, and moved to where as many of
        them are refused as of other questions.
        """
        if not self._confidence:
            return 0.0
        lead = listing.lead or listing.items[0]
        above = lead.hit.passage
        head = " ".join((above.title, *above.headings, lead.text))
        texts = [self._question, "、".join(listing.names), head, lead.text]
        question, named, *told = self._words.encode_queries(texts)
        near = max(float(question @ text) for text in told)
        before = math.log(self._confidence / max(1 - self._confidence, 1e-6))
        signals = (max(before, _LOWEST), near, float(question @ named))
        logit = _CHANCE[-1] + sum(w * s for w, s in zip(_CHANCE, signals, strict=False))
        return 1 / (1 + math.exp(-logit))

    def asks_for_all(self, listing: Listing, item: Candidate) -> bool:
        """Whether what leads in answers to the question, and nothing in it tells the item."""
        if listing.lead is None or any(_LABEL.match(other.text) for other in listing.items):
            return False
        lead = " ".join(dict.fromkeys((*item.hit.passage.headings[-1:], listing.lead.text)))
        own = {term for term in self._terms(item.text) if term in self._weights}
        texts = [self._question, lead, *(other.text for other in listing.items)]
        question, told, *items = self._words.encode_queries(texts)
        near = float(question @ told)
        nearest = max(float(question @ other) for other in items)
        return own <= set(self._terms(lead)) and near >= max(_LED, nearest - _ABOUT)

    def margin(self, listing: Listing) -> float:
        """The score above what a list, or a sentence that names several things, must reach."""
        return self.score(listing) - (_LEAST if len(listing.items) > 1 else _LEAST_OF_ONE)

    def _behind(self, listing: Listing) -> float:
        """How much less than the best sentence of all the best of a list scores."""
        members = (*((listing.lead,) if listing.lead else ()), *listing.items)
        places = [(member.hit.passage.document_id, member.start) for member in members]
        known = [self._scores[place] for place in places if place in self._scores]
        return max(self._scores.values()) - max(known) if known else 0.0

    def _counts(self, lead: str) -> bool:
        """Whether what leads in counts as many as are asked for, of the same: 四个关键问题."""
        if self._count is None or asked_count(lead) != self._count:
            return False
        return fold(self._asked) in lead

    def _is_below(self, listing: Listing) -> bool:
        """Whether what is asked for is one of the things: 福利 is below 第十条 福利, not beside."""
        inside = sum(self._asked in name for name in listing.names) if self._asked else 0
        return 0 < 2 * inside <= len(listing.names) and listing.items[0].is_heading

    def _is_asked(self, name: str) -> bool:
        """Whether a question itself holds the words of a name: they are not what it asks for."""
        terms = content_terms(self._terms(name))
        return bool(terms) and all(term in self._weights for term in terms)

    def _near(self, member: Candidate) -> float:
        """From 0.5 for the best sentence to almost nothing."""
        rank = self._ranks.get((member.hit.passage.document_id, member.start), 99)
        return 1 / (2 + rank)

    def _share(self, terms: set[str]) -> float:
        return sum(self._weights[term] for term in self._weights if term in terms) / self._total


def _asked_noun(question: str) -> str:
    """What kind of things is asked for: 编程语言 of “哪些编程语言”."""
    patterns = (_NOUN, _NOUN_BEFORE, _NOUN_COUNTED)
    match = next((found for pattern in patterns if (found := pattern.search(question))), None)
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
