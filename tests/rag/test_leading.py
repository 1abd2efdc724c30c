"""Which sentence leads: the one that holds what is asked for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rag.leading import preferred

TABLE = "| 题库 | 初赛 | 决赛 |\n| --- | --- | --- |\n| 名师题库（%） | 41 | 72 |\n"
ROWS = ("名师题库（%） | 41 | 72", "棋力等级分 | 1258 | 2727")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("名师题库总共多少道题", "收了 500 道奥数题，由教研组核对。"),
        ("名师题库一共有多少份", "全库装订成 36 份，放在阅览室。"),
        ("名师题库有几间教室在用", "已有 12 间教室在用它。"),
    ],
)
def test_a_row_of_something_else_counts_nothing(
    kit: SimpleNamespace, question: str, says: str
) -> None:
    """The figures of a row that the question does not name are of any unit."""
    evidence = kit.evidence(question, f"{TABLE}| 棋力等级分 | 1258 | 2727 |\n\n{says}\n")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    order = tuple(at[text] for text in (*ROWS, says))
    scores = evidence.scores.copy()
    scores[list(order)] = (9, 8, 7)
    found = preferred(kit.query(question), replace(evidence, scores=scores, order=order))
    assert found.order[0] == at[says]


def test_a_row_that_is_named_counts(kit: SimpleNamespace) -> None:
    """The unit may stand in its header."""
    evidence = kit.evidence(
        "夏令营有多少间宿舍",
        "夏令营在湖边。\n\n| 项目 | 宿舍（间） |\n| --- | --- |\n| 夏令营 | 40 |\n",
    )
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    order = (at["夏令营在湖边。"], at["夏令营 | 40"])
    scores = evidence.scores.copy()
    scores[list(order)] = (9, 8)
    query = kit.query("夏令营有多少间宿舍")
    found = preferred(query, replace(evidence, scores=scores, order=order))
    assert found.order[0] == at["夏令营 | 40"]
