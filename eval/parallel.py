"""The same work on many items, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar

from corpus.errors import YinjuError
from index.processes import worker_processes

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 16
# Starting a process costs a second or two: fewer items for each are not worth it.
_FEWEST = 60


def workers_for(items: int, wanted: int | None = None) -> int:
    """How many processes to use for a number of items: one for each core unless told otherwise."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(wanted or available or 1, items // _FEWEST if wanted is None else items))


class Workers:
    """Processes that work off tasks; with one, everything is done in this process.

    Processes are started by ``loky``: unlike those of the standard library they never run the
    caller's main module again, so that a script needs no guard.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor: Any = None

    @property
    def apart(self) -> bool:
        """Whether tasks run in other processes."""
        return self._count > 1

    def spread(
        self,
        task: Callable[[Sequence[T]], Iterable[R]],
        items: Sequence[T],
        chunk: int = CHUNK,
    ) -> Iterator[R]:
        """Results of a task over chunks of the items, in any order, as they come.

        Args:
            task: A function of a module, or a ``functools.partial`` of one.
            items: What to work on.
            chunk: How many at a time; another process hands over their results together.

        Raises:
            YinjuError: A worker process died. What the task raises is raised here.
        """
        chunks = [items[at : at + chunk] for at in range(0, len(items), chunk)]
        if not self.apart:
            for some in chunks:
                yield from task(some)
            return
        from concurrent.futures import as_completed
        from concurrent.futures.process import BrokenProcessPool

        try:
            futures = [self._started().submit(task, some) for some in chunks]
            for future in as_completed(futures):
                yield from future.result()
        except BrokenProcessPool as error:
            raise YinjuError(
                f"a worker process died ({type(error).__name__}), perhaps for want of memory; run "
                "the same command again to go on, or with --workers 1"
            ) from None

    def _started(self) -> Any:
        if self._executor is None:
            self._executor = worker_processes(self._count)
        return self._executor

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=kind is not None)
