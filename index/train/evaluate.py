"""Figures: nDCG@10 of the vectors alone on folders in BEIR layout (Thakur et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from index.sparse import Bm25Index, Bm25Settings
from index.train.data import read_lines
from index.train.vocabulary import runs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Retrieval:
    """One evaluation set.

    Attributes:
        name: Of its folder.
        queries: Their texts.
        passages: Their texts, title and text together.
        relevant: For each query, number of a relevant passage → gain.
    """

    name: str
    queries: list[str]
    passages: list[str]
    relevant: list[dict[int, float]]


def read_retrieval(folder: Path) -> Retrieval:
    """Read ``corpus.jsonl.gz``, ``queries.jsonl.gz`` and ``qrels/test.tsv``.

    Raises:
        InputError: A file is missing or damaged, or a judgement names a passage there is not.
    """
    corpus = list(read_lines(folder / "corpus.jsonl.gz", "_id", "text"))
    number = {str(r["_id"]): i for i, r in enumerate(corpus)}
    passages = [f"{r.get('title') or ''} {r['text']}".strip() for r in corpus]
    gains = _read_gains(folder / "qrels" / "test.tsv", number)
    asked = [
        r for r in read_lines(folder / "queries.jsonl.gz", "_id", "text") if str(r["_id"]) in gains
    ]
    return Retrieval(
        folder.name,
        [str(r["text"]) for r in asked],
        passages,
        [gains[str(r["_id"])] for r in asked],
    )


def _read_gains(path: Path, number: dict[str, int]) -> dict[str, dict[int, float]]:
    """Query → number of a relevant passage → gain."""
    gains: dict[str, dict[int, float]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    for at, line in enumerate(lines[1:], start=2):
        try:
            query, passage, gain = line.split("\t")
            if float(gain) > 0:
                gains.setdefault(query, {})[number[passage]] = float(gain)
        except (ValueError, KeyError):
            raise InputError(
                f"{path}, line {at}: not query, known passage and gain between tabs; mend it"
            ) from None
    return gains


def embed(texts: list[str], tokenizer: Tokenizer, vectors: Float) -> Float:
    """Unit vectors of texts, [texts, dim]; a text without known words is all zeros."""
    out = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
    for row, encoded in enumerate(tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
        if encoded.ids:
            out[row] = vectors[encoded.ids].sum(axis=0, dtype=np.float32)
    norms = np.linalg.norm(out, axis=1, keepdims=True)
    return np.asarray(out / np.maximum(norms, 1e-12), dtype=np.float32)


def ndcg_at_10(scores: Float, relevant: list[dict[int, float]]) -> float:
    """Mean nDCG@10 with linear gain.

    Args:
        scores: Of every passage for every query, [queries, passages].
        relevant: For each query, number of a relevant passage → gain.
    """
    discount = 1 / np.log2(np.arange(2, 12))
    values = []
    for row, gains in zip(scores, relevant, strict=True):
        count = min(10, len(row))
        best = np.argpartition(-row, count - 1)[:count]
        best = best[np.argsort(-row[best], kind="stable")]
        got = sum(gains.get(int(p), 0.0) * d for p, d in zip(best, discount, strict=False))
        ideal = sorted(gains.values(), reverse=True)[:10]
        values.append(got / sum(g * d for g, d in zip(ideal, discount, strict=False)))
    return float(np.mean(values))


def read_all(folder: Path) -> list[Retrieval]:
    """Every set below a folder, by name.

    Raises:
        InputError: There is no such folder, or a set cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one that holds folders in BEIR layout")
    return [read_retrieval(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def dense_scores(retrieval: Retrieval, tokenizer: Tokenizer, vectors: Float) -> Float:
    """Cosine of every passage with every query, [queries, passages]."""
    queries = embed(retrieval.queries, tokenizer, vectors)
    return queries @ embed(retrieval.passages, tokenizer, vectors).T


def bm25_scores(retrieval: Retrieval) -> Float:
    """BM25 over jieba's words, [queries, passages]: what to compare with."""
    from rjieba import Jieba

    segment = Jieba()

    def words(text: str) -> list[str]:
        return [w for run in runs(text) for w in segment.cut(run, hmm=False)]

    index = Bm25Index.build(map(words, retrieval.passages), Bm25Settings())
    return np.stack([index.scores(words(query)) for query in retrieval.queries])


def fuse(dense: Float, bm25: Float, share: float) -> Float:
    """Weighted sum of the scores, each scaled to 0…1 over the passages of a query."""

    def scaled(scores: Float) -> Float:
        low = scores.min(axis=1, keepdims=True)
        span = scores.max(axis=1, keepdims=True) - low
        return np.asarray((scores - low) / np.maximum(span, 1e-9), dtype=np.float32)

    return share * scaled(dense) + (1 - share) * scaled(bm25)


def evaluate(sets: list[Retrieval], tokenizer: Tokenizer, vectors: Float) -> dict[str, float]:
    """NDCG@10 of the vectors alone, in per cent: each set, and their mean under ``mean``."""
    figures = {
        r.name: 100 * ndcg_at_10(dense_scores(r, tokenizer, vectors), r.relevant) for r in sets
    }
    figures["mean"] = float(np.mean(list(figures.values())))
    return {name: round(value, 2) for name, value in figures.items()}


def table(
    sets: list[Retrieval], tokenizer: Tokenizer, vectors: Float, share: float = 0.5
) -> dict[str, dict[str, float]]:
    """NDCG@10 in per cent of the vectors, of BM25 and of both together, set by set."""
    rows: dict[str, dict[str, float]] = {}
    for r in sets:
        dense, bm25 = dense_scores(r, tokenizer, vectors), bm25_scores(r)
        ways = {"dense": dense, "bm25": bm25, "fused": fuse(dense, bm25, share)}
        rows[r.name] = {n: round(100 * ndcg_at_10(s, r.relevant), 2) for n, s in ways.items()}
    names = list(next(iter(rows.values())))
    rows["mean"] = {n: round(float(np.mean([r[n] for r in rows.values()])), 2) for n in names}
    return rows
