"""Records as text for a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.load import Skipped
from corpus.parts import Part
from corpus.records import Answer, Citation, Hit, Passage
from index.build import BuildReport
from ui.render import answer_text, hits_text, info_text, report_text

# Escape sequences, a C1 control, a bell, a carriage return, a change of writing direction.
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\r\x00\x7f\u202e\u2066"
PASSAGE = Passage(
    "p",
    "d",
    "茶/红茶.md",
    "祁门红茶\n产自安徽。",
    3,
    13,
    ((3, 13),),
    "红茶",
    "2024-05-01",
    ("产地",),
)
HIT = Hit(1, PASSAGE, 0.5, {"bm25": 1.0})
ANSWER = Answer(
    "产自哪里", "产自哪里", "祁门红茶产自安徽。[1]", confidence=0.8,
    citations=(Citation(1, PASSAGE, "祁门红茶\n产自安徽。", 3, 13),),
    hits=(HIT,), timings_ms={"total": 12.3},
)  # fmt: skip


def test_an_answer_names_its_grounds() -> None:
    """Text, then number, title, source, date and place, then the quote on one line."""
    assert answer_text(ANSWER).split("\n") == [
        "祁门红茶产自安徽。[1]",
        "",
        "[1] 红茶 · 茶/红茶.md · 2024-05-01 · 产地",
        "    “祁门红茶产自安徽。”",
        "",
        "把握 80% · 12 毫秒",
    ]


def test_an_answer_says_how_a_follow_up_was_understood() -> None:
    """Only if it was not taken as typed."""
    resolved = replace(ANSWER, question_resolved="红茶 产自哪里")
    assert answer_text(resolved).startswith("（理解为：红茶 产自哪里）\n祁门")
    assert "理解为" not in answer_text(replace(ANSWER, question=" 产自哪里\n"))


def test_a_refusal_shows_related_passages_and_no_confidence() -> None:
    """At most three, shortened, and not as citations."""
    long = replace(PASSAGE, text="茶" * 200)
    hits = tuple(Hit(rank, long, 0.5) for rank in range(1, 6))
    refused = replace(ANSWER, text="没有找到。", refused=True, citations=(), hits=hits)
    lines = answer_text(refused).split("\n")
    assert lines[0] == "没有找到。"
    assert sum(line.startswith("· 茶/红茶.md") for line in lines) == 3
    assert lines[3] == f"  {'茶' * 80}…"
    assert "把握" not in "".join(lines)
    assert answer_text(replace(refused, hits=())) == "没有找到。"


def test_a_passage_without_a_title_is_named_by_its_source() -> None:
    """And a title that is the source is not said twice."""
    for title in ("", "茶/红茶.md"):
        bare = replace(PASSAGE, title=title, published="", headings=())
        answer = replace(ANSWER, citations=(Citation(1, bare, "产自安徽。", 8, 13),))
        assert "\n[1] 茶/红茶.md\n" in answer_text(answer)


def test_hits_are_shown_with_their_place() -> None:
    """Rank, score, source, span and headings; then the text on one line."""
    shown = "1. 0.500  茶/红茶.md [3:13] 产地\n   祁门红茶产自安徽。"
    assert hits_text([HIT]) == shown
    assert hits_text([HIT, HIT]) == f"{shown}\n\n{shown}"
    assert hits_text([]) == "没有找到相关段落。"


def test_a_report_names_every_skipped_file() -> None:
    """Counts first, then one line for each with its reason."""
    report = BuildReport(
        ("甲.md", "乙.md"), ("丙.md",), (), 4,
        (Skipped("坏.md", "cannot be decoded"), Skipped("图.png", "not read")), 7, 21, 1000,
    )  # fmt: skip
    assert report_text(report, Path("库")).split("\n") == [
        "库：7 篇文档，21 个段落，1000 字",
        "新增 2，更新 1，移除 0，未变 4，跳过 2",
        "  跳过 坏.md：cannot be decoded",
        "  跳过 图.png：not read",
    ]


def test_a_report_tells_what_was_read_in_part() -> None:
    """Other encodings by number, then copies, scanned and damaged pages by file."""
    report = BuildReport(
        (), (), (), 4, (), 4, 21, 1000, duplicates=(("甲.md", "乙.md"),),
        encodings={"gb18030": 2, "big5": 1}, scanned=(("丙.pdf", "3, 4"),),
        damaged=(("丁.pdf", "1"),),
    )  # fmt: skip
    assert report_text(report, Path("库")).split("\n")[2:] == [
        "  内容相同：甲.md、乙.md",
        "  编码不是 UTF-8：GB18030 2 篇，BIG5 1 篇",
        "  扫描页没有读到文字（安装 OCR 后可读）丙.pdf：第 3, 4 页",
        "  损坏的页没有读到 丁.pdf：第 1 页",
    ]


def test_places_are_told_in_chinese() -> None:
    """A citation names the page of its quote, a hit that on which its passage begins."""
    pages = (Part(3, 8, "page", "1"), Part(8, 13, "page", "2"))
    paged = replace(PASSAGE, parts=pages, headings=())
    answer = replace(ANSWER, citations=(Citation(1, paged, "产自安徽。", 8, 13),))
    assert "[1] 红茶 · 茶/红茶.md · 2024-05-01 · 第 2 页\n" in answer_text(answer)
    assert hits_text([Hit(1, paged, 0.5)]).startswith("1. 0.500  茶/红茶.md [3:13] 第 1 页\n")


def test_information_is_indented_by_level() -> None:
    """Nested values stand below their name."""
    shown = info_text({"folder": "库", "settings": {"answer": {"sentences": 3}}, "bytes": 5})
    assert shown == "folder: 库\nsettings:\n  answer:\n    sentences: 3\nbytes: 5"


STEERED = replace(PASSAGE, source=STEERING, text=f"甲{STEERING}乙", headings=(STEERING,))
SKIPPED = BuildReport((), (), (), 0, (Skipped(STEERING, STEERING),), 0, 0, 0)


@pytest.mark.parametrize(
    "shown",
    [
        answer_text(replace(ANSWER, text=f"甲{STEERING}乙", question_resolved=f"丙{STEERING}")),
        answer_text(replace(ANSWER, citations=(Citation(1, STEERED, f"甲{STEERING}", 0, 1),))),
        answer_text(replace(ANSWER, citations=(), hits=(Hit(1, STEERED, 1),))),
        hits_text([Hit(1, STEERED, 1)]),
        report_text(SKIPPED, Path("库")),
        info_text({"folder": STEERING, "settings": {"folders": [STEERING]}}),
    ],
)
def test_no_document_steers_the_terminal(shown: str) -> None:
    """Nothing but line feeds and printable characters comes out, and the loss is visible."""
    assert "\ufffd" in shown or "\\x1b" in shown
    assert all(c == "\n" or c.isprintable() for c in shown)


def test_chinese_is_shown_as_it_is() -> None:
    """Full-width blanks, punctuation, rare characters and emoji are no control characters."""
    text = "“引据”——　𠮷野家？！…①㎡é🍵"
    assert answer_text(replace(ANSWER, text=text)).startswith(text)
