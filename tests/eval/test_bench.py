"""The benchmark from end to end on a tiny corpus, and the processes it measures in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError, YinjuError
from eval import bench_machine
from eval.bench import BenchOptions, command_line, run_bench
from eval.bench_machine import describe_machine, usable_cores
from eval.bench_process import bound, run_task
from eval.bench_results import load_result
from index.search import RetrieveSettings

ROOT = Path(__file__).parent.parent.parent

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


def test_everything_is_measured_at_a_tiny_size(tmp_path: Path) -> None:
    """200 passages of the sample corpus: every figure is there and makes sense."""
    seen: list[str] = []
    result, path = run_bench(
        BenchOptions(sizes=("200",), keep=tmp_path / "保留", readers=2),
        tmp_path / "结果",
        lambda what, done, total: seen.append(what),
    )
    (run,) = result.runs
    figures = run.figures
    assert (run.size, run.corpus["passages"], run.notes) == ("200", 200, ())
    timed = [name for name in figures if name.endswith(("_s", "_ms", "_bytes"))]
    assert {
        "cut_characters_per_s", "full_p50_ms", "full_p95_ms",
        "build_s", "one_p50_ms", "one_p95_ms", "many_p50_ms", "many_p95_ms", "cold_s", "open_s",
        "add_s", "update_add_s", "update_remove_s", "disk_bytes",
    } <= set(timed)  # fmt: skip
    assert all(figures[name] > 0 for name in timed)
    assert figures["one_p50_ms"] <= figures["one_p95_ms"]
    assert figures["one_count"] * 2 == figures["many_count"]
    assert figures["many_readers"] == 2
    assert figures["cold_s"] > figures["open_s"] + figures["first_query_s"]
    assert figures["recall_at_10"] >= 0.99
    assert figures["disk_bytes"] == sum(run.disk.values())
    assert sum(run.stages.values()) == pytest.approx(figures["build_s"])
    assert figures["build_characters_per_s"] == pytest.approx(
        run.corpus["characters"] / figures["build_s"]
    )
    assert load_result(path) == result
    assert "| Passages | 200 |" in path.with_suffix(".md").read_text(encoding="utf-8")
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
    assert [word.split()[0] for word in seen] == ["200"] * 8


def test_what_cannot_be_measured_is_told_at_once(tmp_path: Path) -> None:
    """A wrong size or system is refused before anything is written."""
    for options, said in (
        (BenchOptions(sizes=("many",)), "not a number"),
        (BenchOptions(sizes=("0",)), "not a number"),
        (BenchOptions(against=("solr",)), "choose from bm25s"),
    ):
        with pytest.raises(InputError, match=said):
            run_bench(options, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_kept_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """``--keep`` deletes only what a benchmark has made."""
    other = tmp_path / "sample-100" / "照片.jpg"
    other.parent.mkdir()
    other.write_bytes(b"x")
    with pytest.raises(InputError, match="other things"):
        run_bench(BenchOptions(sizes=("100",), keep=tmp_path), tmp_path / "out")
    assert other.exists()


def test_the_command_names_no_path() -> None:
    """A published result tells what was run and not where files lie."""
    options = BenchOptions(
        sizes=("10", "all"), corpus=Path("/home/me/news"), against=("bm25s",),
        retrieve=RetrieveSettings(candidates=50),
    )  # fmt: skip
    assert command_line(options) == (
        "yinju bench --sizes 10,all --corpus news --against bm25s --retrieve.candidates=50"
    )


def test_a_failed_step_says_why() -> None:
    """What a process wrote before it died reaches the user."""
    with pytest.raises(YinjuError, match=r"step build ended with 1.*KeyError"):
        run_task("build", {})


@ON_LINUX
def test_one_core_is_one_core() -> None:
    """A bound process has one core from its start, and this one has all of its own again."""
    before = usable_cores()
    script = "import os; print(len(os.sched_getaffinity(0)))"
    with bound(True):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "1"
    assert usable_cores() == before


@ON_LINUX
def test_memory_of_a_process_is_seen_from_within_and_without() -> None:
    """Holding 64 MB more raises the peak, and the memory of the tree, by about as much."""
    # A process of its own: that of the tests has children, and has held much more before.
    script = (
        "import os; from eval.bench_machine import peak_memory, tree_memory\n"
        "before = tree_memory(os.getpid()); block = bytearray(os.urandom(1024) * 65536)\n"
        "print(before, tree_memory(os.getpid()), peak_memory(), len(block))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, after, peak, size = map(float, done.stdout.split())
    assert size == 2**26
    assert after - before > 50_000_000
    assert peak >= before + 50_000_000


def test_the_machine_is_described() -> None:
    """A figure without its machine is worth nothing."""
    machine: dict[str, Any] = describe_machine(["numpy", "no-such-thing"])
    assert machine["cpu"]
    assert 1 <= machine["usable_cores"] <= machine["cores"]
    assert machine["versions"]["numpy"]
    assert machine["versions"]["no-such-thing"] == ""
    json.dumps(machine)


def test_without_proc_memory_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the system tells nothing, figures are left out rather than zero."""
    monkeypatch.setattr(bench_machine, "_PROC", tmp_path)
    assert bench_machine.memory_now() == {}
    assert bench_machine.free_memory() is None
    assert bench_machine.tree_memory(os.getpid()) == 0
    assert describe_machine()["memory_bytes"] is None
