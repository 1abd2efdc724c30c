"""Names that no document holds."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.segment import Segmenter
from rag import KnowledgeBase
from rag.strangers import (
    _is_among,
    doubt_of_code,
    doubt_of_matter,
    doubt_of_strangers,
    rare_names,
)

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "手册.md": "# Tealogger 手册\n\nTealogger 每月 30 元，问题写信到邮箱。",
    "说明.md": "# 茶厂\n\n茶厂（Kettlewood）每月开门二十天，门票 20 元。",
}


@pytest.mark.parametrize(
    ("question", "is_doubted"),
    [
        ("Brewmatic 每月多少钱", True),
        ("Tealogger 每月多少钱", False),
        ("Tealoger 每月多少钱", False),  # misspelt
        ("问题往哪个 email 写", False),  # a word, not a name
        ("GPS 每月多少钱", False),  # short ones are often told in Chinese
        ("What does Brewmatic cost?", False),
        ("tealoggerplus 每月多少钱", False),  # run together
        ("我用 figma 画图，Tealogger 每月多少钱", False),  # of what is not asked about
        ("关于 Brewmatic，每月多少钱", True),
        ("我用 Tealogger，Brewmatic 每月多少钱", True),
        ("每月多少钱", False),
    ],
)
def test_a_name_that_nothing_holds_is_doubted(
    question: str, is_doubted: bool, shelf: KnowledgeBase
) -> None:
    """What another product costs is not told of it; spelling and plain English do not matter."""
    hits = list(shelf.search("每月多少钱", k=5))
    idf = shelf._desk.searcher.bm25.idf
    assert (doubt_of_strangers(question, hits, idf) < 1) is is_doubted


def test_the_answer_is_doubted_too(shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The price of a product that no document names is not told with the confidence of another."""
    doubted = shelf.ask("Brewmatic 每月多少钱").confidence
    monkeypatch.setattr("rag.answering.doubt_of_strangers", lambda *_: 1.0)
    assert doubted < 0.5 * shelf.ask("Brewmatic 每月多少钱").confidence


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Tealogger 每月多少钱", {"tealogger"}),
        ("Tealogger Pro 每月多少钱", {"tealogger", "pro"}),  # an edition, however common
        ("问题往 Plus 的哪里写", set()),  # of nothing
        ("用 Tealogger 那天，门口摆了茶，门票多少钱", set()),  # but describes
        ("用 Tealogger，门票多少钱", {"tealogger"}),
        ("Brewmatic 每月多少钱", set()),  # nothing holds it: a stranger
        ("Kettlewood 每月多少钱", set()),  # glosses a name in Chinese
        ("茶厂 tea 每月多少钱", set()),  # a word, not a name
        ("What does Tealogger cost?", set()),
    ],
)
def test_names_that_few_passages_hold(question: str, names: set[str], shelf: KnowledgeBase) -> None:
    """The answer has to stand by these, as none has to by words or by what only describes."""
    hits = list(shelf.search("茶厂每月多少钱", k=5))

    def idf(term: str) -> float:
        return 0.8 if term in ("tealogger", "kettlewood", "tea") else 1.0

    assert rare_names(question, hits, idf) == names


@given(
    st.text("abc", min_size=1, max_size=8), st.frozensets(st.text("abc", min_size=1, max_size=8))
)
def test_names_are_compared_as_if_with_every_word(name: str, told: frozenset[str]) -> None:
    """What is left out beforehand could not have been like enough."""
    alike = any(SequenceMatcher(None, word, name).ratio() > 0.8 for word in told)
    joined = any(name == word + end for word in told for end in told | {"plus", "pro", "max"})
    assert _is_among(name, set(told)) is (alike or joined)


def test_hardly_any_word_is_compared_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages hold thousands of words in Latin letters, few of them as long as a name."""
    compared = []
    ratio = SequenceMatcher.ratio

    def counting(matcher: SequenceMatcher[str]) -> float:
        compared.append(matcher.a)
        return ratio(matcher)

    monkeypatch.setattr(SequenceMatcher, "ratio", counting)
    words = {f"{letter}{'x' * size}" for letter in "abcdefgh" for size in range(40)}
    assert _is_among("tealoger", words | {"tealogger"})
    assert compared == ["tealogger"]


@pytest.mark.parametrize(
    ("question", "is_doubted"),
    [
        ("今年高考是哪天", True),
        ("感冒了吃什么药", True),
        ("驾照到期了去哪换", True),
        ("门票多少钱", False),
        ("茶厂的驾照到期了去哪换", False),  # the documents know of the factory
        ("Tealogger 到期了去哪换", False),
        ("多少钱", False),  # names nothing
        ("When is the exam?", False),  # its words are put into Chinese first
    ],
)
def test_a_matter_that_nothing_speaks_of_is_doubted(
    question: str, is_doubted: bool, shelf: KnowledgeBase, segmenter: Segmenter
) -> None:
    """A passage that tells a day, a place or a way is no answer to a question about anything."""
    idf = shelf._desk.searcher.bm25.idf
    assert (doubt_of_matter(question, segmenter, idf) < 1) is is_doubted


@pytest.mark.parametrize(
    ("question", "is_doubted"),
    [
        ("<script>alert(1)</script>", True),
        ("SELECT * FROM x; DROP TABLE y", True),
        ("{{7*7}}", True),
        ("../../etc/passwd", True),
        ("What does o1-mini cost?", False),
        ("What is *really* new -- and what -- is not?", False),
        ("Which of them did you select from the list?", False),
        ("<b>o3</b> 的分数", False),
        ("价格 = 多少; 几点*开门", False),
        ("", False),
    ],
)
def test_code_asks_nothing(question: str, is_doubted: bool) -> None:
    """Unless there is Chinese beside it."""
    assert (doubt_of_code(question) < 1) is is_doubted
