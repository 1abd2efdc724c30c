"""A document in the panel: exact spans, and what of it looks different."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from shown import ALLOWED, EVIL, Reader, place

from corpus.load import make_document
from corpus.parts import Part
from corpus.records import Document, Mark
from ui.markup import Place
from ui.panel import document_html
from ui.text import CHINESE, ENGLISH

steady = settings(derandomize=True, max_examples=60, deadline=None)
texts = st.text(st.sampled_from("甲乙 \n#`|-<>&;${}[]()'\"*_~\\ax1。，\t"), max_size=120)


@steady
@given(texts, st.data())
def test_a_document_shows_exactly_the_quoted_span(raw: str, data: st.DataObject) -> None:
    """The highlighted text is the span, the whole text is the document, whatever it holds."""
    raw = f"正文{raw}尾"
    document = make_document(raw, "a.md")
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    shown = Reader(document_html(document, place(document, start, end), CHINESE))
    assert shown.quoted == document.text[start:end]
    assert shown.body == document.text
    assert shown.tags <= ALLOWED


def test_a_changed_document_is_shown_without_a_highlight() -> None:
    """A span that no longer holds the quoted words, or lies outside, is never highlighted."""
    document = make_document("甲说了一句话。乙没有说话。", "a.md")
    before = place(document, 0, 7)
    changed = make_document("丙说了一句话。乙没有说话。", "a.md")
    for asked in (before, Place(document.id, 900, 950, "0" * 8), Place(document.id, 5, 2, "0" * 8)):
        shown = Reader(document_html(changed, asked, CHINESE))
        assert not shown.quoted
        assert CHINESE.changed in shown.text


def test_headings_code_and_tables_are_told_apart() -> None:
    """Headings, fences, code and rows carry a class; number signs are kept but not shown."""
    document = make_document(
        "# 题\n\n引言。\n\n## 小节\n\n```py\nx = 1\n```\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
        "a.md",
    )
    page = document_html(document, place(document, 5, 8), CHINESE)
    assert "<span class='heading h2'>小节</span>" in page
    assert "syntax" in page
    assert "<span class='code'>x &#61; 1</span>" in page
    assert page.count("class='fence'") == 3
    assert page.count("class='row'") == 2


def test_marks_overlap_the_quotation() -> None:
    """Text that is shown but not searched stays grey where it is quoted."""
    text = "甲乙丙丁"
    document = Document("d" * 16, "a.md", text, "", marks=(Mark(1, 3, "promotion"),))
    page = document_html(document, place(document, 2, 4), CHINESE)
    assert "甲<span class='marked'>乙</span><mark class='marked cited'>丙</mark>" in page
    assert "推广" in page


PLACED = (
    Part(0, 4, "sheet", "甲", 1), Part(4, 6, "sheet", "甲", 9), Part(6, 8, "sheet", EVIL, 1),
)  # fmt: skip


def test_parts_are_announced_where_they_begin() -> None:
    """Once for each sheet, whatever it is called, also inside a quotation; lines are not."""
    document = Document("d" * 16, "a.xlsx", "一二三四五六七八", "", parts=PLACED)
    page = document_html(document, place(document, 3, 7), CHINESE)
    shown = Reader(page)
    assert (shown.body, shown.quoted) == (document.text, "四五六七")
    assert shown.tags <= ALLOWED
    names = [html.unescape(name) for name in re.findall("aria-label='([^']*)'", page)]
    assert names == ["工作表“甲”", f"工作表“{EVIL}”"]
    lines = Document("d" * 16, "a.txt", "一二", "", parts=(Part(0, 2, "line", "", 1),))
    assert "separator" not in document_html(lines, place(lines, 0, 1), CHINESE)


def test_a_window_says_on_which_page_it_begins() -> None:
    """Where what is before the window is left out, so is the beginning of its page."""
    pages = (Part(0, 90_000, "page", "7"), Part(90_000, 100_000, "page", "8"))
    document = Document("d" * 16, "a.pdf", "字" * 100_000, "", parts=pages)
    page = document_html(document, place(document, 60_000, 60_009), ENGLISH)
    assert page.count("role='separator'") == 1
    assert "<span class='part' role='separator' aria-label='p&#46; 7'></span>字" in page


def test_of_a_long_document_only_a_window_is_sent() -> None:
    """Half a million characters become a page of bounded size around the quotation."""
    document = make_document("这一行没有什么可说。\n\n" * 40_000, "a.md")
    start = 240_000
    page = document_html(document, place(document, start, start + 9), CHINESE)
    assert len(page) < 60_000
    assert Reader(page).quoted == document.text[start : start + 9]
    assert CHINESE.shortened in page
