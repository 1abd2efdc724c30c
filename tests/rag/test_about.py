"""Questions about a document's own data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings, cut_passages
from corpus.filters import Filters
from corpus.load import make_document
from corpus.records import Answer
from rag import AnswerSettings, KnowledgeBase, build_kb, open_kb
from rag.about import asked_about
from rag.events import Chosen, Retrieved
from rag.record import find_record, tell_record

TEXTS = {
    "parking.md": "# 停车管理办法\n\n发布日期：2023年6月1日\n来源：行政部\n\n"
    "员工车辆停在北区。访客车辆停在南区，每次不超过四小时。",
    "bridge.md": "---\ntitle: 青石大桥通车记\nauthor: 林秋\ndate: 2021-05-02\n"
    "url: https://example.org/bridge?id=7&from=feed\n---\n\n"
    "青石大桥横跨柳溪，全长 1200 米。桥面铺的是花岗石。",
    "tea.md": "# 云栖茶厂的一年\n\n作者：周禾\n\n云栖茶厂有员工 120 人。春茶四月开采。",
    "tea2.md": "# 云栖茶厂的新茶\n\n作者：陈岸\n\n新茶叫雨前，每斤六百元。",
    "novel.md": "---\ntitle: 山雨集\nauthor: 词条馆\n---\n\n"
    "《山雨集》是许闻笛的长篇小说，写一座山城的三代人。",
    "release.md": "---\ntitle: Nova\ndate: 2024-02-03\n---\n\n"
    "Nova 于 2022 年 9 月发布，是一款看图软件。",
    "repost.md": "---\nauthor: 柳溪社\n---\n\n# 渡口的最后一班船\n\n"
    "这班船开了四十年。作者｜韩霁｜柳溪社\n\n最后一班船在傍晚离岸。",
    "hidden.md": "# 仓库盘点小结\n\n仓库里有木箱 80 只。铁桶 12 只，都在东墙。",
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Invented documents that name their authors and dates in different ways."""
    folder: Path = tmp_path_factory.mktemp("shelf") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as kb:
        yield kb


def check_spans(answer: Answer, kb: KnowledgeBase) -> None:
    """Every quote is what stands at its place in its document, and within its passage."""
    assert answer.citations
    for cited in answer.citations:
        document = kb.document(cited.passage.document_id)
        assert document is not None
        begin = cited.passage.start
        assert document.text[cited.start : cited.end] == cited.quote
        assert document.text[begin : cited.passage.end] == cited.passage.text
        assert cited.passage.text[cited.start - begin : cited.end - begin] == cited.quote
        assert f"[{cited.number}]" in answer.text


@pytest.mark.parametrize(
    ("question", "source", "short", "quote"),
    [
        ("停车管理办法是哪天发的？", "parking.md", "2023-06-01", "发布日期：2023年6月1日"),
        (
            "请问《停车管理办法》什么时候发布的",
            "parking.md",
            "2023-06-01",
            "发布日期：2023年6月1日",
        ),
        (
            "《停車管理辦法》是什麼時候發佈的？",
            "parking.md",
            "2023-06-01",
            "发布日期：2023年6月1日",
        ),
        ("停车管理那份办法的发布日期是什么", "parking.md", "2023-06-01", "发布日期：2023年6月1日"),
        ("讲停车管理的那篇文章的出处是哪里", "parking.md", "行政部", "来源：行政部"),
        ("青石大桥那篇文章的作者是谁", "bridge.md", "林秋", "author: 林秋"),
        ("谁写了青石大桥那篇报道？", "bridge.md", "林秋", "author: 林秋"),
        ("关于青石大桥的文章作者叫什么名字", "bridge.md", "林秋", "author: 林秋"),
        ("林秋那篇文章是什么时候发表的", "bridge.md", "2021-05-02", "date: 2021-05-02"),
        ("《青石大桥通车记》何时发表？", "bridge.md", "2021-05-02", "date: 2021-05-02"),
        ("Who wrote the article about 青石大桥?", "bridge.md", "林秋", "author: 林秋"),
        ("bridge.md 是谁写的", "bridge.md", "林秋", "author: 林秋"),
        ("讲春茶开采的那篇是谁写的", "tea.md", "周禾", "作者：周禾"),
        ("《山雨集》那篇文章的作者", "novel.md", "词条馆", "author: 词条馆"),
        ("林秋写青石大桥的那篇哪天发的？我要标来源", "bridge.md", "2021-05-02", "date: 2021-05-02"),
        ("林秋那篇讲青石大桥的文章哪天发的", "bridge.md", "2021-05-02", "date: 2021-05-02"),
    ],
)
def test_a_datum_is_told_with_the_line_that_shows_it(
    question: str, source: str, short: str, quote: str, shelf: KnowledgeBase
) -> None:
    """The record's value, and for it the line in which a reader can see it."""
    answer = shelf.ask(question)
    assert answer.short == short
    assert [item.passage.source for item in answer.citations] == [source]
    assert answer.citations[0].quote == quote
    check_spans(answer, shelf)


@pytest.mark.parametrize(
    "question",
    [
        "青石大桥那篇文章的作者和发布时间是什么？",
        "青石大桥那篇文章是谁写的，什么时候发表的？",
        "《青石大桥通车记》是谁写的？哪天发的？",
    ],
)
def test_several_data_are_told_together(question: str, shelf: KnowledgeBase) -> None:
    """Each with its own line, of the one document."""
    answer = shelf.ask(question)
    assert answer.short == "林秋；2021-05-02"
    assert [item.quote for item in answer.citations] == ["author: 林秋", "date: 2021-05-02"]
    check_spans(answer, shelf)


def test_two_documents_are_asked_for_their_authors(shelf: KnowledgeBase) -> None:
    """Each on its line, with the line of its own that shows it."""
    answer = shelf.ask("《青石大桥通车记》一文和《云栖茶厂的一年》一文的作者分别是谁？")
    assert answer.short == "《青石大桥通车记》：林秋；《云栖茶厂的一年》：周禾"
    assert [item.quote for item in answer.citations] == ["author: 林秋", "作者：周禾"]
    check_spans(answer, shelf)


def test_an_address_is_known_although_shown_shortened(shelf: KnowledgeBase) -> None:
    """The short answer is the record's address, whatever of it the text shows."""
    answer = shelf.ask("青石大桥那篇文章的链接是什么")
    assert answer.short == "https://example.org/bridge?id=7&from=feed"
    assert answer.citations[0].quote.startswith("url: https://example.org/bridge")
    check_spans(answer, shelf)


def test_the_byline_is_told_beside_who_publishes(shelf: KnowledgeBase) -> None:
    """A repost names its outlet as author; who wrote it stands in the text."""
    answer = shelf.ask("《渡口的最后一班船》是谁写的")
    assert [item.quote for item in answer.citations] == ["author: 柳溪社", "作者｜韩霁｜柳溪社"]
    check_spans(answer, shelf)


@pytest.mark.parametrize(
    "question",
    [
        "合同什么时候签的",
        "Nova 什么时候发布的",
        "谁写了《红楼梦》",
        "青石大桥是谁建的",
        "青石大桥是什么时候通车的？",
        "这篇文章的数据来源是什么",
        "这篇文章里提到的报告是什么时候发布的",
        "日本文学的来源是什么",
        "作者认为谁应该负责",
        "他在那篇文章里是怎么写作者的",
        "英文的来源是什么",
        "世界卫生组织的报告是什么时候发布的",
        "那篇文章讲了什么",
        "链接怎么打开",
        "",
        "？",
        "青石大桥" * 99 + "那篇文章的作者是谁",
    ],
)
def test_a_question_of_content_is_none_of_a_document(question: str, shelf: KnowledgeBase) -> None:
    """It is left to the text, whatever the record says."""
    answer = shelf.ask(question)
    quotes = {item.quote for item in answer.citations}
    assert not any(quote.startswith(("author:", "date:", "url:", "作者：")) for quote in quotes)
    assert "文件信息" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "那篇文章的作者是谁",  # of eight
        "云栖茶厂那篇文章是谁写的",  # of two
        "《山雨集》的作者是谁",  # a work that the document is about
        "《没有这本书》是谁写的",
        "仓库盘点小结的作者是谁",  # it has none
    ],
)
def test_no_document_is_taken_for_another(question: str, shelf: KnowledgeBase) -> None:
    """Which is meant is not guessed, and what is not known is not made up."""
    assert asked_about(question)
    assert find_record(shelf._desk, question, None) is None


def test_the_only_document_is_meant(shelf: KnowledgeBase) -> None:
    """Where filters leave one, to point at it is enough."""
    answer = shelf.ask("这篇文章是谁写的？", filters=Filters(source="tea2.md"))
    assert answer.short == "陈岸"
    assert shelf.ask("文章作者是谁", filters=Filters(source="bridge.md")).short == "林秋"
    assert shelf.ask("When was this article published?", filters=Filters(source="bridge")).short


def test_the_conversation_names_the_document(shelf: KnowledgeBase) -> None:
    """那篇文章 is the one that the last question was about."""
    answer = shelf.ask("那篇文章是谁写的？", [("青石大桥全长多少米？", "1200 米。")])
    assert answer.short == "林秋"
    again = shelf.ask("那篇文章是什么时候发表的？", [("青石大桥那篇文章是谁写的？", "林秋")])
    assert again.short == "2021-05-02"


def test_a_model_is_not_asked(shelf: KnowledgeBase) -> None:
    """Step by step as ever, and the record's word stands as it is."""

    class Silent:
        name = "silent"
        prompt_tokens = 1000

        def write(self, messages: object) -> None:
            raise AssertionError("was asked")

    events = list(shelf.stream("青石大桥那篇文章的作者是谁", generator=Silent()))  # type: ignore[arg-type]
    assert [type(event) for event in events] == [Retrieved, Chosen, Answer]
    assert isinstance(events[1], Chosen)
    assert isinstance(events[2], Answer)
    assert events[1].citations == events[2].citations
    assert not events[2].model


def test_what_the_text_does_not_show_is_told_as_such() -> None:
    """The properties of a file are named as the ground, before the sentence that is cited."""
    (asked,) = asked_about("那篇文章的作者是谁")
    document = replace(make_document(TEXTS["hidden.md"], "a.md"), author="苏棹")
    passages = cut_passages(document, ChunkSettings())
    finding = tell_record(asked, document, passages, "zh")
    assert finding is not None
    assert finding.short == "苏棹"
    assert finding.lines[0].label == "作者（文件信息）：苏棹。文件开头"
    english = tell_record(asked, document, passages, "en")
    assert english is not None
    assert english.lines[0].label.startswith("Author (file information): 苏棹")
    opening = finding.sentences[0]
    assert document.text[opening.start : opening.end] == opening.text


def test_a_text_dated_by_itself_is_not_dated_by_its_file() -> None:
    """A file is often saved on another day than its text is signed."""
    (asked,) = asked_about("仓库盘点小结是什么时候发布的")
    text = f"{TEXTS['hidden.md']}\n\n仓管组\n\n2022年3月4日\n"
    document = replace(make_document(text, "a.md"), published="2024-01-01")
    passages = cut_passages(document, ChunkSettings())
    assert tell_record(asked, document, passages, "zh") is None


@given(
    author=st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=2, max_size=12),
    label=st.sampled_from(["作者：", "文章作者: ", "**Author:** ", "作者 | "]),
    before=st.lists(st.sampled_from(["", "雨停了。", "路边有树", "- 甲"]), max_size=6),
)
def test_the_line_cited_is_exactly_in_the_text(author: str, label: str, before: list[str]) -> None:
    """Whatever surrounds it, and whether or not it is searched."""
    (asked,) = asked_about("那篇文章的作者是谁")
    text = "\n".join(["# 一个题目", *before, f"{label}{author}", "", "风很大。人们走了。"])
    document = make_document(text, "a.md")
    passages = cut_passages(document, ChunkSettings())
    finding = tell_record(asked, document, passages, "zh")
    for item in finding.sentences if finding else ():
        passage = item.hit.passage
        assert document.text[item.start : item.end] == item.text
        assert passage.start <= item.start <= item.end <= passage.end
        assert document.text[passage.start : passage.end] == passage.text


def test_language_of_own_words_follows_the_setting(shelf: KnowledgeBase, tmp_path: Path) -> None:
    """A label is worded in the language chosen."""
    with open_kb(shelf.folder, answer=AnswerSettings(language="en")) as kb:
        check_spans(kb.ask("青石大桥那篇文章的作者是谁"), kb)
