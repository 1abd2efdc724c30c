"""The measures, each a pure function of a rank, two strings or two lists of numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from math import floor, log2

from corpus.normalize import fold

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# One Han character; or a run of letters and digits, a decimal point inside a number included; or
# any other single character.
_TOKEN = re.compile(rf"[{_HAN}]|(?:[^\W_{_HAN}]|(?<=\d)\.(?=\d))+|\S")
# CMRC's list of punctuation holds five characters that Unicode calls symbols, and not the percent.
_ALSO_PUNCTUATION = frozenset("^`~+=")
_NOT_PUNCTUATION = frozenset("%‰")
_PRIVATE = 0x10000  # above the surrogates there is room for a million different items


def recall_at(rank: int | None, k: int) -> float:
    """1 if a relevant passage is among the first ``k``, else 0.

    Any one evidence suffices, so that this is what others call hit rate or success@k.

    Args:
        rank: 1-based rank of the first relevant passage; None if none was retrieved.
        k: How deep to look, at least 1.
    """
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None, k: int) -> float:
    """1/rank of the first relevant passage if it is among the first ``k``, else 0; in [0, 1].

    Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    return 1.0 / rank if rank is not None and rank <= k else 0.0


def ndcg(rank: int | None, k: int) -> float:
    """Discounted gain of the first relevant passage, in [0, 1]; the gain is binary.

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with the
    discount ``1 / log2(1 + rank)``. Any one evidence suffices, so that one passage meets the need:
    the first relevant passage alone gains, and the ideal list has it at rank 1 (ideal gain 1).
    Counting further evidence in the ideal would lower the figure of a system that finds more of it.
    """
    return 1.0 / log2(1 + rank) if rank is not None and rank <= k else 0.0


def first_relevant(ranked: Sequence[str], grades: Mapping[str, int]) -> int | None:
    """1-based rank of the first document whose grade is above 0; None if there is none."""
    return next((rank for rank, name in enumerate(ranked, 1) if grades.get(name, 0) > 0), None)


def graded_recall(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Share of the relevant documents among the first ``k``, in [0, 1]; 0 if none is relevant."""
    relevant = sum(grade > 0 for grade in grades.values())
    found = sum(grades.get(name, 0) > 0 for name in ranked[:k])
    return found / relevant if relevant else 0.0


def graded_ndcg(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Discounted gain of the first ``k`` documents over that of the best order, in [0, 1].

    Järvelin and Kekäläinen 2002; the gain is the grade, as ``trec_eval`` has it.
    """
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    ideal = sum(grade / log2(1 + rank) for rank, grade in enumerate(best, 1))
    gain = sum(
        max(grades.get(name, 0), 0) / log2(1 + rank) for rank, name in enumerate(ranked[:k], 1)
    )
    return gain / ideal if ideal else 0.0


def tokens(text: str) -> list[str]:
    """Chinese characters one by one, runs of letters and digits whole, punctuation removed.

    This is the mixed segmentation of the CMRC 2018 script, after :func:`corpus.normalize.fold`.
    """
    return [token for token in _TOKEN.findall(fold(text)) if not _is_punctuation(token)]


def _is_punctuation(token: str) -> bool:
    if len(token) > 1 or token in _NOT_PUNCTUATION:
        return False
    return token in _ALSO_PUNCTUATION or unicodedata.category(token).startswith("P")


def exact_match(prediction: str, gold: str) -> float:
    """1 if both are the same string without case, punctuation and white space, else 0.

    Cui et al., A Span-Extraction Dataset for Chinese Machine Reading Comprehension, 2019 (CMRC
    2018). The same as its script but for the folding: full-width and traditional characters equal
    their half-width and simplified forms, and all Unicode punctuation is removed but ``%`` and the
    decimal point. Two strings of nothing but punctuation do not match.
    """
    left, right = "".join(tokens(prediction)), "".join(tokens(gold))
    return float(bool(right) and left == right)


def f1(prediction: str, gold: str) -> float:
    """Harmonic mean of precision and recall by the longest common run of tokens, in [0, 1].

    As CMRC 2018 counts it: the overlap is the longest *contiguous* run, not the bag of tokens that
    SQuAD counts. Tokens are those of :func:`tokens`.
    """
    left, right = tokens(prediction), tokens(gold)
    common = longest_common_run(left, right)
    return 2.0 * common / (len(left) + len(right)) if common else 0.0


def longest_common_run(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest contiguous run of items in both.

    Items become characters, so that Python's own search for a string does the work.
    """
    numbers: dict[str, int] = {}
    first, second = (
        "".join(chr(_PRIVATE + numbers.setdefault(item, len(numbers))) for item in items)
        for items in (left, right)
    )
    best = 0
    for start in range(len(first)):
        while start + best < len(first) and first[start : start + best + 1] in second:
            best += 1
    return best


def mean(values: Sequence[float]) -> float | None:
    """Their mean; None of no values."""
    return sum(values) / len(values) if values else None


def share(part: int, whole: int) -> float | None:
    """``part / whole`` in [0, 1]; None if ``whole`` is 0."""
    return part / whole if whole else None


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Probability that a random positive scores above a random negative, ties counted half.

    Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982: the Mann-Whitney
    statistic over the number of pairs.

    Returns:
        In [0, 1]; None if either side is empty.
    """
    if not positives or not negatives:
        return None
    ordered = sorted(
        [(score, True) for score in positives] + [(score, False) for score in negatives]
    )
    ranks = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        # Ranks start + 1 .. end are tied: each gets their mean.
        ranks += (start + 1 + end) / 2 * sum(positive for _, positive in ordered[start:end])
        start = end
    pairs = len(positives) * len(negatives)
    return (ranks - len(positives) * (len(positives) + 1) / 2) / pairs


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The percentile with linear interpolation between neighbours, as numpy does by default.

    Args:
        values: In any order.
        percent: In [0, 100].

    Returns:
        None of no values.
    """
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
