"""What was found: the sentences that answer, and how they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.features import Candidate


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.

    Attributes:
        sentences: Quoted in this order.
        label: What the line is about, told before it (``o1：…``); empty without one.
        bullet: Whether it is one of several things side by side.
        agreeing: Sentences of other documents that say what the first sentence says.
    """

    sentences: tuple[Candidate, ...]
    label: str = ""
    bullet: bool = False
    agreeing: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The lines of an answer.

    Attributes:
        short: The answering words alone; empty if none could be singled out.
        note: Name of the phrase told before the lines (``contradiction``); empty without one.
    """

    lines: tuple[Line, ...]
    short: str
    note: str = ""

    @property
    def sentences(self) -> tuple[Candidate, ...]:
        """All sentences it stands on, in the order of the lines."""
        return tuple(
            item
            for line in self.lines
            for item in (*line.sentences[:1], *line.agreeing, *line.sentences[1:])
        )


def in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of one passage next to each other in its order; passages as first chosen."""
    places: dict[str, int] = {}
    for item in chosen:
        places.setdefault(item.hit.passage.id, len(places))
    return sorted(chosen, key=lambda item: (places[item.hit.passage.id], item.start))
