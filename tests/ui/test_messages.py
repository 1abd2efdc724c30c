"""Messages of the chat: numbers that link, sources, refusals."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from shown import passage

from corpus.parts import Part
from corpus.records import Answer, Citation, Hit
from ui.markup import citation_key
from ui.messages import answer_html, sentence_count
from ui.text import CHINESE, ENGLISH


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


def test_every_place_a_number_cites_is_told() -> None:
    """Two quotes of one passage on two pages are two links; on one page they are one."""
    pages = (Part(0, 4, "page", "1"), Part(4, 12, "page", "2"))
    cited = replace(passage("甲。。。乙。。。丙。。。", 0, "手册"), headings=(), parts=pages)
    quotes = [Citation(1, cited, cited.text[at : at + 4], at, at + 4) for at in (0, 4, 8)]
    shown = answer_html(Answer("问", "问", "甲[1]乙[1]丙[1]", citations=tuple(quotes)), CHINESE)
    sources = html.unescape(shown[shown.index("<ul class='sources'>") :])
    links = re.findall(r"<a class='cite' href='[^']*'>([^<]*)</a>", sources)
    assert links == ["[1] 手册 · 2024-12-06 · 第 1 页", "第 2 页"]


def test_a_refusal_offers_related_passages_without_citing() -> None:
    """A refusal links its nearest passages and has no answer."""
    answer = Answer("问", "问", "没有找到", refused=True, hits=(Hit(1, passage("内容。", 4), 1.0),))
    page = answer_html(answer, ENGLISH)
    assert "class='refusal'" in page
    assert f"href='#{citation_key('d' * 16, 4, 7, '内容。')}'" in page
    assert "class='answer'" not in page
    assert "Related" not in answer_html(Answer("你好", "你好", "你好！", refused=True), ENGLISH)
