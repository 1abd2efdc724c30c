"""A comparison of two runs as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from corpus.records import plain
from eval.compare import LEVEL, Comparison, Turned
from eval.report.markup import UNDEFINED, escape, table
from eval.report.titles import title_of

_MOST = 500


def comparison_markdown(comparison: Comparison) -> str:
    """What changed, what it did, and the questions won and lost, side by side."""
    first, second = escape(comparison.first.name), escape(comparison.second.name)
    left_out = f", {comparison.only_one} in one run only" if comparison.only_one else ""
    sections = [
        "# Comparison",
        f"{first} → {second}: {comparison.questions} questions{left_out}.",
        _changes(comparison),
        _figures(comparison),
        _turned("Won", comparison.won, first, second),
        _turned("Lost", comparison.lost, first, second),
    ]
    return "\n\n".join(sections) + "\n"


def _changes(comparison: Comparison) -> str:
    if not comparison.changes:
        return "## What changed\n\nNothing."
    rows = [
        (escape(item.name), escape(item.first), escape(item.second)) for item in comparison.changes
    ]
    return "## What changed\n\n" + table(("Setting", "First", "Second"), rows)


def _figures(comparison: Comparison) -> str:
    rows = []
    for name, pair in comparison.figures.items():
        middle = pair.interval
        within = f"{middle.low:+.4f} to {middle.high:+.4f}" if middle else UNDEFINED
        values = (f"{pair.first:.4f}", f"{pair.second:.4f}", f"{pair.difference:+.4f}", within)
        strong = "**" if comparison.significant(name) else ""
        rows.append((escape(title_of(name)), *values, f"{strong}{pair.p:.4f}{strong}"))
    head = ("Measure", "First", "Second", "Difference", "95 % interval", "p")
    note = f"Paired randomisation test over the questions; bold below {LEVEL:g}."
    return f"## Figures\n\n{table(head, rows)}\n\n{note}"


def _turned(title: str, turned: Sequence[Turned], first: str, second: str) -> str:
    if not turned:
        return f"## {title}\n\nNone."
    rows = [
        (
            escape(item.id),
            escape(item.question),
            escape(item.expected),
            _side(item.first, item.first_lost_at),
            _side(item.second, item.second_lost_at),
        )
        for item in turned[:_MOST]
    ]
    more = f"\n\n… and {len(turned) - _MOST} more." if len(turned) > _MOST else ""
    head = ("Id", "Question", "Expected", first, second)
    return f"## {title}: {len(turned)}\n\n{table(head, rows)}{more}"


def _side(got: str, lost_at: str) -> str:
    return escape(got) + (f" ({escape(lost_at)})" if lost_at else "")


def comparison_json(comparison: Comparison) -> str:
    """All of it as JSON."""
    value = {
        "first": comparison.first.about["id"],
        "second": comparison.second.about["id"],
        "questions": comparison.questions,
        "only_one": comparison.only_one,
        "changes": plain(comparison.changes),
        "figures": {
            name: {**plain(pair), "difference": pair.difference,
                   "significant": comparison.significant(name)}
            for name, pair in comparison.figures.items()
        },
        "won": plain(comparison.won),
        "lost": plain(comparison.lost),
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
