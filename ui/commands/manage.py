"""``yinju info``, ``list`` and ``remove``: what knowledge bases there are, and what is in them."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from ui.commands.common import FOLDER, Commands, settings_of, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parsers of these commands."""
    info = commands.add_parser("info", parents=[common], help="describe a knowledge base")
    info.set_defaults(run=_info)

    several = commands.add_parser("list", parents=[common], help="list knowledge bases")
    several.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER",
        help="where to look (the data folder and the working folder)",
    )  # fmt: skip
    several.set_defaults(run=_list)

    remove = commands.add_parser("remove", parents=[common], help="remove documents for good")
    remove.add_argument("sources", nargs="+", metavar="SOURCE",
                        help="a document's name as it is cited, or a pattern: 'a/*'")  # fmt: skip
    remove.set_defaults(run=_remove)


def _info(options: argparse.Namespace) -> int:
    from index.describe import describe
    from ui.render import info_text

    settings = settings_of(options)
    found = describe(options.kb or FOLDER)
    found["embedder"] |= _fit(found["embedder"]["fingerprint"], options.embedder)
    found["settings"] |= {"retrieve": asdict(settings.retrieve), "answer": asdict(settings.answer)}
    show(found if options.json else info_text(found), options)
    return 0


def _fit(fingerprint: str, model: Path | None) -> dict[str, Any]:
    """Whether a knowledge base can be asked with the model that would be used."""
    from index.embed import SHIPPED_MODEL
    from index.model_files import fingerprint_of

    try:
        used = fingerprint_of(model or SHIPPED_MODEL)
    except (InputError, OSError) as error:
        return {"fits": False, "problem": str(error)}
    if used == fingerprint:
        return {"fits": True}
    return {"fits": False, "problem": "built with another model; name its folder with --embedder"}


def _list(options: argparse.Namespace) -> int:
    from index.describe import knowledge_bases, overview
    from ui.folders import data_folder
    from ui.render_kb import overview_text

    for folder in options.folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder")
    found = [
        overview(kb) for kb in knowledge_bases(options.folders or [data_folder(), FOLDER, Path()])
    ]
    show(found if options.json else overview_text(found), options)
    return 0


def _remove(options: argparse.Namespace) -> int:
    from index.remove import remove
    from ui.render_kb import removal_text

    kb = options.kb or FOLDER
    with ProgressLine(sys.stderr) as line:
        done = remove(kb, options.sources, options.embedder, line.show)
    show(asdict(done) if options.json else removal_text(done, kb), options)
    return 0
