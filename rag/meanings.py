"""Which meaning of each word of a question the documents use: that of the passage with most others.

The meanings of a word count as one term (structured queries, Pirkola 1998), so that a word with
many does not outweigh one with few, and a wrong one that is rare does not outweigh the right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from operator import itemgetter

_SENTENCE = re.compile(r"[^。！？；\n]+")
_LOOKED_AT = 12  # passages
_BESIDE = 0.5  # what a word counts once more that stands beside its neighbour
_ALONE = 0.8  # what a character counts that may as well be a part of another word


@dataclass(frozen=True, slots=True)
class Documents:
    """What is known of the words of the documents.

    Attributes:
        idf: Inverse document frequency of a term; of "" that of one which occurs nowhere.
        terms: Cuts a text into terms.
        find: The folded texts of the best passages for some terms and their weights.
    """

    idf: Callable[[str], float]
    terms: Callable[[str], Sequence[str]]
    find: Callable[[Mapping[str, float]], list[str]]

    def rarity(self, word: str) -> float:
        """The idf of a word, or of the rarest term in it."""
        whole = self.idf(word)
        if whole < self.idf(""):
            return whole
        return max((self.idf(term) for term in self.terms(word)), default=whole)


def chosen(pieces: Sequence[Sequence[str]], documents: Documents) -> list[str]:
    """For each piece of a question the one of its meanings that fits the others best.

    Args:
        pieces: The meanings of each, likeliest first; none is empty.
        documents: Where they are looked for.
    """
    unknown = documents.idf("")
    rarity = {one: documents.rarity(one) for piece in pieces for one in piece}
    held = [[one for one in piece if rarity[one] < unknown] for piece in pieces]
    weight = [min((rarity[one] for one in known), default=0.0) for known in held]
    texts = documents.find(_weights(held, weight, documents)) if any(held) else []
    values = _values(held, weight, texts)
    return [
        max(known, key=lambda one: (values.get(one, 0.0), -rarity[one])) if known else piece[0]
        for piece, known in zip(pieces, held, strict=True)
    ]


def _weights(
    held: Sequence[Sequence[str]], weight: Sequence[float], documents: Documents
) -> dict[str, float]:
    """What each term's idf is multiplied with: all meanings of a word weigh the same."""
    weights: dict[str, float] = {}
    for known, most in zip(held, weight, strict=True):
        for one in known:
            terms = [one] if documents.idf(one) < documents.idf("") else documents.terms(one)
            for term in terms:
                share = most / max(documents.idf(term), 1e-9) / len(terms)
                weights[term] = max(weights.get(term, 0.0), min(share, 1.0))
    return weights


def _values(
    held: Sequence[Sequence[str]], weight: Sequence[float], texts: Sequence[str]
) -> dict[str, float]:
    """The most that stands beside each meaning, in a sentence and in its passage."""

    def worth(text: str) -> float:
        return sum(
            most
            for known, most in zip(held, weight, strict=True)
            if any(one in text for one in known)
        )

    def beside(sentence: str) -> Iterator[tuple[str, float]]:
        """Meanings of words in a row that a sentence has in a row as well, either way round."""
        here = [[one for one in known if one in sentence] for known in held]
        for number, (left, right) in enumerate(pairwise(here)):
            for one, other in product(left, right):
                if one != other and any(
                    way in sentence for way in (one + other, other + one, f"{other}的{one}")
                ):
                    share = _BESIDE * (weight[number] + weight[number + 1])
                    yield from ((one, share), (other, share))

    ranked = sorted(((worth(text), text) for text in texts), key=lambda item: -item[0])
    values: dict[str, float] = {}
    words = {one for known in held for one in known}
    for whole, text in ranked[:_LOOKED_AT]:
        for sentence in _SENTENCE.findall(text):
            value = whole + worth(sentence)
            joined = dict(sorted(beside(sentence), key=itemgetter(1)))
            for one in words:
                if one in sentence:
                    share = _ALONE if len(one) == 1 else 1.0
                    told = share * (value + joined.get(one, 0.0))
                    values[one] = max(values.get(one, 0.0), told)
    return values
