"""Nearest passages by the inner product of unit vectors, in FAISS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.embed import Vectors
from index.layout import REBUILD

FILE = "dense.faiss"


class DenseIndex:
    """Exact search over all vectors.

    Attributes:
        size: Number of rows.
        dimension: Length of a vector.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        self.size = int(index.ntotal)
        self.dimension = int(index.d)

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index unit vectors, shape ``(rows, dimension)``."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    def search(self, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """The ``k`` rows nearest to one vector of shape ``(dimension,)``, nearest first.

        Returns:
            Rows and cosines; fewer than ``k`` if there are fewer rows.
        """
        k = min(k, self.size)
        if k == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        cosines, rows = self._index.search(query[None, :], k)
        return rows[0], cosines[0]

    def cosines(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """Cosines of one vector with some rows, shape ``(len(rows),)``."""
        if not len(rows):
            return np.zeros(0, np.float32)
        vectors: Vectors = self._index.reconstruct_batch(np.asarray(rows, np.int64))
        return vectors @ query

    def save(self, folder: Path) -> None:
        """Write the index; Python opens the file, since FAISS cannot open every Unicode path."""
        import faiss

        (folder / FILE).write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Read the index.

        Raises:
            CorruptError: The file is missing or damaged.
        """
        import faiss

        path = folder / FILE
        try:
            data = np.fromfile(path, np.uint8)
            return cls(faiss.deserialize_index(data))
        except (OSError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[-1] if str(error).strip() else "unreadable"
            raise CorruptError(f"{path}: {reason}; {REBUILD}") from None
