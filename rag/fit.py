"""How well a list of the documents fits a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from corpus.normalize import fold
from index.asked import content_terms
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.enumeration import is_ranking, noun_counted, total
from rag.evidence import Evidence
from rag.features import Candidate
from rag.numerals import NUMERAL, PLACE, asked_count
from rag.outline import Listing, heading_name, label_of
from rag.query import Query
from rag.tables import is_row, matched

_LABEL = re.compile(r"[^，。；]{1,10}[：:]")
_ABOUT, _LED = 0.06, 0.3  # of likeness: as much as none; of a question and what leads in
_NOUN = re.compile(
    rf"哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样味块处]?\s*((?:(?!必须|需要|应[该当]|属于)[^？?，,。的能可不要被会是有得在用没]|(?<=[功性职技])能|有(?=效)){{2,8}})"
)
_NOUN_WHAT = re.compile(  # 都有什么岗位可以选
    r"(?:有|是|包括|提供|设)(?:些|了)?什么([\u4e00-\u9fff]{2,6}?)(?=可以|可供|能|供|\W*$)"
)
_NOUN_BEFORE = re.compile(
    r"([^，,。、的有是\s]{2,8}?)(?:现在|目前|如今|一共|总共|共|都|分别|主要)*"
    rf"(?:有|是|包括|包含|分为)哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样点件]?\W*$"
)
_NOUN_COUNTED = re.compile(
    rf"(?:第{NUMERAL}|(?<!第){NUMERAL})\s*(?:大|[个种款项条类点])\s*((?![是有为指])[\u4e00-\u9fff]{{1,6}}?)(?:是|有|为|各|\W)"
)
_HOW = re.compile(
    rf"第{NUMERAL}\s*[个种款项条点步大]|哪(?:些|几|{NUMERAL})\s*[个种款项条类位家样点件]?"
    r"|一共|总共|分别|各自|都|列[出举]|列一下"
)
_BUT_ASKS = re.compile(r"(?:分别|各自|(?<![首成古京国丰故新迁建定陪])都|一共|总共|主要)+$")
_BUT_COUNTS = re.compile(
    rf"(?:答\s*[:：])?\s*(?:一共|总共|共)?(?:有|是)?{NUMERAL}(?:件事?|样|点|个|条|项|种)(?:东西)?\s*[。:：]?"
)
_BARE_COUNT = re.compile(rf"{NUMERAL}(?:件事?|样|点|个|条|项|种|类|步)(?=[:,。;，；：]|——|$)")
_FIRST_OF_ALL = re.compile(
    rf"(?:(?<![之以目提门面胸餐生午年会产跟])|(?<=[年会])(?=前{NUMERAL}[名强]))"
    rf"前(?![一1](?![\d十百]))(?>{NUMERAL})(?:大|个|名|位|样|种|家|项|类|款|强)?+(?![年月天日周分秒小])"
)
_OF_THE_KIND = 0.5
_NAMED_ROW = 0.3  # for a row of a table whose name the question says
_COUNTS = 0.4  # for what leads in with the number asked for
_ASKED_OF = 0.5  # for names that the question itself holds
_BEHIND = 0.07  # for each point that a sentence with several names scores below the best of all
_HARDLY, _FAR = 2.8, 8.0  # points that count nothing, of one sentence and of several
_LIKER = 0.03  # of likeness: less does not tell lists apart that are led in alike
_WITHIN = 0.2  # a list goes before what one of its items names side by side
_LEAST, _LEAST_OF_ONE = 0.55, 0.45


class Fit:
    """How well a list fits a question."""

    def __init__(
        self,
        query: Query,
        evidence: Evidence,
        cutter: Cutter,
        idf: Callable[[str], float],
        words: StaticEmbedder,
    ) -> None:
        """Prepare to fit lists to a question.

        Args:
            query: The question.
            evidence: The sentences of the best passages, weighed.
            cutter: Cuts text into terms.
            idf: Inverse document frequency of a term.
            words: Tells how like a list is to what is asked for.
        """
        self._words = words
        self._question = query.text
        self._asked = _asked_noun(query.text)
        about = set(cutter.terms(_HOW.sub(" ", fold(query.text))))
        self._weights = {term: idf(term) for term in query.terms if term in about}
        self._placed = PLACE.search(fold(query.text)) is not None
        self._total = sum(self._weights.values()) or 1.0
        self._terms = cutter.terms
        self._ranking = _FIRST_OF_ALL.search(fold(query.text)) is not None
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
            fit += _OF_THE_KIND * (noun_counted(listing) == self._asked[:2])
        least = _HARDLY if len(listing.items) == 1 else _FAR
        fit -= _BEHIND * max(self._behind(listing) - least, 0)
        if self._asked and listing.lead and heading_name(listing.lead.text) == self._asked:
            fit += _OF_THE_KIND
        if self._ranking and len(listing.items) == 1 and is_ranking(lead.text):
            fit += _OF_THE_KIND
        if self._counted_out_in(listing):
            fit += _COUNTS
        if self._is_below(listing):
            fit -= _OF_THE_KIND
        if not self._placed:
            fit -= _ASKED_OF * sum(map(self._is_asked, listing.names)) / len(listing.names)
        counted = self._counts(fold(outside))
        fit += _COUNTS * counted
        if counted and not self._asked and _BUT_COUNTS.fullmatch(fold(outside)):
            fit += _OF_THE_KIND
        if len(listing.items) == 1 and is_row(lead.text):  # a row is one of its table
            fit += _NAMED_ROW if self._names_row(lead.text) else -_WITHIN
        if self._count is not None:
            fit += 0.5 if self._count in (len(listing.names), total(listing.names)) else -0.5
        return fit

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

    def is_counted(self, listing: Listing) -> bool:
        """Whether what leads in counts as many of what is asked for as there are: 五大启示."""
        lead = listing.lead.text if listing.lead else ""
        told = fold(listing.items[0].hit.passage.title if listing.divides else lead)
        counted = asked_count(told) == len(listing.names)
        return self._asked != "" and fold(self._asked) in told and counted

    def margin(self, listing: Listing) -> float:
        """The score above what a list, or a sentence that names several things, must reach."""
        return self.score(listing) - (_LEAST if len(listing.items) > 1 else _LEAST_OF_ONE)

    def nearest_of_kin(self, best: Listing, others: Sequence[Listing]) -> Listing:
        """Of lists led in alike, 买家的三项权利 and 卖家的三项权利, the likest to the question.

        It may say in other words what tells them apart: 顾客. A near thing changes nothing.
        """
        kin = [other for other in others if _are_kin(best, other)]
        nearest = max(kin, key=self._likeness, default=best)
        return nearest if self._likeness(nearest) > self._likeness(best) + _LIKER else best

    def _likeness(self, listing: Listing) -> float:
        lead = listing.lead.text if listing.lead else ""
        texts = (lead, " ".join((lead, *(item.text for item in listing.items))))
        return sum(matched(self._question, text, self._words) for text in texts)

    def _behind(self, listing: Listing) -> float:
        """How much less than the best sentence of all the best of a list scores."""
        members = (*((listing.lead,) if listing.lead else ()), *listing.items)
        places = [(member.hit.passage.document_id, member.start) for member in members]
        known = [self._scores[place] for place in places if place in self._scores]
        return max(self._scores.values()) - max(known) if known else 0.0

    def _counts(self, lead: str) -> float:
        """Whether what leads in counts as many as are asked for, of the same: 四个关键问题.

        By half if it counts what it calls something else: 三条理由 for 哪三条规矩.
        """
        if self._count is None or asked_count(lead) != self._count or self._ranking:
            return 0.0
        if fold(self._asked) in lead or _BARE_COUNT.search(lead):
            return 1.0
        return 0.5 if ":" in lead else 0.0

    def _counted_out_in(self, listing: Listing) -> bool:
        """Whether the items are counted out in the word asked for: 方案一, 方案二 of 哪几个方案."""
        label = label_of(listing.items[0].text) if len(listing.items) > 1 else ""
        return label != "" and label in (self._asked, self._asked[: len(label)])

    def _names_row(self, row: str) -> bool:
        """Whether a question says all words of the name of a row, two at least."""
        words = content_terms(self._terms(fold(row.split("|")[0])))
        return len(words) > 1 and all(word in fold(self._question) for word in words)

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


def _are_kin(one: Listing, other: Listing) -> bool:
    """Whether two lists of a document are led in by the same words but for a few."""
    if one.lead is None or other.lead is None or min(len(one.items), len(other.items)) < 2:
        return False
    first, second = fold(one.lead.text), fold(other.lead.text)
    if first == second or one.lead.hit.passage.document_id != other.lead.hit.passage.document_id:
        return False
    before = _shared(first, second)
    behind = _shared(first[before:][::-1], second[before:][::-1])
    return 2 * (before + behind) >= max(len(first), len(second))


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _asked_noun(question: str) -> str:
    """What kind of things is asked for: 编程语言 of “哪些编程语言”."""
    patterns = (_NOUN, _NOUN_WHAT, _NOUN_BEFORE, _NOUN_COUNTED)
    match = next((found for pattern in patterns if (found := pattern.search(question))), None)
    return _BUT_ASKS.sub("", match.group(1).strip()) if match else ""
