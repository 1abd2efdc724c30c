"""How a long job tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done, and how much there is."""


def quiet(stage: str, done: int, total: int) -> None:
    """A progress that nobody looks at."""
