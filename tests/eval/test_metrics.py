"""The measures against arithmetic that can be followed by hand."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics

CHARACTERS = st.text("凌川图书馆一二三年，。、AaBb123 .%", max_size=20)
RANKS = st.none() | st.integers(1, 200)
SCORES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("rank", "recall_5", "mrr_10", "ndcg_10"),
    [
        (1, 1.0, 1.0, 1.0),
        (3, 1.0, 1 / 3, 0.5),  # 1 / log2(1 + 3)
        (7, 0.0, 1 / 7, 1 / 3),  # 1 / log2(1 + 7)
        (10, 0.0, 0.1, 0.2890648),
        (11, 0.0, 0.0, 0.0),
        (None, 0.0, 0.0, 0.0),
    ],
)
def test_ranking(rank: int | None, recall_5: float, mrr_10: float, ndcg_10: float) -> None:
    """Protects the ranking measures and their cut-offs."""
    assert metrics.recall_at(rank, 5) == recall_5
    assert metrics.reciprocal_rank(rank, 10) == pytest.approx(mrr_10)
    assert metrics.ndcg(rank, 10) == pytest.approx(ndcg_10)


@given(RANKS, st.integers(1, 100))
def test_ranking_is_bounded_and_ordered(rank: int | None, k: int) -> None:
    """Protects 0 ≤ RR ≤ nDCG ≤ recall ≤ 1, and that looking deeper never lowers a figure."""
    values = [metrics.reciprocal_rank(rank, k), metrics.ndcg(rank, k), metrics.recall_at(rank, k)]
    deeper = [
        metrics.reciprocal_rank(rank, k + 1),
        metrics.ndcg(rank, k + 1),
        metrics.recall_at(rank, k + 1),
    ]
    assert [0.0, *values, 1.0] == sorted([0.0, *values, 1.0])
    assert all(after >= before for before, after in zip(values, deeper, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015年，共3.5%", ["2015", "年", "共", "3.5", "%"]),
        ("iPhone 15 Pro。", ["iphone", "15", "pro"]),
        ("《圖書館》・Ａ１", ["图", "书", "馆", "a1"]),
        ("a_b-c+d=e^f~g`h", ["a", "b", "c", "d", "e", "f", "g", "h"]),
        ("5.", ["5"]),
        ("，。！", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Protects the mixed segmentation: characters alone, runs whole, no punctuation."""
    assert metrics.tokens(text) == expected


@pytest.mark.parametrize(
    ("prediction", "gold", "em", "f1"),
    [
        ("周一", "周一", 1, 1),
        ("周一。", "周一", 1, 1),
        ("每周一", "周一", 0, 0.8),  # run 2, P = 2/3, R = 1
        ("图书馆", "图画馆", 0, 1 / 3),  # run 1 of 3 and 3: not the bag of 2
        ("ＡＢＣ", "abc", 1, 1),
        ("2015年", "2015", 0, 2 / 3),  # tokens 2015 年 and 2015
        ("2015", "15", 0, 0),  # a number is one token
        ("周二", "星期天", 0, 0),
        ("", "周一", 0, 0),
        ("。", "，", 0, 0),
    ],
)
def test_em_and_f1(prediction: str, gold: str, em: float, f1: float) -> None:
    """Protects the answer measures as CMRC 2018 counts them."""
    assert metrics.exact_match(prediction, gold) == em
    assert metrics.f1(prediction, gold) == pytest.approx(f1)


@given(CHARACTERS, CHARACTERS)
def test_f1_is_bounded_symmetric_and_folded(left: str, right: str) -> None:
    """Protects that width, case and the order of the two texts do not matter."""
    value = metrics.f1(left, right)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in left)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", left)
    assert 0.0 <= value <= 1.0
    assert metrics.f1(right, left) == value
    assert metrics.f1(wide, right) == value
    assert metrics.f1(left.swapcase(), right) == value
    assert metrics.exact_match(left, right) == metrics.exact_match(wide.swapcase(), right)
    assert metrics.exact_match(left, right) <= value or " " in left + right


@given(st.lists(st.integers(0, 2), max_size=8), st.lists(st.integers(0, 2), max_size=8))
def test_longest_common_run_against_all_runs(left: list[int], right: list[int]) -> None:
    """Protects the fast table against trying every run of one text in the other."""
    a, b = [str(item) for item in left], [str(item) for item in right]
    runs = [
        length
        for start, length in product(range(len(a)), range(1, len(a) + 1))
        if start + length <= len(a)
        and any(b[at : at + length] == a[start : start + length] for at in range(len(b)))
    ]
    assert metrics.longest_common_run(a, b) == max(runs, default=0)


def test_auroc_by_hand() -> None:
    """Protects the rank statistic: of 6 pairs, 4 in order, 1 tied, 1 not, is 4.5 / 6."""
    assert metrics.auroc([0.9, 0.5, 0.4], [0.4, 0.45]) == pytest.approx(4.5 / 6)
    assert metrics.auroc([1.0], []) is None
    assert metrics.auroc([], [1.0]) is None


@given(SCORES, SCORES)
def test_auroc_against_all_pairs(yes: list[float], no: list[float]) -> None:
    """Protects the ranks against counting every pair."""
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in yes for b in no]
    value = metrics.auroc(yes, no)
    assert value == pytest.approx(sum(pairs) / len(pairs))
    assert metrics.auroc(no, yes) == pytest.approx(1 - sum(pairs) / len(pairs))


def test_percentiles_by_hand() -> None:
    """Protects the interpolation, and that no values have no percentile."""
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert metrics.percentile([0.0, 10.0], 95) == pytest.approx(9.5)
    assert metrics.percentile([7.0], 95) == 7.0
    assert metrics.percentile([], 50) is None


def test_undefined_is_none() -> None:
    """Protects that no figure over nothing is given as 0."""
    assert metrics.mean([]) is None
    assert metrics.share(0, 0) is None
    assert metrics.share(1, 4) == 0.25
