"""Retrieval on a BEIR folder: what each stage ranks, as TREC runs and as figures.

Thakur et al., BEIR: A Heterogenous Benchmark for Zero-shot Evaluation of Information Retrieval
Models, 2021. A document is scored by its best passage.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError
from corpus.records import content_id, plain
from eval import metrics
from eval.parallel import Workers, workers_for
from eval.partial import Partial, write_atomically
from eval.report.data import figure_json
from eval.retrieving import Depth, Ranking, rank_by_bm25, rank_documents
from eval.runs import keep_run, question_figures
from eval.scoring import Figure
from eval.sets.beir import Beir
from eval.stages import DOCUMENTS
from eval.stats import Ratio, intervals
from eval.system import System

RANKED = 100
_CUTOFFS = (1, 5, 10, 100)
_TAG = "yinju"
# At most so many passages for each document that is to be ranked.
_MOST_PASSAGES = 8
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage is worth: its figures, and the same query by query."""

    figures: Mapping[str, Figure]
    table: Mapping[str, Ratio]


def evaluate_beir(
    data: Beir,
    system: System,
    out: Path,
    stages: tuple[str, ...],
    *,
    workers: int | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> dict[str, StageResult]:
    """Rank the documents for every query at every stage.

    The knowledge base is built, or brought up to date, where ``system`` says. Writes
    ``run.STAGE.trec`` for each stage and ``metrics.json``, and keeps a run for each stage. Stages
    that were finished before a kill are taken over.

    Returns:
        The figures by stage.

    Raises:
        InputError: ``out`` cannot be used.
        KnowledgeBaseError: The knowledge base cannot be built or used.
    """
    out.mkdir(parents=True, exist_ok=True)
    _build(data, system, progress)
    with system.open() as kb:
        info = plain(kb.info())
    depth = Depth(RANKED, _passages(info))
    queries = list(data.queries.items())
    mark = content_id(data.hash, json.dumps(info, sort_keys=True, default=str))
    results: dict[str, StageResult] = {}
    system = replace(system, state=mark)
    with (
        Partial(out / ".stages.partial.jsonl", mark) as partial,
        Workers(workers_for(len(queries), workers)) as pool,
    ):
        for stage in stages:
            if stage not in partial:
                step = _named(progress, stage)
                if stage == DOCUMENTS:
                    rankings = _whole_documents(data, system, step)
                else:
                    rankings = rank_documents(system, stage, queries, depth, pool, step)
                partial.add(stage, {"rankings": {name: rankings[name] for name in data.queries}})
            found: Mapping[str, Ranking] = partial.read(stage)["rankings"]
            results[stage] = measure(found, data.judgements)
            write_atomically(out / f"run.{stage}.trec", _trec(found, stage))
        _keep(data, info, results, out)
        partial.remove()
    return results


def _build(data: Beir, system: System, progress: Progress) -> None:
    from index.build import BuildOptions, build

    options = BuildOptions(embedder=system.embedder)
    report = build(data.documents, system.folder, options, progress)
    if not report.documents:
        raise InputError(f"{data.name}: none of its documents holds text.")


def _passages(info: Mapping[str, Any]) -> int:
    """How many passages to retrieve to meet enough documents."""
    ratio = info["passages"] / max(info["documents"], 1)
    return int(RANKED * min(max(1.0, 1.5 * ratio), _MOST_PASSAGES)) if ratio > 1 else RANKED


def _named(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)


def _whole_documents(
    data: Beir, system: System, progress: Callable[[int, int], None]
) -> dict[str, Ranking]:
    from index.folder import segmenter_of

    segmenter = segmenter_of(system.folder)
    return rank_by_bm25(data.documents, segmenter, list(data.queries.items()), RANKED, progress)


def measure(
    rankings: Mapping[str, Ranking], judgements: Mapping[str, Mapping[str, int]]
) -> StageResult:
    """nDCG@10, recall@1/5/10/100 and MRR@10 as ``trec_eval`` counts them, with intervals."""
    values: dict[str, list[float]] = {}
    for name, grades in judgements.items():
        ranked = [document for document, _ in rankings.get(name, ())]
        values.setdefault("ndcg@10", []).append(metrics.graded_ndcg(ranked, grades, 10))
        for k in _CUTOFFS:
            values.setdefault(f"recall@{k}", []).append(metrics.graded_recall(ranked, grades, k))
        values.setdefault("mrr@10", []).append(
            metrics.reciprocal_rank(metrics.first_relevant(ranked, grades), 10)
        )
    ones = np.ones(len(judgements))
    table = {name: Ratio(np.array(column), ones) for name, column in values.items()}
    middles = intervals(table)
    figures = {
        name: Figure(ratio.value, len(judgements), middles.get(name))
        for name, ratio in table.items()
    }
    return StageResult(figures, table)


def _trec(rankings: Mapping[str, Ranking], stage: str) -> Iterable[bytes]:
    for name, ranking in rankings.items():
        for rank, (document, score) in enumerate(ranking, 1):
            yield f"{name} Q0 {document} {rank} {score:.9g} {_TAG}-{stage}\n".encode()


def _keep(
    data: Beir, info: Mapping[str, Any], results: Mapping[str, StageResult], out: Path
) -> None:
    about = {
        "kind": "beir",
        "batch": content_id(datetime.now(UTC).isoformat(), data.hash),
        "questions": {"name": data.name, "hash": data.hash, "count": len(data.queries)},
        "settings": {"ranked": RANKED},
        "kb": info,
    }
    for stage, result in results.items():
        figures = {name: figure_json(figure) for name, figure in result.figures.items()}
        rows = (
            {"id": name, "question": text, "figures": question_figures(result.table, row)}
            for row, (name, text) in enumerate(data.queries.items())
        )
        keep_run(out, {**about, "stage": stage, "figures": figures}, rows)
    whole = {**about, "stages": {
        stage: {name: figure_json(figure) for name, figure in result.figures.items()}
        for stage, result in results.items()
    }}  # fmt: skip
    text = json.dumps(whole, ensure_ascii=False, indent=2, default=str)
    write_atomically(out / "metrics.json", [f"{text}\n".encode()])
