"""The machine a benchmark ran on, and the memory of processes, from the standard library alone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_LIBRARIES = ("yinju", "numpy", "faiss-cpu", "rjieba", "tokenizers", "safetensors")


def describe_machine(further: Sequence[str] = ()) -> dict[str, Any]:
    """Processor, memory, system, versions, and how busy the machine is.

    Args:
        further: Distributions whose versions matter too.
    """
    described: dict[str, Any] = {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "usable_cores": len(usable_cores()) or os.cpu_count() or 1,
        "memory_bytes": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version_of(name) for name in (*_LIBRARIES, *further)},
        "commit": _commit(),
    }
    if hasattr(os, "getloadavg"):
        described["load_before"] = round(os.getloadavg()[0], 2)
    return described


def version_of(distribution: str) -> str:
    """The installed version; empty if it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def usable_cores() -> set[int]:
    """The cores this process may run on; empty where the system does not tell."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def memory_now() -> dict[str, float]:
    """Bytes this process holds: all of it, and what no file backs; empty where nothing tells."""
    status = _status(os.getpid())
    names = {"VmRSS": "reader_bytes", "RssAnon": "reader_own_bytes"}
    return {names[key]: float(value) for key, value in status.items() if key in names}


def peak_memory() -> float | None:
    """The most bytes this process has held; None where nothing tells.

    The kernel's mark for the memory of this program is preferred to ``ru_maxrss``, which also
    remembers what the process held before it became this program.
    """
    peak = _status(os.getpid()).get("VmHWM")
    return float(peak) if peak else _rusage("RUSAGE_SELF")


def peak_of_children() -> float | None:
    """The most bytes any one child that has ended has held; None if there was none."""
    return _rusage("RUSAGE_CHILDREN") or None


def tree_memory(pid: int) -> int:
    """Bytes a process and its descendants hold now, shared pages counted once; 0 if unknown."""
    pids = [pid, *_descendants(pid)]
    if len(pids) == 1:
        return _status(pid).get("VmRSS", 0)
    return sum(_proportional(item) for item in pids)


def free_memory() -> int | None:
    """Bytes that new processes can have without swapping; None where nothing tells."""
    return _fields(_PROC / "meminfo").get("MemAvailable")


def _rusage(who: str) -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(getattr(resource, who)).ru_maxrss * unit)


def _descendants(pid: int) -> Iterator[int]:
    for path in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(word) for word in path.read_text().split()]
        except OSError:
            continue  # the thread has ended meanwhile
        for child in children:
            yield child
            yield from _descendants(child)


def _proportional(pid: int) -> int:
    return _fields(_PROC / str(pid) / "smaps_rollup").get("Pss", 0)


def _status(pid: int) -> dict[str, int]:
    return _fields(_PROC / str(pid) / "status")


def _fields(path: Path) -> dict[str, int]:
    """Lines ``name: 12 kB`` as bytes; nothing if the file cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    words = [line.split() for line in lines if line.endswith(" kB")]
    return {item[0].rstrip(":"): int(item[1]) * 1024 for item in words if len(item) == 3}


def _cpu() -> str:
    try:
        lines = (_PROC / "cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> int | None:
    return _fields(_PROC / "meminfo").get("MemTotal")


def _commit() -> str:
    """The commit of the code, with ``+`` if it was changed since; empty if it is not in git."""
    root = Path(__file__).parent.parent
    if not (root / ".git").exists():
        return ""
    try:
        commit, changes = (
            subprocess.run(
                ["git", "-C", str(root), *words], capture_output=True, text=True, check=True
            ).stdout.strip()
            for words in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "-uno"])
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit + "+" * bool(changes)
