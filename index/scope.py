"""Which passages a question is asked of, by what is known of their documents."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from corpus.filters import Filters
from index.store import ALIVE, Reader

_REMEMBERED = 8


class Scope:
    """Masks of passages by filters; the last few are remembered.

    Args:
        store: The database.
        generation: The state.
        documents: Number of each passage's document, shape ``(passages,)``.
    """

    def __init__(self, store: Reader, generation: int, documents: NDArray[np.int64]) -> None:
        self._store = store
        self._generation = generation
        self._documents = documents
        self._masks: OrderedDict[Filters, NDArray[np.bool_]] = OrderedDict()

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Passages whose documents meet the filters, shape ``(passages,)``."""
        if filters in self._masks:
            self._masks.move_to_end(filters)
            return self._masks[filters]
        query = f"SELECT number, source, title, author, published FROM documents WHERE {ALIVE}"
        accepted = [
            number
            for number, source, title, author, published in self._store.select(
                query, {"at": self._generation}
            )
            if filters.accepts(source=source, title=title, author=author, published=published)
        ]
        mask = np.isin(self._documents, np.asarray(accepted, np.int64))
        self._masks[filters] = mask
        if len(self._masks) > _REMEMBERED:
            self._masks.popitem(last=False)
        return mask
