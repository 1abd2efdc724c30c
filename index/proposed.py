"""What BM25 and the vectors propose for a question, and how it looks once both have scored it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.terms import QueryTerms


@dataclass(frozen=True, slots=True)
class Sides:
    """What each side proposed.

    Attributes:
        sparse: BM25's rows, best first; ``scores`` are theirs.
        dense: The rows of the vectors, best first.
        held: Rows that hold the phrases of the query, whatever else is to be said for them.
    """

    sparse: NDArray[np.int64]
    scores: NDArray[np.float32]
    dense: NDArray[np.int64]
    held: NDArray[np.int64]

    @property
    def others(self) -> NDArray[np.int64]:
        """Rows that BM25 did not propose."""
        return np.setdiff1d(np.concatenate([self.dense, self.held]), self.sparse)

    @property
    def rows(self) -> NDArray[np.int64]:
        """All rows: BM25's, then the others."""
        return np.concatenate([self.sparse, self.others])


@dataclass(frozen=True, slots=True)
class Proposed:
    """The candidates for a question, best first by their fused scores.

    Attributes:
        numbers: Number of each passage in the database, shape ``(candidates,)``; likewise the rest.
        terms: The terms of the question.
        bm25: BM25 scores.
        most_bm25: A bound of what the question's terms could score in any passage.
        dense: Cosines.
        fused: Both together, in [0, 1].
        bm25_ranks: Rank among what BM25 proposed; 0 if it did not.
        dense_ranks: Rank among what the vectors proposed; 0 if they did not.
    """

    terms: QueryTerms
    numbers: NDArray[np.int64]
    bm25: NDArray[np.float32]
    most_bm25: float
    dense: NDArray[np.float32]
    fused: NDArray[np.float32]
    bm25_ranks: NDArray[np.int64]
    dense_ranks: NDArray[np.int64]

    def signals(self, at: int) -> dict[str, float]:
        """The signals of one candidate by name; ranks only where a side proposed it."""
        found = {
            "bm25": round(float(self.bm25[at]), 4),
            "dense": round(float(self.dense[at]), 4),
            "fused": round(float(self.fused[at]), 6),
            "fused_rank": float(at + 1),
        }
        for name, ranks in (("bm25_rank", self.bm25_ranks), ("dense_rank", self.dense_ranks)):
            if ranks[at]:
                found[name] = float(ranks[at])
        return found


def ranks(rows: NDArray[np.int64], proposed: NDArray[np.int64]) -> NDArray[np.int64]:
    """1-based rank of each row among those proposed, 0 if it is not among them."""
    known = {row: rank for rank, row in enumerate(proposed.tolist(), 1)}
    return np.array([known.get(row, 0) for row in rows.tolist()], np.int64)
