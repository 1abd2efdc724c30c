"""The same work on many items, on all cores."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar

from corpus.errors import YinjuError

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 16
_WATCH = 1.0  # seconds
# Starting a process costs a second or two: fewer items for each are not worth it.
_FEWEST = 60
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def workers_for(items: int, wanted: int | None = None) -> int:
    """How many processes to use for a number of items: one for each core unless told otherwise."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(wanted or available or 1, items // _FEWEST if wanted is None else items))


def _end_with(parent: int) -> None:
    """End this process when its parent is killed: it would wait for ever to hand over a result."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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

    def spread(self, task: Callable[[Sequence[T]], Iterable[R]], items: Sequence[T]) -> Iterator[R]:
        """Results of a task over chunks of the items, in any order, as they come.

        Args:
            task: A function of a module, or a ``functools.partial`` of one.
            items: What to work on.

        Raises:
            YinjuError: A worker process died. What the task raises is raised here.
        """
        chunks = [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
        if not self.apart:
            for chunk in chunks:
                yield from task(chunk)
            return
        from concurrent.futures import as_completed
        from concurrent.futures.process import BrokenProcessPool

        try:
            futures = [self._started().submit(task, chunk) for chunk in chunks]
            for future in as_completed(futures):
                yield from future.result()
        except BrokenProcessPool as error:
            raise YinjuError(
                f"a worker process died ({type(error).__name__}), perhaps for want of memory; run "
                "the same command again to go on, or with --workers 1"
            ) from None

    def _started(self) -> Any:
        if self._executor is None:
            from loky import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(
                max_workers=self._count,
                env=_ONE_THREAD,
                initializer=_end_with,
                initargs=(os.getpid(),),
            )
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
