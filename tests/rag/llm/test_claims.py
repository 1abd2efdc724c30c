"""A model's text, read into sentences with the passages they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.claims import read_drafts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲是乙[1]。丙是丁。[2]", [("甲是乙。", (1,)), ("丙是丁。", (2,))]),
        ("甲是乙。[1][3] 丙是丁【2】。", [("甲是乙。", (1, 3)), ("丙是丁。", (2,))]),
        ("甲是乙[1, 2]。", [("甲是乙。", (1, 2))]),
        ("甲是乙[1-3]。", [("甲是乙。", (1, 2, 3))]),
        ("甲是乙［1、4］。", [("甲是乙。", (1, 4))]),
        ("甲是乙[^2]。", [("甲是乙。", (2,))]),
        ("甲是乙[资料1]。", [("甲是乙。", (1,))]),
        ("甲是乙[1](http://x.invalid)。", [("甲是乙。", (1,))]),
        ("甲[1]是乙[1]和丙[2]。", [("甲是乙和丙。", (1, 2))]),
        ("甲是乙。\n[1][2]", [("甲是乙。", (1, 2))]),
        ("甲是乙[0][999]", [("甲是乙", (0, 999))]),
        ("甲是乙[1-999]。", [("甲是乙。", tuple(range(1, 22)))]),
        ("It is A.[1] It is B [2].", [("It is A.", (1,)), ("It is B.", (2,))]),
        ("在[2024]年", [("在[2024]年", ())]),
        ("**甲**是 ![图](http://x.invalid/p.png)[乙](http://x.invalid)。", [("甲是 乙。", ())]),
        ("想想</think>甲是乙。", [("甲是乙。", ())]),
        ("", []),
        ("[1]", []),
        ("……\n---\n| - | - |", []),
    ],
)
def test_marks_of_every_form_are_read(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    """The sentence without marks, links and pictures, and the numbers it names."""
    assert [(draft.words, draft.numbers) for draft in read_drafts(text)] == expected


def test_lines_and_lists_keep_their_form() -> None:
    """Items stay items; headings, quotation marks and emphasis of Markdown go."""
    text = "## 小结：\n\n* 甲[1]。又甲。\n2) **乙**\n1.5 倍。\n> 丙。"
    assert [(draft.lead, draft.words) for draft in read_drafts(text)] == [
        ("", "小结："), ("\n- ", "甲。"), ("", "又甲。"), ("\n2) ", "乙"), ("\n", "1.5 倍。"),
        ("\n", "丙。"),
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """Whatever a model writes is text, and no sentence is empty."""
    for draft in read_drafts(text):
        assert draft.words.strip() == draft.words != ""
        assert "\n" not in draft.words
