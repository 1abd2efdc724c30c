"""What the commands share: options, settings, the opened knowledge base, printing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from corpus.errors import InputError

if TYPE_CHECKING:
    from rag import KnowledgeBase
    from rag.llm.model import LanguageModel
    from ui.settings import Settings

FOLDER = Path("kb")
"""The knowledge base when none is named."""


class Parser(argparse.ArgumentParser):
    """Tells a wrong option in one line, like any other error; no option may be abbreviated."""

    def __init__(self, **given: Any) -> None:
        super().__init__(allow_abbrev=False, **given)

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong instead of leaving the process."""
        raise InputError(f"{message}; see {self.prog} --help")


class Commands(Protocol):
    """What a command adds itself to: argparse's subparsers."""

    def add_parser(self, name: str, **given: Any) -> argparse.ArgumentParser:
        """A parser for one more command."""


def common_options() -> argparse.ArgumentParser:
    """Options of every command: the knowledge base, the form of the output, the settings."""
    from ui.settings import option_names

    common = Parser(add_help=False)
    common.add_argument(
        "--kb",
        type=Path,
        help=f"knowledge base: its folder, or its name in the data folder ({FOLDER})",
    )
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--config", type=Path, help="settings file (yinju.toml, if it is there)")
    common.add_argument(
        "--embedder",
        type=Path,
        help="sentence-transformers model: its folder, or its name if it was fetched",
    )
    common.add_argument(
        "--reranker",
        type=Path,
        help="cross-encoder to put passages in order: its folder, or its name if it was fetched",
    )
    settings = common.add_argument_group("settings, as in yinju.toml")
    for name, (kind, default) in option_names().items():
        settings.add_argument(
            f"--{name}", dest=name, type=kind, metavar=kind.__name__.upper(), help=f"({default})"
        )
    return common


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Options that name a language model, for the commands that answer."""
    group = parser.add_argument_group("a language model that words the answers")
    group.add_argument("--llm", dest="llm.server", metavar="ADDRESS",
                       help="an OpenAI-compatible server, or the folder of a model")  # fmt: skip
    group.add_argument("--llm-model", dest="llm.model", metavar="NAME",
                       help="what the server calls it (its first one)")  # fmt: skip
    group.add_argument("--allow-host", dest="llm.hosts", metavar="HOST", action=_Joined,
                       help="another machine that may be sent questions and passages")  # fmt: skip


class _Joined(argparse.Action):
    """Joins the values of an option that is repeated by commas."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{before},{values}" if before else values)


def model_of(options: argparse.Namespace) -> LanguageModel | None:
    """The language model that options or settings name; None if none."""
    from rag.llm.model import open_model

    return open_model(settings_of(options).llm)


def find_named(options: argparse.Namespace) -> None:
    """Names of knowledge bases and models in the data folder become their paths."""
    from ui.folders import find_kb, find_model

    options.kb = find_kb(options.kb) if options.kb else None
    options.embedder = find_model(options.embedder) if options.embedder else None
    options.reranker = find_model(options.reranker) if options.reranker else None


def settings_of(options: argparse.Namespace) -> Settings:
    """Defaults, settings file and options together."""
    from ui.settings import load_settings, option_names

    return load_settings(options.config, {name: vars(options)[name] for name in option_names()})


def open_named(options: argparse.Namespace) -> KnowledgeBase:
    """The knowledge base that the options name."""
    from rag import open_kb

    settings = settings_of(options)
    return open_kb(
        options.kb or FOLDER,
        embedder=options.embedder,
        reranker=options.reranker,
        retrieve=settings.retrieve,
        answer=settings.answer,
    )


def show(value: Any, options: argparse.Namespace) -> None:
    """Print text as it is; anything else as JSON, in UTF-8 wherever it goes."""
    if not isinstance(value, str):
        value = json.dumps(
            value, ensure_ascii=False, indent=None if options.command == "ask" else 1
        )
    encoding = "utf-8" if options.json else sys.stdout.encoding or "utf-8"
    # A terminal that cannot show a character must not lose the rest of the answer.
    sys.stdout.buffer.write(f"{value}\n".encode(encoding, "replace"))


def tell(notice: str) -> None:
    """Say something beside the output, which may be read by a program."""
    sys.stderr.buffer.write(f"yinju: {notice}\n".encode(sys.stderr.encoding or "utf-8", "replace"))
    sys.stderr.flush()
