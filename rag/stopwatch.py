"""How long each stage of an answer takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds by stage; ``total`` runs from its making to the last stage's end."""

    timings: dict[str, float] = field(default_factory=lambda: {"total": 0.0})
    _begin: float = field(default_factory=time.perf_counter)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what the block does."""
        start = time.perf_counter()
        try:
            yield
        finally:
            now = time.perf_counter()
            self.timings[name] = round(1000 * (now - start), 3)
            self.timings["total"] = round(1000 * (now - self._begin), 3)
