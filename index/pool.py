"""Preparing documents on all cores, results in the order of the tasks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.prepare import prepare
from index.prepared import Prepared, Recipe, Task
from index.processes import cores, worker_processes

_BATCH = 400_000  # bytes or characters, about a second's work
_WORTH_PROCESSES = 6_000_000
_LONGEST_BATCH = 2_000
_AHEAD = 20  # batches a process, so that none waits while a segment is written


@dataclass(frozen=True, slots=True)
class Workload:
    """Tasks in batches.

    Attributes:
        size: Bytes or characters in all.
    """

    batches: tuple[tuple[Task, ...], ...]
    size: int

    @property
    def deserves_processes(self) -> bool:
        """Whether starting processes costs less than it saves."""
        return self.size >= _WORTH_PROCESSES and cores() > 1


def workload(tasks: Sequence[Task], sizes: Sequence[int]) -> Workload:
    """Batches of about equal size.

    Args:
        tasks: In the order in which their results shall come.
        sizes: Bytes or characters of each.
    """
    batches: list[tuple[Task, ...]] = []
    batch: list[Task] = []
    filled = 0
    for task, size in zip(tasks, sizes, strict=True):
        batch.append(task)
        filled += size
        if filled >= _BATCH or len(batch) >= _LONGEST_BATCH:
            batches.append(tuple(batch))
            batch, filled = [], 0
    if batch:
        batches.append(tuple(batch))
    return Workload(tuple(batches), sum(sizes))


def prepare_all(work: Workload, recipe: Recipe) -> Iterator[tuple[int, Prepared]]:
    """Prepare all batches, in processes of their own if there is much to do.

    Yields:
        How many tasks a batch had, and what became of them, in order.
    """
    if not work.deserves_processes:
        for batch in work.batches:
            yield len(batch), prepare(batch, recipe)
        return
    executor = worker_processes(cores())
    try:
        waiting: deque[tuple[int, Any]] = deque()
        for batch in work.batches:
            if len(waiting) >= _AHEAD * cores():
                count, result = waiting.popleft()
                yield count, result.result()
            waiting.append((len(batch), executor.submit(prepare, batch, recipe)))
        while waiting:
            count, result = waiting.popleft()
            yield count, result.result()
        executor.shutdown()
    finally:
        executor.shutdown(kill_workers=True)
