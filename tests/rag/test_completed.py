"""What a sentence needs beside it to say something."""

from __future__ import annotations

import pytest

from rag import KnowledgeBase

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "茶事.md": "# 茶事\n\n春茶晚一天每斤少卖二十元，茶农半夜就上山。这件事被人戏称为“追露水”。\n",
    "做法.md": "# 新做法\n\n今年换了做法。新做法叫“冷闷”。老师傅起初都不同意。\n",
    "术语.md": "# 术语对照\n\ncold steep → 冷闷。杀青之后先在低温下闷一夜，再去揉捻。"
    "\n\nwither → 萎凋。鲜叶摊开失水。\n",
    "称重.md": "# 称重\n\n以前称重要两个人抬着木杆大秤，来回校三遍。现在改用地磅，一个人就够。\n",
    "电梯.md": "# 电梯\n\n周二上午三号电梯困住两个人，停了一个半小时。"
    "物业查过，起因是轿厢门的传感器进了水。\n\n四号电梯周五停了半天，因为要年检。维保员来了两次。\n",
    "大事.md": "# 大事记\n\n5 月 20 日，老厂停电，变压器老化。同一天，新厂的萎凋车间开工。\n",
}


def test_what_is_given_a_name_is_told_with_the_name(shelf: KnowledgeBase) -> None:
    """“这件事被人戏称为…” alone does not say what it is; the sentence before does."""
    answer = shelf.ask("什么是追露水")
    assert "晚一天每斤少卖二十元" in answer.text


@pytest.mark.parametrize("question", ["冷闷是什么意思", "什么是萎凋"])
def test_an_entry_of_a_glossary_is_told_with_its_explanation(
    question: str, shelf: KnowledgeBase
) -> None:
    """The term and its translation are no meaning, and go before a sentence that but names it."""
    text = shelf.ask(question).text
    assert text.index("→") < text.index("低温下闷" if "冷闷" in question else "摊开失水")
    assert "叫“冷闷”" not in text[: text.index("→")]


def test_how_it_was_is_told_with_how_it_is(shelf: KnowledgeBase) -> None:
    """A question names what is no longer done; what is done now stands behind it."""
    assert "地磅" in shelf.ask("称重不用两个人抬木杆大秤来回校三遍了，现在改用什么").text


def test_the_same_day_is_told_with_the_day(shelf: KnowledgeBase) -> None:
    """“同一天” says nothing without the sentence before it."""
    answer = shelf.ask("萎凋车间是哪天开工的")
    assert "同一天" in answer.text
    assert "5 月 20 日" in answer.text


@pytest.mark.parametrize(
    "question", ["三号电梯周二为什么停了一个半小时", "周二三号电梯怎么把两个人困住了"]
)
def test_what_happened_is_told_with_its_cause(question: str, shelf: KnowledgeBase) -> None:
    """The words of the question stand in what happened, the cause behind it."""
    text = shelf.ask(question).text
    assert text.index("困住两个人") < text.index("传感器进了水")


def test_what_holds_its_cause_needs_nothing_behind_it(shelf: KnowledgeBase) -> None:
    """因为要年检 says it already."""
    assert "维保员" not in shelf.ask("四号电梯周五为什么停了半天").text
