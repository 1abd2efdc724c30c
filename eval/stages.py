"""The stages of retrieval, each measured by itself: what does it add to the one before?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.errors import InputError
from eval.system import System

if TYPE_CHECKING:
    from index.search import RetrieveSettings

DOCUMENTS = "bm25-documents"
"""BM25 over whole documents: the baseline that needs no cutting into passages."""

Change = Callable[["RetrieveSettings"], "RetrieveSettings"]
STAGES: Mapping[str, Change] = {
    "bm25": lambda settings: replace(settings, dense_weight=0.0, rerank=0, associated=0.0),
    "dense": lambda settings: replace(settings, dense_weight=1.0, rerank=0),
    "hybrid": lambda settings: replace(settings, rerank=0),
    "rerank": lambda settings: settings,
}
"""How each stage changes the settings a knowledge base is searched with."""


def parse_stages(text: str, *, documents: bool = False) -> tuple[str, ...]:
    """The stages named in a list with commas.

    Args:
        text: For example ``bm25,dense,hybrid,rerank``.
        documents: Whether the baseline over whole documents may be asked for.

    Raises:
        InputError: One of them is unknown or named twice.
    """
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    known = (*STAGES, *((DOCUMENTS,) if documents else ()))
    for name in names:
        if name not in known:
            raise InputError(f"no stage is called {name!r}; there are {', '.join(known)}")
    if not names or len(set(names)) < len(names):
        raise InputError(f"name each stage once, of {', '.join(known)}")
    return names


def at_stage(system: System, stage: str) -> System:
    """The same knowledge base, searched by one stage."""
    from index.search import RetrieveSettings

    return replace(system, retrieve=STAGES[stage](system.retrieve or RetrieveSettings()))
