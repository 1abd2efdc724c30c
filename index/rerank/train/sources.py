"""Training sets as collections to search: passages as they are, single sentences, headings."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.train.data import TextPairs, thin

STATUTES = ("laws_chapter_article", "lawyer_llama_statute", "stard.train", "statutes")
"""Sets that quote statutes: together they are one large collection of like texts."""

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages and questions about them.

    Attributes:
        documents: Text by name.
        queries: The questions.
        relevant: For each of them the names of the documents that answer it.
    """

    name: str
    documents: dict[str, str]
    queries: list[str]
    relevant: list[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each set is used.

    Attributes:
        documents: Passages of a collection, at most.
        questions: Questions of a collection, at most.
        short: The same of a collection of sentences or headings.
        headings: Questions of each set whose questions are headings; those sets are searched
            together.
        many: Passages of the large collection, at most, and
        of_many: its questions: among so many, words in common tell less than among few.
    """

    documents: int = 2_000
    questions: int = 250
    short: int = 60
    headings: int = 40
    many: int = 60_000
    of_many: int = 600


def collections_of(
    sets: Sequence[TextPairs], sizes: Sizes, seed: int, asks: Callable[[str], bool] | None = None
) -> Iterator[Collection]:
    """The collections that some sets give.

    Args:
        sets: Whose texts are searched.
        sizes: How much of each.
        seed: Of what is drawn.
        asks: Whether a question may be asked; then none are made of what passages begin with.
    """
    headed = [pairs for pairs in sets if pairs.name.startswith("docs_")]
    for pairs in sets:
        if pairs not in headed:
            yield from _variants(pairs, sizes, seed, asks)
    if headed:
        share = sizes.documents // len(headed)
        parts = [thin(pairs, share, seed) for pairs in headed]
        queries = [query for pairs in parts for query in pairs.queries]
        positives = [text for pairs in parts for text in pairs.positives]
        sizes = replace(sizes, questions=sizes.headings * len(headed))
        yield from _variants(TextPairs("docs", queries, positives), sizes, seed, asks)


def large_collection(
    sets: Sequence[TextPairs], sizes: Sizes, seed: int, asks: Callable[[str], bool] | None = None
) -> Iterator[Collection]:
    """All statutes searched together, if there are any among some sets.

    Args:
        sets: As many as there are; those of statutes are taken.
        sizes: How much of them.
        seed: Of what is drawn.
        asks: Whether a question may be asked.
    """
    parts = [pairs for pairs in sets if pairs.name in STATUTES]
    if parts:
        queries = [query for pairs in parts for query in pairs.queries]
        positives = [text for pairs in parts for text in pairs.positives]
        together = TextPairs("statutes/together", queries, positives)
        yield _collection(together, sizes.of_many, sizes.many, seed, asks)


def _variants(
    pairs: TextPairs, sizes: Sizes, seed: int, asks: Callable[[str], bool] | None
) -> Iterator[Collection]:
    yield _collection(pairs, sizes.questions, sizes.documents, seed, asks)
    if pairs.name.endswith(("/sentence", "/title")):
        return  # sentences are there already, titles are of the same passages
    sentences = [_sentence(query, text) for query, text in zip(
        pairs.queries, pairs.positives, strict=True)]  # fmt: skip
    short = TextPairs(f"{pairs.name}/short", pairs.queries, sentences)
    yield _collection(short, sizes.short, sizes.documents // 2, seed, asks)
    if asks:
        return
    asked = [_beginning(text) for text in pairs.positives]
    turned = TextPairs(f"{pairs.name}/turned", asked, pairs.queries)
    yield _collection(turned, sizes.short, sizes.documents // 2, seed)


def _sentence(query: str, text: str) -> str:
    """The sentence that shares most characters with the question: a passage of a line."""
    sentences: list[str] = [found.strip() for found in _SENTENCE.findall(text)] or [text]
    letters = set(query)
    return max(sentences, key=lambda one: len(letters & set(one)) / (8 + len(set(one)) ** 0.5))[
        :120
    ]


def _beginning(text: str) -> str:
    """The first words of a text, as a question."""
    first: str = next((found.strip() for found in _SENTENCE.findall(text) if found.strip()), text)
    return first[: 12 + zlib.crc32(text.encode()) % 20]


def _collection(
    pairs: TextPairs,
    queries: int,
    documents: int,
    seed: int,
    asks: Callable[[str], bool] | None = None,
) -> Collection:
    rng = np.random.default_rng([seed, zlib.crc32(pairs.name.encode())])
    answers: dict[str, set[str]] = {}
    for query, text in zip(pairs.queries, pairs.positives, strict=True):
        if query.strip() and text.strip():
            answers.setdefault(query, set()).add(text)
    # A question that much answers ("Introduction") says nothing about any of it.
    usable = [query for query, texts in answers.items()
              if len(texts) <= 2 and (asks is None or asks(query))]  # fmt: skip
    asked = [usable[i] for i in rng.permutation(len(usable))[:queries]]
    needed = dict.fromkeys(text for query in asked for text in sorted(answers[query]))
    others = [
        text for text in dict.fromkeys(pairs.positives) if text.strip() and text not in needed
    ]
    kept = rng.permutation(len(others))[: max(documents - len(needed), 0)]
    texts = [*needed, *(others[i] for i in sorted(kept))]
    names = {text: f"t{number}" for number, text in enumerate(texts)}
    relevant = [frozenset(names[text] for text in answers[query]) for query in asked]
    return Collection(pairs.name, {name: text for text, name in names.items()}, asked, relevant)
