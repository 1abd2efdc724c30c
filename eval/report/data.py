"""The report for programs: JSON of the figures, and a table of the questions as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from eval.answers import FORMAT
from eval.judging import Judgement
from eval.report.failures import expected_words, got_words
from eval.report.settings import Settings
from eval.runs import question_figures
from eval.scoring import Figure, Group, Summary
from eval.stats import Ratio

# A spreadsheet would run a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONG = 2000


def metrics_json(summary: Summary, settings: Settings) -> str:
    """Every figure with its count, undefined ones null, and the failures, as JSON."""
    value = {
        "format": FORMAT,
        "settings": settings_json(settings),
        "overall": group_json(summary.overall),
        "by_type": {label: group_json(group) for label, group in summary.by_type.items()},
        "by_answerable": {name: group_json(item) for name, item in summary.by_answerable.items()},
        "by_source": {label: group_json(group) for label, group in summary.by_source.items()},
        "stages": {stage: group_json(group) for stage, group in settings.stages.items()},
        "failures": dict(summary.failures),
        "lost": [
            {"id": item.question.id, "stage": item.lost_at, "rank": item.rank}
            for item in summary.judgements
            if item.lost_at
        ],
        "missing_evidence": [str(item) for item in settings.missing],
        "unknown_answers": summary.unknown,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def settings_json(settings: Settings) -> dict[str, Any]:
    """What was measured, as JSON."""
    return {
        "questions": settings.questions,
        "questions_hash": settings.questions_hash,
        "hits": settings.hits,
        "resumed": settings.resumed,
        "given_context": settings.given_context,
        "system": settings.system,
        **({"llm": dict(settings.model)} if settings.model else {}),
        "code": dict(settings.code),
        "kb": settings.kb,
    }


def group_json(group: Group) -> dict[str, Any]:
    """Figures and latency of some questions, as JSON."""
    return {
        "questions": group.questions,
        "figures": {name: figure_json(figure) for name, figure in group.figures.items()},
        "latency_ms": {
            stage: {"p50": item.p50, "p95": item.p95, "max": item.worst, "count": item.count}
            for stage, item in group.latency.items()
        },
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Value, count and interval, as JSON."""
    middle = figure.interval
    return {
        "value": figure.value,
        "count": figure.count,
        "low": middle.low if middle else None,
        "high": middle.high if middle else None,
    }


def question_row(item: Judgement, table: Mapping[str, Ratio], row: int) -> dict[str, Any]:
    """What is kept of one question, so that runs can be compared."""
    question, reply = item.question, item.reply
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "source": question.evidence[0].source if question.evidence else "",
        "answerable": question.answerable,
        "expected": expected_words(question)[:_LONG],
        "got": got_words(reply)[:_LONG],
        "lost_at": item.lost_at,
        "rank": item.rank,
        "document_rank": item.source_rank,
        "confidence": reply.confidence,
        "figures": question_figures(table, row),
    }


def questions_csv(summary: Summary) -> str:
    """One line for each question, its measures in columns; a spreadsheet runs none of it."""
    names = [name for name, ratio in summary.table.items() if ratio.wholes.any()]
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    head = ["id", "type", "source", "question", "expected", "got", "lost_at", "rank", "confidence"]
    writer.writerow([*head, *names])
    for row, item in enumerate(summary.judgements):
        kept = question_row(item, summary.table, row)
        figures = kept["figures"]
        values = [f"{figures[n][0] / figures[n][1]:.4g}" if n in figures else "" for n in names]
        cells = ["" if kept[name] is None else kept[name] for name in head]
        writer.writerow([*map(_harmless, cells), *values])
    return "\ufeff" + target.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
