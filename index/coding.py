"""Codes for the vectors of a large segment, and how well searching by them does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corpus.records import Passage
from index.codebook import HalfVectors, one_thread
from index.dense import EXACT_ROWS, DenseIndex, SegmentVectors
from index.embed import Embedder, Vectors
from index.layout import SegmentEntry
from index.segment import Segment
from index.store import Reader

_ASKED = 64
_RECALL = 0.99


def with_codes(segment: Segment, store: Reader, embedder: Embedder) -> tuple[Segment, SegmentEntry]:
    """A segment with codes if it is large, and what a manifest says of it, its name left empty.

    Recall is measured with first sentences of passages as questions.

    Args:
        segment: The segment.
        store: Where its passages are.
        embedder: That made its vectors.
    """
    if segment.size <= EXACT_ROWS:
        return segment, SegmentEntry("", segment.size)
    given = segment.vectors
    vectors = given if given.codes else SegmentVectors.make(given.vectors, given.like)
    chosen = np.linspace(0, segment.size - 1, _ASKED).astype(int)
    passages = store.passages([int(segment.passages[row]) for row in chosen])
    queries = embedder.encode_queries([_question(passage) for passage in passages])
    queries = queries[queries.any(axis=1)]
    vectors, recall = measured(vectors, queries)
    if vectors.factor > 1 and given.like:  # the other code book does not suit them
        vectors, recall = measured(SegmentVectors.make(given.vectors), queries)
    entry = SegmentEntry("", segment.size, vectors.factor, round(recall, 4))
    return replace(segment, vectors=vectors), entry


def measured(
    vectors: SegmentVectors, queries: Vectors, k: int = 10
) -> tuple[SegmentVectors, float]:
    """Vectors that score as many candidates again as recall@10 of 0.99 takes, and that recall.

    Args:
        vectors: Of a segment.
        queries: Unit vectors such as questions have, shape ``(queries, dimension)``.
        k: Recall is the share of the ``k`` nearest rows that is found, in the mean.
    """
    if vectors.codes is None or not len(queries):
        return vectors, 1.0
    nearest = _nearest(vectors.vectors, queries, k)
    for factor in (1, 2, 4, 8, 16):
        vectors.factor = factor
        index = DenseIndex([vectors])
        found = [set(index.search(query, k)[0].tolist()) for query in queries]
        kept = [len(a & b) / len(b) for a, b in zip(found, nearest, strict=True)]
        recall = float(np.mean(kept))
        if recall >= _RECALL:
            break
    return vectors, recall


def _nearest(vectors: HalfVectors, queries: Vectors, k: int) -> list[set[int]]:
    """The ``k`` nearest rows of each query, by exact search."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors.astype(np.float32))
    with one_thread():
        found = index.search(queries, min(k, len(vectors)))[1]
    return [set(row.tolist()) for row in found]


def _question(passage: Passage) -> str:
    """What of a passage is most like a question about it: its longest sentence's first half."""
    sentences = [passage.text[start - passage.start : end - passage.start]
                 for start, end in passage.sentences]  # fmt: skip
    longest = max(sentences, key=len, default=passage.text)
    return longest[: max(len(longest) // 2, 12)]
