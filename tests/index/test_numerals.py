"""Numbers written in several ways."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.build import BuildReport
from index.numerals import numbers_in
from index.search import RetrieveSettings, Searcher
from index.synonyms import Synonyms
from index.terms import query_terms

Make = Callable[..., BuildReport]


def forms(text: str) -> set[str]:
    return {form for number in numbers_in(fold(text)) for form in number.forms}


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("投资一百二十万元", {"1200000", "120万"}),
        ("120万元", {"1200000", "一百二十万"}),
        ("1,200,000元", {"1200000", "120万", "一百二十万"}),
        ("１２０万", {"1200000", "一百二十万"}),
        ("壹佰贰拾萬", {"1200000", "120万", "一百二十万"}),
        ("1.2百万", {"1200000", "120万", "一百二十万"}),
        ("1.5亿", {"150000000", "15000万", "一亿五千万"}),
        ("百分之三点五", {"3.5%"}),
        ("3.5％", {"百分之三点五"}),
        ("第七天", {"7"}),
        ("第7天", {"七"}),
        ("第十二届", {"12"}),
        ("2000人", {"二千", "两千"}),
        ("两千人", {"2000", "二千"}),
        ("二〇二四年", {"2024"}),
    ],
)
def test_a_number_has_other_forms(text: str, others: set[str]) -> None:
    """Chinese and Arabic, with and without myriads, in both directions."""
    assert forms(text) == others


@pytest.mark.parametrize(
    "text",
    ["一下子", "万一", "三三两两", "十分满意", "统一", "三明治", "星期三", "七八个人", "一个人",
     "2024年", "GPT-4o", "1-800-chatgpt", "o1", "3.5", "8:30", "v2.0.1", "百万富翁", "零", ""],
)  # fmt: skip
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    """Parts of words, names, versions and years have no other form."""
    assert forms(text) == set()


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text("一二三十百千万亿点〇零两第年个%百分之0123456789.,- gx", max_size=30) | st.text())
def test_any_text_can_be_read(text: str) -> None:
    """Nothing raises; spans lie in the text, in order, and few numbers are taken."""
    folded = fold(text)
    end = 0
    for number in numbers_in(folded):
        assert end <= number.start < number.end <= len(folded)
        assert folded[number.start : number.end] not in number.forms
        end = number.end
    assert len(numbers_in(folded)) <= 6


def test_terms_of_a_query_are_its_own_and_the_added() -> None:
    """Own terms first, each counted once; an alternative brings the number, not its pieces."""
    terms = query_terms("一百二十万 一百二十万", Segmenter(), Synonyms())
    assert terms.all == list(terms.weights)
    assert set(terms.weights.values()) == {1.0}
    assert set(terms.added) == {"1200000", "120", "万"}
    added = query_terms("1200000元", Segmenter(), Synonyms()).alternatives
    assert {item.terms for item in added if item.other == "一百二十万"} == {("一百二十万",)}


TEXTS = {
    "汉": "这笔投资是一百二十万元。",
    "万": "这笔投资是120万元。",
    "数": "这笔投资是1,200,000元。",
    "别": "这笔投资是八十元，另有三笔。",
    "日": "发布会定在二〇二四年十二月五日。",
    "期": "发布会定在2024-12-05。",
    "天": "发布会的第七天讲了项目。",
    "率": "利率上调到百分之三点五。",
    "西": "西班牙的Telefónica公司用React写网页，GPT-4o另外收费。",
}


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("一百二十万", {"汉", "万", "数"}),
        ("120万", {"汉", "万", "数"}),
        ("1200000", {"汉", "万", "数"}),
        ("一百二十萬", {"汉", "万", "数"}),
        ("2024年12月5日", {"日", "期"}),
        ("二〇二四年十二月五日", {"日", "期"}),
        ("2024-12-05", {"日", "期"}),
        ("第7天", {"天"}),
        ("3.5%", {"率"}),
        ("ＧＰＴ－４Ｏ怎么收费", {"西"}),
        ("用React写", {"西"}),
        ("telefonica", {"西"}),
        ("TELEFÓNICA", {"西"}),
    ],
)
def test_every_form_finds_every_other(make: Make, kb: Path, query: str, sources: set[str]) -> None:
    """Whichever way a number, a date or a foreign word is written, by words alone."""
    make(TEXTS)
    with closing(Searcher(kb, RetrieveSettings(dense_weight=0, rerank=0))) as searcher:
        found = [hit.passage.source for hit in searcher.search(query, len(sources))]
        assert set(found) == sources
        assert all(hit.signals["bm25"] > 0 for hit in searcher.search(query, len(sources)))
