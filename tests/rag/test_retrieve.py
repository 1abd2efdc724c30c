"""Searching exactly, asking gently, and what the user is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.errors import InputError
from index.query import LONGEST, Notice
from rag import KnowledgeBase, build_kb
from rag.notices import notice_texts

pytestmark = pytest.mark.usefixtures("one_model")
TEXTS = {
    "甲": "量子优势指量子计算机解决了经典计算机解决不了的问题。",
    "乙": "所谓量子计算的优势，是说它比经典计算机快。",
    "丙": "食堂的早餐从六点半开始供应。",
}


@pytest.fixture(scope="module")
def quantum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with build_kb(TEXTS, tmp_path_factory.mktemp("quantum") / "kb") as kb:
        yield kb


def test_a_search_takes_quotes_at_their_word(quantum: KnowledgeBase) -> None:
    """Only passages that hold the phrase; if there is none, nothing and the reason."""
    hits = quantum.search("什么叫“量子优势”？")
    assert ([hit.passage.source for hit in hits], hits.notices) == (["甲"], ())
    nothing = quantum.search("什么叫“量子霸权”？")
    assert list(nothing) == []
    assert len(nothing.notices) == 1
    assert "“量子霸权”" in nothing.notices[0]


def test_a_question_takes_quotes_gently(quantum: KnowledgeBase) -> None:
    """Passages with the phrase come first; without any the words are searched, with a notice."""
    hits = quantum.search("什么叫“量子优势”？", exact=False)
    assert [hit.passage.source for hit in hits][:2] == ["甲", "乙"]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits.notices == ()
    answer = quantum.ask("什么叫“量子优势”？")
    assert (answer.citations[0].passage.source, answer.notice) == ("甲", "")
    relaxed = quantum.ask("什么是“量子的优势”？")
    assert relaxed.hits
    assert "“量子的优势”" in relaxed.notice


def test_an_answer_never_stands_on_what_is_excluded(quantum: KnowledgeBase) -> None:
    """Neither do its hits, and the excluded word is not looked for in the evidence."""
    answer = quantum.ask("什么叫量子优势 -经典计算机")
    assert all("经典计算机" not in hit.passage.text for hit in answer.hits)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("-早餐", "只有要排除的词"),
        ("？！", "没有可以检索的文字"),
        ("早餐 -食堂 -量子", "没有段落满足查询的条件"),
        ("“早餐", "引号 “ 没有成对"),
        ("早餐" * LONGEST, f"只用了前 {LONGEST} 个字"),
    ],
)
def test_what_the_query_came_to_is_said(quantum: KnowledgeBase, query: str, said: str) -> None:
    """In the language of the knowledge base, on the hits and in a notebook."""
    hits = quantum.search(query)
    assert any(said in notice for notice in hits.notices), hits.notices
    assert said in hits._repr_html_()


def test_notices_of_a_kind_are_one_and_short() -> None:
    """Several phrases are named together, long ones cut, in either language."""
    notices = [
        Notice("phrase relaxed", "甲" * 50),
        Notice("phrase relaxed", "乙"),
        Notice("cut", "9"),
    ]
    for language in ("zh", "en"):
        texts = notice_texts(notices, language)
        assert len(texts) == 2
        assert "甲" * 40 + "…" in texts[0]
        assert "甲" * 41 not in texts[0]
        assert "乙" in texts[0]


def test_explaining_takes_a_passage_that_exists(quantum: KnowledgeBase) -> None:
    """An id that is none, or nothing to find, is told."""
    found = quantum.search("早餐")[0].passage
    explained = quantum.explain("量子优势", found.id, k=1).passages
    assert [item.hit.passage for item in explained] == [found]
    with pytest.raises(InputError, match="no passage has the id 'abc'"):
        quantum.explain("早餐", "abc")
    with pytest.raises(InputError, match="k is 0; use 1 or more"):
        quantum.explain("早餐", k=0)
