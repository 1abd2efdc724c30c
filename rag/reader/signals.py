"""What a reader is told about each token of a text beside its word: signals of shape and match."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.reader.vocabulary import Known

Floats = NDArray[np.float32]
Near = Callable[[str], Sequence[tuple[str, float]]]
"""For a word those that go with it, and how near each is in (0, 1]."""

MATCHES = (
    "same", "characters", "with_previous", "with_next", "weight", "like", "weighed_like",
    "covers", "interacts", "covers_most", "interacts_most", "covers_before", "covers_after",
    "near_left", "near_right", "far_left", "far_right", "length",
)  # fmt: skip
SHAPES = (
    "han", "latin", "digits", "numeral", "calendar", "comma", "stop", "opens", "closes", "dot",
    "sign", "asks",
)  # fmt: skip
SIGNALS = (*MATCHES, *SHAPES)
"""Names of the columns of :func:`signals`."""

COVERS, INTERACTS = SIGNALS.index("covers"), SIGNALS.index("interacts")
COVERS_MOST, INTERACTS_MOST = SIGNALS.index("covers_most"), SIGNALS.index("interacts_most")

STOPS = frozenset("。！？!?；;\n")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两半几")
_CALENDAR = frozenset("年月日号时分秒世纪代季")
_ASKING = re.compile(r"什么|哪|谁|何|多少|几|怎|为什么|吗|多[大长高远久]|是否")
_NEAR, _FAR, _REACH = 4.0, 12.0, 32
_REMEMBERED = 50_000


def signals(asked: Known, told: Known, near: Near | None = None) -> tuple[Floats, Floats]:
    """Signals of each token of a question and of the text that it is asked of.

    Words are as like as their vectors say, or as near as they go with each other. Coverage is by
    sentence: what share of the question's words, weighed by the length of their vectors, stand in
    the token's sentence (``covers``), or how like its words come to them (``interacts``); then as a
    share of the best sentence's, and those of the sentences beside it.

    Args:
        asked: The question.
        told: The text.
        near: Tells which words go with each other; none do if it is None.

    Returns:
        Shapes ``(asked tokens, len(SIGNALS))``, with nothing of its place in a text, and
        ``(told tokens, len(SIGNALS))``.
    """
    words, others = asked.tokens.words, told.tokens.words
    question = np.zeros((len(words), len(SIGNALS)), np.float32)
    text = np.zeros((len(others), len(SIGNALS)), np.float32)
    question[:, len(MATCHES) :] = _shapes(words)
    text[:, len(MATCHES) :] = _shapes(others)
    if not words or not others:
        return question, text
    likeness = _unit(told.vectors) @ _unit(asked.vectors).T
    if near:
        _draw_near(likeness, words, others, near)
    same = _equal(others, words)
    for name, column in (
        ("same", same.any(axis=0)), ("weight", asked.weights), ("like", likeness.max(axis=0)),
        ("length", _lengths(words)),
    ):  # fmt: skip
        question[:, SIGNALS.index(name)] = column
    for number, column in enumerate(_columns(asked, told, same, likeness)):
        text[:, number] = column
    return question, share_of_best(text)


def _columns(
    asked: Known, told: Known, same: NDArray[np.bool_], likeness: Floats
) -> Iterator[NDArray[Any]]:
    """The columns of ``MATCHES``, those that share of the best left at nothing."""
    words, weights = told.tokens.words, asked.weights
    matched = np.asarray(same.any(axis=1))
    covers, interacts, sentence = _by_sentence(words, same, likeness, weights)
    with_next, with_previous = _pairs(words, asked.tokens.words)
    nothing = np.zeros(len(matched), np.float32)
    yield matched
    yield _shared_characters(words, asked.tokens.words)
    yield with_previous
    yield with_next
    yield told.weights
    yield likeness.max(axis=1)
    yield (likeness * (weights / max(float(weights.max()), 1e-6))).max(axis=1)
    yield covers[sentence]
    yield interacts[sentence]
    yield nothing
    yield nothing
    yield np.append(0, covers)[sentence]
    yield np.append(covers, 0)[sentence + 1]
    yield from _nearby(matched * told.weights)
    yield _lengths(words)


def _draw_near(likeness: Floats, asked: Sequence[str], told: Sequence[str], near: Near) -> None:
    """Raise the likeness of words that go with each other, shape ``(told, asked)``, in place."""
    columns: dict[str, list[tuple[int, float]]] = {}
    for column, word in enumerate(asked):
        for other, nearness in near(word):
            columns.setdefault(other, []).append((column, nearness))
    for row, word in enumerate(told):
        for column, nearness in columns.get(word, ()):
            likeness[row, column] = max(likeness[row, column], nearness)


def _shared_characters(told: Sequence[str], asked: Sequence[str]) -> Floats:
    """The share of each token's characters that words of the question have."""
    known = frozenset("".join(word for word in asked if word.isalnum()))
    shares = (
        0.0 if known.isdisjoint(word) else sum(map(known.__contains__, word)) / len(word)
        for word in told
    )  # fmt: skip
    return np.fromiter(shares, np.float32, len(told))


def is_asking(word: str) -> bool:
    """Whether a word asks: 什么, 多少, 谁."""
    return _ASKING.search(word) is not None


def share_of_best(table: Floats) -> Floats:
    """The table with coverage as a share of that of its best sentence; made in place."""
    for whole, share in ((COVERS, COVERS_MOST), (INTERACTS, INTERACTS_MOST)):
        most = float(table[:, whole].max(initial=0.0))
        table[:, share] = table[:, whole] / most if most > 0 else 0.0
    return table


def _lengths(words: Sequence[str]) -> Floats:
    lengths = np.fromiter(map(len, words), np.float32, len(words))
    return (np.log1p(lengths) / 2).astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return (vectors / np.where(lengths > 1e-6, lengths, 1)).astype(np.float32)


def _equal(told: Sequence[str], asked: Sequence[str]) -> NDArray[np.bool_]:
    """Which tokens are the same word, signs left out, shape ``(told, asked)``."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(asked)) if word.isalnum()}
    left = np.fromiter((numbers.get(word, -1) for word in told), np.int32, len(told))
    right = np.fromiter((numbers.get(word, -2) for word in asked), np.int32, len(asked))
    equal: NDArray[np.bool_] = left[:, None] == right
    return equal


def _pairs(told: Sequence[str], asked: Sequence[str]) -> tuple[Floats, Floats]:
    """Whether each token and the next, or the previous and it, are a pair of the question."""
    pairs = set(itertools.pairwise(asked))
    hits = np.fromiter(
        (pair in pairs for pair in itertools.pairwise(told)), np.float32, len(told) - 1
    )
    zero = np.zeros(1, np.float32)
    return np.concatenate([hits, zero]), np.concatenate([zero, hits])


def _by_sentence(
    words: Sequence[str], same: NDArray[np.bool_], likeness: Floats, weights: Floats
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Coverage and interaction of each sentence, and the sentence of each token."""
    ends = np.fromiter((word in STOPS for word in words), np.bool_, len(words))
    begins = np.concatenate([[0], np.flatnonzero(ends[:-1]) + 1])
    sentence = np.concatenate([[0], np.cumsum(ends[:-1])])
    share = weights / max(float(weights.sum()), 1e-6)
    covers = np.logical_or.reduceat(same, begins, axis=0) @ share
    interacts = np.maximum.reduceat(likeness, begins, axis=0) @ share
    return covers.astype(np.float32), interacts.astype(np.float32), sentence


def _nearby(met: Floats) -> list[Floats]:
    """How much of the question stands left and right of each token, near and farther off."""
    steps = np.arange(1, _REACH + 1)
    found = []
    for fade in (_NEAR, _FAR):
        kernel = np.concatenate([[0.0], np.exp(-steps / fade)])
        left = np.convolve(met, kernel)[: len(met)]
        right = np.convolve(met[::-1], kernel)[: len(met)][::-1]
        found += [left, right]
    return [np.asarray(item, np.float32) for item in found]


def _shapes(words: Sequence[str]) -> Floats:
    shapes = b"".join(map(_shape, words))
    table = np.frombuffer(shapes, np.uint8).reshape(len(words), len(SHAPES))
    return table.astype(np.float32)


@lru_cache(_REMEMBERED)
def _shape(word: str) -> bytes:
    """The values of ``SHAPES``, a byte each."""
    first = word[0]
    kind = unicodedata.category(first)
    shape = (
        "\u3400" <= first <= "\u9fff",
        word.isascii() and word.isalpha(),
        word.isdigit(),
        any(character in _NUMERALS or character.isdigit() for character in word),
        any(character in _CALENDAR for character in word),
        first in "，,、：:",
        first in STOPS,
        first in "“「『《(（" or kind in ("Ps", "Pi"),
        first in "”」』》)）" or kind in ("Pe", "Pf"),
        first in "·•.-—",
        not word.isalnum(),
        is_asking(word),
    )
    return bytes(shape)
