"""``yinju duplicates``: documents that hold nearly the same text."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.commands.common import Commands, open_named, show

if TYPE_CHECKING:
    from corpus.load import Skipped
    from corpus.records import Document


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    from corpus.duplicates import THRESHOLD

    duplicates = commands.add_parser(
        "duplicates", parents=[common], help="find documents that are nearly the same"
    )
    duplicates.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="(those of the knowledge base)"
    )
    duplicates.add_argument(
        "--similarity", type=float, default=THRESHOLD, metavar="SHARE", help=f"({THRESHOLD})"
    )
    duplicates.set_defaults(run=_duplicates)


def _duplicates(options: argparse.Namespace) -> int:
    from corpus.duplicates import near_duplicates
    from corpus.records import plain

    skipped: list[Skipped] = []
    if options.folders:
        pairs = near_duplicates(_read(options.folders, skipped), options.similarity)
    else:
        with open_named(options) as kb:
            pairs = near_duplicates(kb.documents(), options.similarity)
    if options.json:
        found: dict[str, Any] = {"pairs": plain(pairs), "skipped": plain(skipped)}
        show(found, options)
        return 0
    lines = [f"{pair.similarity:.0%}  {pair.first}  {pair.second}" for pair in pairs]
    lines += [f"skipped {item.source}: {item.reason}" for item in skipped]
    show("\n".join(lines) or "no two documents are nearly the same", options)
    return 0


def _read(folders: list[Path], skipped: list[Skipped]) -> Iterator[Document]:
    """The documents of some folders; what cannot be read is added to ``skipped``."""
    from corpus.errors import DocumentError
    from corpus.load import Skipped, find_files, read_document

    files, left_out = find_files(folders)
    skipped += left_out
    for file in files:
        try:
            yield read_document(file)
        except DocumentError as error:
            skipped.append(Skipped(file.source, str(error)))
