"""The signals of a sentence, against bounds and against slow arithmetic."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.records import Hit, Passage
from corpus.segment import Segmenter
from corpus.titles import names_of
from index.embed import StaticEmbedder
from rag import KnowledgeBase
from rag.features import FEATURES, candidates_of, sentence_features
from rag.query import read_query

TEXT = """# 云栖茶园

云栖茶园位于杭州西郊。茶园占地320亩，其中200亩种龙井。

## 做茶的步骤

做茶分为四步：

- 采摘。清晨五点开始。
- 摊青，约六小时。
- 杀青
1. 回潮。再放半天。

为什么要杀青？因为高温能停止发酵。
"""
SIGNED = {"cosine"}


def column(table: np.ndarray, name: str) -> list[float]:
    return [float(value) for value in table[:, FEATURES.index(name)]]


@pytest.fixture(scope="module")
def tea(kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder) -> SimpleNamespace:
    candidates = candidates_of(kit.hits(TEXT))

    def table(question: str, idf: Callable[[str], float] = kit.idf) -> np.ndarray:
        query = read_query(question, segmenter)
        return sentence_features(query, candidates, segmenter, idf, words)

    row = {item.text: number for number, item in enumerate(candidates)}
    return SimpleNamespace(candidates=candidates, table=table, row=row)


def test_candidates_are_the_sentences_as_they_stand(kb: KnowledgeBase) -> None:
    """Every candidate is an exact span of its document, and a shared sentence comes once."""
    hits = kb.search("视频通话什么时候开放", 30)
    candidates = candidates_of([*hits, *hits])
    spans = [(item.hit.passage.document_id, item.start) for item in candidates]
    assert len(spans) == len(set(spans)) == sum(len(hit.passage.sentences) for hit in hits)
    for item in candidates:
        document = kb.document(item.hit.passage.document_id)
        assert document is not None
        assert document.text[item.start : item.end] == item.text


def test_lists_and_headings_are_recognised(tea: SimpleNamespace) -> None:
    """An item opens with its marker, a later sentence on its line belongs to it."""
    items = [item.text for item in tea.candidates if item.is_item]
    assert items == ["采摘。", "摊青，约六小时。", "杀青", "回潮。"]
    assert [item.text for item in tea.candidates if item.follows_item] == [
        "清晨五点开始。", "再放半天。",
    ]  # fmt: skip
    headings = [item.text for item in tea.candidates if item.is_heading]
    assert headings == ["做茶的步骤"]


def test_numbers_at_a_line_start_are_no_items(kit: SimpleNamespace) -> None:
    """A decimal or a minus sign that begins a line does not make a list."""
    candidates = candidates_of(kit.hits("3.5 分不算高。他很失望。\n\n-5 度的早晨。天很冷。"))
    assert not any(item.is_item or item.follows_item for item in candidates)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.text(max_size=30))
@example("茶园有多少亩？")
@example("为什么要杀青")
@example("做茶有哪些步骤")
@example("茶园在哪里")
@example("茶" * 500)
@example("？！")
def test_signals_stay_in_their_bounds(tea: SimpleNamespace, question: str) -> None:
    """Shares lie in [0, 1], cosines in [-1, 1], whatever is asked."""
    table = tea.table(question)
    assert table.shape == (len(tea.candidates), len(FEATURES))
    assert np.isfinite(table).all()
    for name in FEATURES:
        values = column(table, name)
        assert max(values) <= 1 + 1e-5, name
        assert min(values) >= (-1 - 1e-5 if name in SIGNED else 0), name


@pytest.mark.parametrize(
    "question", ["云栖茶园种了多少亩龙井？", "杀青为什么能停止发酵", "quantum"]
)
def test_coverage_equals_a_slow_count(
    tea: SimpleNamespace, segmenter: Segmenter, question: str
) -> None:
    """Shares of the question's weight: in the sentence, else in its headings, else beside it."""

    def weight(term: str) -> float:
        return 1 + len(term) / 7

    query = read_query(question, segmenter)
    table = tea.table(question, weight)
    total = sum(weight(term) for term in query.terms)
    for number, item in enumerate(tea.candidates):
        passage = item.hit.passage
        names = names_of(passage.source, passage.title)
        beside = [
            other.text
            for other in tea.candidates[max(0, number - 1) : number + 2]
            if other is not item and other.hit is item.hit
        ]
        shares = dict.fromkeys(("coverage", "context_coverage", "neighbour_coverage"), 0.0)
        for term in query.terms:
            if term in segmenter.terms(item.text):
                shares["coverage"] += weight(term) / total
            elif term in segmenter.terms(" ".join((*names, *passage.headings))):
                shares["context_coverage"] += weight(term) / total
            elif any(term in segmenter.terms(text) for text in beside):
                shares["neighbour_coverage"] += weight(term) / total
        for name, share in shares.items():
            assert column(table, name)[number] == pytest.approx(share, abs=1e-6), name


@pytest.mark.parametrize("question", ["茶园有多少亩龙井", "为什么要杀青？", "tea"])
def test_interaction_and_cosine_equal_a_slow_sum(
    tea: SimpleNamespace, words: StaticEmbedder, question: str
) -> None:
    """Per question word the best word of a text, weighted by the question word's length."""
    table, candidates = tea.table(question), tea.candidates
    asked = slow_vectors(words, question)
    lengths = [math.hypot(*vector) for vector in asked]
    named = words.words(words.word_rows([question])[0])

    def best(text: str) -> list[float]:
        return slow_best(asked, named, text, words)

    def share(found: list[float]) -> float:
        return sum(a * b for a, b in zip(lengths, found, strict=True)) / sum(lengths)

    own = [best(item.text) for item in candidates]
    for number, item in enumerate(candidates):
        passage = item.hit.passage
        names = names_of(passage.source, passage.title)
        lines = " ".join((*names, *passage.headings, *passage.context))
        above = best(lines)
        beside = [
            own[other]
            for other in (number - 1, number + 1)
            if 0 <= other < len(candidates) and candidates[other].hit is item.hit
        ]
        with_above = list(map(max, own[number], above))
        around = [max(values) for values in zip(with_above, *beside, strict=True)]
        expected = {
            "interaction": share(own[number]),
            "interaction_above": share(with_above) - share(own[number]),
            "interaction_around": share(around),
        }
        for name, value in expected.items():
            assert column(table, name)[number] == pytest.approx(value, abs=1e-3), name
        one, other = mean(asked), mean(slow_vectors(words, item.text))
        cosine = dot(one, other) / (math.hypot(*one) * math.hypot(*other))
        assert column(table, "cosine")[number] == pytest.approx(cosine, abs=1e-3)


def slow_vectors(words: StaticEmbedder, text: str) -> list[list[float]]:
    return [[float(x) for x in vector] for vector in words.rows(words.token_rows([text])[0])]


def slow_best(
    asked: list[list[float]], named: list[str], text: str, words: StaticEmbedder
) -> list[float]:
    """For each word of the question the word likest it or nearest to it, 0 if none is."""
    told = list(
        zip(words.words(words.word_rows([text])[0]), slow_vectors(words, text), strict=True)
    )
    return [
        max(
            [0.0]
            + [dot(one, two) / (math.hypot(*one) * math.hypot(*two)) for _, two in told]
            + [dict(words.associated(name)).get(other, 0.0) for other, _ in told]
        )
        for one, name in zip(asked, named, strict=True)
    ]


def test_context_counts_as_what_stands_above(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """A row answers to the words of its table's header, which lies outside its passage."""
    (hit,) = kit.hits("青岭红茶 | 466")
    table = {}
    for context in ((), ("品名 | 批发价",)):
        item = replace(hit, passage=replace(hit.passage, context=context))
        query = read_query("青岭红茶的批发价", segmenter)
        table[context] = sentence_features(query, candidates_of([item]), segmenter, kit.idf, words)
    without, with_header = (column(each, "context_coverage")[0] for each in table.values())
    assert with_header > without == 0
    moved = ("context_coverage", "interaction_above", "interaction_around")
    assert column(table["品名 | 批发价",], "interaction_above")[0] > 0
    others = [name for name in FEATURES if name not in moved]
    for name in others:
        assert column(table[()], name) == column(table["品名 | 批发价",], name), name


def test_pair_coverage_counts_neighbouring_characters(tea: SimpleNamespace) -> None:
    """Two of the three pairs of 龙井茶园 stand in a sentence that says 龙井 and 茶园."""
    table = tea.table("龙井茶园？")
    pairs = {"龙井", "井茶", "茶园"}
    for item, share in zip(tea.candidates, column(table, "pair_coverage"), strict=True):
        kept = re.sub(r"\W", "", item.text)
        assert share == pytest.approx(sum(pair in kept for pair in pairs) / 3)


@pytest.mark.parametrize(
    ("question", "fits", "fits_not"),
    [
        ("占地多少亩", "茶园占地320亩，其中200亩种龙井。", "云栖茶园位于杭州西郊。"),
        ("茶园在哪里", "云栖茶园位于杭州西郊。", "摊青，约六小时。"),
        ("为什么杀青", "因为高温能停止发酵。", "摊青，约六小时。"),
    ],
)
def test_what_is_asked_for_is_present_or_missing(
    tea: SimpleNamespace, question: str, fits: str, fits_not: str
) -> None:
    """A number, place or reason speaks for a sentence; that 因为 is missing speaks against none."""
    table = tea.table(question)
    present, missing = column(table, "asked_present"), column(table, "asked_missing")
    assert present[tea.row[fits]] == 1
    assert present[tea.row[fits_not]] == 0
    told = [a + b for a, b in zip(present, missing, strict=True)]
    assert told == ([1.0] * len(present) if "为什么" not in question else present)


def test_a_question_of_no_kind_misses_nothing(tea: SimpleNamespace) -> None:
    """Where no kind of answer is expected, neither presence nor absence counts."""
    table = tea.table("龙井的颜色")
    assert set(column(table, "asked_present")) == set(column(table, "asked_missing")) == {0.0}


def test_a_question_in_the_text_is_marked(tea: SimpleNamespace) -> None:
    """A sentence that asks seldom answers."""
    marks = column(tea.table("为什么要杀青"), "is_question")
    assert [tea.candidates[row].text for row, mark in enumerate(marks) if mark] == [
        "为什么要杀青？"
    ]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("有记者问会不会涨价。", True),
        ("家长问几点放学。", True),
        ("客户追问你们跟不跟。", True),
        ("问题在于谁来付钱。", False),
        ("警方询问了几名司机。", False),
        ("客服问过几十家医院后选定了一家。", False),
        ("医生问诊几分钟后开出药方。", False),
        ("不问出身谁都可以报名。", False),
        ("顾问说有几家已经签约。", False),
        ("他问清楚了什么时候开门，并记在本子上。", False),
        ("有人问价格，他没说。", False),
    ],
)
def test_a_question_that_is_told_asks_too(text: str, asks: bool) -> None:
    """What a reporter asked is answered behind it, where the paper says what was said."""
    passage = Passage(
        id="p",
        document_id="d",
        source="a.txt",
        text=text,
        start=0,
        end=len(text),
        headings=(),
        sentences=((0, len(text)),),
    )
    (item,) = candidates_of([Hit(1, passage, 1.0, {})])
    assert item.is_question is asks


def test_no_candidates_give_an_empty_table(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """Nothing retrieved, nothing weighed."""
    table = sentence_features(read_query("茶", segmenter), [], segmenter, kit.idf, words)
    assert table.shape == (0, len(FEATURES))


def dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def mean(vectors: list[list[float]]) -> list[float]:
    return [sum(values) / len(vectors) for values in zip(*vectors, strict=True)]


def test_a_sentence_that_leans_is_weighed_with_the_one_before(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """它靠地热取暖 says nothing of what is heated, but it is told of the greenhouse before it."""
    question = "温室靠什么取暖"
    query = read_query(question, segmenter)

    def table(text: str) -> np.ndarray:
        return sentence_features(query, candidates_of(kit.hits(text)), segmenter, kit.idf, words)

    leaning = table("茶园新建了温室。它靠地热取暖。")
    apart = table("茶园新建了温室。来客靠地热取暖。")
    for name in ("coverage", "pair_coverage", "interaction", "cosine"):
        assert column(leaning, name)[1] > column(apart, name)[1], name
    headed = table("# 温室\n\n它靠地热取暖。")  # a heading is no sentence that it goes on from
    assert column(headed, "coverage")[-1] == pytest.approx(column(apart, "coverage")[1])
