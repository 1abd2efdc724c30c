"""What BM25 looks for: a query's own terms, and those that only go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from index.build import BuildReport
from index.explain import explain
from index.query import parse_query
from index.search import RetrieveSettings, Searcher
from index.terms import Associated, QueryTerms, associated

_TERMS = st.sampled_from(["瘫", "故障", "宕机", "老板", "的", "多少"])


def held(idf: Mapping[str, float]) -> Callable[[Iterable[str]], dict[str, float]]:
    """The idf of terms that passages hold."""
    return lambda terms: {term: idf[term] for term in terms if term in idf}


@given(
    own=st.lists(_TERMS, max_size=4),
    near=st.dictionaries(
        _TERMS, st.lists(st.tuples(_TERMS, st.floats(0.1, 1)), max_size=4), max_size=4
    ),
    idf=st.dictionaries(_TERMS, st.floats(0, 9)),
    share=st.floats(0, 1),
)
def test_none_counts_for_more_than_what_it_goes_with(
    own: list[str],
    near: dict[str, list[tuple[str, float]]],
    idf: dict[str, float],
    share: float,
) -> None:
    """However rare it is; the query's own terms stay as they are, and 的 goes with nothing."""

    def rarity(term: str) -> float:
        return idf.get(term, 1.0)

    found = associated(own, lambda term: near.get(term, []), rarity, held(idf), share)
    for other, item in found.items():
        assert other not in own
        assert other in idf
        assert item.said in own
        assert item.said not in ("的", "多少")
        nearness = max(n for word, n in near[item.said] if word == other)
        assert item.weight * rarity(other) <= share * nearness * rarity(item.said) + 1e-6
    weights = QueryTerms(tuple(own), associated=found).weights
    assert all(weights[term] == 1.0 for term in own)
    assert set(weights) == {*own, *found}


def test_the_weightiest_way_counts() -> None:
    """A word that goes with two of a query is told with the one it is nearer to."""
    near = {"瘫": [("故障", 0.7)], "老板": [("故障", 0.5)]}
    way = held({"故障": 1.0})
    found = associated(["老板", "瘫"], lambda term: near.get(term, []), lambda _: 1.0, way, 0.5)
    assert found == {"故障": Associated("瘫", 0.35)}


@pytest.fixture
def told_otherwise(docs: Path, make: Callable[..., BuildReport], kb: Path) -> Path:
    """A knowledge base in which a report says in other words what people ask."""
    (docs / "复盘.md").write_text("# 复盘\n\n服务发生故障，四小时后恢复。\n", encoding="utf-8")
    make()
    return kb


def test_what_goes_with_a_word_is_found(told_otherwise: Path) -> None:
    """By BM25 alone, and not with a share of nothing; it is told what it was found for."""
    words = RetrieveSettings(dense_weight=0, rerank=0)
    with closing(Searcher(told_otherwise, words)) as searcher:
        asked = parse_query("瘫了多久")
        hits = searcher.search(asked, 1)
        assert hits[0].passage.source == "复盘.md"
        (passage,) = explain(searcher, asked, 1).passages
        told = {item.term: item for item in passage.matched}
        assert told["故障"].instead_of == "瘫"
        assert told["故障"].weight < told["故障"].idf
        assert sum(item.score for item in passage.matched) == pytest.approx(
            hits[0].signals["bm25"], abs=1e-3
        )
    alone = RetrieveSettings(dense_weight=0, rerank=0, associated=0)
    with closing(Searcher(told_otherwise, alone)) as searcher:
        assert all(hit.signals["bm25"] == 0 for hit in searcher.search("瘫了多久"))


def test_what_is_excluded_stays_out(told_otherwise: Path) -> None:
    """A word that goes with one asked for does not bring back what -word leaves out."""
    with closing(Searcher(told_otherwise, RetrieveSettings())) as searcher:
        found = searcher.search("瘫了多久 -故障")
        assert all(hit.passage.source != "复盘.md" for hit in found)


def test_a_share_beyond_the_whole_is_refused() -> None:
    """As for all settings."""
    with pytest.raises(SettingsError, match=r"retrieve\.associated is 1\.5; use 0 to 1"):
        RetrieveSettings(associated=1.5)
