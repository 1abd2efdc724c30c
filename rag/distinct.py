"""Passages that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.normalize import squeeze
from corpus.records import Hit


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Hits without passages whose words have come before: the same text answers once."""
    seen: set[str] = set()
    kept: list[Hit] = []
    for hit in hits:
        words = squeeze(hit.passage.text)
        if words not in seen:
            seen.add(words)
            kept.append(replace(hit, rank=len(kept) + 1))
    return kept
