"""``yinju inspect``: what is read from a file, what of it is searched, and why not the rest."""

from __future__ import annotations

import argparse
from pathlib import Path

from corpus.errors import InputError
from ui.commands.common import Commands, settings_of, show


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    inspect = commands.add_parser(
        "inspect", parents=[common], help="show what of a file is searched, and why not the rest"
    )
    inspect.add_argument("file", type=Path, metavar="FILE")
    inspect.set_defaults(run=_inspect)


def _inspect(options: argparse.Namespace) -> int:
    from corpus.chunk import cut_passages
    from corpus.load import find_files, read_document
    from corpus.reasons import cleaned
    from corpus.records import plain
    from ui.render import inspection_text

    settings = settings_of(options)
    if options.file.is_dir():
        raise InputError(f"{options.file}: is a folder; name one file in it")
    files, skipped = find_files([options.file])
    if not files:
        raise InputError(f"{options.file}: {skipped[0].reason}")
    try:
        document = cleaned(read_document(files[0]), settings.clean)
    except InputError as error:
        raise InputError(f"{options.file}: {error}") from None
    passages = cut_passages(document, settings.chunk)
    if options.json:
        show({"document": plain(document), "passages": plain(passages)}, options)
    else:
        show(inspection_text(document, len(passages)), options)
    return 0
