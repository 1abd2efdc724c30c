"""Searching one published state of a knowledge base."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, MismatchError, SettingsError
from corpus.records import Document, Hit
from index.dense import DenseIndex
from index.embed import Embedder, load_embedder
from index.folder import segmenter_of
from index.fuse import fuse
from index.layout import REBUILD, ROWS, Manifest, read_manifest
from index.sparse import Bm25Index, Bm25Settings
from index.store import Store


@dataclass(frozen=True, slots=True)
class RetrieveSettings:
    """How passages are retrieved.

    Attributes:
        candidates: How many passages each of BM25 and the vectors propose.
        dense_weight: Share of the vectors in the fused score: 0 is BM25 alone, 1 vectors alone.
        k1: BM25's saturation of repeated words.
        b: BM25's correction for length.
    """

    candidates: int = 100
    dense_weight: float = 0.5
    k1: float = 1.2
    b: float = 0.75

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise SettingsError(f"retrieve.candidates is {self.candidates}; use 1 or more")
        for name in ("dense_weight", "b"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"retrieve.{name} is {getattr(self, name)}; use 0 to 1")
        if not 0 <= self.k1 < math.inf:
            raise SettingsError(f"retrieve.k1 is {self.k1}; use 0 or more")


class Searcher:
    """A published state, opened for reading; safe to share between threads.

    Args:
        folder: The knowledge base.
        embedder: Folder of the model it was built with; the shipped model if None.

    Raises:
        KnowledgeBaseError: It is not one, is damaged, or was built with another model or another
            version of the segmenter.
    """

    def __init__(
        self, folder: Path, settings: RetrieveSettings, embedder: Path | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.manifest: Manifest = read_manifest(folder)
        self.embedder: Embedder = load_embedder(embedder)
        self.segmenter = segmenter_of(folder)
        self._check_match()
        (segment,) = self.manifest.segments
        self._dense = DenseIndex.load(folder / segment)
        self.bm25 = Bm25Index.load(folder / segment, Bm25Settings(settings.k1, settings.b))
        self._rows = self._load_rows(folder / segment / ROWS)
        self._store = Store(folder)
        self._lock = threading.Lock()

    def _check_match(self) -> None:
        made, used = self.manifest.embedder, self.embedder.fingerprint
        if made != used:
            raise MismatchError(
                f"{self.folder}: built with the model {self.manifest.embedder_name} ({made}), "
                f"opened with {self.embedder.name} ({used}); name its folder with --embedder, "
                "or build again with --rebuild"
            )
        if self.manifest.segmenter != self.segmenter.fingerprint:
            raise MismatchError(
                f"{self.folder}: its words were cut with another version of the segmenter or "
                "another dictionary.txt; build again with --rebuild"
            )

    def _load_rows(self, path: Path) -> NDArray[np.int64]:
        try:
            rows: NDArray[np.int64] = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise CorruptError(f"{path}: {error}; {REBUILD}") from None
        if not len(rows) == self._dense.size == self.bm25.size:
            raise CorruptError(
                f"{path.parent}: {len(rows)} passages, {self._dense.size} vectors and "
                f"{self.bm25.size} rows of words; {REBUILD}"
            )
        return rows

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The ``k`` best passages for a question, best first.

        BM25 and the vectors each propose candidates; every candidate is scored by both.
        Signals: ``bm25``, ``dense``, and their ranks among the candidates (absent where a side did
        not propose the passage).
        """
        terms = self.segmenter.terms(query)
        vector = self.embedder.encode_queries([query])[0]
        depth = max(self.settings.candidates, k)
        sparse = self.bm25.scores(terms)
        sparse_rows = _best(sparse, depth)
        dense_rows = self._dense.search(vector, depth)[0] if vector.any() else sparse_rows[:0]
        rows = np.union1d(sparse_rows, dense_rows).astype(np.int64)
        cosines = self._dense.cosines(vector, rows)
        scores = fuse(cosines, sparse[rows], self.settings.dense_weight)
        order = np.lexsort((rows, -scores))[:k]
        return self._hits(
            rows[order], scores[order], cosines[order], sparse, sparse_rows, dense_rows
        )

    def _hits(
        self,
        rows: NDArray[np.int64],
        scores: NDArray[np.float32],
        cosines: NDArray[np.float32],
        sparse: NDArray[np.float32],
        sparse_rows: NDArray[np.int64],
        dense_rows: NDArray[np.int64],
    ) -> list[Hit]:
        ranks = {
            "bm25_rank": {int(row): rank for rank, row in enumerate(sparse_rows, 1)},
            "dense_rank": {int(row): rank for rank, row in enumerate(dense_rows, 1)},
        }
        with self._lock:
            passages = self._store.passages([int(self._rows[row]) for row in rows])
        hits = []
        for rank, (row, passage) in enumerate(zip(rows, passages, strict=True), 1):
            signals = {
                "bm25": round(float(sparse[row]), 4),
                "dense": round(float(cosines[rank - 1]), 4),
            }
            for name, known in ranks.items():
                if int(row) in known:
                    signals[name] = float(known[int(row)])
            hits.append(Hit(rank, passage, round(float(scores[rank - 1]), 6), signals))
        return hits

    def document(self, document_id: str) -> Document | None:
        """One document by its id."""
        with self._lock:
            return self._store.document(document_id, self.manifest.generation)

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their sources."""
        with self._lock:
            documents = list(self._store.documents(self.manifest.generation))
        return iter(documents)

    def close(self) -> None:
        """Close the database."""
        self._store.close()


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows of the ``k`` largest positive scores, largest first, ties by row."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k:
        floor = np.partition(scores[rows], -k)[-k]
        rows = rows[scores[rows] >= floor]
    return rows[np.lexsort((rows, -scores[rows]))][:k].astype(np.int64)
