"""What ``yinju eval`` does with runs that were kept: holding one against another, and gates."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.commands.common import show


def run_held_against(options: argparse.Namespace, questions: str) -> Path | None:
    """The run to be held against, named before this one is kept and would be the last itself."""
    from eval.runs import find_run, kept_runs

    if options.no_worse_than is None:
        return None
    if options.no_worse_than == "last" and not kept_runs(options.out):
        sys.stderr.write("yinju: no run is kept yet, so this one is held against none\n")
        return None
    return find_run(options.no_worse_than, options.out, questions)


def exit_code(options: argparse.Namespace, against: Path | None) -> int:
    """0, or what tells that the run kept last does not meet its conditions, which are printed."""
    from eval.gates import EXIT_CODE, parse_gates, verdict

    wrong = verdict(options.out, parse_gates(options.fail_under), against)
    for text in wrong:
        sys.stderr.write(f"yinju: not met: {text}\n")
    return EXIT_CODE if wrong else 0


def compare_runs(options: argparse.Namespace) -> int:
    """Print how the second run differs from the first, and write it where there is a folder."""
    from eval.compare import compare
    from eval.partial import write_atomically
    from eval.report.comparison import comparison_json, comparison_markdown
    from eval.report.text import comparison_text
    from eval.runs import find_run, load_run

    first, second = (load_run(find_run(text, options.out)) for text in options.compare)
    comparison = compare(first, second)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, text in (("comparison.md", comparison_markdown(comparison)),
                           ("comparison.json", comparison_json(comparison))):  # fmt: skip
            write_atomically(options.out / name, [text.encode("utf-8", "replace")])
    show(comparison_json(comparison) if options.json else comparison_text(comparison), options)
    return 0
