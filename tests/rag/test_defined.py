"""Which term a question asks the meaning of, and what gives it."""

from __future__ import annotations

import pytest

from rag.defined import defines, names, term_asked, without_manner


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("什么是熵", "熵"),
        ("什么是熵,通俗点说", "熵"),
        ("麻烦解释一下什么是闭包", "闭包"),
        ("能不能讲一下什么叫复利?", "复利"),
        ("“公摊”到底是个什么,一句话讲明白", "公摊"),
        ("杀青是什么意思?用大白话讲讲", "杀青"),
        ("那份合同里写的“不可抗力”指什么", "不可抗力"),
        ("制度中提到的工时银行是什么东西", "工时银行"),
        ("夜猫子单在客服手册里指什么", "夜猫子单在客服手册里"),
        ("“夜猫子单”在客服手册里指什么", "夜猫子单"),
        ("什么叫开片?是不是坏了?", "开片"),
        ("船上的 隔舱 是什么意思?", "隔舱"),
        ("老听人说熵，熵到底是个啥？", "熵"),
        ("审慎监管怎么理解？", "审慎监管"),
        ("杀青啥意思", "杀青"),
        ("请问闭包是什么意思呀", "闭包"),
        ("“”是什么意思", ""),
        ("会上说了什么", ""),
        ("这三家哪家最便宜", ""),
    ],
)
def test_the_term_is_told_from_how_it_is_asked(question: str, term: str) -> None:
    """Where it was said, and how it is to be told, are no part of a term."""
    assert term_asked(question) == term


@pytest.mark.parametrize(
    "question",
    [
        "他在信里写了什么，怎么解释",
        "他为什么辞职，老板怎么说",
        "房租多少，简单说",
        "这是什么，谁说的",
    ],
)
def test_what_asks_more_is_kept(question: str) -> None:
    """A clause that asks something itself is no wish for a manner of telling."""
    assert without_manner(question) == question


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("萎凋(withering)", "withering → 萎凋。"),
        ("withering（萎凋）", "萎凋是指鲜叶摊开失水。"),
        ("熵", "这个量叫熵"),
        ("开片", "开片 釉面收缩时生出的细小裂纹。"),
    ],
)
def test_either_name_of_a_term_defines_it(term: str, text: str) -> None:
    """A term asked with its other name in brackets is explained under either."""
    assert defines(term).search(text)
    assert not defines(term).search("今天没有下雨。")


def test_a_name_given_at_the_end_is_told_from_a_meaning() -> None:
    """“这叫追露水” gives a name; what it means stands before it."""
    assert names("追露水").search("这件事被称为“追露水”。")
    assert not names("追露水").search("追露水是指半夜上山采茶。")
