"""``yinju ask`` and ``yinju search``: questions on the command line."""

from __future__ import annotations

import argparse

from corpus.errors import InputError
from ui.commands.common import Commands, open_named, show


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parsers of these commands."""
    ask = commands.add_parser("ask", parents=[common], help="answer a question, with citations")
    ask.add_argument("question")
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION",
                     help="an earlier question of the conversation; may be repeated")  # fmt: skip
    ask.set_defaults(run=_ask)

    search = commands.add_parser("search", parents=[common], help="list the best passages")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, help="how many (10)")
    search.set_defaults(run=_search)


def _ask(options: argparse.Namespace) -> int:
    from rag.format import answer_record
    from ui.render import answer_text

    with open_named(options) as kb:
        answer = kb.ask(options.question, [(earlier, "") for earlier in options.history])
    show(answer_record(answer) if options.json else answer_text(answer), options)
    return 0


def _search(options: argparse.Namespace) -> int:
    from rag.format import hit_record
    from ui.render import hits_text

    if not options.query.strip():
        raise InputError("the query is empty; say what to look for")
    with open_named(options) as kb:
        hits = kb.search(options.query, options.k)
    show([hit_record(hit) for hit in hits] if options.json else hits_text(hits), options)
    return 0
