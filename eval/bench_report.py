"""Results of benchmarks as Markdown: one result, two side by side, and within documentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from eval.bench_results import BenchResult, PeerRun, Run, load_result
from eval.report.markup import UNDEFINED, escape, table

_PLACE = re.compile(
    r"(<!-- bench:(?P<files>[^>]*?)-->\n).*?(?P<end><!-- end of bench -->)", re.DOTALL
)


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _short(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _megabytes(value: float) -> str:
    return f"{_short(value / 1e6)} MB"


def _million(value: float) -> str:
    return f"{_short(value / 1e6)} M/s"


def _unit(unit: str) -> Callable[[float], str]:
    return lambda value: f"{_short(value)} {unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the report: what it is called, how it is written, which direction is better."""

    title: str
    show: Callable[[float], str]
    more_is_better: bool = False


FIGURES: Mapping[str, Figure] = {
    "cut_characters_per_s": Figure(
        "Reading, cleaning and cutting, characters", _million, more_is_better=True
    ),
    "build_s": Figure("Build, text files to searchable", _unit("s")),
    "build_characters_per_s": Figure("… characters", _million, more_is_better=True),
    "build_peak_bytes": Figure("… most memory at once", _megabytes),
    "disk_bytes": Figure("Disk", _megabytes),
    "disk_bytes_per_passage": Figure("… a passage", _unit("B")),
    "one_p50_ms": Figure("Query, 1 reader on 1 core, p50", _unit("ms")),
    "one_p95_ms": Figure("… p95", _unit("ms")),
    "many_p50_ms": Figure("Query, 8 readers at once, p50", _unit("ms")),
    "many_p95_ms": Figure("… p95", _unit("ms")),
    "many_per_s": Figure("… answered together", _unit("/s"), more_is_better=True),
    "reader_bytes": Figure("Memory of a reader", _megabytes),
    "reader_own_bytes": Figure("… that no file backs", _megabytes),
    "cold_s": Figure("Cold start: process to first hits", _unit("s")),
    "open_s": Figure("… of which opening", _unit("s")),
    "first_query_s": Figure("… of which the first query", _unit("s")),
    "add_s": Figure("One article more, named by itself", _unit("s")),
    "update_add_s": Figure("One article more, whole folder compared", _unit("s")),
    "update_remove_s": Figure("One article less, whole folder compared", _unit("s")),
    "recall_at_10": Figure("Recall@10 of the vectors' side", _short, more_is_better=True),
}
"""The figures of a report, in its order."""

_PEER_FIGURES: Mapping[str, Figure] = {
    "characters_per_s": Figure("Build", _million, more_is_better=True),
    "index_s": Figure("of which indexing", _unit("s")),
    "one_p50_ms": Figure("Query p50", _unit("ms")),
    "one_p95_ms": Figure("p95", _unit("ms")),
    "one_count": Figure("Queries", _count, more_is_better=True),
    "reader_bytes": Figure("Memory after", _megabytes),
}


def bench_markdown(result: BenchResult, level: int = 1) -> str:
    """One result: machine, a column for each size, stages, disk, other systems.

    Args:
        result: What to show.
        level: Of its heading.
    """
    mark = "#" * level
    sections = [
        f"{mark} Benchmark on {escape(result.corpus)}, {result.date[:10]}",
        _machine(result),
        _main_table(result.runs),
        *(f"{run.size}: {note}" for run in result.runs for note in run.notes),
        f"{mark}# Build by stage, seconds" if result.runs else "",
        _breakdown(result.runs, lambda run: run.stages, _short),
        f"{mark}# Disk by part, MB" if result.runs else "",
        _breakdown(result.runs, lambda run: run.disk, lambda value: _short(value / 1e6)),
        _peers(result, mark),
        f"Command: `{result.command}`",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def compare_markdown(before: BenchResult, after: BenchResult) -> str:
    """Two results side by side: each figure of the sizes both have, and how much it changed.

    Raises:
        InputError: They have no size in common.
    """
    sections = []
    others = {run.size: run for run in after.runs}
    for run in before.runs:
        if run.size not in others:
            continue
        rows = []
        for name, figure in FIGURES.items():
            old, new = run.figures.get(name), others[run.size].figures.get(name)
            if old is None or new is None:
                continue
            better = (new > old) == figure.more_is_better
            change = f"{(new / old - 1) * 100:+.0f} %" if old else UNDEFINED
            word = "" if abs(new - old) <= 0.02 * abs(old) else "better" if better else "worse"
            rows.append([figure.title, figure.show(old), figure.show(new), change, word])
        head = ["", before.date[:16], after.date[:16], "change", ""]
        sections.append(f"## {run.size} passages\n\n{table(head, rows)}")
    if not sections:
        raise InputError("the two results have no size in common")
    facts = {"machines": [str(item.machine.get("cpu")) for item in (before, after)],
             "corpora": [before.corpus, after.corpus]}  # fmt: skip
    for what, (first, second) in facts.items():
        if first != second:
            sections.insert(0, f"**Different {what}:** {escape(first)}; {escape(second)}.")
    return "\n\n".join(sections) + "\n"


def fill_document(text: str, folder: Path) -> str:
    """A document with its figures as its result files have them.

    What stands between ``<!-- bench: FILE … -->`` and ``<!-- end of bench -->`` is replaced by the
    results in those files, which are named relative to ``folder``.

    Raises:
        InputError: A file is missing or no result.
    """

    def filled(match: re.Match[str]) -> str:
        results = [load_result(folder / name) for name in match["files"].split()]
        shown = "\n".join(bench_markdown(result, level=3) for result in results)
        return f"{match[1]}\n{shown or 'No result has been published yet.'}\n{match['end']}"

    return _PLACE.sub(filled, text)


def _machine(result: BenchResult) -> str:
    machine = result.machine
    memory = machine.get("memory_bytes")
    versions = [f"{name} {version}" for name, version in machine["versions"].items() if version]
    facts = [
        f"{machine['cpu']}, {machine['usable_cores']} cores",
        f"{memory / 2**30:.0f} GiB memory" if memory else "",
        str(machine["system"]),
        f"Python {machine['python']}",
        *versions,
        f"commit {machine['commit']}" if machine.get("commit") else "",
        f"load {machine['load_before']} before" if "load_before" in machine else "",
    ]
    return "; ".join(escape(fact, 200) for fact in facts if fact) + "."


def _main_table(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    rows = [
        [name.capitalize(), *(_count(run.corpus[name]) for run in runs)]
        for name in ("passages", "documents", "shuffled", "characters")
    ]
    for name, figure in FIGURES.items():
        values = [run.figures.get(name) for run in runs]
        if any(value is not None for value in values):
            rows.append([figure.title, *_shown(values, figure.show)])
    return table(["", *(run.size for run in runs)], rows)


def _breakdown(
    runs: Sequence[Run],
    part: Callable[[Run], Mapping[str, float]],
    show: Callable[[float], str],
) -> str:
    names = list(dict.fromkeys(name for run in runs for name in part(run)))
    if not names:
        return ""
    rows = [[escape(name), *_shown([part(run).get(name) for run in runs], show)] for name in names]
    return table(["", *(run.size for run in runs)], rows)


def _peers(result: BenchResult, mark: str) -> str:
    if not result.peers:
        return ""
    head = ["Passages", "System", "Version", "Searches", *(f.title for f in _PEER_FIGURES.values())]
    rows = []
    for size in dict.fromkeys(peer.size for peer in result.peers):
        own = [_as_peer(run, result) for run in result.runs if run.size == size]
        for peer in (*own, *(item for item in result.peers if item.size == size)):
            kind = "words and vectors" if peer.is_hybrid else "words"
            values = [peer.figures.get(name) for name in _PEER_FIGURES]
            shown = [
                cell
                for value, figure in zip(values, _PEER_FIGURES.values(), strict=True)
                for cell in _shown([value], figure.show)
            ]
            rows.append([size, escape(peer.system), escape(peer.version), kind, *shown])
    return f"{mark}# Other systems\n\n{table(head, rows)}"


def _as_peer(run: Run, result: BenchResult) -> PeerRun:
    figures = dict(run.figures)
    figures["characters_per_s"] = figures.get("build_characters_per_s", 0.0)
    return PeerRun("yinju", result.machine["versions"].get("yinju", ""), run.size, True, figures)


def _shown(values: Iterable[float | None], show: Callable[[float], str]) -> list[str]:
    return [UNDEFINED if value is None else show(value) for value in values]
