"""Somebody that a question names is searched for in the document that is theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import KnowledgeBase, build_kb, open_kb
from rag.own import own_of

TEXTS = {
    "访谈.txt": "访谈｜温拾一：我开了三年早点铺\n\n采写：阮青禾\n\n问：你的铺子哪年开的？\n\n"
    "答：前年春天。换了蒸汽灶以后，每天的客人从四十涨到了一百二。\n",
    "街区.md": "# 街区简报\n\n老街今年新开了七家铺子。豆浆店换灶之后，客人少了。温拾一也在。\n",
    "手记.md": "# 渔港手记\n\n整理人：海鸥   日期：2024-12-08\n\n头一回撒网，只捞上来两只螃蟹。\n",
    "渔讯.md": "# 渔讯\n\n海鸥在渔港过冬。撒网的船今年有九条。老渔民撒网，一回捞上来三百斤鱼。\n",
    "评论.md": "---\nauthor: 半亩塘\n---\n# 垃圾分类一年\n\n分类桶被掀翻，起因是夜里的野猫。\n",
    "公告.md": "# 小区公告\n\n三月的分类桶被掀翻，起因是大风。物业费每月 90 元。\n",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """An interview, a notebook and an essay, with papers that tell of the same."""
    folder = tmp_path_factory.mktemp("shelf") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "source", "asked"),
    [
        ("温拾一那边换灶以后客人涨到多少", "访谈.txt", "换灶以后客人涨到多少"),
        ("温拾一是哪年开的铺子", "访谈.txt", "哪年开的铺子"),
        ("海鸥自己头一回捞上来什么", "手记.md", "头一回捞上来什么"),
        ("三月，半亩塘又把起因写成了什么", "评论.md", "三月把起因写成了什么"),
    ],
)
def test_the_document_of_somebody_is_asked_without_the_name(
    question: str, source: str, asked: str, shelf: KnowledgeBase
) -> None:
    """Of one interviewed, of who took notes, and of who signed."""
    assert list(own_of(shelf._desk, "", (question,), None)) == [(source, asked)]


def test_what_a_question_may_mean_is_asked_of_the_same_document(shelf: KnowledgeBase) -> None:
    """A name that stands in other words is not looked for anew."""
    meant = ("温拾一是哪年开的", "铺子温拾一是哪年开的")
    asked = [("访谈.txt", "哪年开的"), ("访谈.txt", "铺子哪年开的")]
    assert list(own_of(shelf._desk, "", meant, None)) == asked


@pytest.mark.parametrize("question", ["豆浆店的客人少了多少", "老街新开了几家铺子"])
def test_what_is_told_of_has_no_document(question: str, shelf: KnowledgeBase) -> None:
    """A shop or a street wrote nothing and was not asked."""
    assert not list(own_of(shelf._desk, "", (question,), None))


def test_who_is_named_answers(shelf: KnowledgeBase) -> None:
    """Not another document that says the same of the same thing."""
    answer = shelf.ask("物业费每月多少？半亩塘又写分类桶的起因是什么")
    assert "野猫" in answer.text
    assert "大风" not in answer.text
