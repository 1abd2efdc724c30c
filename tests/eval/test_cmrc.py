"""The official CMRC 2018 figures, held against cases worked by hand."""

from __future__ import annotations

import pytest

from eval import cmrc


@pytest.mark.parametrize(
    ("prediction", "gold", "em", "f1"),
    [
        ("光荣和ω-force", "光荣和ω-force", 1.0, 1.0),
        ("《战国无双3》", "战国无双3", 1.0, 1.0),  # listed punctuation is removed
        ("武田信玄", "武田信玄等人", 0.0, 2 * 4 / (4 + 6)),
        ("1997年", "于1997年加入", 0.0, 2 * 2 / (2 + 5)),  # 1997 年 | 于 1997 年 加 入
        ("北京大学", "大学北京", 0.0, 2 * 2 / 8),  # a run, not a bag: 北京 or 大学
        ("The Beatles", "the beatles", 1.0, 1.0),  # case alone is folded
        ("Ａ", "A", 0.0, 0.0),  # width is not
        ("臺灣", "台湾", 0.0, 0.0),  # nor is script
        ("(甲)", "甲", 0.0, 2 * 1 / (3 + 1)),  # half-width brackets are not on the list
        ("", "甲", 0.0, 0.0),
        ("3.5%", "3.5", 0.0, 2 * 1 / (2 + 1)),  # 3.5 | %
    ],
)
def test_hand_worked_cases(prediction: str, gold: str, em: float, f1: float) -> None:
    """Protects comparability with published figures: each case is counted by hand."""
    assert cmrc.exact_match(prediction, gold) == em
    assert cmrc.f1(prediction, gold) == pytest.approx(f1)


def test_segments() -> None:
    """Protects the cutting: characters, words, numbers, and the script's list of signs."""
    assert cmrc.segment("在2,018年，iPhone X卖9.5元！") == [
        "在", "2,018", "年", "iphone", "x", "卖", "9.5", "元",
    ]  # fmt: skip
    assert cmrc.segment("甲，乙", punctuation=True) == ["甲", "，", "乙"]
