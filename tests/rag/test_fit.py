"""Whether a question asks for the first of a ranking."""

from __future__ import annotations

import pytest

from rag.fit import _FIRST_OF_ALL, _asked_noun


@pytest.mark.parametrize(
    ("question", "ranked"),
    [
        ("销量前三的糕点是哪些", True),
        ("客流前两名的车站", True),
        ("今年前三名是谁", True),
        ("运动会前八名有奖吗", True),
        ("下载量前一百的软件", True),
        ("提前两个小时做什么", False),
        ("门前两棵树是什么树", False),
        ("面前三座山叫什么", False),
        ("胸前一朵花", False),
        ("餐前一片药", False),
        ("生前十部作品是哪些", False),
        ("午前十点开什么会", False),
        ("年前三个项目是什么", False),
        ("会前三项准备是什么", False),
        ("前一个是什么", False),
        ("前两个小时讲什么", False),
        ("前12天走到哪里", False),
    ],
)
def test_before_is_not_the_first(question: str, ranked: bool) -> None:
    """前 says before as often: 提前, 门前, 餐前."""
    assert (_FIRST_OF_ALL.search(question) is not None) == ranked


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("用过哪些编程语言", "编程语言"),
        ("志愿者都有什么岗位可以选", "岗位"),
        ("馆里设了什么奖项", "奖项"),
        ("馆里什么时候关门", ""),
    ],
)
def test_the_kind_of_things_asked_for(question: str, noun: str) -> None:
    """What a list is called is compared with what is asked for."""
    assert _asked_noun(question) == noun
