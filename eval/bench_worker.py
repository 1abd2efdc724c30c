"""The process of one measurement: ``python -m eval.bench_worker TASK FOLDER``.

Reads ``request.json`` of the folder and writes ``result.json`` there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Run the task of that name."""
    from eval import bench_peer_tasks, bench_prepare, bench_tasks

    name, folder = arguments[0], Path(arguments[1])
    task = {**bench_tasks.TASKS, **bench_prepare.TASKS, **bench_peer_tasks.TASKS}[name]
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    result = task(request)
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
