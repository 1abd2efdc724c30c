"""``yinju eval``: measuring on a question set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.commands.common import Commands, open_named, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    evaluate = commands.add_parser("eval", parents=[common], help="measure on a question set")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--out", type=Path, required=True, help="folder for answers and report")
    evaluate.set_defaults(run=_eval)


def _eval(options: argparse.Namespace) -> int:
    from eval import evaluate, load_questions
    from eval.report import summary_text

    load_questions(options.questions)  # so that a broken question set is told at once
    with open_named(options) as kb, ProgressLine(sys.stderr) as line:
        summary = evaluate(
            options.questions, kb, options.out, progress=lambda done, n: line.show("ask", done, n)
        )
    if options.json:
        show((options.out / "metrics.json").read_text(encoding="utf-8").rstrip(), options)
    else:
        show(f"{summary_text(summary)}\n\n{options.out / 'report.md'}", options)
    return 1 if summary.overall.figures["failed"].value else 0
