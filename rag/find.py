"""From weighed evidence to what is told: which kind of answer a question wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from corpus.filters import Filters
from corpus.normalize import fold, squeeze
from corpus.records import Hit
from index.embed import StaticEmbedder
from index.query import Notice
from index.query import Query as Asked
from index.search import Searcher
from index.threads import on_one_thread
from rag.agreement import agreement
from rag.answer import readable
from rag.choose import Selection, choose, points_at_asked
from rag.compared import not_compared
from rag.completed import completed
from rag.cutting import Cutter
from rag.denied import denied
from rag.distinct import distinct
from rag.editions import of_edition
from rag.evidence import Evidence, Weights, weigh, with_confidence
from rag.exact import exactly
from rag.features import Candidate, ends_with_question
from rag.finding import Finding, Line, in_order
from rag.fit import Fit
from rag.in_table import find_in_table
from rag.leading import led
from rag.lists import Found, asks_for_place, find_list
from rag.numbered import find_numbered, lacks_number
from rag.numerals import ordinals_in
from rag.places import places_in
from rag.query import Query, read_query
from rag.reader import Reader
from rag.reading import read_evidence
from rag.retrieve import retrieve_gently
from rag.settings import AnswerSettings
from rag.span import answer_words
from rag.strangers import rare_names
from rag.summary import asks_for_summary, document_asked, summarise
from rag.unnamed import doubt_of_nameless
from rag.unsaid import doubt_of_columns, doubt_of_units, doubt_of_unsaid

_SPARE = 5  # passages, so that few are missing when some say the same
_MEANT = 30  # passages whose documents may be the one meant
_SURE = 0.95  # of a document named in full
_FIRST = 3  # passages
_CURT = 8  # characters: an answer like 答：要。
_PLAIN = 0.4  # the confidence of evidence that beats a sentence that merely holds the number


@dataclass(frozen=True, slots=True)
class Gathered:
    """A question read, the passages found for it, and what to tell the user."""

    query: Query
    hits: list[Hit]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a question is answered with."""

    searcher: Searcher
    cutter: Cutter
    weights: Weights
    reader: Reader
    settings: AnswerSettings

    @property
    def words(self) -> StaticEmbedder:
        """The shipped word vectors: evidence is always weighed with these."""
        return self.searcher.words

    def read(self, text: str) -> Query:
        """Read a question."""
        return read_query(text, self.searcher.segmenter)

    def retrieve(self, asked: Asked, k: int, filters: Filters | None) -> Gathered:
        """Passages that say different things, as many as are returned or looked at.

        Of the editions of a rule only that which is asked for.
        """
        wanted = max(k, self.settings.passages)
        hits, notices = retrieve_gently(self.searcher, asked, wanted + _SPARE, filters)
        kept, words = of_edition(asked.words, hits)
        return Gathered(self.read(words), distinct(kept)[:wanted], notices)

    @on_one_thread
    def weigh(self, query: Query, hits: Sequence[Hit]) -> Evidence:
        """Weigh and read the sentences of the first passages."""
        best = self._with_answers(hits[: self.settings.passages])
        idf, words = self.searcher.bm25.idf, self.words
        evidence = weigh(query, best, self.cutter, idf, words, self.weights)
        evidence = read_evidence(query, evidence, self.reader, self.weights.reading)
        segmenter = self.searcher.segmenter
        places = places_in(query.text, segmenter)
        evidence, worth = exactly(
            query, led(query, evidence), places, rare_names(query.text, hits, idf)
        )
        evidence, doubt = not_compared(query, evidence)
        if lacks_number(query, hits):
            return evidence  # of no confidence
        worth *= doubt * doubt_of_nameless(query, evidence, segmenter)
        worth *= doubt_of_unsaid(query, evidence, segmenter, idf, words)
        worth *= doubt_of_columns(query, evidence, segmenter, words)
        worth *= doubt_of_units(query, evidence)
        evidence = with_confidence(query, evidence, words, self.weights)
        evidence = replace(evidence, confidence=worth * evidence.confidence)
        return denied(query, evidence, segmenter)

    def _with_answers(self, hits: Sequence[Hit]) -> list[Hit]:
        """Passages, the first of which end with no question whose answer the next one holds."""
        found = list(hits)
        known = {hit.passage.id for hit in hits}
        for hit in hits[:_FIRST]:
            if not ends_with_question(hit.passage):
                continue
            following = self.searcher.passages(hit.passage.document_id)
            behind = next((p for p in following if p.end > hit.passage.end), None)
            if behind and behind.id not in known:
                found.insert(found.index(hit) + 1, replace(hit, passage=behind))
        return found


def find(desk: Desk, query: Query, evidence: Evidence) -> Finding:
    """The sentences that answer one question: a list, or the fewest that carry the answer."""
    best = evidence.candidates[evidence.order[0]].text
    listed = None if points_at_asked(query.text, best) else _listed(desk, query, evidence)
    return listed.finding() if listed else _plain(desk, query, evidence)


def _listed(desk: Desk, query: Query, evidence: Evidence) -> Found | None:
    """What a question for several things, or for one by its place, asks; or None."""
    searcher = desk.searcher
    fitted = partial(Fit, query, evidence, desk.cutter, searcher.bm25.idf, desk.words)
    return find_list(query, evidence, searcher.passages, fitted)


def find_place(
    desk: Desk, query: Query, hits: Sequence[Hit], evidence: Evidence
) -> tuple[Finding, float] | None:
    """What stands under a number, in a table or at a place in a list, and how sure it is."""
    return (
        _under_number(desk, query, hits, evidence)
        or find_in_table(query, hits, evidence, desk.searcher, desk.cutter)
        or _in_list(desk, query, evidence)
    )


def _in_list(desk: Desk, query: Query, evidence: Evidence) -> tuple[Finding, float] | None:
    """What stands at the place of a list that a question asks for, and how sure it is; or None."""
    listed = _listed(desk, query, evidence) if asks_for_place(query) else None
    return (listed.finding(), max(listed.sure, evidence.confidence)) if listed else None


def _under_number(
    desk: Desk, query: Query, hits: Sequence[Hit], evidence: Evidence
) -> tuple[Finding, float] | None:
    """What stands under the number that a question asks about, and how sure it is; or None."""
    searcher = desk.searcher
    idf, segmenter = searcher.bm25.idf, searcher.segmenter
    found = find_numbered(query, hits, evidence, searcher.passages, segmenter, desk.cutter, idf)
    if found is None or (not found.sure and evidence.confidence >= _PLAIN):
        return None
    best = [evidence.candidates[number] for number in evidence.order[:1]]
    more = _words_in(query, best) > _words_in(query, found.sentences)
    if found.sure < evidence.confidence and more:
        return None
    if not found.sure and (listed := _in_list(desk, query, evidence)):
        return listed
    short = found.short or _short(query, evidence, found.sentences[::-1])
    return Finding((Line(found.sentences),), short), max(found.sure, evidence.confidence)


def _words_in(query: Query, sentences: Sequence[Candidate]) -> int:
    """How many characters of a question's words, its ordinals aside, some sentences hold."""
    told, numbers = fold(" ".join(item.text for item in sentences)), ordinals_in(fold(query.text))
    return sum(len(term) for term in query.terms if term in told and term not in numbers)


def find_summary(
    desk: Desk, question: str, filters: Filters | None
) -> tuple[Finding, float] | None:
    """A summary of the document meant, and how sure it is; None if the question asks for none."""
    if not asks_for_summary(question):
        return None
    hits = desk.searcher.search(question, _MEANT, filters)
    document = document_asked(question, hits)
    finding = summarise(desk.searcher.passages(document), desk.words) if document else None
    return (finding, _SURE) if finding else None


def _plain(desk: Desk, query: Query, evidence: Evidence) -> Finding:
    chosen = choose(query, evidence, Selection(sentences=desk.settings.sentences))
    if len(chosen) < desk.settings.sentences or len(chosen[0].text) <= _CURT:
        chosen = completed(query, chosen, evidence, desk.cutter)[: desk.settings.sentences]
    told = chosen
    if points_at_asked(query.text, chosen[0].text):  # 这项技术: the words stand before it
        told = [item for item in chosen if chosen[0].follows(item)]
    short = _short(query, evidence, told)
    first = next((item for item in chosen if short and squeeze(short) in squeeze(item.text)), None)
    if first is None:
        return Finding((Line(tuple(in_order(chosen))),), short)
    idf = desk.searcher.bm25.idf
    others = agreement(query, evidence, first, short, desk.cutter, idf, desk.words)
    if others.against:
        return _contradiction(query, evidence, (first, *others.against), others.same)
    if not others.same:
        return Finding((Line(tuple(in_order(chosen))),), short)
    same = {item.hit.passage.document_id for item in others.same}
    rest = [i for i in chosen[:1] if i is not first]
    rest += [i for i in chosen[1:] if i is not first and i.hit.passage.document_id not in same]
    return Finding((Line((first, *in_order(rest)), agreeing=others.same),), short)


def _contradiction(
    query: Query, evidence: Evidence, sides: Sequence[Candidate], same: tuple[Candidate, ...]
) -> Finding:
    """Each side on a line of its own under its date, the newest first, undated ones last."""
    dated = sorted(sides, key=lambda item: item.hit.passage.published or "", reverse=True)
    lines = []
    for item in dated:
        passage = item.hit.passage
        label = " ".join(filter(None, (passage.published[:10], passage.title or passage.source)))
        agreeing = same if item is sides[0] else ()
        lines.append(Line((item,), label=label, bullet=True, agreeing=agreeing))
    shorts = [_short(query, evidence, [item]) for item in dated]
    return Finding(tuple(lines), "；".join(filter(None, shorts)), "contradiction")


def _short(query: Query, evidence: Evidence, sentences: Sequence[Candidate]) -> str:
    """The answering words of some sentences, best first: as read, or by rule."""
    read = readable(evidence.words(sentences))
    listed = sum(item.is_item or item.follows_item for item in sentences) > 1
    return answer_words(query, [readable(item.text) for item in sentences], read, listed=listed)
