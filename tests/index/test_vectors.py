"""Vectors that have been made before are found again."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index import vectors as module
from index.dense import SegmentVectors
from index.postings import TermKeys, post
from index.prepare import hash_texts
from index.prepared import Piece
from index.progress import quiet
from index.segment import Segment, half
from index.vectors import VectorCache


def segment_of(texts: list[str], embedder: Any) -> Segment:
    column = np.arange(len(texts))
    return Segment(
        column, column, hash_texts(texts), post([TermKeys().of([])] * len(texts)),
        SegmentVectors(half(embedder.encode_queries(texts))),
    )  # fmt: skip


def piece_of(texts: list[str]) -> Piece:
    return Piece(post([]), hash_texts(texts), tuple(texts), None)


TEXTS = st.lists(st.sampled_from([f"第{n}句" for n in range(12)]), max_size=10)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=3), TEXTS)
def test_only_unknown_texts_are_embedded_each_once(
    parts: list[list[str]], texts: list[str]
) -> None:
    """Vectors are those that embedding all of them would give, wherever they come from."""
    embedder = Counting()
    cache = VectorCache([segment_of(part, embedder) for part in parts], embedder.dimension)
    piece = cache.embedded(piece_of(texts), embedder, quiet)
    known = {text for part in parts for text in part}
    assert sorted(embedder.embedded) == sorted(set(texts) - known)
    assert piece.texts == ()
    np.testing.assert_array_equal(piece.vectors, half(embedder.encode_queries(texts)))


class Counting:
    """Vectors that tell every text from the others."""

    name = fingerprint = "counting"
    dimension = 3

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_passages(self, texts: Any) -> Any:
        self.embedded += texts
        return self.encode_queries(texts)

    def encode_queries(self, texts: Any) -> Any:
        found = [[len(text), ord(text[1]), ord(text[-2])] for text in texts]
        return np.array(found, np.float32).reshape(-1, 3)


def test_what_comes_with_vectors_keeps_them() -> None:
    """Nothing is looked up or embedded."""
    piece = Piece(post([]), hash_texts(["甲"]), (), half(np.ones((1, 3), np.float32)))
    assert VectorCache([], 3).embedded(piece, Counting(), quiet) is piece


def test_many_texts_are_embedded_in_parts_with_progress(monkeypatch: Any) -> None:
    """A slow model tells how far it is."""
    monkeypatch.setattr(module, "_EMBED_AT_ONCE", 2)
    seen: list[tuple[str, int, int]] = []
    texts = [f"第{n}句" for n in range(5)]
    VectorCache([], 3).embedded(piece_of(texts), Counting(), lambda *now: seen.append(now))
    assert seen == [("embed", 0, 5), ("embed", 2, 5), ("embed", 4, 5)]
