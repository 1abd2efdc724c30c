"""The report as Markdown, and in short for a terminal.

Text from questions and documents is escaped: it can neither break a table nor bring in markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from eval.report.failures import failure_section
from eval.report.markup import UNDEFINED, escape, number, table
from eval.report.settings import Settings
from eval.report.titles import COLUMNS, RETRIEVAL, TITLES
from eval.scoring import Figure, Group, Summary

_MOST_MISSING = 50


def report_markdown(summary: Summary, settings: Settings) -> str:
    """The report as Markdown."""
    sections = [
        "# Evaluation",
        _summary_section(summary),
        _stage_section(settings.stages),
        _group_section("By type", "Type", summary.by_type),
        _group_section("By answerability", "Documents", summary.by_answerable),
        _group_section("By source", "Source", summary.by_source),
        _latency_section(summary),
        _settings_section(summary, settings),
        _missing_section(settings),
        failure_section(summary),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def summary_text(summary: Summary) -> str:
    """The figures that are defined, one a line, for a terminal."""
    width = max(len(title) for title in TITLES.values())
    lines = [f"{'Questions':<{width}}  {summary.overall.questions}"]
    for name, title in TITLES.items():
        figure = summary.overall.figures[name]
        if figure.value is not None:
            middle = f"[{_interval(figure)}]" if figure.interval else ""
            lines.append(f"{title:<{width}}  {number(figure.value)}  {middle}  ({figure.count})")
    for stage, item in summary.overall.latency.items():
        lines.append(f"{stage + ' p50 / p95, ms':<{width}}  {item.p50:.1f} / {item.p95:.1f}")
    return "\n".join(lines)


def _summary_section(summary: Summary) -> str:
    figures = summary.overall.figures
    rows = [
        [
            title,
            number(figures[name].value),
            _interval(figures[name]),
            str(figures[name].count),
        ]
        for name, title in TITLES.items()
    ]
    head = f"{summary.overall.questions} questions."
    located = [item for item in summary.judgements if item.question.evidence and item.hits]
    if located and not any(item.document_rank for item in located):
        head += (
            "\n\n**No passage of any document named as evidence was retrieved.** Were the "
            "questions written for another folder, or is `source` not relative to the folder "
            "that was built?"
        )
    return head + "\n\n" + table(["Measure", "Value", "95 % interval", "Over"], rows)


def _stage_section(stages: Mapping[str, Group]) -> str:
    if not stages:
        return ""
    rows = [
        [TITLES[name], *(_with_interval(group.figures[name]) for group in stages.values())]
        for name in RETRIEVAL
        if any(group.figures[name].value is not None for group in stages.values())
    ]
    return "## Stages of retrieval\n\n" + table(["Measure", *map(escape, stages)], rows)


def _group_section(title: str, label: str, groups: Mapping[str, Group]) -> str:
    if not groups:
        return ""
    rows = []
    for name, group in groups.items():
        total = group.latency.get("total")
        times = [f"{total.p50:.0f}", f"{total.p95:.0f}"] if total else [UNDEFINED, UNDEFINED]
        values = [number(group.figures[column].value) for column in COLUMNS]
        rows.append([escape(name), str(group.questions), *values, *times])
    head = [label, "Questions", *COLUMNS.values(), "p50 ms", "p95 ms"]
    return f"## {title}\n\n" + table(head, rows)


def _missing_section(settings: Settings) -> str:
    if not settings.missing:
        return ""
    lines = [f"- {escape(str(item), 200)}" for item in settings.missing[:_MOST_MISSING]]
    if len(settings.missing) > _MOST_MISSING:
        lines.append(f"- … and {len(settings.missing) - _MOST_MISSING} more")
    return "## Evidence that stands in no document\n\n" + "\n".join(lines)


def _with_interval(figure: Figure) -> str:
    if figure.interval is None:
        return number(figure.value)
    return f"{number(figure.value)} ({_interval(figure)})"


def _interval(figure: Figure) -> str:
    if figure.interval is None:
        return UNDEFINED
    return f"{figure.interval.low:.3f}–{figure.interval.high:.3f}"


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
    if settings.system:
        rows.append(["Answers of another system", escape(settings.system, 200)])
    if settings.given_context:
        rows.append(["Each question asked of", "its own context alone"])
    for name, value in settings.model.items():
        rows.append([f"Language model: {escape(name)}", escape(str(value), 200)])
    if settings.resumed:
        rows.append(["Answers kept from a run that was stopped", str(settings.resumed)])
    if summary.unknown:
        rows.append(["Answers to no question of the set, left out", str(summary.unknown)])
    for name, version in settings.code.items():
        rows.append([f"Code: {escape(name)}", escape(version)])
    for name, value in settings.kb.items():
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
        rows.append([f"Knowledge base: {escape(name)}", escape(text, 200)])
    return "## Settings\n\n" + table(["Setting", "Value"], rows)
