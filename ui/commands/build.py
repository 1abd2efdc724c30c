"""``yinju build``: making knowledge bases."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.commands.common import FOLDER, Commands, settings_of, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    build = commands.add_parser("build", parents=[common], help="index folders of documents")
    build.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    build.add_argument("--add", action="store_true", help="keep documents of other folders")
    build.add_argument("--rebuild", action="store_true", help="read, cut and embed all anew")
    build.add_argument(
        "--reclean", action="store_true", help="clean all anew, with the repeated lines learned"
    )
    build.set_defaults(run=_build)


def _build(options: argparse.Namespace) -> int:
    from corpus.records import plain
    from index.build import BuildOptions, build
    from ui.render import report_text

    settings = settings_of(options)
    chosen = BuildOptions(
        chunk=settings.chunk,
        clean=settings.clean,
        embedder=options.embedder,
        keep_others=options.add,
        rebuild=options.rebuild,
        reclean=options.reclean,
    )
    kb = options.kb or FOLDER
    with ProgressLine(sys.stderr) as line:
        report = build(options.folders, kb, chosen, line.show)
    show(plain(report) if options.json else report_text(report, kb), options)
    return 0
