"""Citations: numbered from 1 as they are used, quoted exactly."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from corpus.normalize import squeeze
from corpus.records import Answer
from rag import KnowledgeBase
from rag.answer import LANGUAGES, Question, readable, refuse, reply
from rag.features import Candidate, candidates_of
from rag.layout import cite

ASKED = Question("茶？", "红茶？")
MARK = re.compile(r"\[(\d+)\]")


def cited(*chosen: Candidate) -> Answer:
    return cite(ASKED, chosen, "", 0.5, [], {})


def check(answer: Answer, kb: KnowledgeBase) -> None:
    """What must hold for the citations of any answer."""
    marks = [int(number) for number in MARK.findall(answer.text)]
    numbers = [citation.number for citation in answer.citations]
    assert marks == numbers, "one mark for each quote, in the order of the quotes"
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))
    by_number = {citation.number: citation.passage.id for citation in answer.citations}
    for citation in answer.citations:
        passage = citation.passage
        document = kb.document(passage.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.start <= citation.start < citation.end <= passage.end
        assert by_number[citation.number] == passage.id, "one number, one passage"
    assert len(set(by_number.values())) == len(by_number), "one passage, one number"
    for sentence, marks_behind in re.findall(r"([^\[\]]+)((?:\[\d+\])+)", answer.text):
        first = int(MARK.findall(marks_behind)[0])
        quotes = [item.quote for item in answer.citations if item.number == first]
        assert any(squeeze(quote) in squeeze(sentence) for quote in quotes), "quoted as it stands"


def test_citations_of_many_questions(
    bold_kb: KnowledgeBase, dev_questions: list[dict[str, object]]
) -> None:
    """Over all kinds of questions and forms of documents, every citation is exact."""
    several = 0
    for item in dev_questions:
        answer = bold_kb.ask(str(item["question"]))
        check(answer, bold_kb)
        several += len({citation.number for citation in answer.citations}) > 1
    assert several > 5


def test_citations_of_every_sentence_as_a_question(bold_kb: KnowledgeBase) -> None:
    """Tables, code, lists and headings are cited as exactly when they are what is found."""
    sentences = [
        hit.passage.text[: 60 + hit.rank]
        for query in ("Python", "表格 价格", "步骤", "广告", "http", "年 月 日")
        for hit in bold_kb.search(query, 5)
    ]
    for sentence in sentences:
        check(bold_kb.ask(sentence), bold_kb)


def test_numbers_follow_the_order_of_use(kit: SimpleNamespace) -> None:
    """The best passage is [1]; within a passage quotes stand as in the text."""
    first, second, third = candidates_of(kit.hits("# 甲\n\n绿茶。红茶。", "# 乙\n\n黑茶。"))
    answer = cited(third, second, first)
    assert answer.text == "黑茶。[1]绿茶。[2]红茶。[2]"
    assert [(item.number, item.quote) for item in answer.citations] == [
        (1, "黑茶。"),
        (2, "绿茶。"),
        (2, "红茶。"),
    ]


def test_list_items_stand_on_lines_of_their_own(kit: SimpleNamespace) -> None:
    """A list is shown as one, and what comes after it does not run into its last item."""
    text = "茶分两类：\n\n- 绿茶。不发酵。\n- 红茶。\n\n水要开。"
    lead, green, not_fermented, red, water = candidates_of(kit.hits(text))
    assert cited(lead, green, red).text == "茶分两类：[1]\n- 绿茶。[1]\n- 红茶。[1]"
    assert cited(green).text == "- 绿茶。[1]"
    assert cited(green, not_fermented, water).text == "- 绿茶。[1]不发酵。[1]\n\n水要开。[1]"


def test_marks_of_the_document_are_not_taken_for_citations(kit: SimpleNamespace) -> None:
    """A note number in the text would point to a citation that does not exist."""
    (only,) = candidates_of(kit.hits("产量增长了两成[7]，见[12]。"))
    answer = cited(only)
    assert MARK.findall(answer.text) == ["1"]
    assert answer.text == "产量增长了两成［7］，见［12］。[1]"
    assert answer.citations[0].quote == "产量增长了两成[7]，见[12]。"


def test_a_quote_is_shown_on_one_line() -> None:
    """A line break between Chinese characters goes, any other becomes a blank."""
    assert readable("泡茶\n  用水，\n八十度") == "泡茶用水，八十度"
    assert readable("green\ntea  is") == "green tea is"
    assert readable("用 Python\n写的") == "用 Python写的"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_what_was_looked_for(kit: SimpleNamespace, language: str) -> None:
    """It names the question as understood, cites nothing, and keeps the hits as related."""
    hits = kit.hits("绿茶。")
    answer = refuse(ASKED, 0.1, hits, {"total": 1.0}, language)
    assert answer.refused
    assert answer.reason == "no evidence"
    assert "红茶？" in answer.text
    assert not MARK.search(answer.text)
    assert answer.citations == ()
    assert answer.short == ""
    assert answer.hits == tuple(hits)
    assert answer.confidence == 0.1
    without = refuse(ASKED, 0.1, [], {}, language)
    assert answer.text.startswith(without.text)
    assert len(without.text) < len(answer.text)


def test_braces_in_a_question_are_only_text() -> None:
    """A question is never read as a template."""
    asked = Question("{0} {x!r} %s", "{0} {x!r} %s")
    assert "{0} {x!r} %s" in refuse(asked, 0.0, [], {}, "zh").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["greeting", "thanks", "farewell", "empty", "unasked"])
def test_small_talk_is_answered_in_kind(language: str, kind: str) -> None:
    """A reply that cites nothing and is told apart by its reason."""
    answer = reply("你好", kind, {"total": 0.0}, language)
    assert answer.refused
    assert answer.reason == kind
    assert answer.text
    assert answer.citations == answer.hits == ()


def test_a_refusal_tells_back_no_control_characters() -> None:
    """What was typed is quoted without what would steer a terminal or turn the text round."""
    asked = Question("x", "\x1b[31m红\u202e茶\x00？")
    text = refuse(asked, 0.1, [], {}, "zh").text
    assert "“[31m红茶？”" in text
