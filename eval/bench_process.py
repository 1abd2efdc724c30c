"""Each measurement in a process of its own, watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import YinjuError
from eval.bench_machine import tree_memory, usable_cores

_ROOT = Path(__file__).parent.parent
_LOOK_EVERY = 0.05  # seconds
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task returned, and how it looked from outside.

    Attributes:
        seconds: From starting the process to its end.
        peak_bytes: The most memory it and its descendants held at once, as sampled; 0 if unknown.
    """

    result: Mapping[str, Any]
    seconds: float
    peak_bytes: int


def worker_environment() -> dict[str, str]:
    """The environment of every measured process: nothing in it calls home."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **_QUIET, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def run_task(name: str, request: Mapping[str, Any], *, one_core: bool = False) -> Outcome:
    """Run a task of :mod:`eval.bench_tasks` in a fresh process.

    Args:
        name: The task's.
        request: What it is given.
        one_core: Bind the process to one core before it starts, where the system can.

    Raises:
        YinjuError: The task failed; carries the end of what it said.
    """
    with tempfile.TemporaryDirectory(prefix="yinju-task-") as folder, bound(one_core):
        running = _Running(name, request, Path(folder))
        try:
            peak = 0
            while running.process.poll() is None:
                peak = max(peak, tree_memory(running.process.pid))
                time.sleep(_LOOK_EVERY)
            return Outcome(running.result(), running.seconds(), peak)
        finally:
            running.end()


def run_together(name: str, requests: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Run a task in several processes that start their measured part at the same moment.

    Each gets ``ready``, a file to make when it has prepared itself, and ``gate``, a file whose
    appearance starts the measurement.

    Raises:
        YinjuError: One of them failed.
    """
    with tempfile.TemporaryDirectory(prefix="yinju-tasks-") as parent:
        gate = Path(parent) / "gate"
        running: list[_Running] = []
        try:
            for number, request in enumerate(requests):
                folder = Path(parent) / str(number)
                folder.mkdir()
                files = {"ready": str(folder / "ready"), "gate": str(gate)}
                running.append(_Running(name, {**request, **files}, folder))
            for item in running:
                while not (item.folder / "ready").exists() and item.process.poll() is None:
                    time.sleep(_LOOK_EVERY)
            gate.touch()
            for item in running:
                item.process.wait()
            return [item.result() for item in running]
        finally:
            for item in running:
                item.end()


class _Running:
    """A process that works on a task, its request and result in files."""

    def __init__(self, name: str, request: Mapping[str, Any], folder: Path) -> None:
        self.folder = folder
        self._name = name
        self._out = folder / "result.json"
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        self._said = (folder / "said").open("wb")
        self._begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "eval.bench_worker", name, str(folder)],
            env=worker_environment(), stdout=self._said, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def seconds(self) -> float:
        """Since it was started."""
        return time.perf_counter() - self._begun

    def result(self) -> Mapping[str, Any]:
        if self.process.returncode != 0 or not self._out.is_file():
            said = (self.folder / "said").read_text(encoding="utf-8", errors="replace")
            lines = said.strip().splitlines()[-3:] or ["it said nothing"]
            raise YinjuError(
                f"the benchmark's step {self._name} ended with {self.process.returncode}: "
                f"{' / '.join(lines)}"
            )
        result: Mapping[str, Any] = json.loads(self._out.read_text(encoding="utf-8"))
        return result

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._said.close()


@contextmanager
def bound(one_core: bool) -> Iterator[None]:
    """What is started within runs on one core: libraries then size their thread pools to it."""
    cores = usable_cores()
    if not one_core or not cores:
        yield
        return
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
