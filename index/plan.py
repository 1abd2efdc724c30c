"""Which segments to write as one, so that there are few and most are left alone.

A log-structured merge: segments of like size are merged once there are several of them, so that a
passage is rewritten a logarithmic number of times, however many small builds there are (O'Neil et
al. 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.postings import SEGMENT_ROWS

_ALIKE = 4  # times larger, and a segment is of another size class
_SMALLEST = 64
_SEVERAL = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """Segments to become one.

    Attributes:
        members: Their numbers.
        rows: How many rows they keep in all.
    """

    members: tuple[int, ...]
    rows: int


def plan(rows: Sequence[int], published: int) -> list[Plan]:
    """Group segments, in the order of the first member of each group.

    Args:
        rows: How many rows each segment keeps; the published ones come first.
        published: How many are published. The others are as yet unpublished pieces of one build,
            and become as few segments as can be.

    Returns:
        Every segment in one group; groups of one are left as they are.
    """
    groups = [Plan((number,), count) for number, count in enumerate(rows[:published])]
    groups += _filled(
        [Plan((number,), count) for number, count in enumerate(rows[published:], published)]
    )
    while True:
        classes: dict[int, list[Plan]] = {}
        for group in groups:
            if group.rows <= SEGMENT_ROWS // 2:
                classes.setdefault(_size_class(group.rows), []).append(group)
        crowded = next((c for _, c in sorted(classes.items()) if len(c) >= _SEVERAL), None)
        if crowded is None:
            return sorted(groups, key=lambda group: group.members)
        merged = _filled(sorted(crowded, key=lambda group: group.rows))
        groups = [group for group in groups if group not in crowded] + merged


def _filled(groups: Sequence[Plan]) -> list[Plan]:
    """Neighbours put together while they fit into one segment."""
    filled: list[Plan] = []
    for group in groups:
        if filled and filled[-1].rows + group.rows <= SEGMENT_ROWS:
            last = filled.pop()
            members = tuple(sorted((*last.members, *group.members)))
            group = Plan(members, last.rows + group.rows)
        filled.append(group)
    return filled


def _size_class(rows: int) -> int:
    number = 0
    while rows > _SMALLEST:
        rows //= _ALIKE
        number += 1
    return number
