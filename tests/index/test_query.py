"""Reading what a user types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from index.query import LONGEST, MOST, parse_query

PIECES = st.sampled_from(
    ["量子优势", "GPT-4o", "苹果", "5度", "a", "bc", "é", "е\u0301", "㈱", "😀", "<b>", "%", "'",
     " ", "　", "-", "－", '"', "“", "”", "「", "」", "『", "』", "《", "》", "？", "，", "\n",
     "\x00", "\ud800", "\u200b"]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)


def letters(text: str) -> str:
    """All that a word is made of."""
    return "".join(character for character in fold(text) if character.isalnum())


def wanted(text: str) -> list[str]:
    return [phrase.text for phrase in parse_query(text).phrases]


def unwanted(text: str) -> list[str]:
    return [phrase.text for phrase in parse_query(text).excluded]


def kinds(text: str) -> list[str]:
    return [notice.kind for notice in parse_query(text).notices]


@settings(derandomize=True, max_examples=500, deadline=None)
@given(TEXT)
def test_no_word_is_lost_and_spans_are_right(text: str) -> None:
    """Any text is a query; each letter of it is searched or excluded, and pieces stand in place."""
    query = parse_query(text)
    assert len(query.text) == len(text)
    assert letters(query.text) == letters(text)
    pieces = sorted((*query.phrases, *query.excluded), key=lambda piece: piece.start)
    left, end = "", 0
    for piece in pieces:
        assert end <= piece.start < piece.end <= len(query.text)
        inner = query.text[piece.start : piece.end].lstrip("-－")
        assert piece.text in (inner, inner[1:-1])
        assert letters(piece.text)
        left += query.text[end : piece.start]
        left += piece.text if piece in query.phrases else ""
        end = piece.end
    assert letters(query.words) == letters(left + query.text[end:])
    assert query.is_empty == (not letters(query.words))
    assert query.is_empty == bool({"no words", "only excluded"} & {n.kind for n in query.notices})


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXT)
def test_words_alone_are_read_as_they_stand(text: str) -> None:
    """Searching again by the words of a query finds no operator that was not there."""
    query = parse_query(text)
    if not (query.phrases or query.excluded):
        assert query.words == query.text


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("什么叫“量子优势”？", ["量子优势"]),
        ('什么叫"量子优势"？', ["量子优势"]),
        ("「甲」和『乙』", ["甲", "乙"]),
        ("“甲“和”乙”", ["甲", "乙"]),  # what an input method makes of it
        ("「他说『好』」吗", ["他说『好』"]),
        ("《红楼梦》的作者", []),
        ('27"显示器和32"显示器', []),
        ('"" “，” “ ”', []),
        ("没有合上的“引号", []),
    ],
)
def test_quotes_make_phrases(text: str, phrases: list[str]) -> None:
    """Double quotes and corner brackets do, titles and signs of inches do not."""
    assert wanted(text) == phrases


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("苹果 -公司", ["公司"]),
        ("苹果　－公司", ["公司"]),
        ("-公司 苹果", ["公司"]),
        ("苹果 -公司？", ["公司"]),
        ('苹果 -"股份 公司" 树', ["股份 公司"]),
        ("苹果 -「公司」", ["公司"]),
        ("模型 -GPT-4o", ["GPT-4o"]),
        ("语言 -C++", ["C++"]),
        ("GPT-4o", []),
        ("零下 -5度", []),
        ("2020-2024 和 8-3", []),
        ("tar -x 是什么", []),
        ("rm --force", []),
        ("- 苹果", []),
        ("苹果 -公司，多少钱", []),
        ("温度 − 湿度", []),
    ],
)
def test_a_hyphen_before_a_word_excludes(text: str, excluded: list[str]) -> None:
    """With a blank before it and nothing but a word or phrase behind it; never a number."""
    assert unwanted(text) == excluded


def test_what_is_excluded_is_not_searched() -> None:
    """Neither by words nor by meaning; quotes of a phrase part it from what stands around it."""
    assert parse_query("苹果 -公司 价格").words == "苹果 价格"
    assert parse_query("什么叫“量子优势”吗").words == "什么叫 量子优势 吗"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["no words"]),
        (" ？！…", ["no words"]),
        ("-苹果", ["only excluded"]),
        ("-苹果 ？", ["only excluded"]),
        ("“没关上", ["open quote"]),
        ("字" * (LONGEST + 1), ["cut"]),
        ("字" * LONGEST, []),
        ("“甲” " * MOST, []),
        ("“甲” " * (MOST + 1), ["too many"]),
        ("甲 -乙" + " -丙" * MOST, ["too many"]),
        ("; DROP TABLE passages; -- <script>", []),
    ],
)
def test_what_is_strange_is_said(text: str, expected: list[str]) -> None:
    """A query that is cut, empty or only excludes has a notice; hostile characters have none."""
    assert kinds(text) == expected


def test_a_relaxed_query_demands_no_phrase() -> None:
    """Its words stay, and the user is told."""
    query = parse_query("“甲乙” 丙 -丁").relaxed()
    assert (query.phrases, query.words) == ((), "甲乙 丙")
    assert query.excluded
    assert [(notice.kind, notice.about) for notice in query.notices] == [("phrase relaxed", "甲乙")]
