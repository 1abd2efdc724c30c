"""What a near miss gives away: how the best sentence stands among the others."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.evidence import Evidence, load_weights
from rag.reader import Span
from rag.standing import STANDING_FEATURES, STANDING_SIGNS, corrected, standing

TABLE = "| 品种 | 亩数 |\n|---|---|\n| 龙井 | 320 |\n| 白茶 | 90 |\n"
TEXT = "茶园占地320亩。园里还养鸡。"


def stands(question: str, evidence: Evidence, spans: tuple[Span, ...] = ()) -> dict[str, float]:
    found = standing(question, evidence.candidates, evidence.scores, evidence.order, spans)
    return dict(zip(STANDING_FEATURES, map(float, found), strict=True))


def test_signals_say_how_the_best_sentence_stands(kit: SimpleNamespace) -> None:
    """Its lead, the rank of its passage, what is read, and whether a kind is asked for."""
    question = "茶园占地多少亩？"
    evidence = kit.evidence(question, TEXT, "村口有一座桥。")
    best = evidence.order[0]
    signals = stands(question, evidence, (Span(0, 2, -1.5), Span(0, 2, -math.inf)))
    assert signals["row"] == 0
    lead = float(evidence.scores[best] - evidence.scores[evidence.order[1]])
    assert signals["lead"] == pytest.approx(min(lead, 3.0))
    assert signals["place"] == 0
    assert signals["readable"] == -1.5
    assert signals["kind_asked"] == 1
    assert stands("茶园怎么样", evidence)["kind_asked"] == 0


def test_a_row_and_a_later_passage_are_told(kit: SimpleNamespace) -> None:
    """The row of a table, in the second passage."""
    evidence = kit.evidence("龙井有多少亩", "村口有一座桥。", TABLE)
    signals = stands("龙井有多少亩", evidence)
    assert signals["row"] == 1
    assert signals["place"] == pytest.approx(math.log(2))


def test_a_sentence_alone_leads_nobody(kit: SimpleNamespace) -> None:
    """Nor is anything read where no reader was."""
    signals = stands("茶园多大", kit.evidence("茶园多大", "茶园占地320亩。"))
    assert signals["lead"] == 0
    assert signals["readable"] == -6


_SIGNALS = st.lists(
    st.floats(-6, 6), min_size=len(STANDING_FEATURES), max_size=len(STANDING_FEATURES)
)


@given(st.floats(0, 1), _SIGNALS, _SIGNALS, st.floats(-9, 9))
def test_a_corrected_probability_is_one(
    chance: float, signals: list[float], weights: list[float], bias: float
) -> None:
    """Whatever the weights; none and certainty stay, and nothing is added by weights of nothing."""
    assert 0 <= corrected(chance, np.array(signals), weights, bias) <= 1
    nothing = [0.0] * len(weights)
    assert corrected(chance, np.array(signals), nothing, 0.0) == pytest.approx(chance)
    assert corrected(0.0, np.array(signals), weights, bias) == 0
    assert corrected(1.0, np.array(signals), weights, bias) == 1


def test_shipped_weights_have_the_sign_of_their_meaning() -> None:
    """A row of a table cannot make an answer likelier."""
    file = Path(rag.__file__).parent / "weights.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    assert tuple(data["standing"]) == STANDING_FEATURES
    weights = load_weights()
    assert weights.standing_bias == data["standing_bias"]
    pairs = zip(weights.standing, STANDING_SIGNS, strict=True)
    assert all(weight * sign > 0 for weight, sign in pairs)
