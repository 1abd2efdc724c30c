"""What the system refuses, in words that say what to do about it; pure functions."""

from __future__ import annotations

import errno
import sqlite3

UNCHANGED = "the last published state is unchanged"

_FULL = f"no space left on the disk; free some and run the command again: {UNCHANGED}"
_READ_ONLY = f"cannot be written to; check whose it is, or name another place: {UNCHANGED}"
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EMFILE: "too many open files; raise the limit (ulimit -n) and run the command again",
}


def system_text(error: OSError) -> str:
    """A refusal of the system: where, what, and the remedy if one is known."""
    where = f"{error.filename}: " if error.filename else ""
    if isinstance(error, PermissionError):
        return f"{where}{error.strerror or error}; check whose it is and who may read or write it"
    if " requested and " in str(error) and str(error).endswith(" written"):
        return f"{where}{_FULL}"  # how NumPy tells it
    return f"{where}{_REMEDIES.get(error.errno or 0) or error.strerror or error}"


def database_text(error: sqlite3.Error) -> str:
    """A refusal of the database that no part of the knowledge base has put into words."""
    said = str(error)
    if "full" in said:
        return f"{said}: {_FULL}"
    if "readonly" in said or "unable to open" in said:
        return f"{said}: {_READ_ONLY}"
    return f"database: {said}; look into it with: yinju verify"
