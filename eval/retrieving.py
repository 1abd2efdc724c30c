"""Searching for every question at every stage, and what document each passage stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.records import Hit
from eval.answers import Reply
from eval.asking import Progress
from eval.judging import Judgement
from eval.matching import passage_holds
from eval.parallel import Workers
from eval.questions import Question
from eval.stages import at_stage
from eval.system import System, opened_apart, source_for

if TYPE_CHECKING:
    from corpus.segment import Segmenter
    from rag import KnowledgeBase

_FEW = 10

Ranking = list[tuple[str, float]]
"""Documents and their scores, best first."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How far to look.

    Attributes:
        documents: How many documents to rank.
        passages: How many passages to retrieve, so that they are of so many documents.
    """

    documents: int
    passages: int


def rank_documents(
    system: System,
    stage: str,
    queries: Sequence[tuple[str, str]],
    depth: Depth,
    workers: Workers,
    progress: Progress = lambda done, total: None,
) -> dict[str, Ranking]:
    """The documents a stage ranks first for each (id, text); a document by its best passage."""
    rankings: dict[str, Ranking] = {}
    with source_for(at_stage(system, stage), workers) as source:
        for name, ranking in workers.spread(partial(_rank_all, source, depth), queries):
            rankings[name] = ranking
            progress(len(rankings), len(queries))
    return rankings


def _rank_all(
    source: System | KnowledgeBase, depth: Depth, queries: Sequence[tuple[str, str]]
) -> list[tuple[str, Ranking]]:
    kb = opened_apart(source) if isinstance(source, System) else source
    return [(name, by_document(kb.search(text, depth.passages, exact=False), depth.documents))
            for name, text in queries]  # fmt: skip


def by_document(hits: Sequence[Hit], most: int) -> Ranking:
    """Documents by the score of their best passage, in the order standard tools sort them.

    They compare scores in single precision and break ties by the larger name: ordered the same
    way, a run file means what we measured.
    """
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.source, hit.score)
    return in_standard_order(best, most)


def in_standard_order(scores: Mapping[str, float], most: int) -> Ranking:
    """The best documents as ``trec_eval`` orders them."""
    rounded = [(name, float(np.float32(score))) for name, score in scores.items()]
    rounded.sort(key=lambda pair: pair[0], reverse=True)
    rounded.sort(key=lambda pair: pair[1], reverse=True)
    return rounded[:most]


def rank_by_bm25(
    documents: Mapping[str, str],
    segmenter: Segmenter,
    queries: Sequence[tuple[str, str]],
    most: int,
    progress: Progress = lambda done, total: None,
) -> dict[str, Ranking]:
    """BM25 over whole documents: the baseline that passages must beat."""
    from index.sparse import Bm25Index, Bm25Settings
    from index.synonyms import Synonyms
    from index.terms import query_terms

    names = list(documents)
    index = Bm25Index.build((segmenter.terms(text) for text in documents.values()), Bm25Settings())
    rankings: dict[str, Ranking] = {}
    for name, text in queries:
        scores = index.scores(query_terms(text, segmenter, Synonyms()).weights)
        rankings[name] = in_standard_order(
            {names[row]: float(scores[row]) for row in _best(scores, most)}, most
        )
        progress(len(rankings), len(queries))
    return rankings


def _best(scores: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Rows of the largest positive scores, and of all that tie with the last of them."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > most:
        rows = rows[scores[rows] >= np.partition(scores[rows], -most)[-most]]
    return rows


def judge_retrieval(
    system: System,
    stage: str,
    questions: Sequence[Question],
    hits: int,
    workers: Workers,
    progress: Progress = lambda done, total: None,
) -> list[Judgement]:
    """Where a stage ranks the evidence of each question; in the order of the questions."""
    judged: dict[str, Judgement] = {}
    with source_for(at_stage(system, stage), workers) as source:
        for item in workers.spread(partial(_judge_all, source, hits), questions):
            judged[item.question.id] = item
            progress(len(judged), len(questions))
    return [judged[item.id] for item in questions]


def _judge_all(
    source: System | KnowledgeBase, hits: int, questions: Sequence[Question]
) -> list[Judgement]:
    kb = opened_apart(source) if isinstance(source, System) else source
    return [_judge_one(kb, question, hits) for question in questions]


def _judge_one(kb: KnowledgeBase, question: Question, hits: int) -> Judgement:
    """Judge by the first few passages if they decide it: fetching a hundred costs most."""
    judgement = _located(question, kb.search(question.question, min(_FEW, hits), exact=False))
    decided = judgement.rank is not None or not question.evidence
    if decided or judgement.hits < min(_FEW, hits):
        return judgement
    return _located(question, kb.search(question.question, hits, exact=False))


def _located(question: Question, found: Sequence[Hit]) -> Judgement:
    evidence = question.evidence
    sources = {item.source for item in evidence}
    rank = next(
        (hit.rank for hit in found
         if passage_holds(hit.passage.source, hit.passage.text, evidence)), None
    )  # fmt: skip
    seen = list(dict.fromkeys(hit.passage.source for hit in found))
    of_source = next((place for place, name in enumerate(seen, 1) if name in sources), None)
    return Judgement(
        question, Reply(question.id), hits=len(found), rank=rank, source_rank=of_source
    )
