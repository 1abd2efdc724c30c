"""Where characters stand on a page."""

from __future__ import annotations

from corpus.boxes import Rectangle, pack_line, rectangles

BOXES = pack_line(10, 1, 100, 112, [60, 72, 84, 96]) + pack_line(14, 2, 50, 62, [30, 42, 54])


def test_a_span_is_drawn_line_by_line() -> None:
    """A quote that runs over a line or a page is highlighted on both."""
    assert rectangles(BOXES, 11, 15) == [
        Rectangle(1, 72, 100, 96, 112),
        Rectangle(2, 30, 50, 42, 62),
    ]


def test_a_span_outside_of_all_lines_draws_nothing() -> None:
    """Syntax and blank lines stand nowhere."""
    assert rectangles(BOXES, 0, 10) == rectangles(BOXES, 13, 14) == rectangles(BOXES, 16, 99) == []
    assert rectangles(b"", 0, 9) == []


def test_places_off_the_page_are_kept_in_range() -> None:
    """A damaged file may put characters anywhere."""
    found = rectangles(pack_line(0, 70_000, -5, 1e9, [-1e9, 1e9]), 0, 1)
    assert found == [Rectangle(0xFFFF, 0, 0, 0xFFFF / 4, 0xFFFF / 4)]
