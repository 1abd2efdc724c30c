"""The same work on many items, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from corpus.errors import YinjuError

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 16
# Starting a process costs a second or two: fewer items for each are not worth it.
_FEWEST = 60
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def workers_for(items: int, wanted: int | None = None) -> int:
    """How many processes to use for a number of items; at most one for each core."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(wanted or available or 1, items // _FEWEST if wanted is None else items))


def spread(
    task: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T], workers: int
) -> Iterator[R]:
    """Results of a task over chunks of the items, in any order, as they come.

    Processes are started by ``loky``: unlike those of the standard library they never run the
    caller's main module again, so that a script needs no guard.

    Args:
        task: A function of a module, or a ``functools.partial`` of one.
        items: What to work on.
        workers: With 1 the task runs here.

    Raises:
        YinjuError: A worker process died. What the task raises is raised here.
    """
    chunks = [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
    if workers <= 1 or len(chunks) < 2:
        for chunk in chunks:
            yield from task(chunk)
        return
    from concurrent.futures import as_completed
    from concurrent.futures.process import BrokenProcessPool

    from loky import ProcessPoolExecutor

    executor = ProcessPoolExecutor(max_workers=min(workers, len(chunks)), env=_ONE_THREAD)
    finished = False
    try:
        for future in as_completed([executor.submit(task, chunk) for chunk in chunks]):
            yield from future.result()
        finished = True
    except BrokenProcessPool as error:
        raise YinjuError(
            f"a worker process died ({type(error).__name__}), perhaps for want of memory; run the "
            "same command again to go on, or with --workers 1"
        ) from None
    finally:
        executor.shutdown(wait=True, kill_workers=not finished)
