"""Documents that a question names, and what merely resembles a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.segment import Segmenter
from index.catalogue import Entry, entries_of, letters
from rag.naming import may_name, namings

SHELF = entries_of([
    ("员工手册.md", "员工手册", "员工手册", "", "", "", "年假五天。"),
    ("kq.md", "规章/kq.docx", "考勤管理办法（2024修订）", "人事部", "", "", "年假七天。"),
    ("jy", "纪要_20250314.txt", "纪要_20250314", "", "2025-03-14", "", "第四次工作会议纪要"),
    ("pao", "posts/1.html", "跑步一年，我瘦了多少", "沈砚秋", "2025-01-08", "", ""),
    ("you", "posts/2.html", "游泳一年，我学会了什么", "李渔舟", "2025-02-11", "", ""),
    ("b23", "价格表2023.xlsx", "价格表2023", "", "", "", ""),
    ("b25", "价格表2025.xlsx", "价格表2025", "", "", "", ""),
    ("hlm", "hlm.md", "红楼梦", "", "", "", "《红楼梦》是小说。"),
    ("duo", "duo.md", "城东旧桥，要不要拆：记者走了十里路", "", "", "", ""),
])  # fmt: skip
TEXTS = {"jy": "柳园街道办第四次工作会议纪要运动会定于四月"}


def text_of(entry: Entry) -> str:
    return letters(entry.title + TEXTS.get(entry.id, ""))


def named(question: str, segmenter: Segmenter) -> list[tuple[str, str]]:
    found = namings(question, SHELF, segmenter, text_of) if may_name(question) else []
    return [(question[one.start : one.end], one.entry.id) for group in found for one in group]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("沈砚秋那篇文章说瘦了多少斤", [("沈砚秋那篇文章说", "pao")]),
        ("沈砚秋那篇和李渔舟那篇各怎么说", [("沈砚秋那篇", "pao"), ("李渔舟那篇", "you")]),
        ("游泳那篇 vs 跑步那篇", [("游泳那篇 ", "you"), (" 跑步那篇", "pao")]),
        ("那篇讲游泳的文章花了多少钱", [("那篇讲游泳的文章", "you")]),
        ("李渔舟的文章里花了多少钱", [("李渔舟的文章里", "you")]),
        ("按员工手册，年假几天", [("按员工手册，", "员工手册.md")]),
        ("员工手册规定年假几天", [("员工手册规定", "员工手册.md")]),
        ("考勤办法里年假几天", [("考勤办法里", "kq.md")]),
        ("《考勤管理办法》规定年假几天", [("《考勤管理办法》规定", "kq.md")]),
        ("柳园街道办的会议纪要里说哪天", [("会议纪要里说", "jy")]),
        ("3月14日的纪要里说哪天", [("3月14日的纪要里说", "jy")]),
        ("请看价格表2023.xlsx里黑白多少钱", [("请看价格表2023.xlsx里", "b23")]),
        ("《城东旧桥，要不要拆：记者走了十里路》里走了几里", [
            ("《城东旧桥，要不要拆：记者走了十里路》里", "duo")]),
    ],
)  # fmt: skip
def test_a_document_is_named(
    question: str, expected: list[tuple[str, str]], segmenter: Segmenter
) -> None:
    """Protects each way of naming a document, and the words taken out with the name."""
    assert named(question, segmenter) == expected


@pytest.mark.parametrize(
    "question",
    [
        "跑步一年瘦了多少",
        "红楼梦的作者是谁",
        "《红楼梦》里有多少人物",
        "那篇文章里说了什么数字",
        "财政局的会议纪要里说哪天",
        "价格表里黑白多少钱",
        "一年那篇怎么说",
        "公司规定年假几天",
        "这份工作要做几年",
        "听说游泳要学三个月",
        "手册多少钱一本",
        "录取通知书里写了几天",
        "在纪念馆里说明年的计划是什么",
        "商场价格表2023.xlsx里黑白多少钱",
    ],
)
def test_what_resembles_a_name_is_none(question: str, segmenter: Segmenter) -> None:
    """Protects against a topic, a work or one of several documents taken for a document named."""
    assert named(question, segmenter) == []


def test_a_name_may_be_that_of_another_edition_alone(segmenter: Segmenter) -> None:
    """Protects the title in full, where a longer one holds it."""
    longer = entries_of([("z", "z.md", "员工手册补充规定", "", "", "", "")])
    found = namings("员工手册里年假几天", [*SHELF, *longer], segmenter, text_of)
    assert [one.entry.id for group in found for one in group] == ["员工手册.md"]


@given(
    question=st.text(
        st.sampled_from("沈砚秋那篇文章里《》员工手册和考勤办法.md说纪要的vs，？ a1"), max_size=24
    )
)
def test_names_are_spans_in_order(segmenter: Segmenter, question: str) -> None:
    """Protects the places of names: within the question, apart and in order, whatever is asked."""
    found = namings(question, SHELF, segmenter, text_of)
    places = [place for group in found for one in group for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(question) for place in places)
