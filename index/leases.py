"""Who reads which published state: shared locks on one empty file a state.

The lock is SQLite's, since that is the one shared lock that every platform has, a folder that
cannot be written to allows, and the death of its holder releases.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index.layout import STATES

_PATIENCE = 5.0  # seconds; a writer looks whether a state is held for much less


def state_path(kb: Path, generation: int) -> Path:
    """The file that readers of a state lock."""
    return kb / STATES / f"{generation:06d}"


class Lease:
    """Keeps a published state from being purged until it is released.

    Args:
        kb: The knowledge base.
        generation: The state.

    Raises:
        FileNotFoundError: The state is gone already.
    """

    def __init__(self, kb: Path, generation: int) -> None:
        self._held = True
        path = state_path(kb, generation)
        if not path.exists():
            raise FileNotFoundError(path)
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT * FROM sqlite_master").fetchall()
            # A writer may have removed the file between the two looks at it.
            if not path.exists():
                raise FileNotFoundError(path)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise FileNotFoundError(f"{path}: {error}") from None
        except FileNotFoundError:
            self._connection.close()
            raise

    def release(self) -> bool:
        """Let the state go; whether it was held until now."""
        was_held, self._held = self._held, False
        self._connection.close()
        return was_held


def make_state(kb: Path, generation: int) -> None:
    """Make the file that readers of a state will lock."""
    path = state_path(kb, generation)
    path.parent.mkdir(exist_ok=True)
    path.touch()


def held_states(kb: Path, current: int) -> tuple[int, ...]:
    """The published states before ``current`` that somebody reads; the others are given up.

    Only to be called by the one writer.
    """
    return tuple(
        generation
        for generation in _states(kb)
        if generation != current and not _give_up(state_path(kb, generation))
    )


def latest_state(kb: Path) -> int:
    """The highest number of a state that somebody may read; 0 if there has been none."""
    return max(_states(kb), default=0)


def _states(kb: Path) -> list[int]:
    return sorted(int(path.name) for path in (kb / STATES).glob("[0-9]*"))


def _give_up(path: Path) -> bool:
    """Remove the file of a state unless somebody reads it."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        path.unlink(missing_ok=True)
    except (sqlite3.OperationalError, PermissionError):
        return False  # Windows does not remove a file that is open
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)  # something wrote to it, so nobody can hold it
    finally:
        connection.close()
    return True
