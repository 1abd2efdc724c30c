"""The whole page: nothing of anybody's text is taken for markup, and a failure is one line."""

from __future__ import annotations

import re

from shown import ALLOWED, EVIL, Reader, passage, place

from corpus.records import Answer, Citation, Document, Hit, Mark
from ui.library import Added, Contents
from ui.messages import answer_html, question_html
from ui.page import failure_html, header_html, report_html
from ui.panel import document_html
from ui.text import CHINESE, ENGLISH


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
