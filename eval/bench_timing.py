"""Timing searches and stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from eval.metrics import percentile

_BUDGET = 60.0  # seconds of searching after which no further query is asked
_LEAST = 20  # queries that are asked whatever they take


def time_queries(
    search: Callable[[str], object], queries: Sequence[str], budget: float = _BUDGET
) -> list[float]:
    """Milliseconds of each search, one after the other.

    Args:
        search: What is timed.
        queries: What it is given.
        budget: Seconds after which no further query is asked, once a few have been.
    """
    times: list[float] = []
    end = time.perf_counter() + budget
    for query in queries:
        begun = time.perf_counter()
        if begun > end and len(times) >= _LEAST:
            break
        search(query)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def split_queries(queries: Sequence[str], first: float = 0.0) -> tuple[list[str], list[str]]:
    """Queries that warm up and, all different from those, queries to be timed.

    Args:
        queries: At least two.
        first: Which share of the timed ones is asked last: readers then differ in their order.
    """
    warm, timed = list(queries[: len(queries) // 4 or 1]), list(queries[len(queries) // 4 or 1 :])
    turn = int(len(timed) * first)
    return warm, timed[turn:] + timed[:turn]


def latency(times: Sequence[float], prefix: str) -> Mapping[str, float]:
    """Median and 95th percentile of some milliseconds, as figures of that prefix."""
    middle, high = percentile(times, 50), percentile(times, 95)
    if middle is None or high is None:
        return {}
    return {f"{prefix}_p50_ms": middle, f"{prefix}_p95_ms": high, f"{prefix}_count": len(times)}


class StageClock:
    """Seconds by stage, as a build reports them: each stage lasts until the next report."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._stage = "start"
        self._begun = self._last = time.perf_counter()

    def show(self, stage: str, done: int, total: int) -> None:
        """Note that a stage goes on, as a build's progress tells."""
        self._credit()
        self._stage = stage

    def stop(self) -> float:
        """Seconds in all."""
        self._credit()
        return self._last - self._begun

    def _credit(self) -> None:
        now = time.perf_counter()
        self.stages[self._stage] = self.stages.get(self._stage, 0.0) + now - self._last
        self._last = now
