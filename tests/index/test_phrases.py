"""Phrases and exclusions, against reading every passage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.build import BuildReport
from index.conditions import Conditions
from index.phrases import Pattern, PhraseFinder, dictionary, fold_with_offsets
from index.query import has_word, parse_query
from index.search import RetrieveSettings, Searcher
from index.sparse import Bm25Index, Bm25Settings

Make = Callable[..., BuildReport]

PIECES = st.sampled_from(
    ["量子", "质量", "子", "优势", "势力", "光", "電腦", "电", "脑袋", "GPT", "gpt-4o", "4o", "s",
     "é", "Telefónica", " ", "\n", "，", "3.5", "%", "c++", "店", "４Ｓ", "й", "の", "…", "㎡"]
)  # fmt: skip
TEXT = st.lists(PIECES, min_size=1, max_size=10).map("".join)
SEGMENTER = cache(Segmenter)  # a dictionary takes long to read
OWN = st.sampled_from([(), ("gpt",), ("子优", "4o势力"), ("量子优势",)])


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=8), TEXT.filter(has_word), OWN, st.data())
def test_no_passage_that_holds_a_phrase_is_overlooked(
    texts: list[str], phrase: str, own: tuple[str, ...], data: st.DataObject
) -> None:
    """However words are cut around it: the postings never rule out what reading finds."""
    at = data.draw(st.integers(0, len(texts) - 1))
    texts[at] += data.draw(st.sampled_from(["", "质", " ", "。"])) + phrase
    segmenter = SEGMENTER(own)
    index = Bm25Index.build(map(segmenter.terms, texts), Bm25Settings())
    pattern = Pattern(phrase)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.phrases._ENOUGH", 0)
        may = PhraseFinder(index, segmenter.words).may_hold(pattern)
    holds = np.array([pattern.stands_in(text) for text in texts])
    assert not (holds & ~may).any()


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=12), TEXT, TEXT, st.integers(0, 3))
def test_conditions_end_where_reading_everything_does(
    texts: list[str], phrase: str, excluded: str, patience: int
) -> None:
    """Whatever is proposed first, the rows left over are those whose text meets the query."""
    query = parse_query(f"“{phrase}” -“{excluded}”".replace("\n", " "))
    index = Bm25Index.build(map(SEGMENTER().terms, texts), Bm25Settings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.conditions._READ_AT_ONCE", 2)
        patch.setattr("index.conditions._PATIENCE", patience)
        conditions = Conditions(
            query, PhraseFinder(index), lambda rows: [texts[row] for row in rows], None
        )
        while True:
            allowed = conditions.allowed
            rows = np.arange(len(texts)) if allowed is None else np.flatnonzero(allowed)
            if all(conditions.hold_for(rows[at : at + 2]) for at in range(0, len(rows), 2)):
                break
    expected = [
        row
        for row, text in enumerate(texts)
        if all(Pattern(piece.text).stands_in(text) for piece in query.phrases)
        and not any(Pattern(piece.text).stands_in(text) for piece in query.excluded)
    ]
    assert rows.tolist() == expected


@settings(derandomize=True, max_examples=150, deadline=None)
@given(TEXT, TEXT.filter(has_word))
def test_spans_are_those_of_the_text_as_it_is(text: str, phrase: str) -> None:
    """What stands at a span is the phrase again, in the text's own spelling."""
    pattern = Pattern(phrase)
    for start, end in pattern.spans(f"{text} {phrase} {text}"):
        found = f"{text} {phrase} {text}"[start:end]
        assert "".join(fold(found).split()) == "".join(pattern.folded.split())
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert offsets == sorted(offsets)
    assert len(offsets) == len(folded)


@pytest.mark.parametrize(
    ("phrase", "text", "holds"),
    [
        ("量子优势", "谷歌的量子\n优势", True),
        ("量子优势", "量 子 优 势", True),
        ("人工 智能", "人工智能", True),
        ("電腦", "一台电脑", True),
        ("ＧＰＴ－４ｏ 怎么", "gpt-4o怎么用", True),
        ("cat", "Category", False),
        ("cat", "the Cat sat", True),
        ("deep learning", "Deep  Learning入门", True),
        ("deep learning", "deeplearning", False),
        ("openai", "Open AI", False),
        ("4o", "GPT-4o", True),
        ("3.5", "13.5", False),
        ("Telefónica", "西班牙TELEFÓNICA公司", True),
        ("a.c", "abc", False),
        ("(优势", "优势", False),
    ],
)
def test_what_counts_as_the_same(phrase: str, text: str, holds: bool) -> None:
    """Width, case, script and blanks do not; words of letters are whole; nothing is a pattern."""
    assert Pattern(phrase).stands_in(text) is holds
    assert bool(Pattern(phrase).spans(text)) is holds


def test_every_word_of_a_text_is_in_the_dictionary(root: Path) -> None:
    """What the finder stands on: a Chinese word is jieba's or a single character."""
    words = set(dictionary().split("\n"))
    for path in (root / "corpus" / "sample").rglob("*.md"):
        for term in SEGMENTER().terms(path.read_text(encoding="utf-8")):
            chinese = all("\u4e00" <= character <= "\u9fd5" for character in term)
            assert not chinese or len(term) == 1 or term in words


TEXTS = {
    "甲": "谷歌宣布实现量子优势。",
    "乙": "说到质量，子优势并不明显。",
    "丙": "量子计算的优势在哪里。",
    "丁": "谷歌公司说量子\n优势就在眼前。",
    "戊": "苹果树下的苹果公司。",
    "己": "苹果很甜。",
}


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("“量子优势”", {"甲", "丁"}),
        ("什么叫「量子优势」？", {"甲", "丁"}),
        ("“子优势”", {"甲", "乙", "丁"}),
        ("“量子优势” -公司", {"甲"}),
        ("“量子优势” 谷歌 -“谷歌公司”", {"甲"}),
        ("苹果 “苹果” -公司", {"己"}),
        ("“谷歌” “优势”", {"甲", "丁"}),
        ("“量子霸权”", set()),
    ],
)
def test_a_search_returns_what_meets_its_conditions(
    make: Make, kb: Path, query: str, sources: set[str]
) -> None:
    """All passages that do, and no other, in fast and in slow ways."""
    make(TEXTS)
    for number in (1_000, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("index.conditions._READ_AT_ONCE", number)
            patch.setattr("index.phrases._ENOUGH", number // 2)
            with closing(Searcher(kb, RetrieveSettings(candidates=2))) as searcher:
                found = {hit.passage.source for hit in searcher.search(query, 10)}
                assert found == sources
                first = searcher.search(query, 1)
                assert len(first) == min(1, len(sources))


def test_exclusions_and_filters_work_without_phrases(make: Make, kb: Path) -> None:
    """``-word`` leaves out passages that hold it, the word inside another one included."""
    make(TEXTS)
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        everything = {hit.passage.source for hit in searcher.search("优势 苹果")}
        left = {hit.passage.source for hit in searcher.search("优势 苹果 -公司")}
        assert left == everything - {"丁", "戊"}
        assert searcher.search("-公司") == []
