"""Worker processes that do not run the caller's script again, and end when it does."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
import warnings
from typing import Any

_WATCH = 1.0  # seconds
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def worker_processes(count: int) -> Any:
    """An executor of ``loky`` with so many processes.

    Those of the standard library run the caller's main module again, so that a script without a
    guard, or a notebook, could not call a function that uses them.
    """
    from loky import ProcessPoolExecutor

    # A worker that opens a knowledge base grows by more than loky expects of an honest one.
    warnings.filterwarnings("ignore", "A worker was restarted", UserWarning, "loky")
    return ProcessPoolExecutor(count, env=_ONE_THREAD, initializer=_settle, initargs=(os.getpid(),))


def cores() -> int:
    """How many processes can run at once."""
    from loky import cpu_count

    return int(cpu_count())


def _settle(parent: int) -> None:
    """Leave interrupts to the parent, end with it, and look for cyclic garbage seldom."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()

    def watch() -> None:
        # Nobody would take the result of a worker whose parent has been killed.
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def collect_seldom() -> None:
    """Look for cyclic garbage seldom: preparing documents makes many records and hardly any."""
    gc.set_threshold(200_000, 20, 20)
