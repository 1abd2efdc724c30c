"""BM25, against twenty lines that follow the formula."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.segment import Segmenter
from index.postings import TermKeys, post
from index.sparse import Bm25Index, Bm25Settings, Section

TERM = st.sampled_from(["模型", "价格", "gpt-4o", "的", "天气", "a", "ａ", "3.5", "春"])
ROW = st.lists(TERM, max_size=12)
ROWS = st.lists(ROW, max_size=15)
QUERY = st.lists(TERM, max_size=6)
SETTINGS = st.builds(Bm25Settings, st.floats(0, 3), st.floats(0, 1))
KEYS = TermKeys()


def reference(rows: list[list[str]], query: list[str], chosen: Bm25Settings) -> list[float]:
    """BM25 as Lucene scores it, row by row and word by word."""
    mean = sum(map(len, rows)) / len(rows) if rows else 0
    scores = []
    for row in rows:
        counts = Counter(row)
        score = 0.0
        for term in query:
            frequency = sum(term in other for other in rows)
            idf = math.log(1 + (len(rows) - frequency + 0.5) / (frequency + 0.5))
            norm = chosen.k1 * (1 - chosen.b + chosen.b * len(row) / max(mean, 1e-9))
            if counts[term]:
                score += idf * counts[term] * (chosen.k1 + 1) / (counts[term] + norm)
        scores.append(score)
    return scores


@st.composite
def indexes(draw: st.DrawFn) -> tuple[Bm25Index, list[list[str]], Bm25Settings]:
    """An index of several segments, rows of which newer sections may hide; and its true rows."""
    chosen = draw(SETTINGS)
    rows: list[list[str]] = []
    sections: list[Section] = []
    for part in draw(st.lists(ROWS, max_size=4)):
        positions = np.arange(len(rows), len(rows) + len(part))
        hides = draw(st.lists(st.booleans(), min_size=len(part), max_size=len(part)))
        now = [draw(ROW) if hide else row for hide, row in zip(hides, part, strict=True)]
        hidden = np.array(hides, bool)
        if hidden.any():
            fresh = post(KEYS.of(row) for row, hide in zip(now, hides, strict=True) if hide)
            sections.append(Section(fresh, positions[hidden]))
        postings = post(KEYS.of(row) for row in part)
        sections.append(Section(postings, positions, hidden if hidden.any() else None))
        rows += now
    return Bm25Index(sections, chosen, len(rows)), rows, chosen


def sorted_scores(
    index: Bm25Index, query: list[str], k: int, allowed: NDArray[np.bool_]
) -> tuple[list[int], NDArray[np.float32]]:
    """The best rows by a full sort."""
    scores = index.scores(query)
    order = [row for row in np.lexsort((np.arange(index.size), -scores)).tolist()
             if scores[row] > 0 and allowed[row]][:k]  # fmt: skip
    return order, scores[order]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(indexes(), QUERY)
def test_scores_equal_the_formula(
    made: tuple[Bm25Index, list[list[str]], Bm25Settings], query: list[str]
) -> None:
    """Repeated words, unknown words, empty rows, several segments and replaced rows included."""
    index, rows, chosen = made
    scores = index.scores(query)
    assert scores.shape == (len(rows),)
    np.testing.assert_allclose(scores, reference(rows, query, chosen), rtol=1e-4, atol=1e-5)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(indexes(), QUERY, st.integers(0, 20), st.integers(0, 2**31))
def test_the_best_rows_are_those_of_a_full_sort(
    made: tuple[Bm25Index, list[list[str]], Bm25Settings], query: list[str], k: int, seed: int
) -> None:
    """Ties stand by position, and rows that are not allowed do not come back."""
    index = made[0]
    mask = np.random.default_rng(seed).random(index.size) < 0.6
    for allowed in (None, mask):
        rows, scores = index.top(query, k, allowed)
        everything = np.ones(index.size, bool) if allowed is None else allowed
        expected, values = sorted_scores(index, query, k, everything)
        assert rows.tolist() == expected
        np.testing.assert_allclose(scores, values, rtol=1e-6)


def test_skipping_changes_nothing_in_a_large_index() -> None:
    """Frequent words are looked up in a few rows only; the result is that of scoring all."""
    generator = np.random.default_rng(5)
    words = [f"词{n}" for n in range(400)]
    weights = 1 / np.arange(1, 401)
    weights /= weights.sum()
    texts = [
        list(generator.choice(words, generator.integers(1, 40), p=weights)) for _ in range(6000)
    ]
    sections = []
    for start in range(0, 6000, 1500):
        postings = post(KEYS.of(row) for row in texts[start : start + 1500])
        sections.append(Section(postings, np.arange(start, start + 1500)))
    index = Bm25Index(sections, Bm25Settings(), 6000)
    everything = np.ones(6000, bool)
    for _ in range(60):
        query = [*list(generator.choice(words, 8, p=weights)), words[generator.integers(400)]]
        rows, scores = index.top(query, 10)
        expected, values = sorted_scores(index, query, 10, everything)
        np.testing.assert_allclose(scores, values, rtol=1e-5)
        assert len(set(rows.tolist()) ^ set(expected)) <= 2 * (values == values[-1]).sum()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(indexes(), QUERY, st.lists(st.integers(0, 60), max_size=8))
def test_chosen_rows_score_as_all_do(
    made: tuple[Bm25Index, list[list[str]], Bm25Settings], query: list[str], chosen: list[int]
) -> None:
    """Candidates that only the vectors proposed are scored too, in any order, even twice."""
    index = made[0]
    at = np.array([row % index.size for row in chosen if index.size], np.int64)
    np.testing.assert_allclose(index.at(query, at), index.scores(query)[at], rtol=1e-6)


def test_segments_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """One segment or many: the same scores."""
    rows = [["的", f"词{n % 7}", f"词{n % 3}"] for n in range(40)]
    whole = Bm25Index.build(rows, Bm25Settings())
    monkeypatch.setattr("index.sparse.SEGMENT_ROWS", 6)
    parts = Bm25Index.build(rows, Bm25Settings())
    query = ["词1", "的", "词2"]
    np.testing.assert_array_equal(whole.scores(query), parts.scores(query))
    assert whole.top(query, 9)[0].tolist() == parts.top(query, 9)[0].tolist()


def test_rare_words_weigh_more() -> None:
    """It falls with frequency, is largest for an unknown word and never negative."""
    index = Bm25Index.build([["的", "春"], ["的", "夏"], ["的", "春"]], Bm25Settings())
    assert index.idf("冬") > index.idf("夏") > index.idf("春") > index.idf("的") > 0
    assert index.weights(["的", "春", "春", "冬"]) == pytest.approx(
        {"的": index.idf("的"), "春": 2 * index.idf("春")}
    )


def test_the_best_rows_are_those_of_bm25s(root: Path) -> None:
    """The same scores, and so the same top ten, as the package gives for the same terms."""
    import bm25s

    segmenter, chosen = Segmenter(), Bm25Settings()
    rows = [
        segmenter.terms(line)
        for path in sorted((root / "corpus" / "sample").rglob("*.*"))
        if path.suffix in (".md", ".txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    ours = Bm25Index.build(rows, chosen)
    theirs = bm25s.BM25(method="lucene", k1=chosen.k1, b=chosen.b)
    theirs.index(rows, show_progress=False)
    questions = (root / "eval" / "sample" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 300
    for question in questions:
        terms = list(dict.fromkeys(segmenter.terms(json.loads(question)["question"])))
        expected = theirs.get_scores(terms) * (chosen.k1 + 1)
        np.testing.assert_allclose(ours.scores(terms), expected, rtol=1e-4, atol=1e-5)
        found, scores = ours.top(terms, 10)
        np.testing.assert_allclose(scores, np.sort(expected)[::-1][: len(found)], rtol=1e-4)


def test_a_weight_may_be_given_for_each_term() -> None:
    """A query is its terms as they occur, or a mapping; half the weight is half the score."""
    index = Bm25Index.build([["春", "夏"], ["春"], ["秋"]], Bm25Settings())
    np.testing.assert_allclose(index.scores({"春": 2.0}), index.scores(["春", "春"]))
    np.testing.assert_allclose(index.scores({"春": 0.5}), index.scores(["春"]) / 2)
    assert index.top({"春": 0.5, "冬": 1.0}, 5)[0].tolist() == index.top(["春"], 5)[0].tolist()


@settings(derandomize=True, max_examples=100, deadline=None)
@given(indexes(), QUERY)
def test_rows_that_hold_a_term_are_known(
    made: tuple[Bm25Index, list[list[str]], Bm25Settings], terms: list[str]
) -> None:
    """In every segment, replaced rows by what they hold now."""
    index, rows, _ = made
    assert index.holding(terms).tolist() == [bool(set(terms) & set(row)) for row in rows]


def test_hidden_rows_do_not_count() -> None:
    """A passage cut anew counts with its new terms only."""
    old, new = post([KEYS.of(["春", "夏"]), KEYS.of(["春"])]), post([KEYS.of(["秋"])])
    hidden = np.array([True, False])
    sections = [Section(new, np.array([0])), Section(old, np.arange(2), hidden)]
    index = Bm25Index(sections, Bm25Settings(), 2)
    same = Bm25Index.build([["秋"], ["春"]], Bm25Settings())
    for term in "春夏秋":
        assert index.idf(term) == same.idf(term)
        np.testing.assert_array_equal(index.scores([term]), same.scores([term]))


def test_many_repeats_do_not_overflow() -> None:
    """A count beyond 16 bits is held at the largest, not wrapped around to a small one."""
    index = Bm25Index.build([["春"] * 65537, ["春"], ["夏"]], Bm25Settings(b=0))
    many, once, none = index.scores(["春"])
    assert many > once > none == 0


def test_an_empty_index_can_be_asked() -> None:
    """No rows give no hits."""
    index = Bm25Index.build([], Bm25Settings())
    assert (index.size, len(index.top(["春"], 5)[0]), index.scores(["春"]).shape) == (0, 0, (0,))
