"""Kinds of answers: lists, comparisons, summaries, agreement and contradiction."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.filters import Filters
from index.query import parse_query
from rag import AnswerSettings, KnowledgeBase, build_kb, open_kb
from rag.agreement import agreement
from rag.summary import asks_for_summary

pytestmark = pytest.mark.usefixtures("one_model")


def article(title: str, date: str, text: str) -> str:
    return f"---\ntitle: {title}\ndate: {date}\n---\n\n# {title}\n\n{text}\n"


TEXTS = {
    "report.md": article(
        "青石大桥通车报道", "2021-05-02",
        "青石大桥全长 1200 米，横跨柳溪。大桥于 2021 年 5 月 1 日通车。桥面铺的是花岗石。",
    ),
    "facts.md": article(
        "青石大桥资料", "2023-03-10",
        "青石大桥全长 1350 米，是柳溪上最长的桥。青石大桥的桥面铺的是花岗石。",
    ),
    "old.md": article(
        "借阅规则", "2020-09-01", "读者最多可借图书 5 册，借期 30 天。逾期每天每册收 2 角。"
    ),
    "new.md": article(
        "新借阅规则", "2024-09-01", "读者每次可借图书 10 册，借期 30 天。逾期每天每册收 5 角。"
    ),
    "2022.md": article("云栖茶厂 2022 年报", "2023-01-20", "云栖茶厂有员工 120 人，产茶 300 吨。"),
    "2023.md": article("云栖茶厂 2023 年报", "2024-01-18", "云栖茶厂有员工 150 人，产茶 420 吨。"),
    "a3.md": article("A3 手册", "2024-02-01", "打印机 A3 每分钟打印 30 页。"),
    "a4.md": article("A4 手册", "2024-02-01", "打印机 A4 每分钟打印 45 页。"),
    "faq.md": article(
        "图书馆问答", "2024-03-01",
        "问：图书馆周末几点开门？\n\n答：早上九点，节假日也一样。\n\n"
        "问：丢了借书证怎么办？\n\n答：带身份证到服务台补办。",
    ),
    "lessons.md": article(
        "古镇保护的四条经验", "2024-06-01",
        "## 一、先立规矩\n\n镇上先定了条例。\n\n## 二、人留下来\n\n老住户有补贴。\n\n"
        "## 三、修旧如旧\n\n木工按老样子修。\n\n## 四、2025，把路让出来\n\n车停在镇外。\n\n"
        "## 写在最后\n\n经验还在长。",
    ),
    "week.md": article(
        "读书周日程", "2024-04-20",
        "## 第一天：开幕\n\n馆长致辞，随后放映纪录片。\n\n"
        "## 第二天：古籍修复\n\n修复师现场演示补纸。\n\n"
        "## 第三天：旧书市集\n\n读者在院子里交换旧书。\n\n## 注意事项\n\n"
        "参加读书周要带以下东西：\n\n- 借书证\n- 水杯\n- 布袋\n",
    ),
}  # fmt: skip


def sources(kb: KnowledgeBase, question: str) -> list[str]:
    return [citation.passage.source for citation in kb.ask(question).citations]


@pytest.mark.parametrize(
    ("question", "newest", "oldest"),
    [
        ("青石大桥全长多少米？", "2023-03-10 青石大桥资料", "2021-05-02 青石大桥通车报道"),
        ("逾期每天每册收多少钱", "2024-09-01 新借阅规则", "2020-09-01 借阅规则"),
    ],
)
def test_a_contradiction_is_shown(
    question: str, newest: str, oldest: str, shelf: KnowledgeBase
) -> None:
    """Both values with source and date, the newest first, and neither picked."""
    answer = shelf.ask(question)
    note, first, second = answer.text.splitlines()
    assert "不一致" in note
    assert first.startswith(f"- {newest}：")
    assert second.startswith(f"- {oldest}：")
    assert [citation.number for citation in answer.citations] == [1, 2]


@pytest.mark.parametrize(
    "question",
    [
        "云栖茶厂有多少员工？",  # of two years
        "打印机每分钟打印多少页？",  # of two models
        "读者可以借多少册图书？",  # at most, and at a time
        "借期是多少天？",  # the same
    ],
)
def test_what_differs_for_a_reason_is_no_contradiction(question: str, shelf: KnowledgeBase) -> None:
    """Another year, another model, a limit: no contradiction is claimed."""
    assert "不一致" not in shelf.ask(question).text


def test_agreeing_sources_are_cited_together(shelf: KnowledgeBase) -> None:
    """One sentence, both numbers; the fact is not told twice."""
    answer = shelf.ask("借期是多少天？")
    assert answer.text.endswith("[1][2]")
    assert answer.text.count("30 天") == 1
    assert {citation.passage.source for citation in answer.citations} == {"old.md", "new.md"}


@pytest.mark.parametrize(
    ("question", "agree"),
    [("借期是多少天", True), ("借期是 30 天吗", True), ("谁的借期是 30 天", False)],
)
def test_what_the_question_says_itself_agrees_with_nothing(
    question: str, agree: bool, shelf: KnowledgeBase
) -> None:
    """A second document with the same short words is cited if they are news, or in question."""
    desk = shelf._desk
    found = desk.retrieve(parse_query(question), 0, None)
    evidence = desk.weigh(found.query, found.hits)
    first = next(item for item in evidence.candidates if "借期 30 天" in item.text)
    idf = desk.searcher.bm25.idf
    told = agreement(found.query, evidence, first, "30 天", desk.cutter, idf, desk.words)
    assert bool(told.same) is agree


def test_the_note_is_in_the_language_chosen(shelf: KnowledgeBase) -> None:
    """Words of our own follow the setting; quotes stay as they are."""
    with open_kb(shelf.folder, answer=AnswerSettings(threshold=0, language="en")) as kb:
        assert kb.ask("青石大桥全长多少米？").text.startswith("The documents disagree")


def test_a_list_is_given_whole(shelf: KnowledgeBase) -> None:
    """All items, each cited, below what leads in."""
    answer = shelf.ask("参加读书周要带哪些东西？")
    assert answer.short == "借书证、水杯、布袋"
    assert answer.text.count("\n- ") == 3


def test_an_item_is_found_by_its_place(shelf: KnowledgeBase) -> None:
    """第二个 and 最后一个 count the items of the list."""
    assert shelf.ask("参加读书周要带的东西，第二个是什么？").short == "水杯"
    assert shelf.ask("参加读书周要带的东西，最后一个是什么？").short == "布袋"


def test_the_headings_of_a_document_are_the_list_its_title_names(shelf: KnowledgeBase) -> None:
    """四条经验 are the four sections, not what only closes the text."""
    answer = shelf.ask("古镇保护的四条经验分别是什么？")
    assert answer.short == "先立规矩、人留下来、修旧如旧、2025，把路让出来"
    assert {citation.passage.source for citation in answer.citations} == {"lessons.md"}


@pytest.mark.parametrize(
    ("question", "told"),
    [("图书馆周末几点开门？", "早上九点"), ("丢了借书证怎么办", "服务台补办")],
)
def test_a_question_in_a_text_is_no_answer(question: str, told: str, shelf: KnowledgeBase) -> None:
    """The sentence behind it is, told with the question it answers."""
    answer = shelf.ask(question)
    assert told in answer.text
    assert answer.text.startswith("问：")
    assert "？" not in answer.short


@pytest.mark.parametrize("question", ["第二天安排了什么？", "读书周第2天有什么活动？"])
def test_an_ordinal_finds_its_heading(question: str, shelf: KnowledgeBase) -> None:
    """In figures or characters, with what stands below it."""
    assert "第二天：古籍修复[1]" in shelf.ask(question).text


def test_a_comparison_has_a_line_for_each(shelf: KnowledgeBase) -> None:
    """Each thing compared with its own sentence and source."""
    answer = shelf.ask("A3 和 A4 每分钟分别打印多少页？")
    first, second = answer.text.splitlines()
    assert first == "A3：打印机 A3 每分钟打印 30 页。[1]"
    assert second == "A4：打印机 A4 每分钟打印 45 页。[2]"
    assert sources(shelf, "A3 和 A4 每分钟分别打印多少页？") == ["a3.md", "a4.md"]


def test_a_document_is_summarised_by_its_sections(shelf: KnowledgeBase) -> None:
    """A sentence of each section under its heading, all of the document named."""
    answer = shelf.ask("《读书周日程》主要讲什么？")
    assert set(sources(shelf, "《读书周日程》主要讲什么？")) == {"week.md"}
    for heading in ("开幕", "古籍修复", "旧书市集"):
        assert heading in answer.text
    assert answer.confidence > 0.9


def test_what_a_document_sums_up_itself_is_no_summary() -> None:
    """Whoever asks which three points a text sums up wants those."""
    assert asks_for_summary("总结一下《读书周日程》")
    assert asks_for_summary("请概括这篇文章讲了哪些内容")
    assert not asks_for_summary("讲读书周的那篇文章，总结这次活动有哪三点好处？")


def test_the_document_meant_may_be_the_only_one(shelf: KnowledgeBase) -> None:
    """这篇文章 is the one that the filters leave."""
    answer = shelf.ask("这篇文章讲了什么？", filters=Filters(source="facts.md"))
    assert {citation.passage.source for citation in answer.citations} == {"facts.md"}


def test_a_title_that_is_none_of_ours_is_not_summarised(shelf: KnowledgeBase) -> None:
    """No other document is told in place of the one that was named."""
    answer = shelf.ask("《山海异闻录》主要讲什么？")
    assert answer.confidence < 0.9


def test_the_answer_of_the_first_half_is_asked_about_in_the_second(tmp_path: Path) -> None:
    """Neither half names the person of whom both are asked."""
    texts = {
        "春茶会.md": "# 春茶会\n\n春茶会由陆明川主讲，来了两百人。\n",
        "人事.md": "# 人事\n\n9 月 25 日陆明川离职。10 月 3 日许望舒离职。\n",
    }
    build_kb(texts, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        told = kb.ask("春茶会是谁主讲的？这个人哪天离职").text
    assert "陆明川主讲" in told
    assert "9 月 25 日" in told
    assert "10 月 3 日" not in told.split("9 月 25 日")[0]


def test_each_date_is_answered_from_what_names_it(tmp_path: Path) -> None:
    """With blanks or without, with the year or in a text of one year; another year is another."""
    texts = {
        "停电.md": "# 停电记录\n\n12月5日停电，原因是树枝压线。12月11日停电，原因是变压器烧毁。\n",
        "旧账.md": "# 旧账\n\n2019 年 12 月 11 日停电，原因是欠费。\n",
    }
    build_kb(texts, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        told = kb.ask("2024 年 12 月 5 日和 2024 年 12 月 11 日两次停电，原因分别是什么").text
    assert told.index("树枝压线") < told.index("变压器烧毁")
    assert "欠费" not in told
