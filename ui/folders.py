"""The user's data folder, and what may be named in it without a path."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """Where the chat keeps knowledge bases: ``$YINJU_HOME``, else the user's data folder."""
    from platformdirs import user_data_path

    home = os.environ.get("YINJU_HOME")
    return Path(home) if home else user_data_path("yinju", appauthor=False)


def model_folder() -> Path:
    """Where fetched models are kept."""
    return data_folder() / "models"


def find_kb(given: Path) -> Path:
    """The knowledge base that a path or a name means.

    A name without a separator that is no file or folder here means the knowledge base of that name
    in the data folder, if there is one. ``kb`` always means the one here, so that a first build
    never goes to the chat's own.
    """
    from index.layout import MANIFEST

    if not _is_name(given) or given == Path("kb") or given.exists():
        return given
    named = data_folder() / given
    return named if (named / MANIFEST).is_file() else given


def find_model(given: Path) -> Path:
    """The model that a path or a name (``NAME`` or ``OWNER/NAME``) means."""
    if given.exists() or given.is_absolute() or ".." in given.parts:
        return given
    named = model_folder() / given
    known = ("modules.json", "config.json")
    return named if any((named / name).is_file() for name in known) else given


def _is_name(given: Path) -> bool:
    return len(given.parts) == 1 and not given.is_absolute() and given.name not in ("", "..")
