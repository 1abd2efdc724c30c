"""Candidates that say nothing but what another one says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.records import Passage
from index.build import BuildReport
from index.copies import behind, copies
from index.explain import explain_passage
from index.query import parse_query
from index.rerank.order import final_order
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]
ARTICLE = "用人单位应当每月支付劳动报酬，不得克扣或者无故拖欠。"
CLAUSES = ("每人每天五十元", "出差满10天", "凭票据报销", "GPT 4", "第 5 条", "1.5")
PIECE = st.lists(st.sampled_from([*CLAUSES, "，", "。", " ", "\n"]), max_size=12).map("".join)


def passage(text: str, title: str = "", **other: Any) -> Passage:
    return Passage("p", "d", "甲.txt", text, 0, len(text), ((0, len(text)),), title, **other)


def of(*texts: str) -> list[int]:
    return copies([passage(text) for text in texts]).tolist()


@pytest.mark.parametrize(
    "other",
    [
        f"某某法第五十条：{ARTICLE}",
        f"第五十条　{ARTICLE}",
        f"一、总则\n{ARTICLE}本条自公布之日起施行。",
        ARTICLE.replace("，", ",\n\n").replace("。", ""),
        "用人單位應當每月支付勞動報酬， 不得剋扣或者無故拖欠。",
    ],
)
def test_what_stands_whole_in_another_passage_is_its_copy(other: str) -> None:
    """With a name before it, more around it, other marks, blanks and script, in any order."""
    more = "条" in other
    assert of(ARTICLE, other) == ([1, -1] if more else [-1, 0])
    assert of(other, ARTICLE) == [-1, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("天内可以无理由退货，运费由卖家承担。", "七天内可以无理由退货，运费由卖家承担。"),
        ("5天内可以无理由退货，运费由卖家承担。", "15天内可以无理由退货，运费由卖家承担。"),
        ("五天内可以无理由退货，运费由卖家承担。", "十五天内可以无理由退货，运费由卖家承担。"),
        ("5天内可以无理由退货，运费由卖家承担。", "0.5天内可以无理由退货，运费由卖家承担。"),
        ("5天内可以无理由退货，运费由卖家承担。", "约 -5天内可以无理由退货，运费由卖家承担。"),
        ("000元以内的订单，运费由买家自己承担。", "订单在10 000元以内的订单，运费由买家自己承担。"),
        ("退货的运费由卖家承担，最多不超过15元。", "退货的运费由卖家承担，最多不超过1.5元。"),
        ("退货的运费由卖家承担，最多不超过15", "退货的运费由卖家承担，最多不超过15万元。"),
        ("退货的运费由卖家承担，最多不超过15", "退货的运费由卖家承担，最多不超过15 万元。"),
        ("退货的运费由卖家承担，最多不超过15", "退货的运费由卖家承担，最多不超过15.5。"),
        ("退货的运费由卖家承担，最多不超过15", "退货的运费由卖家承担，最多不超过15%。"),
        ("退货的运费由卖家承担，盈利为1,200元。", "退货的运费由卖家承担，盈利为(1,200)元。"),
        ("支持的模型有GPT 4，其余模型都不支持。", "支持的模型有GPT 40，其余模型都不支持。"),
        ("得转让或者出租，否则合同自动解除失效。", "不得转让或者出租，否则合同自动解除失效。"),
        ("可以。可以的。", "可以。可以的。"),
    ],
)
def test_what_differs_in_a_number_or_a_word_is_no_copy(one: str, other: str) -> None:
    """A copy never hides a contradiction; what is short says the same in many places."""
    assert of(one, other) == [-1, -1]
    assert of(other, one) == [-1, -1]


def test_what_stands_above_counts() -> None:
    """The same words under another heading or title say something else; file names do not."""
    plain = passage(ARTICLE)
    assert copies([plain, passage(ARTICLE, headings=("工资",))]).tolist() == [1, -1]
    assert copies([passage(ARTICLE, headings=("工资",)), plain]).tolist() == [-1, 0]
    one, other = (passage(ARTICLE, headings=(name,)) for name in ("2023 年", "2024 年"))
    assert copies([one, other]).tolist() == [-1, -1]
    assert copies([passage(ARTICLE, "劳动法"), passage(ARTICLE, "合同法")]).tolist() == [-1, -1]
    assert copies([passage(ARTICLE, "甲"), passage(ARTICLE, "劳动法")]).tolist() == [1, -1]
    within = passage(f"工资\n{ARTICLE}")
    assert copies([passage(ARTICLE, headings=("工 资",)), within]).tolist() == [1, -1]
    table = passage(ARTICLE, context=("| 项目 | 金额 |",))
    assert copies([table, plain]).tolist() == [-1, 0]


def test_the_fullest_takes_the_place_of_the_best() -> None:
    """A quotation of a quotation points at what nobody quotes whole."""
    texts = [ARTICLE, "毫不相干的一段话，说的是别的事情。", f"第五十条：{ARTICLE}",
             f"某某法\n第五十条：{ARTICLE}"]  # fmt: skip
    scores, fuller = behind(np.array([0.9, 0.8, 0.3, 0.1], np.float32), list(map(passage, texts)))
    np.testing.assert_array_equal(scores, np.array([np.nan, 0.8, np.nan, 0.9], np.float32))
    assert fuller.tolist() == [3, -1, 3, -1]
    order, _ = final_order(scores, np.ones(4, np.float32))
    assert order == [3, 1, 0, 2]


def test_what_had_no_time_to_be_scored() -> None:
    """A cross-encoder may stop early: its last passages may be fuller ones, or copies."""
    texts = [ARTICLE, f"第五十条：{ARTICLE}", ARTICLE]
    scores, fuller = behind(np.array([0.9, np.nan, np.nan], np.float32), list(map(passage, texts)))
    np.testing.assert_array_equal(scores, np.array([np.nan, 0.9, np.nan], np.float32))
    assert fuller.tolist() == [1, -1, 1]
    assert behind(np.zeros(0, np.float32), [])[0].tolist() == []


@settings(derandomize=True, max_examples=200, deadline=None)
@given(texts=st.lists(PIECE, max_size=8), data=st.data())
def test_copies_are_read_strictly_and_nothing_is_lost(texts: list[str], data: Any) -> None:
    """Whatever the texts: the order is a permutation, scores fall, copies hold the same words."""
    chosen = st.lists(st.floats(0, 1, width=32), min_size=len(texts), max_size=len(texts))
    given_scores = np.array(data.draw(chosen), np.float32)
    scores, fuller = behind(given_scores, list(map(passage, texts)))
    order, final = final_order(scores, np.ones(len(texts), np.float32))
    assert sorted(order) == list(range(len(texts)))
    assert (np.diff(final) <= 0).all()
    place = {number: rank for rank, number in enumerate(order)}
    for copy, of_what in enumerate(fuller.tolist()):
        if of_what >= 0:
            assert fuller[of_what] == -1
            assert place[of_what] < place[copy]
            assert _words(texts[copy]) in _words(texts[of_what])
            assert scores[of_what] >= given_scores[copy]
    distinct = [number for number in order if fuller[number] < 0]
    assert order[: len(distinct)] == distinct


def _words(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@pytest.fixture
def found(make: Make, kb: Path) -> Any:
    texts: Mapping[str, str] = {
        "原文.txt": ARTICLE,
        "副本.txt": ARTICLE.replace("，", ", "),
        "全文.txt": f"劳动合同示范条款第五十条：{ARTICLE}",
        **{f"其他{n}.txt": f"用人单位每月支付的第{n}种补贴，另见说明。" for n in range(6)},
    }
    make(texts)
    with closing(Searcher(kb, RetrieveSettings())) as opened:
        yield opened


def test_a_search_shows_a_passage_once_and_names_its_copies(found: Searcher) -> None:
    """The fuller one first, what says something else next, both copies last, all found."""
    query = "用人单位不得拖欠劳动报酬"
    hits = found.search(query, 20)
    assert len(hits) == len({hit.passage.id for hit in hits}) == 9
    assert hits[0].passage.source == "全文.txt"
    assert {hit.passage.source for hit in hits[-2:]} == {"原文.txt", "副本.txt"}
    assert [hit.signals.get("copy_of") for hit in hits] == [None] * 7 + [1.0, 1.0]
    assert hits[0].score == pytest.approx(max(hit.signals["rerank"] for hit in hits))
    explained = explain_passage(found, parse_query(query), hits[-1].passage, 3).passages[0]
    assert explained.against == ("repeats 1",)
    found.settings = replace(found.settings, rerank=0)
    assert not any("copy_of" in hit.signals for hit in found.search(query, 20))
