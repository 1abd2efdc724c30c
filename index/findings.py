"""What a check of a knowledge base has found, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["manifest", "state", "database", "files", "segments", "counts", "spans", "words"]
"""What is checked, in this order."""

MOST_FINDINGS = 20
"""Of one part so many findings are told; damage to a disk may cause thousands."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a knowledge base.

    Attributes:
        checked: How many things were looked at: files, segments, passages, ...
        findings: What is wrong with them, at most :data:`MOST_FINDINGS` told one by one.
    """

    part: Part
    checked: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a whole knowledge base has found.

    Attributes:
        generation: The published state; None if it cannot be told.
        notes: What is worth knowing and not wrong.
    """

    folder: str
    generation: int | None
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings()

    def checked(self, part: Part) -> int:
        """How many things of a part were looked at."""
        return sum(check.checked for check in self.checks if check.part == part)

    def findings(self, *parts: Part) -> list[str]:
        """What is wrong with some parts; with all if none is named."""
        return [
            finding
            for check in self.checks
            if not parts or check.part in parts
            for finding in check.findings
        ]


def told(findings: list[str]) -> tuple[str, ...]:
    """Findings of one part, the rest counted if there are too many to tell."""
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    return (*findings[:MOST_FINDINGS], f"and {len(findings) - MOST_FINDINGS} more")
