"""What an answer says of itself: which sentences it vouches for, and what it was chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a language model wrote, checked against the documents.

    Attributes:
        start: In the answer's text,
        end: where its [n] marks end too.
        state: ``supported`` by its citations; ``unsupported``, so that nothing in the documents
            vouches for it; ``neutral`` if it states nothing.
        share: Of its words, weighted by rarity, how many the cited text holds.
        citations: Places in the answer's citations of those it stands on.
    """

    start: int
    end: int
    state: Literal["supported", "unsupported", "neutral"]
    share: float = 0.0
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence that was weighed as evidence.

    Attributes:
        start: In the text of its document.
        score: How well it answers; of use only beside the others.
        signals: What speaks for it, by name: the signal, and the weight it is multiplied by.
    """

    document_id: str
    passage_id: str
    source: str
    text: str
    start: int
    end: int
    score: float
    signals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
