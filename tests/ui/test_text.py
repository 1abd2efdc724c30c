"""The words of the page: whatever can be shown has one."""

from __future__ import annotations

import pytest

from corpus.parts import PLACES, Part
from corpus.reasons import OF_PAGES, REASONS
from ui.text import CHINESE, ENGLISH


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part(0, 1, "page", "3"), "第 3 页"),
        (Part(0, 1, "sheet", "价目", 7), "工作表“价目”第 7 行"),
        (Part(0, 1, "slide", "2"), "第 2 张幻灯片"),
        (Part(0, 1, "chapter", "山"), "章节“山”"),
        (Part(0, 1, "cell", "4"), "第 4 个单元格"),
        (Part(0, 1, "record", "{}"), "第 {} 条记录"),
        (Part(0, 1, "line", "", 3), "第 3 行"),
    ],
)
def test_places_are_named_in_chinese(part: Part, words: str) -> None:
    """Every kind of part there is; a name is never taken for a pattern."""
    assert part.place(0, CHINESE.places) == words
    assert CHINESE.places.keys() == PLACES.keys() == ENGLISH.places.keys()


def test_every_reason_for_a_mark_is_translated() -> None:
    """Those of the rules, and those of the reader of pages."""
    assert {*REASONS, *OF_PAGES} == set(CHINESE.reasons)
