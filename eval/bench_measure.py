"""One size measured, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import YinjuError
from eval.bench_cold_start import cold_start
from eval.bench_machine import free_memory, usable_cores
from eval.bench_process import run_task, run_together
from eval.bench_results import PeerRun, Run
from eval.bench_timing import latency

Request = Mapping[str, Any]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Workplace:
    """The folders one size is measured in."""

    folder: Path

    @property
    def texts(self) -> Path:
        """The text files."""
        return self.folder / "texts"

    @property
    def kb(self) -> Path:
        """The knowledge base."""
        return self.folder / "kb"

    @property
    def prepared(self) -> Path:
        """Terms and vectors of every passage."""
        return self.folder / "prepared"

    @property
    def extra(self) -> Path:
        """The article that comes later."""
        return self.folder / "extra.txt"

    def is_one(self) -> bool:
        """Whether the folder holds nothing else."""
        own = {self.texts, self.kb, self.prepared, self.extra}
        return all(path in own for path in self.folder.iterdir())


def measure_size(
    workplace: Workplace,
    size: str,
    request: Request,
    progress: Callable[[str, int, int], None],
    *,
    compared: bool,
    readers: int,
) -> Run:
    """Make the corpus of one size and measure everything on it.

    Args:
        workplace: An empty folder.
        size: How many passages, or ``all``.
        request: What every task is given.
        progress: Called before each step.
        compared: Also prepare exact search and other systems, and measure the recall.
        readers: How many processes search at once.
    """
    steps = iter(range(8))

    def tell(what: str) -> None:
        progress(f"{size} {what}", next(steps), 8)

    request = {
        **request, "texts": str(workplace.texts), "kb": str(workplace.kb),
        "out": str(workplace.prepared), "extra": str(workplace.extra),
    }  # fmt: skip
    tell("corpus")
    wanted = {"size": None if size == "all" else int(size)}
    corpus = dict(run_task("corpus", {**request, **wanted}).result)
    query = corpus.pop("extra_query")
    tell("cutting")
    figures: Figures = _cutting(request)
    tell("build")
    built = run_task("build", request)
    figures |= built.result["figures"]
    figures["build_process_s"] = built.seconds
    figures["build_peak_bytes"] = max(built.peak_bytes, figures.get("build_peak_self_bytes", 0))
    figures["build_characters_per_s"] = corpus["characters"] / figures["build_s"]
    passages = int(built.result["passages"])
    notes = [f"{source} was skipped: {why}" for source, why in built.result["skipped"][:3]]
    if passages != corpus["passages"]:
        notes.append(f"the build cut {passages} passages, {corpus['passages']} were expected")
    disk = disk_use(workplace.kb)
    figures["disk_bytes"] = sum(disk.values())
    figures["disk_bytes_per_passage"] = figures["disk_bytes"] / passages
    tell("one reader")
    figures |= _one_reader(request, "full", notes)
    request = {**request, "retrieve": {**request["retrieve"], "rerank": 0}}
    figures |= _one_reader(request, "one", notes)
    tell("readers")
    figures |= _many_readers(request, readers, figures, notes)
    tell("cold start")
    figures |= cold_start(request)
    tell("recall")
    if compared:
        figures |= _compared(request)
    tell("updates")
    figures |= _updates(workplace, request, query)
    return Run(size, corpus, figures, built.result["stages"], disk, tuple(notes))


def measure_peer(
    workplace: Workplace, size: str, request: Request, system: str, version: str
) -> PeerRun:
    """Measure another system on what :func:`measure_size` has prepared in the same folder."""
    prepared = json.loads((workplace.prepared / "prepared.json").read_text(encoding="utf-8"))
    asked = {**request, "out": str(workplace.prepared), "system": system}
    result = run_task("peer", asked).result
    figures: Figures = dict(result["figures"])
    parts = ["terms_s", "vectors_s"] if result["is_hybrid"] else ["terms_s"]
    seconds = figures["index_s"] + sum(prepared[name] for name in parts)
    figures |= {name: prepared[name] for name in parts}
    figures["characters_per_s"] = prepared["characters"] / seconds
    return PeerRun(system, version, size, result["is_hybrid"], figures)


def disk_use(folder: Path) -> dict[str, int]:
    """Bytes of each file or folder at the top of a folder."""
    return {
        path.name: sum(item.stat().st_size for item in [path, *path.rglob("*")] if item.is_file())
        for path in sorted(folder.iterdir())
    }


def _cutting(request: Request) -> Figures:
    """Reading, cleaning and cutting alone, on all cores."""
    count = len(usable_cores()) or 1
    asked = [{**request, "share": [number, count]} for number in range(count)]
    results = run_together("cut", asked)
    seconds = max(result["seconds"] for result in results)
    return {"cut_characters_per_s": sum(result["characters"] for result in results) / seconds}


def _one_reader(request: Request, name: str, notes: list[str]) -> Figures:
    if not usable_cores():
        told = "this system cannot bind a process to one core: the 1 reader had all"
        notes += [told] if told not in notes else []
    result = run_task("read", request, one_core=True).result
    return {**latency(result["times_ms"], name), **result["memory"]}


def _many_readers(request: Request, readers: int, figures: Figures, notes: list[str]) -> Figures:
    count = _readers_that_fit(readers, figures.get("reader_own_bytes"))
    if count < readers:
        notes.append(f"memory allowed {count} readers at once instead of {readers}")
    asked = [{**request, "first": number / count} for number in range(count)]
    results = run_together("read", asked)
    times = [time for result in results for time in result["times_ms"]]
    longest = max(result["seconds"] for result in results)
    return {
        **latency(times, "many"),
        "many_readers": count,
        "many_per_s": len(times) / longest,
    }


def _readers_that_fit(readers: int, own: float | None) -> int:
    """As many readers as free memory allows: what no file backs is each one's own."""
    free = free_memory()
    if not free or not own:
        return readers
    return max(1, min(readers, int(0.8 * free / own)))


def _compared(request: Request) -> Figures:
    prepared = run_task("prepare", request).result
    path = Path(request["out"]) / "prepared.json"
    path.write_text(json.dumps(prepared), encoding="utf-8")
    return dict(run_task("recall", request).result)


def _updates(workplace: Workplace, request: Request, query: str) -> Figures:
    """One article more and one less, by comparing the whole folder; then one by itself."""
    asked = {**request, "query": query, "expected": "extra.txt"}
    place = workplace.texts / "extra.txt"
    data = workplace.extra.read_bytes()
    place.write_bytes(data)
    figures = {"update_add_s": _update(asked, found=True)}
    place.unlink()
    figures["update_remove_s"] = _update(asked, found=False)
    figures["add_s"] = _update({**asked, "alone": str(workplace.extra)}, found=True)
    return figures


def _update(asked: Request, *, found: bool) -> float:
    result = run_task("update", asked).result
    if result["found"] != found:
        state = "not found after it was added" if found else "still found after it was removed"
        raise YinjuError(f"the article that the benchmark adds is {state}")
    return float(result["seconds"])
