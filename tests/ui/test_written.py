"""What a language model writes, as HTML."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.claims import Claim
from corpus.records import Answer, Citation, Passage
from ui.text import CHINESE, ENGLISH
from ui.written import stopped_html, whole_html, writing_html

EVIL = "<img src=x onerror=run()> [点](javascript:run()) ![图](http://tracker.invalid/) {{7*7}} $x$"
PASSAGE = Passage(
    "p", "0" * 16, "茶.md", "祁门红茶产自安徽。它好喝。", 0, 13, ((0, 9), (9, 13)), "茶"
)
CITATIONS = (
    Citation(1, PASSAGE, "祁门红茶产自安徽。", 0, 9), Citation(1, PASSAGE, "它好喝。", 9, 13),
)  # fmt: skip


def written(*claims: tuple[str, str, str, tuple[int, ...]]) -> Answer:
    """An answer of (lead, words, state, citations)."""
    text, found = "", []
    for lead, words, state, citations in claims:
        text += lead
        start = len(text)
        text += words
        found.append(Claim(start, len(text), state, 1.0, citations))  # type: ignore[arg-type]
    return Answer(
        "问", "问", text, citations=CITATIONS, claims=tuple(found), model=EVIL, notice=EVIL,
        timings_ms={"total": 5},
    )  # fmt: skip


def tags(html: str) -> set[str]:
    return set(re.findall(r"<\s*/?\s*([a-zA-Z!]+)", html))


def test_numbers_are_links_to_what_supports_the_sentence() -> None:
    """One link for each number, to the first of the sentence's own quotes."""
    answer = written(
        ("", "总之：", "neutral", ()),
        ("\n- ", "它好喝。[1]", "supported", (1,)),
        ("\n2) ", "祁门红茶产自安徽，好喝。[1]", "supported", (0, 1)),
        ("\n", "它每斤9元。", "unsupported", ()),
    )
    html = whole_html(answer, CHINESE)
    body = html.split("<ul class='sources'>")[0]
    assert [int(start) for start in re.findall(r"#cite-0{16}-(\d+)-", body)] == [9, 0]
    assert "<div class='item'>它好喝。<a" in body
    assert "<div class='step'>2&#41; 祁门红茶" in body
    assert body.count("class='unsupported'") == 1
    assert "<span class='unsupported'>它每斤9元。<span class='mark'>未见依据</span>" in body
    assert "not in the documents" in whole_html(answer, ENGLISH)


def test_nothing_of_it_is_markup() -> None:
    """Text, model name, notice: every character of them is shown as itself."""
    answer = written(("", EVIL, "unsupported", ()), ("", f"{EVIL}[1]", "supported", (0,)))
    for html in (
        whole_html(answer, CHINESE),
        writing_html(EVIL, CHINESE),
        stopped_html(EVIL, CHINESE),
    ):
        assert tags(html) <= {"p", "div", "span", "a", "ul", "li", "br"}
        assert "javascript:" not in html
        assert "http:" not in html
        assert "{{" not in html


@given(st.text())
def test_any_text_is_shown_while_it_is_written(text: str) -> None:
    """Whatever comes, there is no tag but ours."""
    for html in (writing_html(text, CHINESE), stopped_html(text, CHINESE)):
        assert tags(html) <= {"p", "div", "br"}


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_a_quoted_answer_has_its_notice_too(text: object) -> None:
    """What happened to the model is told above the answer that took its place."""
    answer = replace(written(), text="祁门红茶产自安徽。[1]", citations=CITATIONS[:1], model="")
    html = whole_html(answer, text)  # type: ignore[arg-type]
    assert html.startswith("<p class='notice'>")
    assert "class='cite'" in html
