"""The report as one HTML file that loads nothing: style, script, plots and data are within it.

A content security policy allows the two blocks by their hashes and nothing else. Text of questions
and documents is escaped where it is markup, and set as text by the script.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from eval.judging import Judgement
from eval.report.charts import plots_section
from eval.report.data import settings_json
from eval.report.failures import expected_words, got_words, lost_where
from eval.report.settings import Settings
from eval.report.titles import COLUMNS, RETRIEVAL, TITLES
from eval.scoring import Figure, Group, Summary

_HEADLINE = ("recall@5", "ndcg@10", "contains", "citation_recall", "refusal_recall", "auroc")
_LONGEST = 600


def report_html(summary: Summary, settings: Settings) -> str:
    """The report of an evaluation."""
    sections = [
        _headline(summary),
        _figures(summary),
        plots_section(summary, settings),
        _stages(settings.stages),
        _groups("By type", summary.by_type),
        _groups("By answerability", summary.by_answerable),
        _groups("By source", summary.by_source),
        _latency(summary.overall),
        _missing(settings.missing),
        _browser(summary),
        _about(summary, settings),
    ]
    rows = [_row(item) for item in summary.judgements if item.lost_at]
    title = f"Evaluation · {settings.questions}"
    return page(title, "".join(section for section in sections if section), {"lost": rows})


def page(title: str, body: str, data: Mapping[str, Any]) -> str:
    """A page of its own; ``data`` is there for the script."""
    folder = files("eval.report")
    style = (folder / "page.css").read_text(encoding="utf-8")
    script = (folder / "page.js").read_text(encoding="utf-8")
    # Within a script element only these can end it or open a comment.
    values = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    values = values.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n{body}\n"
        f'<script type="application/json" id="data">{values}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _headline(summary: Summary) -> str:
    figures = summary.overall.figures
    cards = [("Questions", str(summary.overall.questions), "")]
    for name in _HEADLINE:
        figure = figures[name]
        if figure.value is not None:
            cards.append((TITLES[name], f"{figure.value:.3f}", _interval(figure)))
    total = summary.overall.latency.get("total")
    if total:
        cards.append(("Latency p50 / p95, ms", f"{total.p50:.0f} / {total.p95:.0f}", ""))
    inner = "".join(
        f"<div><span>{escape(name)}</span><b>{value}</b><small>{middle}</small></div>"
        for name, value, middle in cards
    )
    return f'<section class="cards">{inner}</section>'


def _figures(summary: Summary) -> str:
    rows = [
        (title, _value(figure), _interval(figure), str(figure.count))
        for name, title in TITLES.items()
        if (figure := summary.overall.figures[name]).value is not None
    ]
    head = ("Measure", "Value", "95 % interval", "Over")
    return f"<section><h2>Figures</h2>{_table(head, rows)}</section>"


def _stages(stages: Mapping[str, Group]) -> str:
    if not stages:
        return ""
    rows = [
        (TITLES[name], *(f"{_value(group.figures[name])} {_interval(group.figures[name])}"
                         for group in stages.values()))
        for name in RETRIEVAL
        if any(group.figures[name].value is not None for group in stages.values())
    ]  # fmt: skip
    table = _table(("Measure", *stages), rows)
    return f"<section><h2>Stages of retrieval</h2>{table}</section>"


def _groups(title: str, groups: Mapping[str, Group]) -> str:
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
    head = ("", "Questions", *(COLUMNS[name] for name in names))
    return f"<section><h2>{title}</h2>{_table(head, rows)}</section>"


def _latency(group: Group) -> str:
    if not group.latency:
        return ""
    rows = [
        (stage, f"{item.p50:.1f}", f"{item.p95:.1f}", f"{item.worst:.1f}", str(item.count))
        for stage, item in group.latency.items()
    ]
    table = _table(("Stage", "p50", "p95", "Max", "Over"), rows)
    return f"<section><h2>Latency, milliseconds</h2>{table}</section>"


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    items = "".join(f"<li>{escape(item)}</li>" for item in missing[:200])
    more = f"<p>… and {len(missing) - 200} more</p>" if len(missing) > 200 else ""
    return f"<section><h2>Evidence that stands in no document</h2><ul>{items}</ul>{more}</section>"


def _browser(summary: Summary) -> str:
    lost = sum(bool(item.lost_at) for item in summary.judgements)
    return (
        f'<section id="failures"><h2>Failures</h2><p>{lost} of {len(summary.judgements)} '
        'questions.</p><div class="filters"><label>Lost at <select id="stage"></select></label>'
        '<label>Type <select id="type"></select></label>'
        '<label>Text <input id="text" type="search"></label><output id="count"></output></div>'
        "<table><thead><tr><th>Id</th><th>Type</th><th>Question</th><th>Expected</th><th>Got</th>"
        '<th>Lost at</th></tr></thead><tbody id="rows"></tbody></table>'
        '<div class="pager"><button id="before" type="button">‹ Before</button>'
        '<span id="page"></span><button id="next" type="button">Next ›</button></div></section>'
    )


def _about(summary: Summary, settings: Settings) -> str:
    rows = list(_flat(settings_json(settings)))
    if summary.unknown:
        rows.append(("answers to no question of the set", str(summary.unknown)))
    return f"<section><h2>Settings</h2>{_table(('Setting', 'Value'), rows)}</section>"


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from _flat(item, f"{prefix}{name} › ")
        elif item not in (None, ""):
            yield f"{prefix}{name}", str(item)


def _row(item: Judgement) -> dict[str, Any]:
    """A lost question for the script."""
    question, reply = item.question, item.reply
    return {
        "id": question.id,
        "type": question.type,
        "question": question.question,
        "expected": expected_words(question)[:_LONGEST],
        "got": got_words(reply)[:_LONGEST],
        "stage": item.lost_at,
        "where": lost_where(item),
        "more": [
            *(f"{piece.source}: {piece.quote[:_LONGEST]}" for piece in question.evidence[:3]),
            *([f"answer: {reply.text[:_LONGEST]}"] if reply.text else []),
            *([f"confidence: {reply.confidence:.3f}"] if reply.confidence is not None else []),
        ],
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _value(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.3f}"


def _interval(figure: Figure) -> str:
    middle = figure.interval
    return f"{middle.low:.3f}–{middle.high:.3f}" if middle else ""
