"""The report as one HTML file that loads nothing, in Chinese or in English.

Text of questions and documents is escaped where it is markup, and set as text by the script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from eval.evidence_check import Missing
from eval.judging import Judgement
from eval.report.charts import plots_section
from eval.report.data import settings_json
from eval.report.failures import expected_words, got_words, lost_where
from eval.report.labels import Labels, labels_in
from eval.report.page import Head, page, section, table
from eval.report.settings import Settings
from eval.report.titles import COLUMNS, RETRIEVAL, TITLES
from eval.scoring import UNTYPED, Figure, Group, Summary

_HEADLINE = ("recall@5", "ndcg@10", "contains", "citation_recall", "refusal_recall", "auroc")
_LONGEST = 600
_MOST_MISSING = 200


def report_html(summary: Summary, settings: Settings) -> str:
    """The report of an evaluation, in the language of its settings."""
    say = labels_in(settings.language)
    sections = [
        _headline(summary, say),
        _figures(summary, say),
        plots_section(summary, settings, say),
        _stages(settings.stages, say),
        _groups(say("By type"), _by_label(summary.by_type, say), say),
        _groups(say("By answerability"), _by_name(summary.by_answerable, say), say),
        _groups(say("By source"), _by_label(summary.by_source, say), say),
        _latency(summary.overall, say),
        _missing(settings.missing, say),
        _browser(summary, say),
        _about(summary, settings, say),
    ]
    data = {
        "lost": [_row(item, say) for item in summary.judgements if item.lost_at],
        "words": {"all": say("all"), "untyped": say.name(UNTYPED), "shown": say("{count} shown")},
    }
    title = f"{say('Evaluation')} · {settings.questions}"
    return page(title, "".join(filter(None, sections)), data, say.language)


def _headline(summary: Summary, say: Labels) -> str:
    figures = summary.overall.figures
    cards = [(say("Questions"), str(summary.overall.questions), "")]
    for name in _HEADLINE:
        figure = figures[name]
        if figure.value is not None:
            cards.append((say.measure(name), f"{figure.value:.3f}", _interval(figure)))
    total = summary.overall.latency.get("total")
    if total:
        cards.append((say("Latency p50 / p95, ms"), f"{total.p50:.0f} / {total.p95:.0f}", ""))
    inner = "".join(
        f"<div><span>{escape(name)}</span><b>{value}</b><small>{middle}</small></div>"
        for name, value, middle in cards
    )
    return f'<section class="cards">{inner}</section>'


def _figures(summary: Summary, say: Labels) -> str:
    rows = [
        (say.measure(name), _value(figure), _interval(figure), str(figure.count))
        for name in TITLES
        if (figure := summary.overall.figures[name]).value is not None
    ]
    head = [say(cell) for cell in ("Measure", "Value", "95 % interval", "Over")]
    return section(say("Figures"), table(head, rows))


def _stages(stages: Mapping[str, Group], say: Labels) -> str:
    if not stages:
        return ""
    rows = [
        (say.measure(name), *(f"{_value(group.figures[name])} {_interval(group.figures[name])}"
                              for group in stages.values()))
        for name in RETRIEVAL
        if any(group.figures[name].value is not None for group in stages.values())
    ]  # fmt: skip
    return section(say("Stages of retrieval"), table((say("Measure"), *stages), rows))


def _by_label(groups: Mapping[str, Group], say: Labels) -> dict[str, Group]:
    return {say.label(label): group for label, group in groups.items()}


def _by_name(groups: Mapping[str, Group], say: Labels) -> dict[str, Group]:
    return {say.name(name): group for name, group in groups.items()}


def _groups(title: str, groups: Mapping[str, Group], say: Labels) -> str:
    if not groups:
        return ""
    names = [
        name
        for name in COLUMNS
        if any(group.figures[name].value is not None for group in groups.values())
    ]
    rows = [
        (label, str(group.questions), *(_value(group.figures[name]) for name in names))
        for label, group in groups.items()
    ]
    head: list[Head] = ["", say("Questions"), *map(say.column, names)]
    return section(title, table(head, rows))


def _latency(group: Group, say: Labels) -> str:
    if not group.latency:
        return ""
    rows = [
        (say.both(stage), f"{item.p50:.1f}", f"{item.p95:.1f}", f"{item.worst:.1f}",
         str(item.count))
        for stage, item in group.latency.items()
    ]  # fmt: skip
    head = (say("Stage"), "p50", "p95", say("Max"), say("Over"))
    return section(say("Latency, milliseconds"), table(head, rows))


def _missing(missing: Sequence[Missing], say: Labels) -> str:
    if not missing:
        return ""
    items = "".join(f"<li>{escape(_absent(item, say))}</li>" for item in missing[:_MOST_MISSING])
    left = len(missing) - _MOST_MISSING
    more = f"<p>{say('… and {count} more', count=left)}</p>" if left > 0 else ""
    return section(say("Evidence that stands in no document"), f"<ul>{items}</ul>{more}")


def _absent(item: Missing, say: Labels) -> str:
    phrase = (
        "{question}: “{source}” does not hold the quote “{quote}”"
        if item.document
        else "{question}: no document is called “{source}” (quote “{quote}”)"
    )
    return say(phrase, question=item.question, source=item.evidence.source, quote=item.short_quote)


def _browser(summary: Summary, say: Labels) -> str:
    lost = sum(bool(item.lost_at) for item in summary.judgements)
    counted = say("{lost} of {all} questions.", lost=lost, all=len(summary.judgements))
    head = "".join(
        f"<th>{say(cell)}</th>" for cell in ("Id", "Type", "Question", "Expected", "Got", "Lost at")
    )
    return (
        f'<section id="failures"><h2>{say("Failures")}</h2><p>{counted}</p>'
        f'<div class="filters"><label>{say("Lost at")} <select id="stage"></select></label>'
        f'<label>{say("Type")} <select id="type"></select></label>'
        f'<label>{say("Text")} <input id="text" type="search"></label>'
        '<output id="count"></output></div>'
        f'<table><thead><tr>{head}</tr></thead><tbody id="rows"></tbody></table>'
        f'<div class="pager"><button id="before" type="button">{say("‹ Before")}</button>'
        f'<span id="page"></span><button id="next" type="button">{say("Next ›")}</button></div>'
        "</section>"
    )


def _about(summary: Summary, settings: Settings, say: Labels) -> str:
    rows = [
        (f"{say.both(name)}{rest}", _said(value, say))
        for name, rest, value in _flat(settings_json(settings))
    ]
    if summary.unknown:
        rows.append((say("answers to no question of the set"), str(summary.unknown)))
    return section(say("Settings"), table((say("Setting"), say("Value")), rows))


def _flat(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterable[tuple[str, str, Any]]:
    """Outermost name, the names within it, and value of every setting."""
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from _flat(item, (*path, name))
        elif item not in (None, ""):
            first, *others = (*path, name)
            yield first, "".join(f" › {other}" for other in others), item


def _said(value: Any, say: Labels) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    return str(value)


def _row(item: Judgement, say: Labels) -> dict[str, Any]:
    """A lost question for the script."""
    question, reply = item.question, item.reply
    told = [f"{piece.source}: {piece.quote[:_LONGEST]}" for piece in question.evidence[:3]]
    if reply.text:
        told.append(say("answer: {text}", text=reply.text[:_LONGEST]))
    if reply.confidence is not None:
        told.append(say("confidence: {value}", value=f"{reply.confidence:.3f}"))
    return {
        "id": question.id,
        "type": question.type,
        "question": question.question,
        "expected": expected_words(question, say)[:_LONGEST],
        "got": got_words(reply, say)[:_LONGEST],
        "stage": say.name(item.lost_at),
        "where": lost_where(item, say),
        "more": told,
    }


def _value(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.3f}"


def _interval(figure: Figure) -> str:
    middle = figure.interval
    return f"{middle.low:.3f}–{middle.high:.3f}" if middle else ""
