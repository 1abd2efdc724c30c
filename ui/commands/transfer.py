"""``yinju export``, ``backup`` and ``restore``: knowledge bases in files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.commands.common import FOLDER, Commands, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parsers of these commands."""
    export = commands.add_parser("export", parents=[common], help="write what is stored to a file")
    export.add_argument("file", type=Path, metavar="FILE.jsonl|FILE.parquet")
    export.add_argument("--what", choices=("passages", "documents", "vectors"), default="passages",
                        help="which records (passages)")  # fmt: skip
    export.set_defaults(run=_export)

    backup = commands.add_parser("backup", parents=[common], help="save a knowledge base")
    backup.add_argument("file", type=Path, metavar="FILE.tar")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", parents=[common], help="bring a backup back")
    restore.add_argument("file", type=Path, metavar="FILE.tar")
    restore.set_defaults(run=_restore)
    for command in (export, backup, restore):
        command.add_argument("--force", action="store_true", help="replace what is there")


def _export(options: argparse.Namespace) -> int:
    from index.export import export
    from ui.render_kb import exported_text

    with ProgressLine(sys.stderr) as line:
        count = export(
            options.kb or FOLDER, options.file, options.what, line.show, force=options.force
        )
    record = {"file": str(options.file), "what": options.what, "records": count}
    show(record if options.json else exported_text(count, options.file), options)
    return 0


def _backup(options: argparse.Namespace) -> int:
    from index.backup import backup
    from ui.render_kb import backed_up_text

    with ProgressLine(sys.stderr) as line:
        size = backup(options.kb or FOLDER, options.file, line.show, force=options.force)
    record = {"file": str(options.file), "bytes": size}
    show(record if options.json else backed_up_text(size, options.file), options)
    return 0


def _restore(options: argparse.Namespace) -> int:
    from index.describe import summary
    from index.restore import restore
    from ui.render_kb import restored_text

    kb = options.kb or FOLDER
    with ProgressLine(sys.stderr) as line:
        state = restore(options.file, kb, line.show, force=options.force)
    text = restored_text(kb, state.generation, state.documents, state.passages)
    show({"folder": str(kb), **summary(state)} if options.json else text, options)
    return 0
