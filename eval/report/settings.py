"""What a report says was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.evidence_check import Missing
from eval.scoring import Group


@dataclass(frozen=True, slots=True)
class Settings:
    """What was measured, with what.

    Attributes:
        resumed: Answers taken over from a run that was killed.
        kb: What the knowledge base says of itself.
        system: The file of another system's answers; empty if our own were measured.
        given_context: Whether each question was asked of its own context alone.
        stages: Figures of retrieval alone, by stage.
        missing: Evidence that stands in no document.
        code: Version and source hash of what measured.
        model: The language model that worded the answers; empty if none did.
        language: Of the HTML report, ``zh`` or ``en``.
    """

    questions: str
    questions_hash: str
    hits: int
    resumed: int = 0
    kb: Mapping[str, Any] = field(default_factory=dict)
    system: str = ""
    given_context: bool = False
    stages: Mapping[str, Group] = field(default_factory=dict)
    missing: Sequence[Missing] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    language: str = "zh"
