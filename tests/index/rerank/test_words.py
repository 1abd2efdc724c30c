"""Signals of words and characters, against what a reader would count by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from corpus.records import Passage
from index.rerank.lines import Lines, lines_of
from index.rerank.question import Question
from index.rerank.words import pair_signals, word_signals

Make = Callable[..., Passage]
TEXT = st.text(alphabet="春夏秋天地人ＡbB3 ,。\n", max_size=24)
SENTENCES = st.lists(TEXT.filter(bool), min_size=1, max_size=4)
PASSAGES = st.lists(st.tuples(TEXT, SENTENCES), min_size=1, max_size=4)


def make_passage(sentences: list[str], title: str) -> Passage:
    """A passage whose sentences stand one after another."""
    ends = np.cumsum([0, *map(len, sentences)]).tolist()
    spans = tuple(itertools.pairwise(ends))
    return Passage("p", "d", "s", "".join(sentences), 0, ends[-1], spans, title)


def ask(text: str, *terms: str) -> Question:
    """A question whose terms weigh more the longer they are."""
    return Question.read(text, terms, lambda term: 1.0 + len(term))


def naive_lines(passages: list[Passage]) -> list[list[str]]:
    """What stands above each passage and its sentences, folded one by one."""
    found = []
    for item in passages:
        sentences = [item.text[a - item.start : b - item.start] for a, b in item.sentences]
        found.append([fold(line).replace("\n", " ") for line in (item.title, *sentences)])
    return found


def slow_occurrences(term: str, line: str) -> list[int]:
    """Every place of a term, not overlapping; Latin ones as whole words."""
    found, at = [], 0
    while at <= len(line) - len(term):
        end = at + len(term)
        if line[at:end] == term:
            glued = [
                c for c in (line[at - 1 : at], line[end : end + 1]) if c.isascii() and c.isalnum()
            ]
            if not (term.isascii() and glued):
                found.append(at)
            at = end
        else:
            at += 1
    return found


def slow_phrase(question: str, weights: np.ndarray, lines: list[str]) -> float:
    """The weightiest run of letters that the question and a line share, tried one by one."""
    best = 0.0
    for first in range(len(question)):
        for last in range(first + 2, len(question) + 1):
            part = question[first:last]
            if part.isalnum() and any(part in line for line in lines):
                best = max(best, float(weights[first:last].sum()))
    return best / max(float(weights.sum()), 1e-9)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(data=PASSAGES, text=TEXT)
def test_lines_are_the_folded_sentences(data: list[tuple[str, list[str]]], text: str) -> None:
    """One string for all must not move a sentence, nor mix two of them."""
    passages = [make_passage(sentences, title) for title, sentences in data]
    lines = lines_of(passages)
    assert lines.folded() == naive_lines(passages)
    whole = lines.text
    assert [whole[a:].split("\n")[0] for a in lines.starts] == [
        line for one in naive_lines(passages) for line in one
    ]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(data=PASSAGES, text=TEXT)
def test_signals_equal_those_counted_one_by_one(
    data: list[tuple[str, list[str]]], text: str
) -> None:
    """The fast ways of counting words and pairs must count the same as slow ones."""
    passages = [make_passage(sentences, title) for title, sentences in data]
    terms = [part for part in fold(text).replace("\n", " ").split() if part.isalnum()]
    question = ask(text, *terms)
    lines = lines_of(passages)
    found = word_signals(question, lines) | pair_signals(question, lines)
    weights = question.weights / max(question.weights.sum(), 1e-9)
    characters = question.character_weights()
    pairs = {question.folded[i : i + 2] for i in range(len(question.folded) - 1)}
    pairs = {pair for pair in pairs if pair.isalnum()}
    for row, (above, *sentences) in enumerate(naive_lines(passages)):
        shares = [
            sum(
                weight
                for term, weight in zip(question.terms, weights, strict=True)
                if slow_occurrences(term, line)
            )
            for line in (above, *sentences)
        ]
        met = [
            any(slow_occurrences(term, line) for line in (above, *sentences))
            for term in question.terms
        ]
        np.testing.assert_allclose(found["above"][row], shares[0], atol=1e-5)
        np.testing.assert_allclose(found["line_coverage"][row], max(shares[1:]), atol=1e-5)
        np.testing.assert_allclose(
            found["coverage"][row], weights @ met if len(met) else 0, atol=1e-5
        )
        share = [any(pair in line for line in (above, *sentences)) for pair in pairs]
        np.testing.assert_allclose(found["pairs"][row], np.mean(share) if pairs else 0, atol=1e-5)
        expected = slow_phrase(question.folded, characters, [above, *sentences])
        np.testing.assert_allclose(found["phrase"][row], expected, atol=1e-5)


def test_words_near_each_other_count_more(passage: Make) -> None:
    """The same words far apart say less than next to each other."""
    near = passage(["春游的门票每人二十元。" + "其他的事情另外说明。" * 8])
    far = passage(["春游的事情。" + "其他的事情另外说明。" * 8 + "门票。"])
    signals = word_signals(ask("春游门票", "春游", "门票"), lines_of([near, far]))
    assert signals["coverage"].tolist() == pytest.approx([1.0, 1.0])
    assert 1 > signals["proximity"][0] > signals["proximity"][1] > 0.5


def test_what_is_asked_for_is_looked_for_in_the_best_sentence(passage: Make) -> None:
    """A number in another sentence does not answer how many."""
    question = ask("门票多少钱？", "门票")
    with_number = passage(["门票每人20元。", "欢迎来玩。"])
    without = passage(["门票另外计算。", "班车有20辆。"])
    signals = word_signals(question, lines_of([with_number, without]))
    assert signals["asked"].tolist() == [1.0, -1.0]
    assert word_signals(ask("门票", "门票"), lines_of([without]))["asked"].tolist() == [0.0]


@pytest.mark.parametrize("text", ["", "？", " \n", "的"])
def test_a_question_without_words_gives_no_signal(passage: Make, text: str) -> None:
    """Nothing asked must give zeros, never an error or a number that is none."""
    lines = lines_of([passage(["春天来了。"]), passage(["，"])])
    for column in (word_signals(ask(text), lines) | pair_signals(ask(text), lines)).values():
        assert column.tolist() == [0.0, 0.0]


def test_latin_words_count_whole_only(passage: Make) -> None:
    """``o3`` is no part of ``foo3``."""
    lines = lines_of([passage(["用o3模型。"]), passage(["用foo3和o31。"])])
    assert word_signals(ask("o3", "o3"), lines)["coverage"].tolist() == [1.0, 0.0]


def test_only_the_beginning_of_a_very_long_passage_counts(passage: Make) -> None:
    """One huge cell must not make every search slow."""
    lines: Lines = lines_of([passage(["字" * 100_000, "尾巴。"])])
    assert len(lines.text) <= 1_201
