"""A published state held open for a job that reads all of it: no model is needed for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.layout import Manifest
from index.state import hold
from index.store import Reader
from index.sweep import sweep_after


@dataclass(frozen=True, slots=True)
class Opened:
    """A published state.

    Attributes:
        folder: The knowledge base.
        manifest: What the state consists of.
        store: Its database.
    """

    folder: Path
    manifest: Manifest
    store: Reader

    @property
    def generation(self) -> int:
        """Which of the published states it is."""
        return self.manifest.generation


@contextmanager
def opened(kb: Path) -> Iterator[Opened]:
    """Hold the published state; a build may go on meanwhile.

    Raises:
        KnowledgeBaseError: There is none, or its database cannot be read.
    """
    manifest, lease = hold(kb)
    try:
        store = Reader(kb)
        try:
            yield Opened(kb, manifest, store)
        finally:
            store.close()
    finally:
        if lease.release():
            sweep_after(kb, manifest.generation)
