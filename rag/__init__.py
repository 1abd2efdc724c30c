"""Retrieval-augmented answers: ``open_kb`` or ``build_kb``, then ``search`` and ``ask``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.kb import KnowledgeBase
    from rag.open import build_kb, open_kb
    from rag.settings import AnswerSettings

__all__ = ["AnswerSettings", "KnowledgeBase", "build_kb", "open_kb"]

_HOMES = {
    "AnswerSettings": "rag.settings",
    "KnowledgeBase": "rag.kb",
    "build_kb": "rag.open",
    "open_kb": "rag.open",
}


def __getattr__(name: str) -> object:
    """A public name, imported on first use: who only reads settings need not wait half a second."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
