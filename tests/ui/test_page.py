"""Records as HTML: exact spans, and nothing of anybody's text taken for markup."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.load import make_document
from corpus.parts import PLACES, Part
from corpus.reasons import OF_PAGES, REASONS
from corpus.records import Answer, Citation, Document, Hit, Mark, Passage, content_id
from ui.library import Added, Contents
from ui.page import (
    Place,
    answer_html,
    citation_key,
    document_html,
    escape,
    failure_html,
    header_html,
    question_html,
    read_key,
    report_html,
    sentence_count,
)
from ui.text import CHINESE, ENGLISH

steady = settings(derandomize=True, max_examples=60, deadline=None)
EVIL = "<script>x</script><img src=x onerror=x>`${x}`{{x}}$$x$$[a](javascript:x)**b**</mark>"
texts = st.text(st.sampled_from("甲乙 \n#`|-<>&;${}[]()'\"*_~\\ax1。，\t"), max_size=120)


class Reader(HTMLParser):
    """What a browser would make of HTML: its elements, all text, and the text quoted."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = self.quoted = self.body = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags |= {tag, *(name for name, _ in attributes)}
        if tag != "br":
            css = dict(attributes).get("class") or ""
            self._open.append("document" if css == "document" else tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.quoted += data if "mark" in self._open else ""
        self.body += data if "document" in self._open else ""


ALLOWED = {
    "p", "div", "span", "mark", "strong", "ul", "li", "a", "b", "br", "h1", "h3",
    "class", "href", "tabindex", "id", "role", "aria-label",
}  # fmt: skip


def passage(text: str, start: int = 0, title: str = "题") -> Passage:
    end = start + len(text)
    sentences = ((start, start + 1),)
    return Passage(
        "p" * 16, "d" * 16, "a.md", text, start, end, sentences, title, "2024-12-06", ("节",)
    )  # fmt: skip


def place(document: Document, start: int, end: int) -> Place:
    return Place(document.id, start, end, content_id(document.text[start:end], size=8))


@steady
@given(st.text(max_size=80))
def test_escaped_text_holds_no_character_that_means_something(text: str) -> None:
    """Only letters, digits, blanks and character references are left, and they decode back."""
    escaped = escape(text)
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"&#\d+;", "", escaped))
    assert html.unescape(escaped) == "".join(c for c in text if escape(c))


def test_controls_vanish_and_everything_legible_stays() -> None:
    """Escape sequences and reordering characters go; rare characters, tabs and blanks stay."""
    assert escape("\x1b\x00\u202e\u2066\ud800\x85") == ""
    kept = "\t\n\u3000\xa0𠮷𲎯é你e\u0301"
    assert escape(kept) == kept


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


def test_every_place_a_number_cites_is_told() -> None:
    """Two quotes of one passage on two pages are two links; on one page they are one."""
    pages = (Part(0, 4, "page", "1"), Part(4, 12, "page", "2"))
    cited = replace(passage("甲。。。乙。。。丙。。。", 0, "手册"), headings=(), parts=pages)
    quotes = [Citation(1, cited, cited.text[at : at + 4], at, at + 4) for at in (0, 4, 8)]
    shown = answer_html(Answer("问", "问", "甲[1]乙[1]丙[1]", citations=tuple(quotes)), CHINESE)
    sources = html.unescape(shown[shown.index("<ul class='sources'>") :])
    links = re.findall(r"<a class='cite' href='[^']*'>([^<]*)</a>", sources)
    assert links == ["[1] 手册 · 2024-12-06 · 第 1 页", "第 2 页"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part(0, 1, "page", "3"), "第 3 页"),
        (Part(0, 1, "sheet", "价目", 7), "工作表“价目”第 7 行"),
        (Part(0, 1, "slide", "2"), "第 2 张幻灯片"),
        (Part(0, 1, "chapter", "山"), "章节“山”"),
        (Part(0, 1, "cell", "4"), "第 4 个单元格"),
        (Part(0, 1, "record", "{}"), "第 {} 条记录"),
        (Part(0, 1, "line", "", 3), "第 3 行"),
    ],
)
def test_places_are_named_in_chinese(part: Part, words: str) -> None:
    """Every kind of part there is; a name is never taken for a pattern."""
    assert part.place(0, CHINESE.places) == words
    assert CHINESE.places.keys() == PLACES.keys() == ENGLISH.places.keys()


def test_every_reason_for_a_mark_is_translated() -> None:
    """Those of the rules, and those of the reader of pages."""
    assert {*REASONS, *OF_PAGES} == set(CHINESE.reasons)


def test_of_a_long_document_only_a_window_is_sent() -> None:
    """Half a million characters become a page of bounded size around the quotation."""
    document = make_document("这一行没有什么可说。\n\n" * 40_000, "a.md")
    start = 240_000
    page = document_html(document, place(document, start, start + 9), CHINESE)
    assert len(page) < 60_000
    assert Reader(page).quoted == document.text[start : start + 9]
    assert CHINESE.shortened in page


def test_keys_survive_and_garbage_does_not() -> None:
    """A key reads back as the place it was made of; anything else is none."""
    key = citation_key("ab" * 8, 3, 9, "原文")
    assert read_key(key) == Place("ab" * 8, 3, 9, content_id("原文", size=8))
    for wrong in (
        "",
        key + " ",
        key[:-1],
        key.upper(),
        f"x{key}",
        key.replace("3", "三"),
        "a" * 99,
    ):
        assert read_key(wrong) is None


def test_an_answer_streams_and_ends_with_its_sources() -> None:
    """Each step shows one more cited sentence; the last adds sources, confidence and time."""
    cited = [Citation(n, passage(f"第{n}句。", n), f"第{n}句。", n, n + 4) for n in (1, 2)]
    answer = Answer("问", "问 得更全", "第1句。[1]\n- 第2句。[2]", "第1句", citations=tuple(cited),
                    confidence=0.876, timings_ms={"total": 12.4})  # fmt: skip
    assert sentence_count(answer) == 2
    first = answer_html(answer, CHINESE, 1)
    assert "第2句" not in first
    whole = answer_html(answer, CHINESE)
    assert whole.count("class='cite'") == 4
    assert "<strong>第1句</strong>" in whole
    assert "理解为：问 得更全" in whole
    assert "把握 88" in html.unescape(whole)
    assert "12 ms" in whole


def test_a_refusal_offers_related_passages_without_citing() -> None:
    """A refusal links its nearest passages and has no answer."""
    answer = Answer("问", "问", "没有找到", refused=True, hits=(Hit(1, passage("内容。", 4), 1.0),))
    page = answer_html(answer, ENGLISH)
    assert "class='refusal'" in page
    assert f"href='#{citation_key('d' * 16, 4, 7, '内容。')}'" in page
    assert "class='answer'" not in page
    assert "Related" not in answer_html(Answer("你好", "你好", "你好！", refused=True), ENGLISH)


def test_nothing_hostile_becomes_markup_anywhere() -> None:
    """Questions, answers, titles, names, reasons and errors come out as the text they are."""
    hit = Hit(1, passage(EVIL, title=EVIL), 1.0)
    citation = Citation(1, hit.passage, EVIL, 0, len(EVIL))
    answer = Answer(EVIL, EVIL + "?", f"{EVIL}[1]", EVIL, citations=(citation,), hits=(hit,))
    document = Document("d" * 16, EVIL, EVIL, "", EVIL, EVIL, EVIL, marks=(Mark(0, 3, EVIL),))
    for page in (
        question_html(EVIL),
        answer_html(answer, CHINESE),
        answer_html(Answer(EVIL, EVIL, EVIL, refused=True, hits=(hit,)), CHINESE),
        document_html(document, place(document, 0, 9), ENGLISH),
        report_html([Added(EVIL, "skipped", EVIL), Added(EVIL, "added")], True, CHINESE),
        failure_html(ValueError(EVIL), CHINESE),
        header_html(Contents("named", EVIL, 1, 2), CHINESE),
    ):
        assert Reader(page).tags <= ALLOWED
        assert EVIL in Reader(page).text
        assert not re.search(r"[`${}*]", re.sub(r"&#\d+;", "", page))


def test_a_failure_is_one_line() -> None:
    """However an error is worded, one line tells it."""
    assert "\n" not in failure_html(ValueError("a\nb\n  c"), CHINESE)
    assert "a b c" in failure_html(ValueError("a\nb\n  c"), CHINESE)
