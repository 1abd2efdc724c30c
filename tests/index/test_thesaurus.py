"""Words that mean the same, read from plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from index import thesaurus


def test_a_line_is_a_group_with_its_english_words(tmp_path: Path) -> None:
    """Comments, blank lines, width and case do not matter; a word may be in many groups."""
    path = tmp_path / "t.txt"
    path.write_text("# 注\n买 购买 = buy\n\n显卡 ＧＰＵ\n买 收买  # 贿赂\n", encoding="utf-8")
    read = thesaurus.read(path)
    assert read.groups == (("买", "购买", "buy"), ("显卡", "gpu"), ("买", "收买"))
    assert read.others("买") == ("购买", "buy", "收买")
    assert read.others("没有的词") == ()


def test_a_word_alone_is_told_with_its_line(tmp_path: Path) -> None:
    """Whoever edits the file learns what to mend."""
    path = tmp_path / "t.txt"
    path.write_text("买 购买\n卖\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.txt, line 2: '卖' stands alone"):
        thesaurus.read(path)
    with pytest.raises(InputError, match="cannot be read"):
        thesaurus.read(tmp_path / "none.txt")


def test_the_shipped_thesaurus_can_be_read_and_says_nothing_twice() -> None:
    """Every line holds at least two words; equal lines would count double."""
    read = thesaurus.read()
    assert len(read.groups) > 10_000
    assert len({frozenset(group) for group in read.groups}) == len(read.groups)
    assert {"薪水", "薪酬"} <= set(read.others("工资"))
    assert "出售" not in read.others("购买")
