"""``yinju ask`` and ``yinju search``: questions on the command line."""

from __future__ import annotations

import argparse

from corpus.errors import InputError
from corpus.filters import Filters, read_filters
from corpus.records import plain
from ui.commands.common import Commands, add_model_options, model_of, open_named, show, tell

_LONGEST_RANK = 6  # digits; an id is longer


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parsers of these commands."""
    ask = commands.add_parser("ask", parents=[common], help="answer a question, with citations")
    ask.add_argument("question")
    _add_filters(ask)
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION",
                     help="an earlier question of the conversation; may be repeated")  # fmt: skip
    ask.add_argument("--explain", action="store_true", help="why it was found and chosen")
    add_model_options(ask)
    ask.set_defaults(run=_ask)

    search = commands.add_parser("search", parents=[common], help="list the best passages")
    search.add_argument("query")
    _add_filters(search)
    search.add_argument("-k", type=int, default=10, help="how many (10)")
    search.add_argument("--explain", action="store_true", help="why they are found where they are")
    search.add_argument("--hit", default="", metavar="RANK",
                        help="explain that one, or any passage by its id")  # fmt: skip
    search.set_defaults(run=_search)


def _add_filters(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("documents to look in")
    group.add_argument("--after", default="", metavar="DATE", help="published then or later")
    group.add_argument("--before", default="", metavar="DATE", help="published then or earlier")
    group.add_argument("--source", default="", metavar="PREFIX", help="or a pattern with *")
    group.add_argument("--author", default="", metavar="NAME", help="occurs in the author's name")
    group.add_argument("--title", default="", metavar="WORDS", help="occur in the title")


def _filters(options: argparse.Namespace) -> Filters:
    return read_filters(
        options.after, options.before, options.source, options.author, options.title
    )


def _ask(options: argparse.Namespace) -> int:
    from rag.format import answer_record
    from ui.render import answer_text, safe

    model = model_of(options)
    with open_named(options) as kb:
        earlier = [(question, "") for question in options.history]
        answer = kb.ask(options.question, earlier, generator=model, filters=_filters(options))
    if options.json:
        record = answer_record(answer)
        show(
            {**record, "explanation": plain(answer.explain())} if options.explain else record,
            options,
        )
        return 0
    text = answer_text(answer)
    show(f"{text}\n\n{safe([str(answer.explain())])}" if options.explain else text, options)
    return 0


def _search(options: argparse.Namespace) -> int:
    from rag.format import hit_record
    from ui.render import hits_text

    if not options.query.strip():
        raise InputError("the query is empty; say what to look for")
    if options.explain or options.hit:
        return _explain(options)
    with open_named(options) as kb:
        hits = kb.search(options.query, options.k, _filters(options))
    if options.json:  # a list has no place for them
        for notice in hits.notices:
            tell(notice)
    found = [hit_record(hit) for hit in hits] if options.json else hits_text(hits, hits.notices)
    show(found, options)
    return 0


def _explain(options: argparse.Namespace) -> int:
    from rag.format import explanation_record
    from ui.render_explain import explanation_text

    with open_named(options) as kb:
        filters, passage = _filters(options), options.hit
        if passage.isdecimal() and len(passage) <= _LONGEST_RANK:
            hits, rank = kb.search(options.query, options.k, filters), int(passage)
            if not 1 <= rank <= len(hits):
                raise InputError(f"--hit is {rank}; there are {len(hits)} hits")
            passage = hits[rank - 1].passage.id
        found = kb.explain(options.query, passage, options.k, filters)
    show(explanation_record(found) if options.json else explanation_text(found), options)
    return 0
