"""Cold start: how long it takes from starting Python to the first hits."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from statistics import median
from typing import Any

from corpus.errors import YinjuError
from eval.bench_process import worker_environment

_COLD_STARTS = 5
# Says when it has its first hits, and how long its own steps took.
_COLD = """
import sys, time
begun = time.perf_counter()
import json
from pathlib import Path
from index.search import RetrieveSettings, Searcher
request = json.loads(sys.argv[1])
imported = time.perf_counter()
embedder = Path(request["embedder"]) if request["embedder"] else None
searcher = Searcher(Path(request["kb"]), RetrieveSettings(**request["retrieve"]), embedder)
opened = time.perf_counter()
hits = searcher.search(request["query"], 10)
answered = time.perf_counter()
steps = {"open_s": opened - imported, "first_query_s": answered - opened, "hits": len(hits)}
sys.stdout.write(json.dumps(steps) + "\\n")
sys.stdout.flush()
"""


def cold_start(request: Mapping[str, Any]) -> dict[str, float]:
    """Median seconds from starting Python to the first hits, each time with another query.

    The files may be in the system's cache; nothing of the process is warm.

    Args:
        request: As the tasks of :mod:`eval.bench_tasks` have it.

    Raises:
        YinjuError: A process failed.
    """
    totals, steps = [], []
    for query in request["queries"][:_COLD_STARTS]:
        asked = {name: request[name] for name in ("kb", "retrieve", "embedder")}
        begun = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", _COLD, json.dumps({**asked, "query": query})],
            env=worker_environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8",
        ) as process:  # fmt: skip
            line = process.stdout.readline() if process.stdout else ""
            totals.append(time.perf_counter() - begun)
        if process.returncode != 0 or not line:
            raise YinjuError("the benchmark's cold start failed; see what it wrote above")
        steps.append(json.loads(line))
    return {
        "cold_s": median(totals),
        "open_s": median(step["open_s"] for step in steps),
        "first_query_s": median(step["first_query_s"] for step in steps),
    }
