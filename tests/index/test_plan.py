"""Which segments are merged."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import plan as module
from index.plan import plan
from index.postings import SEGMENT_ROWS

SIZES = st.lists(
    st.one_of(st.integers(0, 200), st.integers(0, SEGMENT_ROWS), st.just(SEGMENT_ROWS)), max_size=40
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(SIZES, st.integers(0, 40))
def test_every_segment_is_in_one_group_that_is_not_too_large(sizes: list[int], at: int) -> None:
    """Nothing is lost or doubled; groups stand in the order of their first members."""
    groups = plan(sizes, min(at, len(sizes)))
    members = [number for group in groups for number in group.members]
    assert sorted(members) == list(range(len(sizes)))
    assert [group.members[0] for group in groups] == sorted(g.members[0] for g in groups)
    for group in groups:
        assert list(group.members) == sorted(group.members)
        assert group.rows == sum(sizes[number] for number in group.members) <= SEGMENT_ROWS


@settings(derandomize=True, max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=100, max_size=300))
def test_many_small_builds_leave_few_segments_and_seldom_rewrite(builds: list[int]) -> None:
    """A passage is rewritten a logarithmic number of times once it is one of more than a few."""
    sizes: list[int] = []
    written = 0
    for rows in builds:
        groups = plan([*sizes, rows], len(sizes))
        written += sum(group.rows for group in groups if len(group.members) > 1)
        sizes = [group.rows for group in groups]
    total = sum(builds)
    assert sum(sizes) == total
    classes = 1 + math.log(total / 64, 4)
    assert len(sizes) <= 4 * classes + total / (SEGMENT_ROWS / 2)
    assert written <= total * (classes + 16)


def test_one_build_makes_as_few_segments_as_can_be() -> None:
    """Its unpublished pieces fill one segment after another; published ones are left alone."""
    full = SEGMENT_ROWS
    groups = plan([full, 40_000, *[10_000] * 8], 2)
    assert [group.members for group in groups] == [(0,), (1,), (2, 3, 4, 5, 6, 7), (8, 9)]


@pytest.mark.parametrize("rows", [[], [0], [5], [SEGMENT_ROWS] * 9])
def test_what_cannot_be_merged_stays(rows: list[int]) -> None:
    """Few segments, or full ones, are groups of one."""
    assert [group.members for group in plan(rows, len(rows))] == [(n,) for n in range(len(rows))]


def test_size_classes_grow_by_a_factor() -> None:
    """So the number of classes, and with it of segments, grows with the logarithm."""
    classes = [module._size_class(rows) for rows in range(SEGMENT_ROWS + 1)]
    assert classes == sorted(classes)
    assert set(classes) == set(range(max(classes) + 1))
