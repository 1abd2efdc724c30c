"""Risk by coverage, held against counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import risk_coverage


def test_risk_by_hand() -> None:
    """Of five questions four are answered; ties move together."""
    points = risk_coverage([0.9, 0.5, 0.5, 0.1], [True, True, False, False], 5)
    assert points == [(1 / 5, 0.0), (3 / 5, pytest.approx(1 / 3)), (4 / 5, 0.5)]


def test_nothing_answered_has_no_risk() -> None:
    """A system that refuses all has no curve."""
    assert risk_coverage([], [], 3) == []


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), min_size=1))
def test_every_point_is_what_its_threshold_gives(answers: list[tuple[float, bool]]) -> None:
    """Each point equals answering from that confidence up, counted slowly."""
    scores, right = [score for score, _ in answers], [known for _, known in answers]
    expected = []
    for threshold in sorted(set(scores), reverse=True):
        taken = [known for score, known in answers if score >= threshold]
        expected.append((len(taken) / len(answers), taken.count(False) / len(taken)))
    points = risk_coverage(scores, right, len(answers))
    assert len(points) == len(expected)
    for point, wanted in zip(points, expected, strict=True):
        assert point == pytest.approx(wanted)
