"""The report: Markdown for people, JSON for programs.

Text from questions and documents is escaped: it can neither break a table nor bring in markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.answers import FORMAT
from eval.failures import failure_section
from eval.markup import UNDEFINED, escape, number, table
from eval.scoring import Group, Summary

_TITLES = {
    "recall@1": "Recall@1",
    "recall@5": "Recall@5",
    "recall@10": "Recall@10",
    "recall@100": "Recall@100",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "contains": "Answer contains the expected words",
    "contains_answered": "… of the questions answered",
    "contains_short": "Answering words contain them",
    "exact_match": "Exact match (answering words)",
    "f1": "Character F1 (answering words)",
    "list_recall": "Items found (lists)",
    "citation_precision": "Citation precision",
    "citation_recall": "Citation recall",
    "passage_precision": "Citation precision, passage",
    "passage_recall": "Citation recall, passage",
    "verbatim": "Quotes verbatim in their passage",
    "refusal_precision": "Refusal precision",
    "refusal_recall": "Refusal recall",
    "false_refusal": "Answerable, refused",
    "answered_unanswerable": "Unanswerable, answered",
    "auroc": "AUROC of the confidence",
    "failed": "Failed with an error",
}
_BY_TYPE = {
    "recall@1": "R@1",
    "recall@10": "R@10",
    "recall@100": "R@100",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "contains": "Contains",
    "exact_match": "EM",
    "f1": "F1",
    "citation_precision": "Cit. P",
    "citation_recall": "Cit. R",
    "refusal_precision": "Ref. P",
    "refusal_recall": "Ref. R",
    "false_refusal": "False ref.",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What was measured, with what.

    Attributes:
        resumed: Answers taken over from a run that was killed.
        kb: What the knowledge base says of itself.
    """

    questions: str
    questions_hash: str
    hits: int
    resumed: int = 0
    kb: Mapping[str, Any] = field(default_factory=dict)


def metrics_json(summary: Summary, settings: Settings) -> str:
    """Every figure with its count, undefined ones null, and the failures, as JSON."""
    value = {
        "format": FORMAT,
        "settings": {
            "questions": settings.questions,
            "questions_hash": settings.questions_hash,
            "hits": settings.hits,
            "resumed": settings.resumed,
            "kb": settings.kb,
        },
        "overall": _group_json(summary.overall),
        "by_type": {label: _group_json(group) for label, group in summary.by_type.items()},
        "failures": dict(summary.failures),
        "lost": [
            {"id": item.question.id, "stage": item.lost_at, "rank": item.rank}
            for item in summary.judgements
            if item.lost_at
        ],
        "unknown_answers": summary.unknown,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "questions": group.questions,
        "figures": {
            name: {"value": figure.value, "count": figure.count}
            for name, figure in group.figures.items()
        },
        "latency_ms": {
            stage: {"p50": item.p50, "p95": item.p95, "max": item.worst, "count": item.count}
            for stage, item in group.latency.items()
        },
    }


def report_markdown(summary: Summary, settings: Settings) -> str:
    """The report as Markdown."""
    sections = [
        "# Evaluation",
        _summary_section(summary),
        _type_section(summary),
        _latency_section(summary),
        _settings_section(summary, settings),
        failure_section(summary),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def summary_text(summary: Summary) -> str:
    """The figures that are defined, one a line, for a terminal."""
    width = max(len(title) for title in _TITLES.values())
    lines = [f"{'Questions':<{width}}  {summary.overall.questions}"]
    for name, title in _TITLES.items():
        figure = summary.overall.figures[name]
        if figure.value is not None:
            lines.append(f"{title:<{width}}  {number(figure.value)}  ({figure.count})")
    for stage, item in summary.overall.latency.items():
        lines.append(f"{stage + ' p50 / p95, ms':<{width}}  {item.p50:.1f} / {item.p95:.1f}")
    return "\n".join(lines)


def _summary_section(summary: Summary) -> str:
    figures = summary.overall.figures
    rows = [
        [title, number(figures[name].value), str(figures[name].count)]
        for name, title in _TITLES.items()
    ]
    head = f"{summary.overall.questions} questions."
    located = [item for item in summary.judgements if item.question.evidence and item.hits]
    if located and not any(item.document_rank for item in located):
        head += (
            "\n\n**No passage of any document named as evidence was retrieved.** Were the "
            "questions written for another folder, or is `source` not relative to the folder "
            "that was built?"
        )
    return head + "\n\n" + table(["Measure", "Value", "Over"], rows)


def _type_section(summary: Summary) -> str:
    if not summary.by_type:
        return ""
    rows = []
    for label, group in summary.by_type.items():
        total = group.latency.get("total")
        times = [f"{total.p50:.0f}", f"{total.p95:.0f}"] if total else [UNDEFINED, UNDEFINED]
        values = [number(group.figures[name].value) for name in _BY_TYPE]
        rows.append([escape(label), str(group.questions), *values, *times])
    head = ["Type", "Questions", *_BY_TYPE.values(), "p50 ms", "p95 ms"]
    return "## By type\n\n" + table(head, rows)


def _latency_section(summary: Summary) -> str:
    latency = summary.overall.latency
    if not latency:
        return ""
    stages = [stage for stage in latency if stage != "total"] + ["total"] * ("total" in latency)
    rows = [
        [
            escape(stage),
            *(f"{value:.1f}" for value in (item.p50, item.p95, item.worst)),
            str(item.count),
        ]
        for stage in stages
        for item in [latency[stage]]
    ]
    return "## Latency, milliseconds\n\n" + table(["Stage", "p50", "p95", "Max", "Over"], rows)


def _settings_section(summary: Summary, settings: Settings) -> str:
    rows = [
        ["Questions", f"{escape(settings.questions)} ({settings.questions_hash})"],
        ["Passages retrieved for each", str(settings.hits)],
    ]
    if settings.resumed:
        rows.append(["Answers kept from a run that was stopped", str(settings.resumed)])
    if summary.unknown:
        rows.append(["Answers to no question of the set, left out", str(summary.unknown)])
    for name, value in settings.kb.items():
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
        rows.append([f"Knowledge base: {escape(name)}", escape(text, 200)])
    return "## Settings\n\n" + table(["Setting", "Value"], rows)
