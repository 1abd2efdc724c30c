"""``yinju model``: embedding models; ``fetch`` is the one command that connects to others."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from ui.commands.common import Commands, show
from ui.folders import model_folder


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parsers of these commands."""
    model = commands.add_parser("model", help="list embedding models, fetch others")
    actions = model.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", parents=[common], help="models on this machine")
    listing.set_defaults(run=_list)
    fetch = actions.add_parser(
        "fetch", parents=[common], help="download a model; the one command that uses the network"
    )
    fetch.add_argument("name", metavar="OWNER/NAME")
    fetch.add_argument("--to", type=Path, metavar="FOLDER", help="where to put it")
    fetch.set_defaults(run=_fetch)


def _list(options: argparse.Namespace) -> int:
    from index.models import list_models
    from ui.render_kb import models_text

    found = list_models(model_folder())
    show([asdict(item) for item in found] if options.json else models_text(found), options)
    return 0


def _fetch(options: argparse.Namespace) -> int:
    from index.models import fetch
    from ui.render_kb import models_text

    found = fetch(options.name, model_folder(), options.to)
    show(asdict(found) if options.json else models_text([found]), options)
    return 0
