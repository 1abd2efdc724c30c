"""The plots of an evaluation: what is drawn of which figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.calibration import refusal_curve, reliability, risk_coverage
from eval.judging import Judgement
from eval.metrics import recall_at
from eval.report.plots import Axes, bar_plot, line_plot
from eval.report.settings import Settings
from eval.scoring import Group, Summary, confident

_DEPTHS = (1, 2, 3, 5, 8, 10, 20, 30, 50, 100)


def plots_section(summary: Summary, settings: Settings) -> str:
    """All plots that the questions allow."""
    scores, outcomes = confident(summary.judgements)
    plots = [
        ("Recall against k", _recall_plot(summary, settings)),
        ("Refusal by threshold", _refusal_plot(scores, outcomes)),
        ("Risk by coverage", _risk_plot(summary.judgements)),
        ("Reliability of the confidence", _reliability_plot(scores, outcomes)),
        ("Latency by stage, ms (p50, whisker to p95)", _latency_plot(summary.overall)),
        ("Answers right, by type", _type_plot(summary.by_type)),
        ("Where questions were lost", _loss_plot(summary.failures)),
    ]
    inner = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{plot}</figure>"
        for title, plot in plots
        if plot
    )
    return f'<section><h2>Plots</h2><div class="plots">{inner}</div></section>' if inner else ""


def _recall_plot(summary: Summary, settings: Settings) -> str:
    located = [item for item in summary.judgements if item.question.evidence and item.hits]
    if not located:
        return ""
    deepest = max(item.hits for item in located)
    depths = [depth for depth in _DEPTHS if depth <= deepest] or [1]
    axes = Axes("k", "recall", [*dict.fromkeys([1, *depths])], logarithmic=True)
    if len(axes.ticks) < 2:
        return ""
    ranks = {"passages": [item.rank for item in located],
             "documents": [item.source_rank for item in located]}  # fmt: skip
    series = {
        name: [(float(k), sum(recall_at(rank, k) for rank in known) / len(known)) for k in depths]
        for name, known in ranks.items()
    }
    for stage, group in settings.stages.items():
        points = [(float(k), group.figures[f"recall@{k}"].value) for k in (1, 5, 10, 100)
                  if k <= deepest]  # fmt: skip
        series[f"stage {stage}"] = [(k, value) for k, value in points if value is not None]
    return line_plot("Recall against k", axes, series)


def _refusal_plot(scores: Sequence[float], outcomes: Sequence[bool]) -> str:
    curve = refusal_curve(scores, outcomes)
    if not curve:
        return ""
    series = {
        "unanswerable refused": [(item.threshold, item.recall) for item in curve],
        "answerable answered": [(item.threshold, item.answered) for item in curve],
        "refusals right": [(item.threshold, item.precision) for item in curve
                           if item.precision is not None],
    }  # fmt: skip
    return line_plot("Refusal by threshold", Axes("threshold", "share"), series)


def _risk_plot(judgements: Sequence[Judgement]) -> str:
    """Wrong answers among the surest ones; the line ends where the system refuses."""
    judged = [
        item
        for item in judgements
        if item.question.answerable is False or item.words.contains is not None
    ]
    given = [i for i in judged if i.reply.answered and i.reply.confidence is not None]
    scores = [item.reply.confidence or 0.0 for item in given]
    points = risk_coverage(scores, [bool(item.words.contains) for item in given], len(judged))
    if len(points) < 2:
        return ""
    axes = Axes("share of questions answered", "share wrong")
    return line_plot("Risk by coverage", axes, {"wrong answers": points})


def _reliability_plot(scores: Sequence[float], outcomes: Sequence[bool]) -> str:
    if len(set(outcomes)) < 2:
        return ""
    points = [(item.confidence, item.answerable) for item in reliability(scores, outcomes)]
    return line_plot("Reliability", Axes("confidence", "share answerable"),
                     {"observed": points}, diagonal=True)  # fmt: skip


def _latency_plot(group: Group) -> str:
    stages = list(group.latency.items())
    bars = [(stage, item.p50, f"{item.p50:.1f} / {item.p95:.1f}") for stage, item in stages]
    return bar_plot("Latency", bars, [(item.p50, item.p95) for _, item in stages]) if bars else ""


def _type_plot(groups: Mapping[str, Group]) -> str:
    bars, spans = [], []
    for label, group in groups.items():
        figure = group.figures["contains"]
        if figure.value is None:
            figure = group.figures["refusal_recall"]
        if figure.value is not None:
            bars.append((label, figure.value, f"{figure.value:.2f} ({figure.count})"))
            middle = figure.interval
            spans.append((middle.low, middle.high) if middle else None)
    return bar_plot("By type", bars[:12], spans[:12]) if bars else ""


def _loss_plot(failures: Mapping[str, int]) -> str:
    ordered = sorted(failures.items(), key=lambda item: (-item[1], item[0]))
    bars = [(stage, float(count), str(count)) for stage, count in ordered]
    return bar_plot("Lost at", bars) if bars else ""
