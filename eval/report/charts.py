"""The plots of an evaluation: what is drawn of which figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.calibration import refusal_curve, reliability, risk_coverage
from eval.judging import Judgement
from eval.metrics import recall_at
from eval.report.labels import Labels
from eval.report.plots import Axes, bar_plot, line_plot
from eval.report.settings import Settings
from eval.scoring import Group, Summary, confident

_DEPTHS = (1, 2, 3, 5, 8, 10, 20, 30, 50, 100)


def plots_section(summary: Summary, settings: Settings, say: Labels) -> str:
    """All plots that the questions allow, worded in a language."""
    scores, outcomes = confident(summary.judgements)
    plots = [
        ("Recall against k", _recall_plot(summary, settings, say)),
        ("Refusal by threshold", _refusal_plot(scores, outcomes, say)),
        ("Risk by coverage", _risk_plot(summary.judgements, say)),
        ("Reliability of the confidence", _reliability_plot(scores, outcomes, say)),
        ("Latency by stage, ms (p50, whisker to p95)", _latency_plot(summary.overall, say)),
        ("Answers right, by type", _type_plot(summary.by_type, say)),
        ("Where questions were lost", _loss_plot(summary.failures, say)),
    ]
    inner = "".join(
        f"<figure><figcaption>{escape(say(title))}</figcaption>{plot}</figure>"
        for title, plot in plots
        if plot
    )
    if not inner:
        return ""
    return f'<section id="plots"><h2>{say("Plots")}</h2><div class="plots">{inner}</div></section>'


def _recall_plot(summary: Summary, settings: Settings, say: Labels) -> str:
    located = [item for item in summary.judgements if item.question.evidence and item.hits]
    if not located:
        return ""
    deepest = max(item.hits for item in located)
    depths = [depth for depth in _DEPTHS if depth <= deepest] or [1]
    axes = Axes("k", say("recall"), [*dict.fromkeys([1, *depths])], logarithmic=True)
    if len(axes.ticks) < 2:
        return ""
    ranks = {say("passages"): [item.rank for item in located],
             say("documents"): [item.source_rank for item in located]}  # fmt: skip
    series = {
        name: [(float(k), sum(recall_at(rank, k) for rank in known) / len(known)) for k in depths]
        for name, known in ranks.items()
    }
    for stage, group in settings.stages.items():
        points = [(float(k), group.figures[f"recall@{k}"].value) for k in (1, 5, 10, 100)
                  if k <= deepest]  # fmt: skip
        series[say("stage {name}", name=stage)] = [
            (k, value) for k, value in points if value is not None
        ]
    return line_plot(say("Recall against k"), axes, series)


def _refusal_plot(scores: Sequence[float], outcomes: Sequence[bool], say: Labels) -> str:
    curve = refusal_curve(scores, outcomes)
    if not curve:
        return ""
    series = {
        say("unanswerable refused"): [(item.threshold, item.recall) for item in curve],
        say("answerable answered"): [(item.threshold, item.answered) for item in curve],
        say("refusals right"): [(item.threshold, item.precision) for item in curve
                                if item.precision is not None],
    }  # fmt: skip
    axes = Axes(say("threshold"), say("share"))
    return line_plot(say("Refusal by threshold"), axes, series)


def _risk_plot(judgements: Sequence[Judgement], say: Labels) -> str:
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
    axes = Axes(say("share of questions answered"), say("share wrong"))
    return line_plot(say("Risk by coverage"), axes, {say("wrong answers"): points})


def _reliability_plot(scores: Sequence[float], outcomes: Sequence[bool], say: Labels) -> str:
    if len(set(outcomes)) < 2:
        return ""
    points = [(item.confidence, item.answerable) for item in reliability(scores, outcomes)]
    title = say("Reliability of the confidence")
    axes = Axes(say("confidence"), say("share answerable"))
    return line_plot(title, axes, {say("observed"): points}, diagonal=True)


def _latency_plot(group: Group, say: Labels) -> str:
    stages = list(group.latency.items())
    bars = [
        (say.both(stage), item.p50, f"{item.p50:.1f} / {item.p95:.1f}") for stage, item in stages
    ]
    title = say("Latency, milliseconds")
    return bar_plot(title, bars, [(item.p50, item.p95) for _, item in stages]) if bars else ""


def _type_plot(groups: Mapping[str, Group], say: Labels) -> str:
    bars, spans = [], []
    for label, group in groups.items():
        figure = group.figures["contains"]
        if figure.value is None:
            figure = group.figures["refusal_recall"]
        if figure.value is not None:
            bars.append((say.label(label), figure.value, f"{figure.value:.2f} ({figure.count})"))
            middle = figure.interval
            spans.append((middle.low, middle.high) if middle else None)
    return bar_plot(say("By type"), bars[:12], spans[:12]) if bars else ""


def _loss_plot(failures: Mapping[str, int], say: Labels) -> str:
    ordered = sorted(failures.items(), key=lambda item: (-item[1], item[0]))
    bars = [(say.name(stage), float(count), str(count)) for stage, count in ordered]
    return bar_plot(say("Lost at"), bars) if bars else ""
