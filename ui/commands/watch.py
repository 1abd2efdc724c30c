"""``yinju watch``: a knowledge base that follows its folders."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ui.commands.common import FOLDER, Commands, settings_of, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    watch = commands.add_parser(
        "watch", parents=[common], help="build whenever files change, until Ctrl-C"
    )
    watch.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    watch.add_argument("--add", action="store_true", help="keep documents of other folders")
    watch.add_argument("--interval", type=_seconds, default=1.0, metavar="SECONDS",
                       help="time between two looks at the files (1)")  # fmt: skip
    watch.set_defaults(run=_watch)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.05 <= value <= 86_400:
        raise ValueError
    return value


def _watch(options: argparse.Namespace) -> int:
    from corpus.records import plain
    from index.build import BuildOptions, BuildReport
    from index.watch import Pace, watch
    from ui.render_kb import failed_text, watched_text

    chosen = BuildOptions(
        chunk=settings_of(options).chunk, embedder=options.embedder, keep_others=options.add
    )
    pace = Pace(options.interval)
    with ProgressLine(sys.stderr) as line:
        try:
            kb = options.kb or FOLDER
            for outcome in watch(options.folders, kb, chosen, pace, line.show):
                line.clear()
                clock = time.strftime("%H:%M:%S")
                if isinstance(outcome, BuildReport):
                    text = watched_text(outcome, clock)
                    show(plain(outcome) if options.json else text, options)
                else:
                    text = failed_text(outcome, clock)
                    show({"error": str(outcome)} if options.json else text, options)
                sys.stdout.flush()
        except KeyboardInterrupt:
            return 0
    return 0
