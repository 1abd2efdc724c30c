"""Explanations of a search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Passage
from index.build import BuildReport
from index.explain import explain, explain_passage
from index.query import parse_query
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]
TEXTS = {
    "甲": "谷歌宣布实现量子优势，用了一百二十万元。",
    "乙": "量子计算的优势在哪里？微软也不知道。",
    "丙": "苹果树下的苹果很甜。",
    "丁": "电脑和计算机。",
    **{f"满{n}": f"量子优势第{n}次被提到，谷歌。" for n in range(30)},
}


@pytest.fixture
def searcher(make: Make, kb: Path) -> Iterator[Searcher]:
    make(TEXTS)
    (kb / "synonyms.txt").write_text("电脑 计算机\n", encoding="utf-8")
    with closing(Searcher(kb, RetrieveSettings(candidates=5))) as opened:
        yield opened


def passage(searcher: Searcher, source: str) -> Passage:
    hits = searcher.search("量子 谷歌 苹果 电脑", 100)
    return next(hit.passage for hit in hits if hit.passage.source == source)


@pytest.mark.parametrize(
    "query", ["量子优势是什么", "谷歌 “量子优势” -微软", "120万元", "电脑", "甜的苹果"]
)
def test_parts_add_up_to_the_score(searcher: Searcher, query: str) -> None:
    """Matched terms give the whole BM25 score, and stand where the spans say."""
    explained = explain(searcher, parse_query(query), 8)
    hits = searcher.search(query, 8)
    assert [item.hit for item in explained.passages] == hits
    for item in explained.passages:
        assert sum(term.score for term in item.matched) == pytest.approx(
            item.hit.signals["bm25"], abs=2e-3
        )
        for term in item.matched:
            for start, end in term.spans:
                assert fold(item.hit.passage.text[start:end]) == term.term
        for _, spans in item.phrases:
            assert spans
        own = set(explained.terms.own)
        matched = {term.term for term in item.matched if not term.instead_of}
        assert matched | set(item.missing) == own
        assert not matched & set(item.missing)


def test_alternatives_are_told_apart(searcher: Searcher) -> None:
    """A term that means the same says instead of what it stands."""
    explained = explain(searcher, parse_query("电脑"), 1).passages[0]
    assert {(term.term, term.instead_of) for term in explained.matched} >= {
        ("电脑", ""), ("计算机", "电脑"),
    }  # fmt: skip
    number = explain(searcher, parse_query("120万"), 1).passages[0]
    assert ("一百二十万", "120万") in {(term.term, term.instead_of) for term in number.matched}


def test_single_characters_count_as_words_only(searcher: Searcher) -> None:
    """很 is marked where it is a word, not within another."""
    (item,) = explain_passage(searcher, parse_query("的 很甜"), passage(searcher, "丙")).passages
    assert [term.spans for term in item.matched if term.term == "的"] == [((4, 5),)]
    assert [term.spans for term in item.matched if term.term == "树"] == []


@pytest.mark.parametrize(
    ("query", "filters", "reasons"),
    [
        ("谷歌 “量子霸权”", None, ("lacks 量子霸权", "ranked below")),
        ("谷歌 -量子优势", None, ("holds 量子优势", "ranked below")),
        ("谷歌", Filters(source="乙"), ("filtered", "ranked below")),
        ("？", None, ("no signal",)),
    ],
)
def test_what_is_not_found_has_reasons(
    searcher: Searcher, query: str, filters: Filters | None, reasons: tuple[str, ...]
) -> None:
    """Filtered out, a phrase missing, an excluded word held, nothing in common."""
    item = explain_passage(
        searcher, parse_query(query), passage(searcher, "甲"), 5, filters
    ).passages[0]
    assert (item.hit.rank, item.against) == (0, reasons)


def test_a_passage_ranked_below_has_its_rank(searcher: Searcher) -> None:
    """Among the candidates or not: signals and ranks are those of the whole ranking."""
    query = parse_query("量子优势 谷歌")
    everything = searcher.search(query, 100)
    told = [hit for hit in everything if hit.signals["bm25"] > 0]
    for hit in (told[7], told[-1]):
        item = explain_passage(searcher, query, hit.passage, 3).passages[0]
        assert item.against == ("ranked below",)
        assert item.hit.signals["bm25"] == hit.signals["bm25"]
        assert item.hit.signals["dense"] == pytest.approx(hit.signals["dense"], abs=1e-3)
        # Of thirty passages that say the same, more or fewer candidates change the order.
        assert item.hit.rank == 0 or abs(item.hit.rank - hit.rank) <= 5
    first = searcher.search(query, 10)[0]  # as deep as an explanation looks
    best = explain_passage(searcher, query, first.passage, 3).passages[0]
    assert (best.hit.rank, best.against) == (1, ())


def test_one_passage_is_compared_with_another(searcher: Searcher) -> None:
    """Signals that differ most come first; a signal that one lacks is not compared."""
    first, second = explain(searcher, parse_query("谷歌的量子优势"), 2).passages
    pairs = first.above(second)
    assert {"bm25", "dense"} <= set(pairs)
    assert not [name for name in pairs if name.endswith("_rank")]
    assert pairs["bm25"] == (first.hit.signals["bm25"], second.hit.signals["bm25"])


def test_a_passage_of_another_state_is_told(searcher: Searcher) -> None:
    """Ids of passages that are gone cannot be explained."""
    assert searcher.passage("0" * 16) is None
    gone = Passage("0" * 16, "1" * 16, "x", "text", 0, 4, ((0, 4),))
    with pytest.raises(InputError, match=r"0000000000000000 is not in .*; search again"):
        searcher.row_of(gone)
