"""One other system, built and searched in a process of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.bench_machine import memory_now, peak_memory, usable_cores
from eval.bench_peers import PEERS
from eval.bench_prepare import PASSAGES, TERMS, VECTORS, read_lines
from eval.bench_tasks import TOP, Request, folder_of
from eval.bench_timing import latency, split_queries, time_queries


def peer(request: Request) -> dict[str, Any]:
    """Build a system from prepared terms and vectors, and time its searches on one core.

    A search is timed from the question to the numbers of its ten passages: cutting the question
    into words, embedding it (unless the system knows no vectors) and searching.
    """
    import numpy as np

    from corpus.segment import Segmenter
    from index.embed import load_embedder

    system = PEERS[request["system"]][0]()
    out = Path(request["out"])
    vectors = np.load(out / VECTORS, allow_pickle=False)
    passages, terms = read_lines(out / PASSAGES), read_lines(out / TERMS)
    # What a library loads on first use is not counted.
    PEERS[request["system"]][0]().build(passages[:20], terms[:20], vectors[:20])
    begun = time.perf_counter()
    system.build(passages, terms, vectors)
    seconds = time.perf_counter() - begun
    none = vectors[0] * 0
    del terms, vectors
    segmenter, embedder = Segmenter(), load_embedder(folder_of(request["embedder"]))

    def search(query: str) -> list[int]:
        vector = embedder.encode_queries([query])[0] if system.is_hybrid else none
        return system.search(segmenter.terms(query), vector, TOP)

    warm, timed = split_queries(request["queries"])
    with _one_core():
        for query in warm[:20]:
            search(query)
        times = time_queries(search, timed)
    figures = {"index_s": seconds, **latency(times, "one"), **memory_now()}
    peak = peak_memory()
    return {"is_hybrid": system.is_hybrid, "figures": {**figures, "peak_bytes": peak or 0.0}}


@contextmanager
def _one_core() -> Iterator[None]:
    """This process on one core, its thread pools down to one thread, where that can be had."""
    from threadpoolctl import threadpool_limits

    cores = usable_cores()
    if cores:
        os.sched_setaffinity(0, {max(cores)})
    try:
        with threadpool_limits(1):
            yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)


TASKS: Mapping[str, Callable[[Request], dict[str, Any]]] = {"peer": peer}
"""Every task by its name."""
