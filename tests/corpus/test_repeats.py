"""Boilerplate learned from lines that many documents share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.load import make_document
from corpus.reasons import CleanSettings
from corpus.records import Document
from corpus.repeats import count_lines, edge_lines, learned, mark_repeated

BODY = "树叶在秋天变黄，是因为叶绿素先分解，留下的类胡萝卜素呈现黄色，气温越低变得越快。\n\n" * 10


def _documents(last: str, count: int = 5) -> list[Document]:
    return [make_document(f"# 第{n}篇\n\n{BODY}\n{last}\n", f"{n}.md") for n in range(count)]


@pytest.mark.parametrize(
    "line",
    [
        "绿叶周刊 | 与植物一起生活",
        "我们专注于植物的科普，每天一篇。",
        "更多内容请见绿叶周刊。",
        "内部资料 请勿外传",
    ],
)
def test_a_line_below_many_documents_is_learned(line: str) -> None:
    """A slogan says nothing about any of them."""
    documents = _documents(line)
    rules = learned(count_lines(documents), CleanSettings())
    later = mark_repeated(make_document(f"# 新的\n\n{BODY}\n{line}\n", "z.md"), rules)
    (mark,) = (mark for mark in later.marks if mark.reason == "repeated line")
    assert later.text[mark.start : mark.end] == line
    assert learned(count_lines(documents[1:]), CleanSettings()) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "本制度自发布之日起施行。",
        "适用范围：全体员工",
        "咨询电话 010-55550199",
        "报名请到总务处",
        "一、活动安排",
        "## 附则与解释",
        "| 姓名 | 职务 |",
        "- 带好雨伞和水杯",
        "每人限领一份",
        "完",
    ],
)
def test_a_line_that_may_answer_is_never_learned(line: str) -> None:
    """Every one of the documents may be asked about it."""
    assert learned(count_lines(_documents(line, 20)), CleanSettings()) == frozenset()


def test_a_line_in_the_middle_is_never_learned() -> None:
    """What many texts say in their midst is what they are about."""
    documents = [make_document(f"{BODY}\n秋天的树叶与阳光\n\n{BODY}", f"{n}.md") for n in range(20)]
    assert learned(count_lines(documents), CleanSettings()) == frozenset()


def test_learning_can_be_turned_off() -> None:
    """By number or by reason."""
    counts = count_lines(_documents("绿叶周刊 | 与植物一起生活"))
    assert learned(counts, CleanSettings())
    for off in (
        CleanSettings(repeated=0),
        CleanSettings(keep="repeated line"),
        CleanSettings(keep="all"),
    ):
        assert learned(counts, off) == frozenset()


LINES = st.lists(
    st.sampled_from(
        ["# 题", "绿叶周刊 生活", "扫码关注", "", "```", "---", "字" * 50 + "。", "　空 "]
    ),
    max_size=20,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(LINES.map("\n".join))
def test_marks_stay_whole_lines_in_order(raw: str) -> None:
    """Whatever is learned, marks neither overlap nor move."""
    if not raw.strip("\n `"):
        return
    document = make_document("正文。\n" + raw, "a.md")
    marked = mark_repeated(document, edge_lines(document))
    assert marked.text == document.text
    assert set(document.marks) <= set(marked.marks)
    previous = 0
    for mark in marked.marks:
        assert previous <= mark.start < mark.end
        assert mark.start == 0 or document.text[mark.start - 1] == "\n"
        previous = mark.end
