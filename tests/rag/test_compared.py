"""Names that are told only to compare with."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rag.compared import not_compared

PRO = "Pro 每月 200 元，正好是 Plus 的十倍。"
PLUS = "Plus 每月 20 元。"


def first(kit: SimpleNamespace, question: str, *texts: str) -> tuple[str, float]:
    """What comes first of some texts ranked as they stand, and what it is worth."""
    evidence = kit.evidence(question, *texts)
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    scores = evidence.scores.copy()
    for rank, text in enumerate(texts):
        scores[at[text]] = 9 - rank
    ranked = replace(evidence, scores=scores, order=tuple(at[text] for text in texts))
    found, worth = not_compared(kit.query(question), ranked)
    return found.candidates[found.order[0]].text, worth


def test_what_is_told_of_the_name_itself_comes_first(kit: SimpleNamespace) -> None:
    """What Pro costs is not what Plus costs."""
    assert first(kit, "Plus 每月多少元", PRO, PLUS) == (PLUS, 1)
    assert first(kit, "Pro 每月多少元", PRO, PLUS) == (PRO, 1)


def test_what_is_told_of_another_alone_is_doubted(kit: SimpleNamespace) -> None:
    """No sentence tells it of the name that was asked for."""
    text, worth = first(kit, "Plus 每月多少元", PRO)
    assert text == PRO
    assert worth < 0.5


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Pro 是 Plus 的几倍", PRO),
        ("Pro 比 Plus 贵多少", "Pro 比 Plus 贵 180 元。"),
        ("Plus 每月多少元", "Plus 每月 20 元，是 Lite 的两倍。"),
        ("每月多少元", PRO),
    ],
)
def test_a_comparison_that_is_asked_for_stays(
    kit: SimpleNamespace, question: str, text: str
) -> None:
    """So does what compares the name with another."""
    assert first(kit, question, text, PLUS) == (text, 1)
