"""What a benchmark makes before it measures, and the comparison with exact search."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.chunk import ChunkSettings
from corpus.records import Passage
from eval.bench_corpus import CorpusMaker, read_passages, write_corpus
from eval.bench_source import read_articles
from eval.bench_tasks import TOP, Request, folder_of, open_searcher

PLACES, PASSAGES = "places.jsonl", "passages.jsonl"
TERMS, VECTORS = "terms.jsonl", "vectors.npy"
"""Files of :func:`prepare`: source and start, text, search terms and vector of each passage."""


def make_corpus(request: Request) -> dict[str, Any]:
    """Write the corpus of one size, and beside it an article to add later."""
    source = Path(request["source"]) if request["source"] else None
    articles = read_articles(source)
    maker = CorpusMaker(articles, ChunkSettings(**request["chunk"]), request["seed"])
    info = write_corpus(maker.make(request["size"]), Path(request["texts"]))
    extra = maker.extra()
    Path(request["extra"]).write_text(extra.text, encoding="utf-8", newline="\n")
    return {**asdict(info), "extra_query": extra.passages[0].text}


def prepare(request: Request) -> dict[str, Any]:
    """Segment and embed every passage once, for exact search and for other systems."""
    import numpy as np

    from corpus.segment import Segmenter
    from index.embed import load_embedder

    out = Path(request["out"])
    passages = list(read_passages(Path(request["texts"]), ChunkSettings(**request["chunk"])))
    texts = [indexed_text(passage) for passage in passages]
    out.mkdir(parents=True, exist_ok=True)
    _write_lines(out / PLACES, [[item.source, item.start] for item in passages])
    _write_lines(out / PASSAGES, texts)
    begun = time.perf_counter()
    segmenter = Segmenter()
    terms = [segmenter.terms(text) for text in texts]
    segmented = time.perf_counter()
    vectors = load_embedder(folder_of(request["embedder"])).encode_passages(texts)
    embedded = time.perf_counter()
    _write_lines(out / TERMS, terms)
    np.save(out / VECTORS, vectors.astype(np.float32), allow_pickle=False)
    return {
        "characters": sum(map(len, texts)),
        "terms_s": segmented - begun,
        "vectors_s": embedded - segmented,
    }


def recall(request: Request) -> dict[str, Any]:
    """Share of the true ten nearest passages among the ten that the vectors' side finds.

    The truth is the inner product of single-precision vectors, all of them compared. A passage
    that is as near as the tenth is counted as right, whichever of equals was found.
    """
    import numpy as np

    from index.embed import load_embedder
    from index.query import parse_query

    out = Path(request["out"])
    vectors = np.load(out / VECTORS, mmap_mode="r", allow_pickle=False)
    rows = {tuple(place): row for row, place in enumerate(read_lines(out / PLACES))}
    # A phrase in quotes would leave out passages, however near they are.
    queries = [parse_query(query).relaxed() for query in request["queries"]]
    words = [query.words for query in queries]
    asked = load_embedder(folder_of(request["embedder"])).encode_queries(words)
    searcher = open_searcher({**request, "retrieve": {**request["retrieve"], "dense_weight": 1.0}})
    shares = []
    try:
        for query, vector in zip(queries, asked, strict=True):
            if not vector.any():
                continue
            cosines = vectors @ vector
            count = min(TOP, len(cosines))
            tenth = np.partition(cosines, -count)[-count]
            hits = searcher.search(query, TOP)
            found = [rows[hit.passage.source, hit.passage.start] for hit in hits]
            shares.append(float(np.sum(cosines[found] >= tenth - 1e-6)) / count)
    finally:
        searcher.close()
    if not shares:
        return {}
    return {"recall_at_10": sum(shares) / len(shares), "recall_queries": float(len(shares))}


def indexed_text(passage: Passage) -> str:
    """The text of a passage as it is embedded."""
    from index.prepare import embed_text

    return embed_text(passage)


def read_lines(path: Path) -> list[Any]:
    """The values of a file of JSON lines."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _write_lines(path: Path, values: Sequence[Any]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values)


TASKS: Mapping[str, Callable[[Request], dict[str, Any]]] = {
    "corpus": make_corpus,
    "prepare": prepare,
    "recall": recall,
}
"""Every task by its name."""
