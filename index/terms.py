"""The terms that a query is searched by: its own, and those of other ways to say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import FUNCTION_WORDS
from index.numerals import numbers_in
from index.synonyms import Synonyms

_MOST = 8  # terms that go with one


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to say a piece of a query.

    Attributes:
        said: The piece, folded.
        other: What means the same.
        kind: ``synonym`` or ``number``.
        terms: Terms that the query gains by it.
    """

    said: str
    other: str
    kind: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Associated:
    """A term that goes with one of a query.

    Attributes:
        said: The query's term.
        weight: What its idf is multiplied by.
    """

    said: str
    weight: float


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What BM25 looks for.

    Attributes:
        own: The terms of the query's words, repeated as they occur.
        alternatives: Other ways to say pieces of it.
        associated: Terms that only go with the query's.
    """

    own: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    associated: Mapping[str, Associated] = field(default_factory=dict)

    @property
    def added(self) -> tuple[str, ...]:
        """Terms of the alternatives that are not the query's own, each once."""
        known = set(self.own)
        terms = (term for item in self.alternatives for term in item.terms)
        return tuple(term for term in dict.fromkeys(terms) if term not in known)

    def readings(self, folded: str, texts: Sequence[str]) -> list[str]:
        """A query with a piece of it said in another way, if that way occurs in some texts.

        Args:
            folded: The query's words, folded.
            texts: Folded too.
        """
        return [
            folded.replace(item.said, item.other)
            for item in self.alternatives
            if item.said in folded and any(item.other in text for text in texts)
        ]

    @property
    def weights(self) -> dict[str, float]:
        """What BM25 multiplies the idf of each term by.

        A term counts once however often a long question repeats it.
        """
        near = {term: item.weight for term, item in self.associated.items()}
        return near | dict.fromkeys(self.all, 1.0)

    @property
    def all(self) -> list[str]:
        """The query's own terms, then the added ones, each once."""
        return [*dict.fromkeys(self.own), *self.added]


def query_terms(words: str, segmenter: Segmenter, synonyms: Synonyms) -> QueryTerms:
    """The terms of a query.

    Args:
        words: What it is searched by, see :class:`index.query.Query`.
        segmenter: Cuts text as the passages were cut.
        synonyms: Those of the knowledge base.
    """
    own = segmenter.terms(words)
    others = [
        Alternative("".join(said), "".join(other), "synonym", other)
        for said, other in synonyms.found(own)
    ]
    return QueryTerms(tuple(own), (*others, *_numbers(fold(words), own, segmenter)))


def associated(
    own: Iterable[str],
    near: Callable[[str], Iterable[tuple[str, float]]],
    idf: Callable[[str], float],
    weights: Callable[[Iterable[str]], Mapping[str, float]],
    share: float,
) -> dict[str, Associated]:
    """The terms that go with those of a query; none counts for more than what it goes with.

    Args:
        own: The query's terms.
        near: For a term those that go with it, and how near in (0, 1], nearest first.
        idf: Inverse document frequency of a term of the query.
        weights: That of many terms, as far as any passage holds them.
        share: What one that is quite near counts of the query's.
    """
    known = dict.fromkeys(own)
    pairs = [
        (term, other, nearness)
        for term in known
        if term not in FUNCTION_WORDS
        for other, nearness in islice(_meaning(near(term)), _MOST)
        if other not in known
    ]
    held = weights({other for _, other, _ in pairs})
    found: dict[str, Associated] = {}
    for term, other, nearness in pairs:
        if other in held:
            weight = share * nearness * min(1.0, idf(term) / max(held[other], 1e-9))
            if other not in found or found[other].weight < weight:
                found[other] = Associated(term, weight)
    return found


def _meaning(pairs: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Those whose word means something by itself."""
    return ((word, nearness) for word, nearness in pairs if word not in FUNCTION_WORDS)


def _numbers(folded: str, own: Iterable[str], segmenter: Segmenter) -> Iterator[Alternative]:
    """The query with each of its numbers written otherwise: what terms does that bring?

    The whole query is cut, for a number joins its neighbours: 七天 is one word, 7天 are two.
    """
    known = set(own)
    for number in numbers_in(folded):
        said = folded[number.start : number.end]
        for form in number.forms:
            text = f"{folded[: number.start]}{form}{folded[number.end :]}"
            fresh = [term for term in dict.fromkeys(segmenter.terms(text)) if term not in known]
            terms = tuple(term for term in fresh if not _inside(term, fresh))
            if terms:
                yield Alternative(said, form, "number", terms)


def _inside(term: str, others: Iterable[str]) -> bool:
    """Whether a term is only a part of another: the whole number says it more exactly."""
    return any(term != other and term in other for other in others)
