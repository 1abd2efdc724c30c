"""Sentences that begin with a word for what the one before them names."""

from __future__ import annotations

import pytest

from corpus.leaning import leans


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("它靠地热取暖。", True),
        ("但他们没有答应。", True),
        ("这项目的来历也有趣。", True),
        ("同一天又停了一次电。", True),
        ("此外，茶园还种花。", False),
        ("其中二百亩种龙井。", False),
        ("这样就好了。", False),
        ("茶园占地三百亩。", False),
        ("", False),
    ],
)
def test_a_sentence_leans_on_the_one_before(sentence: str, does: bool) -> None:
    """其中 and 这样 name nothing, and 此外 says something new."""
    assert leans(sentence) is does
