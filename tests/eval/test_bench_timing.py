"""Figures of a benchmark against hand arithmetic, and which queries are timed."""

from __future__ import annotations

import pytest

from eval import bench_timing
from eval.bench_timing import StageClock, latency, split_queries, time_queries


def test_latency_by_hand() -> None:
    """Of 1 to 21 the median is the 11th; 95 % of the way from first to last is the 20th."""
    times = [float(number) for number in range(21, 0, -1)]
    assert latency(times, "one") == {"one_p50_ms": 11.0, "one_p95_ms": 20.0, "one_count": 21}
    assert latency([1.0, 2.0], "many")["many_p50_ms"] == 1.5
    assert latency([1.0, 2.0], "many")["many_p95_ms"] == pytest.approx(1.95)
    assert latency([], "one") == {}


@pytest.mark.parametrize("count", [2, 3, 4, 100])
def test_what_warms_up_is_not_timed(count: int) -> None:
    """A quarter warms up; the rest is timed, each once, by every reader in another order."""
    queries = [str(number) for number in range(count)]
    warm, timed = split_queries(queries)
    assert warm + timed == queries
    assert len(warm) == max(1, count // 4)
    assert timed
    turned = split_queries(queries, 0.5)[1]
    assert sorted(turned) == sorted(timed)
    assert turned[0] == timed[len(timed) // 2]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock whose only entry is the time."""
    now = [0.0]
    monkeypatch.setattr("eval.bench_timing.time.perf_counter", lambda: now[0])
    return now


def test_slow_searches_stop_at_the_budget(clock: list[float]) -> None:
    """A system that takes seconds is asked few queries, but enough of them for a percentile."""

    def search(query: str) -> None:
        clock[0] += 1.5

    times = time_queries(search, ["q"] * 100, budget=45.0)
    assert times == [1500.0] * 31
    clock[0] = 0.0
    assert len(time_queries(search, ["q"] * 100, budget=3.0)) == bench_timing._LEAST


def test_stages_add_up(clock: list[float]) -> None:
    """Every second of a build is some stage's, whichever order stages take turns in."""
    watch = StageClock()
    for now, stage in ((1.0, "read"), (3.0, "cut"), (4.0, "embed"), (4.5, "cut")):
        clock[0] = now
        watch.show(stage, 0, 1)
    clock[0] = 10.0
    assert watch.stop() == 10.0
    assert watch.stages == {"start": 1.0, "read": 2.0, "cut": 1.0 + 5.5, "embed": 0.5}
