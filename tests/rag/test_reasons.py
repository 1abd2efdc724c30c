"""What answers remember of how they were found."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rag import KnowledgeBase
from rag.evidence import READING_FEATURES
from rag.features import FEATURES

QUESTION = "强化微调需要多少样本"


def test_the_score_of_a_sentence_is_the_sum_of_its_parts(kb: KnowledgeBase) -> None:
    """The explanation is the reckoning itself, not a tale about it."""
    explanation = kb.ask(QUESTION).explain()
    assert 1 in [item.number for item in explanation.evidence]
    for item in explanation.evidence:
        assert set(item.parts) <= {*FEATURES, *READING_FEATURES}
        assert math.isclose(sum(item.parts.values()), item.ground.score, abs_tol=0.01)


def test_every_cited_sentence_is_explained(
    kb: KnowledgeBase, dev_questions: list[dict[str, object]]
) -> None:
    """None of them is missing, however low it was ranked."""
    for item in dev_questions[:12]:
        answer = kb.ask(str(item["question"]))
        grounds = [each.ground for each in answer.explain().evidence]
        explained = {(ground.document_id, ground.start) for ground in grounds}
        cited = {(each.passage.document_id, each.start) for each in answer.citations}
        assert cited <= explained


@pytest.mark.parametrize(
    "question",
    [
        "冷板凳说十二天里有五样东西没到场，是哪五样？",  # asked of a document by itself
        "春季发布会和年底那一串直播，北京时间分别几点开始的",  # of another besides
    ],
)
def test_what_was_looked_up_besides_is_explained(question: str, kb: KnowledgeBase) -> None:
    """What the question as a whole did not bring up has its reasons too."""
    answer = kb.ask(question)
    grounds = [each.ground for each in answer.explain().evidence]
    explained = {(ground.document_id, ground.start) for ground in grounds}
    assert {(each.passage.document_id, each.start) for each in answer.citations} <= explained


def test_hits_and_words_are_explained(kb: KnowledgeBase) -> None:
    """Each passage with its signals and the words it was found by; refusals as well."""
    for question in (QUESTION, "火星上有多少家茶馆在卖宇航服"):
        answer = kb.ask(question)
        explanation = answer.explain()
        assert [hit.passage_id for hit in explanation.hits] == [
            hit.passage.id for hit in answer.hits
        ]
        assert explanation.words
        for hit in explanation.hits:
            assert {"bm25", "dense"} <= set(hit.signals)
            assert set(hit.matched) | set(hit.missing) == set(explanation.words)
        assert explanation.refused == answer.refused
    assert "样本" in kb.ask(QUESTION).explain().hits[0].matched


def test_evidence_without_signals_is_explained_by_its_score_alone(kit: SimpleNamespace) -> None:
    """Whoever weighs in another way need not know our signals."""
    evidence = kit.evidence("红茶产自哪里", "红茶产自安徽。")
    assert evidence.signals_of(0)

    assert replace(evidence, table=np.zeros((0, 0), np.float32)).signals_of(0) == {}


@pytest.mark.usefixtures("one_model")
def test_small_talk_has_nothing_to_explain(kb: KnowledgeBase) -> None:
    """No words, no passages."""
    assert kb.ask("你好").explain().words == {}
