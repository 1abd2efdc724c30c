"""Retrieval-augmented answers: ``open_kb`` or ``build_kb``, then ``search`` and ``ask``."""

from __future__ import annotations

from rag.pipeline import AnswerSettings, KnowledgeBase, build_kb, open_kb

__all__ = ["AnswerSettings", "KnowledgeBase", "build_kb", "open_kb"]
