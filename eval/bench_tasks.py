"""What is measured of Yinju, task by task; each runs in a process of its own.

A task takes and returns what JSON can hold. Requests name the knowledge base (``kb``), the folder
of texts (``texts``), the settings (``chunk``, ``retrieve``, ``embedder``) and the ``queries``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.chunk import ChunkSettings
from corpus.errors import YinjuError
from eval.bench_machine import memory_now, peak_memory, peak_of_children
from eval.bench_timing import StageClock, split_queries, time_queries

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.search import Searcher

Request = Mapping[str, Any]

TOP = 10
"""How many passages every search asks for."""

_WARMING = 50
_MOST_CUT = 20_000  # files; more would tell nothing new


def build(request: Request) -> dict[str, Any]:
    """Build a knowledge base from a folder of text files; readers can search it afterwards."""
    clock = StageClock()
    report = _build([Path(request["texts"])], request, clock.show)
    seconds = clock.stop()
    figures = {"build_s": seconds}
    peaks = {"build_peak_self_bytes": peak_memory(), "build_peak_child_bytes": peak_of_children()}
    figures.update((name, value) for name, value in peaks.items() if value is not None)
    return {
        "figures": figures,
        "stages": clock.stages,
        "passages": report.passages,
        "skipped": [[item.source, item.reason] for item in report.skipped],
    }


def update(request: Request) -> dict[str, Any]:
    """Build again after files have come or gone; look for the article that changed.

    With ``alone`` only the file that it names is read and everything else is kept.
    """
    alone = request.get("alone")
    sources = [Path(alone)] if alone else [Path(request["texts"])]
    begun = time.perf_counter()
    _build(sources, request, keep_others=bool(alone))
    seconds = time.perf_counter() - begun
    searcher = open_searcher(request)
    try:
        hits = searcher.search(request["query"], TOP)
    finally:
        searcher.close()
    found = any(hit.passage.source == request["expected"] for hit in hits)
    return {"seconds": seconds, "found": found}


def read(request: Request) -> dict[str, Any]:
    """Open a knowledge base and time its searches, warm, each query once.

    A quarter of the queries warms up and is not timed: what a cache of answers would give back
    tells nothing. With ``ready`` and ``gate`` the timed part waits for the other readers.
    """
    begun = time.perf_counter()
    searcher = open_searcher(request)
    opened = time.perf_counter() - begun
    warm, timed = split_queries(request["queries"], request.get("first", 0.0))
    for query in warm:
        searcher.search(query, TOP)
    if "gate" in request:
        _wait(Path(request["ready"]), Path(request["gate"]))
    begun = time.perf_counter()
    times = time_queries(lambda query: searcher.search(query, TOP), timed)
    return {
        "open_s": opened,
        "times_ms": times,
        "seconds": time.perf_counter() - begun,
        "memory": memory_now(),
    }


def cut(request: Request) -> dict[str, Any]:
    """Read, clean and cut a share of the text files: what a build does before it indexes.

    ``share`` is which share of how many. The first files warm up and are not timed.
    """
    from corpus.chunk import cut_passages
    from corpus.load import SourceFile, read_document
    from index.processes import collect_seldom

    collect_seldom()  # as the processes of a build do
    number, shares = request["share"]
    folder, settings = Path(request["texts"]), ChunkSettings(**request["chunk"])
    files = sorted(folder.rglob("*.txt"))[:_MOST_CUT]

    def cut_all(paths: Sequence[Path]) -> int:
        characters = 0
        for path in paths:
            document = read_document(SourceFile(path, path.relative_to(folder).as_posix()))
            cut_passages(document, settings)
            characters += len(document.text)
        return characters

    cut_all(files[:_WARMING])
    _wait(Path(request["ready"]), Path(request["gate"]))
    begun = time.perf_counter()
    characters = cut_all(files[number::shares])
    return {"characters": characters, "seconds": time.perf_counter() - begun}


def _build(
    sources: Sequence[Path],
    request: Request,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
    *,
    keep_others: bool = False,
) -> BuildReport:
    from index.build import BuildOptions, build

    options = BuildOptions(
        chunk=ChunkSettings(**request["chunk"]),
        embedder=folder_of(request["embedder"]),
        keep_others=keep_others,
    )
    return build(sources, Path(request["kb"]), options, progress)


def open_searcher(request: Request) -> Searcher:
    """The knowledge base of a request, opened with its settings."""
    from index.search import RetrieveSettings, Searcher

    settings = RetrieveSettings(**request["retrieve"])
    return Searcher(Path(request["kb"]), settings, folder_of(request["embedder"]))


def _wait(ready: Path, gate: Path, most: float = 600.0) -> None:
    ready.touch()
    end = time.perf_counter() + most
    while not gate.exists():
        if time.perf_counter() > end:
            raise YinjuError("the other readers did not get ready")
        time.sleep(0.002)


def folder_of(name: str | None) -> Path | None:
    """A folder that a request may name."""
    return Path(name) if name else None


TASKS: Mapping[str, Callable[[Request], dict[str, Any]]] = {
    "build": build,
    "update": update,
    "read": read,
    "cut": cut,
}
"""Every task by its name."""
