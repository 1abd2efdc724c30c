"""Questions answered from the documents that they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.filters import Filters
from rag import KnowledgeBase, build_kb, open_kb

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "手册.md": "# 员工手册\n\n工龄满一年的员工每年有年假 5 天。\n\n住宿费每晚不超过 350 元。",
    "考勤.md": "# 考勤管理办法\n\n工龄满一年的员工每年有年假 7 天。\n\n"
    "迟到三十分钟以上按旷工半天处理。",
    "甲.md": "---\ntitle: 开店第一年\nauthor: 沈砚秋\n---\n\n"
    "第一年亏了八万元。店里卖得最好的是桂花拿铁。",
    "乙.md": "---\ntitle: 我为什么关店\nauthor: 李渔舟\n---\n\n"
    "三年一共亏了二十万元。店里卖得最好的是燕麦拿铁。",
    "丙.md": "---\ntitle: 一家店的账本\nsource: 街角周刊\n---\n\n店里卖得最好的是杏仁拿铁。",
    "书.md": "# 山雨集\n\n《山雨集》是一部长篇小说，写一座山城的三代人。",
    "人.md": "# 许闻笛\n\n《山雨集》里的许闻笛住在听松楼，七岁学琴。",
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Invented documents that say different things of the same matters."""
    folder: Path = tmp_path_factory.mktemp("within") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "source", "told"),
    [
        ("员工手册里年假几天？", "手册.md", "5 天"),
        ("按照考勤管理办法，年假几天？", "考勤.md", "7 天"),
        ("李渔舟那篇说店里卖得最好的是什么？", "乙.md", "燕麦拿铁"),
        ("沈砚秋的文章里，亏了多少钱？", "甲.md", "八万元"),
        ("街角周刊那篇说店里卖得最好的是什么？", "丙.md", "杏仁拿铁"),
    ],
)
def test_the_document_named_answers_alone(
    shelf: KnowledgeBase, question: str, source: str, told: str
) -> None:
    """Protects a question for one document from what others say of the same."""
    answer = shelf.ask(question)
    assert told in answer.text
    assert {cited.passage.source for cited in answer.citations} == {source}
    assert {hit.passage.source for hit in answer.hits} == {source}


def test_each_document_named_answers_on_its_line(shelf: KnowledgeBase) -> None:
    """Protects a line for each document, under its name and cited from it."""
    answer = shelf.ask("员工手册和考勤管理办法分别规定年假几天？")
    first, second = answer.text.splitlines()
    assert first.startswith("《员工手册》：")
    assert "5 天" in first
    assert second.startswith("《考勤管理办法》：")
    assert "7 天" in second
    assert [cited.passage.source for cited in answer.citations] == ["手册.md", "考勤.md"]
    assert answer.short == "《员工手册》：5 天；《考勤管理办法》：7 天"


def test_what_the_document_named_does_not_say_is_answered_from_all(shelf: KnowledgeBase) -> None:
    """Protects against a refusal because the wrong document was named."""
    answer = shelf.ask("员工手册里说迟到三十分钟以上怎么处理？")
    assert not answer.refused
    assert {cited.passage.source for cited in answer.citations} == {"考勤.md"}


def test_a_document_that_does_not_say_it_has_no_line(shelf: KnowledgeBase) -> None:
    """Protects against a line of something else, where one of the documents named is silent."""
    answer = shelf.ask("员工手册和考勤管理办法里，住宿费每晚分别是多少？")
    assert {cited.passage.source for cited in answer.citations} == {"手册.md"}
    assert "350 元" in answer.text


def test_a_work_that_documents_tell_of_is_no_document(shelf: KnowledgeBase) -> None:
    """Protects questions about what is in a book from being put to the entry of its title."""
    answer = shelf.ask("《山雨集》里许闻笛住在哪里？")
    assert {cited.passage.source for cited in answer.citations} == {"人.md"}


def test_documents_outside_the_filters_are_not_named(shelf: KnowledgeBase) -> None:
    """Protects the conditions of the one who asks, whatever the question names."""
    answer = shelf.ask("员工手册里年假几天？", filters=Filters(source="考勤"))
    assert {hit.passage.source for hit in answer.hits} == {"考勤.md"}
