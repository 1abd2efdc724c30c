"""``yinju verify``: checking and repairing a knowledge base."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from ui.commands.common import FOLDER, Commands, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    check = commands.add_parser("verify", parents=[common], help="check a knowledge base in whole")
    check.add_argument(
        "--repair", action="store_true", help="make anew what is damaged or of an older format"
    )
    check.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from index.repair import repair
    from index.verify import verify
    from ui.render_kb import repair_text, verification_text

    kb = options.kb or FOLDER
    with ProgressLine(sys.stderr) as line:
        if options.repair:
            done = repair(kb, options.embedder, line.show)
        else:
            found = verify(kb, line.show)
    if options.repair:
        show(asdict(done) if options.json else repair_text(done), options)
        return 0 if done.after.is_sound else 1
    show(asdict(found) if options.json else verification_text(found), options)
    return 0 if found.is_sound else 1
