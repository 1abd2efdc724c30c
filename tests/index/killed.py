"""Builds that kill themselves: run as a program, which forks one process for each.

Reads lines of JSON, ``{"kb": ..., "docs": ..., "at": N}``: the process that builds gets SIGKILL at
its N-th call of a function (0: never). Writes a line for each: how it ended, and how many calls
it made.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from index.build import BuildOptions, build

_HERE = Path(__file__).parent


def killed_build(kb: Path, docs: Path, at: int, answer: int) -> None:
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    build([docs], kb, BuildOptions())
    sys.setprofile(None)
    os.write(answer, str(calls).encode())


def main() -> None:
    spec = importlib.util.spec_from_file_location("index_conftest", _HERE / "conftest.py")
    if spec is None or spec.loader is None:
        raise ImportError(_HERE)
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    patch = pytest.MonkeyPatch()
    conftest.stand_in(patch)
    conftest.segmenter(())
    patch.setattr("index.prepare._PIECE", 4)
    patch.setattr("index.pool._BATCH", 400)
    for user in ("index.stage", "index.plan"):
        patch.setattr(f"{user}.SEGMENT_ROWS", 20)
    for line in sys.stdin:
        job = json.loads(line)
        ears, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                killed_build(Path(job["kb"]), Path(job["docs"]), job["at"], mouth)
                code = 0
            finally:
                os._exit(code)
        os.close(mouth)
        status = os.waitpid(child, 0)[1]
        with os.fdopen(ears, "rb") as stream:
            calls = int(stream.read() or 0)
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), calls]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
