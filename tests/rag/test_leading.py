"""Which sentence leads: the one that holds what is asked for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rag.leading import answers_first, preferred

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


@pytest.mark.parametrize(
    ("scores", "first"),
    [
        ((9, 1, 2, 4), "我提了两个条件：灯要暗，人要少。"),
        ((9, 3, 2, 4), "起初我不肯。"),
        ((9, 1, 5, 4), "后来馆长劝我。"),
    ],
)
def test_an_answer_may_go_on_before_it_answers(
    kit: SimpleNamespace, scores: tuple[int, ...], first: str
) -> None:
    """The place of a question is that of the best sentence behind it, the first if in doubt."""
    asked = "当众补瓷，您会紧张吗？"
    told = ("起初我不肯。", "后来馆长劝我。", "我提了两个条件：灯要暗，人要少。")
    evidence = kit.evidence("当众补瓷提了哪些条件", f"{asked}{''.join(told)}以后呢？都好。")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    known = [at[text] for text in (asked, *told)]
    weighed = evidence.scores.copy()
    weighed[:] = 0
    weighed[known] = scores
    order = tuple(sorted(range(len(weighed)), key=lambda number: -weighed[number]))
    found = answers_first(replace(evidence, scores=weighed, order=order))
    assert found.order[0] == at[first]


def test_what_answers_the_next_question_is_not_taken(kit: SimpleNamespace) -> None:
    """An answer ends where another question is asked."""
    evidence = kit.evidence("补瓷难吗", "补瓷难吗？难。学得会吗？学得会，补瓷要十年。")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    weighed = evidence.scores.copy()
    weighed[:] = (9, 1, 0, 8)
    found = answers_first(replace(evidence, scores=weighed, order=(0, 3, 1, 2)))
    assert found.order[0] == at["难。"]


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
