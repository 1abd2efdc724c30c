"""Reading comprehension as it was meant: each question over the context it was written for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from corpus.filters import Filters
from corpus.records import Hit
from index.catalogue import Entry
from index.search import Searcher
from rag import KnowledgeBase

_FIRST = 200


class GivenContext(KnowledgeBase):
    """A knowledge base of pooled contexts that can be made to answer from one of them.

    What is common and what is rare is still counted over all contexts: over a single one nothing
    is rare.
    """

    def restrict(self, source: str | None) -> None:
        """Answer the next questions from this document, or folder (``…/``), alone; None for all."""
        if not isinstance(self._searcher, _Within):
            self._searcher = cast(Searcher, _Within(self._searcher))
            self._desk = replace(self._desk, searcher=self._searcher)
        cast(_Within, self._searcher).source = source


class _Within:
    """A searcher that finds passages of one document or folder; all else is the real one's."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.source: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The best passages there, ranked among themselves."""
        if self.source is None:
            return self._searcher.search(query, k, filters)
        if self.source.endswith("/"):
            within = replace(filters or Filters(), source=self.source)
            return self._searcher.search(query, k, within)
        # The context asked about is nearly always among the first; where not, look at everything.
        for depth in (_FIRST, max(_FIRST, self._searcher.manifest.passages)):
            found = self._searcher.search(query, depth, filters)
            own = [hit for hit in found if hit.passage.source == self.source]
            if own:
                break
        return [Hit(rank, hit.passage, hit.score, {}) for rank, hit in enumerate(own[:k], 1)]

    def catalogue(self, filters: Filters | None = None) -> list[Entry]:
        """What the documents there that meet conditions may be called."""
        return self._searcher.catalogue(replace(filters or Filters(), source=self.source or ""))

    def sole_document(self, filters: Filters | None = None) -> str:
        """The id of the only document there that meets conditions; empty if not one does."""
        within = replace(filters or Filters(), source=self.source or "")
        return self._searcher.sole_document(within)
