"""The page around chat and panel as HTML: its head, what became of files, what failed.

Pure functions, as in :mod:`ui.messages` and :mod:`ui.panel`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ui.library import Added, Contents
from ui.markup import escape
from ui.text import Text


def header_html(contents: Contents, text: Text) -> str:
    """The head of the page: its name, and what is being asked."""
    words = text.contents.format(
        name={"sample": text.sample, "own": text.own}.get(contents.kind, escape(contents.name)),
        documents=contents.documents,
        passages=contents.passages,
    )
    return f"<h1>{text.title}</h1><p>{text.subtitle}</p><p class='note' id='contents'>{words}</p>"


def working_html(count: int, text: Text) -> str:
    """While files are being added."""
    return f"<p>{text.adding.format(count=count)}</p>"


def report_html(report: Sequence[Added], switched: bool, text: Text) -> str:
    """What became of each uploaded file."""
    words = {
        "added": text.added,
        "changed": text.updated,
        "unchanged": text.already_there,
        "skipped": text.not_added,
    }
    rows = "".join(
        f"<li class='{item.outcome}'><b>{escape(item.name)}</b> {words[item.outcome]}"
        f"{escape(f': {item.reason}') if item.reason else ''}</li>"
        for item in report
    )
    notice = f"<p>{text.switched}</p>" if switched else ""
    return f"{notice}<ul class='report'>{rows}</ul>"


def failure_html(error: Exception, text: Text) -> str:
    """What went wrong, on one line."""
    words = " ".join(str(error).split())
    return f"<p class='failure'>{escape(text.failed.format(error=words))}</p>"
