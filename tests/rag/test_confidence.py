"""Signals of the confidence: what a near miss lacks shows."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, confidence_features, probability
from rag.evidence import load_weights
from rag.features import candidates_of, sentence_features
from rag.query import read_query

BRIDGE = "青石大桥全长 1200 米，横跨柳溪。大桥由林远设计。"


@pytest.fixture
def signals(kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder) -> object:
    """The signals of a question over one text, by name."""

    def of(question: str, text: str = BRIDGE, read: float | None = None) -> dict[str, float]:
        query = read_query(question, segmenter)
        hits = kit.hits(text)
        candidates = candidates_of(hits)
        table = sentence_features(query, candidates, segmenter, kit.idf, words)
        scores = (table @ np.asarray(load_weights().sentence, np.float32)).astype(np.float32)
        values = confidence_features(
            query, hits, candidates, scores, read, segmenter, kit.idf, words
        )
        return dict(zip(CONFIDENCE_FEATURES, map(float, values), strict=True))

    return of


@pytest.mark.parametrize(
    ("name", "answered", "missed"),
    [
        ("rarest_missing", "青石大桥全长多少米", "青石大桥造价多少米"),
        ("rarest_missing", "青石大桥全长多少米", "白沙水库全长多少米"),
        ("expected_missing", "青石大桥全长多少米", "柳溪大桥设计费多少"),
        ("unit_missing", "青石大桥全长多少米", "青石大桥有多少孔"),
    ],
)
def test_a_near_miss_lacks_something(
    name: str, answered: str, missed: str, signals: SimpleNamespace
) -> None:
    """The rarest word, a number at all, the unit asked for: absent, they raise their signal."""
    text = BRIDGE if name != "expected_missing" else "柳溪大桥横跨柳溪。"
    assert signals(missed, text)[name] > signals(answered)[name]


@pytest.mark.parametrize("name", ["passage_coverage", "soft_coverage", "weakest_word", "focus"])
def test_words_alike_count_for_words_that_are_missing(name: str, signals: SimpleNamespace) -> None:
    """A question in other words matches better than one about something else."""
    assert signals("青石大桥有多长")[name] > signals("青石大桥的门票哪里买")[name]


def test_what_was_read_is_cut_off(signals: SimpleNamespace) -> None:
    """Certainty counts up to a limit; a sentence that was not read counts as the least."""
    read = [signals("桥多长", read=odds)["read"] for odds in (None, -99.0, 2.5, 99.0)]
    assert read == [-10, -10, 2.5, 10]


def test_every_signal_is_finite_whatever_is_asked(signals: SimpleNamespace) -> None:
    """Questions without words, of one letter or in another language break nothing."""
    for question in ("？", "a", "多少", "Что это?", "米" * 200):
        assert np.isfinite(list(signals(question).values())).all()


def test_probability_is_between_nought_and_one_and_rises() -> None:
    """However large the signals are; a question that names nothing has none."""
    one = np.array([1.0])
    values = [probability(one * size, [1.0], 0.0, vague=False) for size in (-1e9, -1, 0, 1, 1e9)]
    assert values == sorted(values)
    assert values[2] == 0.5
    assert 0 < values[0] < values[-1] < 1.0000001
    assert probability(one, [1.0], 9.0, vague=True) == 0.0
