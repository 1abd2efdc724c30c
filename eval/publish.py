"""Write the report of an evaluation in all its forms, and keep the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eval.partial import write_atomically
from eval.report import Settings, metrics_json, questions_csv, report_html, report_markdown
from eval.report.data import group_json, question_row, settings_json
from eval.runs import keep_run
from eval.scoring import Summary
from eval.stats import Ratio


def publish(out: Path, summary: Summary, settings: Settings, stages: Mapping[str, Ratio]) -> None:
    """Write the report in all its forms, and keep the run."""
    texts = {
        "metrics.json": metrics_json(summary, settings),
        "report.md": report_markdown(summary, settings),
        "report.html": report_html(summary, settings),
        "questions.csv": questions_csv(summary),
    }
    for name, text in texts.items():
        write_atomically(out / name, [text.encode("utf-8", "replace")])
    table = {**summary.table, **stages}
    figures = group_json(summary.overall)["figures"]
    for stage, group in settings.stages.items():
        named = group_json(group)["figures"]
        figures |= {f"{stage}:{name}": figure for name, figure in named.items()}
    about = settings_json(settings)
    keep_run(
        out,
        {
            "kind": "answers",
            "questions": {"name": settings.questions, "hash": settings.questions_hash,
                          "count": summary.overall.questions},
            "settings": {
                "hits": settings.hits,
                "given_context": settings.given_context,
                **({"llm": dict(settings.model)} if settings.model else {}),
            },
            "kb": about["kb"],
            "system": settings.system,
            "figures": figures,
            "failures": dict(summary.failures),
            "latency_ms": group_json(summary.overall)["latency_ms"],
        },
        (question_row(item, table, row) for row, item in enumerate(summary.judgements)),
    )  # fmt: skip
