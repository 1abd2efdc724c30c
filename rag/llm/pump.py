"""Waiting for something without being stuck in the wait."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from queue import Empty, Queue

BEAT = 0.2
"""Seconds after which a wait gives notice of itself."""


def pumped(source: Callable[[], AsyncGenerator[str]]) -> Generator[str]:
    """The items of an asynchronous source; an empty string while none comes.

    The source runs in an event loop of its own. When the iterator is closed the source is cancelled
    wherever it waits, be it for a connection, and has ended when ``close`` returns.
    """
    from anyio.from_thread import start_blocking_portal

    queue: Queue[str | None] = Queue()

    async def run() -> None:
        try:
            async with aclosing(source()) as items:
                async for item in items:
                    queue.put(item)
        finally:
            queue.put(None)

    with start_blocking_portal() as portal:
        running = portal.start_task_soon(run)
        try:
            while (item := next_of(queue)) is not None:
                yield item
            running.result()
        finally:
            running.cancel()


def next_of(queue: Queue[str | None]) -> str | None:
    """The next item of a queue, or an empty string if it has none for a while."""
    try:
        return queue.get(timeout=BEAT)
    except Empty:
        return ""
