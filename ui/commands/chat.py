"""``yinju chat``: the chat in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from corpus.errors import InputError
from ui.commands.common import FOLDER, Commands, add_model_options, model_of, settings_of


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    chat = commands.add_parser("chat", parents=[common], help="serve the chat in the browser")
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    chat.add_argument("--port", type=int, help="port (the first free one from 7860)")
    chat.add_argument("--login", type=Path, metavar="FILE", help="file with user:password")
    chat.add_argument("--lang", help="language of the page: zh or en (answer.language)")
    chat.add_argument("--open", action="store_true", help="open the browser")
    add_model_options(chat)
    chat.set_defaults(run=_chat)


def _chat(options: argparse.Namespace) -> int:
    from index.layout import MANIFEST
    from ui.app import Address, serve
    from ui.library import Library
    from ui.text import text_in

    given = vars(options)
    given["answer.language"] = given["answer.language"] or options.lang
    settings = settings_of(options)
    model = model_of(options)
    text = text_in(options.lang or settings.answer.language)
    address = Address(options.host, options.port, _login(options.login))
    folder = options.kb or (FOLDER if (FOLDER / MANIFEST).is_file() else None)
    library = Library(folder, settings, options.embedder, options.reranker)
    serve(library, text, address, model, open_browser=options.open)
    return 0


def _login(path: Path | None) -> tuple[str, str] | None:
    if path is None:
        return None
    try:
        words = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; write one line user:password") from None
    user, colon, password = words.strip().partition(":")
    if not (user and colon and password):
        raise InputError(f"{path}: holds no login; write one line user:password")
    return user, password
