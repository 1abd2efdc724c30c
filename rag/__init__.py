"""Retrieval-augmented answers: ``open_kb`` or ``build_kb``, then ``search`` and ``ask``."""

from __future__ import annotations

from rag.kb import KnowledgeBase
from rag.open import build_kb, open_kb
from rag.settings import AnswerSettings

__all__ = ["AnswerSettings", "KnowledgeBase", "build_kb", "open_kb"]
