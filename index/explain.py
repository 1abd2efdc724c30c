"""Why passages are found where they are found, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.filters import Filters
from corpus.records import Hit, Passage
from index.phrases import Pattern, fold_with_offsets
from index.query import Phrase, Query
from index.search import Searcher
from index.terms import QueryTerms

Span = tuple[int, int]
_CHARACTER = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """A term of the query that a passage holds.

    Attributes:
        weight: What the query gives it: its idf, less if it says little or only goes with a term.
        score: Its part of the passage's BM25 score.
        spans: Where it stands in the passage's text; none if it stands in its title, headings or
            context, or is written in another way.
        instead_of: The piece of the query that it is another way to say, or goes with; empty for
            the query's own.
        same: Whether it means the same as that piece, or is the query's own.
    """

    term: str
    idf: float
    weight: float
    score: float
    spans: tuple[Span, ...] = ()
    instead_of: str = ""
    same: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """One passage.

    Attributes:
        hit: With its signals; rank 0 if it is not among the results.
        matched: Terms it holds, those that count most first.
        missing: Terms of the query's own that it does not hold.
        phrases: Phrases of the query and where they stand in its text.
        against: Why it is not among the results: ``filtered``, ``lacks PHRASE``, ``holds WORD``,
            ``no signal`` (it shares no word with the query and no meaning), ``repeats RANK`` (the
            passage of that rank says all it says), ``ranked below``.
    """

    hit: Hit
    matched: tuple[MatchedTerm, ...]
    missing: tuple[str, ...]
    phrases: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    against: tuple[str, ...] = ()

    def above(self, other: Explained) -> dict[str, tuple[float, float]]:
        """Each signal that both have, of this passage and the other; those that differ most first.

        Ranks are told by the signals themselves.
        """
        mine, others = self.hit.signals, other.hit.signals
        pairs = {
            name: (mine[name], others[name])
            for name in mine
            if name in others and name != "copy_of" and not name.endswith("_rank")
        }
        return dict(sorted(pairs.items(), key=lambda item: -_relative(*item[1])))


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood, and what was found for it.

    Attributes:
        idf: Of every term, the added ones too; a term that stands nowhere is not among them.
        passages: The results in their order, or the one that was asked about.
    """

    query: Query
    terms: QueryTerms
    idf: Mapping[str, float]
    passages: tuple[Explained, ...]


def explain(
    searcher: Searcher, query: Query, k: int = 10, filters: Filters | None = None
) -> Explanation:
    """The results of a search, explained one by one."""
    return _Explaining(searcher, query).of(searcher.search(query, k, filters))


def explain_passage(
    searcher: Searcher, query: Query, passage: Passage, k: int = 10, filters: Filters | None = None
) -> Explanation:
    """One passage, whether it is among the ``k`` results or not."""
    explaining = _Explaining(searcher, query)
    deep = max(k, 2 * searcher.settings.candidates)
    found = {hit.passage.id: hit for hit in searcher.search(query, deep, filters)}
    hit = found.get(passage.id)
    if hit and hit.rank <= k:
        return explaining.of([hit])
    if hit is None:
        hit = Hit(0, passage, 0.0, explaining.signals(passage))
    return explaining.of([hit], tuple(explaining.against(passage, hit, filters)))


class _Explaining:
    def __init__(self, searcher: Searcher, query: Query) -> None:
        self.searcher = searcher
        self.query = query
        self.terms = searcher.terms(query)
        self.weights = searcher.bm25.weights(self.terms.weights)
        near = {term: item.said for term, item in self.terms.associated.items()}
        self.instead_of = near | {
            term: item.said for item in self.terms.alternatives for term in item.terms
        }
        self.wanted = [(phrase.text, Pattern(phrase.text)) for phrase in query.phrases]

    def of(self, hits: Sequence[Hit], against: tuple[str, ...] = ()) -> Explanation:
        idf = {term: round(self.searcher.bm25.idf(term), 4) for term in self.weights}
        passages = tuple(self._passage(hit, against) for hit in hits)
        return Explanation(self.query, self.terms, idf, passages)

    def _passage(self, hit: Hit, against: tuple[str, ...]) -> Explained:
        row = self.searcher.row_of(hit.passage)
        places = Places(hit.passage.text, self.searcher)
        matched = []
        for term, weight in self.weights.items():
            score = self._score(term, row)
            if score:
                idf = round(self.searcher.bm25.idf(term), 4)
                said = "" if term in self.terms.own else self.instead_of.get(term, "")
                spans = tuple(places.of(term))
                same = term not in self.terms.associated or term in self.terms.all
                matched.append(MatchedTerm(term, idf, round(weight, 4), score, spans, said, same))
        matched.sort(key=lambda item: -item.score)
        known = {item.term for item in matched}
        missing = tuple(term for term in dict.fromkeys(self.terms.own) if term not in known)
        phrases = tuple(
            (text, tuple(pattern.spans(hit.passage.text))) for text, pattern in self.wanted
        )
        return Explained(hit, tuple(matched), missing, phrases, against)

    def _score(self, term: str, row: int) -> float:
        """A term's part of the BM25 score of a row."""
        alone = {term: self.terms.weights[term]}
        return round(float(self.searcher.bm25.at(alone, np.array([row]))[0]), 4)

    def signals(self, passage: Passage) -> dict[str, float]:
        """What each side says of a passage that neither proposed, and its rank among all."""
        searcher, row = self.searcher, self.searcher.row_of(passage)
        sparse = searcher.bm25.scores(self.terms.weights)
        dense = searcher.cosines(self.query)
        found = {}
        for name, scores in (("bm25", sparse), ("dense", dense)):
            found[name] = round(float(scores[row]), 4)
            if scores[row] > 0:
                found[f"{name}_rank"] = float(np.count_nonzero(scores > scores[row]) + 1)
        return found

    def against(self, passage: Passage, hit: Hit, filters: Filters | None) -> Iterator[str]:
        if filters and not filters.accepts(
            source=passage.source, title=passage.title, author=passage.author,
            published=passage.published,
        ):  # fmt: skip
            yield "filtered"
        for phrase in self.query.phrases:
            if not _stands(phrase, passage):
                yield f"lacks {phrase.text}"
        for phrase in self.query.excluded:
            if _stands(phrase, passage):
                yield f"holds {phrase.text}"
        if copied := hit.signals.get("copy_of"):
            yield f"repeats {copied:.0f}"
            return
        says = any(hit.signals.get(name, 0) > 0 for name in ("bm25", "dense"))
        yield "ranked below" if says else "no signal"


class Places:
    """Where terms stand in a text."""

    def __init__(self, text: str, searcher: Searcher) -> None:
        self._text = text
        folded, self._offsets = fold_with_offsets(text)
        self._tokens: list[tuple[str, int]] = []
        at = 0
        for token in searcher.segmenter.split(folded):
            self._tokens.append((token, at))
            at += len(token)

    def of(self, term: str) -> Iterator[Span]:
        """The spans of a term; a single character counts only where it is a word by itself."""
        if not _CHARACTER.fullmatch(term):
            yield from Pattern(term).spans(self._text)
            return
        for token, at in self._tokens:
            if token == term:
                yield self._offsets[at], self._offsets[at + len(token) - 1] + 1


def _stands(phrase: Phrase, passage: Passage) -> bool:
    return Pattern(phrase.text).stands_in(passage.text)


def _relative(one: float, other: float) -> float:
    """How far apart two values are, as a share of the larger."""
    return abs(one - other) / max(abs(one), abs(other), 1e-9)
