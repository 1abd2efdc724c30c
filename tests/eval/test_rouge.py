"""ROUGE-L over words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.rouge import longest_common_subsequence, rouge_l, words


def slow(left: list[str], right: list[str]) -> int:
    """The textbook table."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            table[i + 1][j + 1] = (
                table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
            )
    return table[-1][-1]


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=30), st.lists(st.sampled_from("甲乙丙丁")))
def test_the_fast_subsequence_is_the_exact_one(left: list[str], right: list[str]) -> None:
    """Protects the bit arithmetic."""
    assert longest_common_subsequence(left, right) == slow(left, right)


def test_by_hand() -> None:
    """Protects the measure: 图书馆 周一 闭馆 against 周一 图书馆 闭馆 shares two words in order."""
    assert words("图书馆，周一！") == ("图书馆", "周一")
    assert rouge_l("我们学习", "我们学习") == 1.0
    assert rouge_l("我们学习", "我们工作") == pytest.approx(2 * 1 / 4)
    assert rouge_l("", "我们") == rouge_l("我们", "。") == 0.0
