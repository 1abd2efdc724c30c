"""Small matrices are multiplied on one thread: waiting for others costs more than they save."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def on_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """A function that multiplies matrices on one thread.

    Where other processes keep the cores busy, numpy's threads wait in a loop for each other: a
    question took five times the processor time.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _libraries().limit(limits=1):
            return function(*args, **kwargs)

    return run


@lru_cache(1)
def _libraries() -> Any:
    import numpy  # noqa: F401  its library is looked for among those that are loaded
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
