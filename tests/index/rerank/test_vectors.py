"""Signals of word vectors, against the definition written out word by word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.records import Passage
from index.embed import StaticEmbedder
from index.rerank.question import Question
from index.rerank.vectors import WordVectors

Make = Callable[..., Passage]
LETTERS = "春夏秋冬天地人的车票门，z"
SENTENCE = st.text(alphabet=LETTERS, min_size=1, max_size=8)
NAMES = ("interaction", "learned_interaction", "line_interaction", "line_cosine", "text_cosine")


def idf(word: str) -> float:
    return 1.0 + ord(word[0]) % 5


def unit(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def vectors_of(embedder: StaticEmbedder, text: str) -> list[np.ndarray]:
    rows, _ = embedder.word_rows([text])
    return list(embedder.rows(rows))


def slow_interaction(asked: list[np.ndarray], told: list[np.ndarray], shares: list[float]) -> float:
    """For each word of the question the most similar word of the text."""
    if not told:
        return 0.0
    return sum(
        share * max(float(unit(one) @ unit(other)) for other in told)
        for one, share in zip(asked, shares, strict=True)
    )


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    text=st.text(alphabet=LETTERS, max_size=8),
    title=st.text(alphabet=LETTERS, max_size=4),
    data=st.lists(st.lists(SENTENCE, min_size=1, max_size=3), min_size=1, max_size=4),
)
def test_signals_equal_their_definition(
    words: StaticEmbedder, passage: Make, text: str, title: str, data: list[list[str]]
) -> None:
    """Taking all words of all passages at once must not change what is said of any."""
    question = Question.read(text, (), idf)
    vectors = WordVectors(words)
    found = vectors.signals(question, vectors.read([passage(s, title) for s in data]))
    asked = vectors_of(words, text)
    if not asked:
        assert all(not found[name].any() for name in NAMES)
        return
    rare = [idf(word) for word in words.words(words.word_rows([text])[0])]
    shares = [weight / sum(rare) for weight in rare]
    lengths = [float(np.linalg.norm(vector)) for vector in asked]
    query = unit(np.sum(asked, axis=0))
    for row, sentences in enumerate(data):
        lines = [vectors_of(words, line) for line in (title, *sentences)]
        everything = [vector for line in lines for vector in line]
        expected = {
            "interaction": slow_interaction(asked, everything, shares),
            "learned_interaction": slow_interaction(
                asked, everything, [length / sum(lengths) for length in lengths]
            ),
            "text_cosine": float(query @ unit(np.sum(everything, axis=0))) if everything else 0.0,
        }
        told = [line for line in lines[1:] if line]
        tried = [slow_interaction(asked, line, shares) for line in told]
        cosines = [float(query @ unit(np.sum(line, axis=0))) for line in told]
        expected["line_interaction"] = max([*tried, *([0.0] if lines[0] else [])], default=0.0)
        expected["line_cosine"] = max([*cosines, *([0.0] if lines[0] else [])], default=0.0)
        for name in NAMES:
            np.testing.assert_allclose(found[name][row], expected[name], atol=2e-3, err_msg=name)


@pytest.mark.parametrize("sentences", [["，"], ["zzz"]])
def test_passages_without_known_words_give_zeros(
    words: StaticEmbedder, passage: Make, sentences: list[str]
) -> None:
    """A passage of symbols has no vector; that is no error."""
    vectors = WordVectors(words)
    found = vectors.signals(Question.read("春天", (), idf), vectors.read([passage(sentences)]))
    assert all(found[name].tolist() == [0.0] for name in NAMES)


def test_remembered_passages_give_the_same_signals(words: StaticEmbedder, passage: Make) -> None:
    """The second question on a passage must see it as the first did."""
    passages = [passage(["春天的车票。", "冬天。"], "门票"), passage(["学校"])]
    vectors = WordVectors(words)
    question = Question.read("春车", (), idf)
    first, again = (vectors.signals(question, vectors.read(passages)) for _ in range(2))
    for name in NAMES:
        np.testing.assert_array_equal(first[name], again[name])


def test_what_is_forgotten_is_read_again(
    words: StaticEmbedder, passage: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full memory begins anew and loses none of the passages asked for."""
    monkeypatch.setattr("index.rerank.vectors._REMEMBERED", 3)
    vectors = WordVectors(words)
    question = Question.read("春车", (), idf)
    letters = ("春夏", "夏秋冬", "冬天地人", "春")
    for group in ([passage([letter]) for letter in part] for part in letters):
        found = vectors.signals(question, vectors.read(group))
        fresh = WordVectors(words)
        expected = fresh.signals(question, fresh.read(group))
        for name in NAMES:
            np.testing.assert_array_equal(found[name], expected[name])
