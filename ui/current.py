"""The open knowledge base of a server, replaced when a later state is published."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import YinjuError
from index.layout import DICTIONARY, MANIFEST, SYNONYMS
from rag import KnowledgeBase

_LOG = logging.getLogger(__name__)
_BETWEEN_LOOKS = 1.0  # seconds

Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(slots=True)
class _Held:
    """An open knowledge base, how many are using it, and whether the last of them closes it."""

    kb: KnowledgeBase
    users: int = 0
    closing: bool = False


class Current:
    """Hands out the published state; safe to share between threads.

    Args:
        kb: The knowledge base as it is open now.
        reopen: Opens a folder anew.
        clock: Tells seconds.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        reopen: Callable[[Path], KnowledgeBase],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._held = _Held(kb)
        self._reopen = reopen
        self._clock = clock
        self._guard = threading.Lock()
        self._looking = threading.Lock()
        self._looked = clock()
        self._stamp = _stamp(kb.folder)

    @property
    def kb(self) -> KnowledgeBase:
        """What is open now."""
        return self._held.kb

    @contextmanager
    def using(self) -> Iterator[KnowledgeBase]:
        """The published state, which stays open until the end of the block."""
        self._look()
        with self._guard:
            held = self._held
            held.users += 1
        try:
            yield held.kb
        finally:
            with self._guard:
                held.users -= 1
                idle = held.closing and not held.users
            if idle:
                held.kb.close()

    def replace(self, kb: KnowledgeBase) -> None:
        """Go on with another state; the one before is closed once nobody uses it."""
        self._exchange(kb, close=True)

    def leave(self, kb: KnowledgeBase) -> None:
        """Go on with another knowledge base; the one before stays open."""
        self._exchange(kb, close=False)

    def _exchange(self, kb: KnowledgeBase, *, close: bool) -> None:
        with self._guard:
            before, self._held = self._held, _Held(kb)
            self._stamp = ()  # what was published while it was opened is looked for next time
            before.closing = close
            idle = close and not before.users
        if idle:
            before.kb.close()

    def _look(self) -> None:
        """Open the published state if it is another than the open one; at most once a second.

        While one thread opens it, others go on with what is open.
        """
        if not self._looking.acquire(blocking=False):
            return
        try:
            now = self._clock()
            if now - self._looked < _BETWEEN_LOOKS:
                return
            self._looked = now
            kb = self._held.kb
            stamp = _stamp(kb.folder)
            if stamp == self._stamp:
                return
            if not kb.is_current():
                self.replace(self._reopen(kb.folder))
            self._stamp = stamp
        except (YinjuError, OSError, sqlite3.Error) as error:
            _LOG.warning("the new state cannot be opened, the one before still answers: %s", error)
            self._stamp = stamp
        finally:
            self._looking.release()


def _stamp(folder: Path) -> Stamp:
    """What changes when a state is published or the user's words are edited."""
    return tuple(_stat(folder / name) for name in (MANIFEST, DICTIONARY, SYNONYMS))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
