"""The command line: ``yinju build | chat | ask | search | eval | info``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from corpus.errors import InputError, YinjuError
from ui.progress import ProgressLine

if TYPE_CHECKING:
    from rag.pipeline import KnowledgeBase
    from ui.settings import Settings


_FOLDER = Path("kb")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it succeeded; 1 if the knowledge base cannot be used; 2 if the input cannot; 130 if
        it was interrupted.
    """
    try:
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
        sys.stdout.flush()
    except YinjuError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has closed it; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "), 1)
    except KeyboardInterrupt:
        return _fail("interrupted; the last published state is unchanged", 130)
    return code


def _fail(message: str, code: int) -> int:
    print(f"yinju: {' '.join(message.split())}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Tells a wrong option in one line, like any other error; no option may be abbreviated."""

    def __init__(self, **given: Any) -> None:
        super().__init__(allow_abbrev=False, **given)

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    from ui.settings import setting_names

    parser = _Parser(
        prog="yinju", description="引据：向自己的中文文档提问，答案句句有出处，数据不出本机。"
    )
    parser.add_argument("--version", action="version", version=metadata.version("yinju"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    common = _Parser(add_help=False)
    common.add_argument("--kb", type=Path, help=f"knowledge base folder ({_FOLDER})")
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--config", type=Path, help="settings file (yinju.toml, if it is there)")
    common.add_argument("--embedder", type=Path, help="folder of a sentence-transformers model")
    settings = common.add_argument_group("settings, as in yinju.toml")
    for name, (kind, default) in setting_names().items():
        settings.add_argument(
            f"--{name}", dest=name, type=kind, metavar=kind.__name__.upper(), help=f"({default})"
        )

    build = commands.add_parser("build", parents=[common], help="index folders of documents")
    build.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    build.add_argument("--add", action="store_true", help="keep documents of other folders")
    build.add_argument("--rebuild", action="store_true", help="read, cut and embed all anew")
    build.set_defaults(run=_build)

    chat = commands.add_parser("chat", parents=[common], help="serve the chat in the browser")
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    chat.add_argument("--port", type=int, help="port (the first free one from 7860)")
    chat.add_argument("--login", type=Path, metavar="FILE", help="file with user:password")
    chat.add_argument("--lang", help="language of the page: zh or en (answer.language)")
    chat.add_argument("--open", action="store_true", help="open the browser")
    chat.set_defaults(run=_chat)

    ask = commands.add_parser("ask", parents=[common], help="answer a question, with citations")
    ask.add_argument("question")
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION",
                     help="an earlier question of the conversation; may be repeated")  # fmt: skip
    ask.set_defaults(run=_ask)

    search = commands.add_parser("search", parents=[common], help="list the best passages")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, help="how many (10)")
    search.set_defaults(run=_search)

    evaluate = commands.add_parser("eval", parents=[common], help="measure on a question set")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--out", type=Path, required=True, help="folder for answers and report")
    evaluate.set_defaults(run=_eval)

    info = commands.add_parser("info", parents=[common], help="describe a knowledge base")
    info.set_defaults(run=_info)
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    from ui.settings import load_settings, setting_names

    return load_settings(options.config, {name: vars(options)[name] for name in setting_names()})


def _open(options: argparse.Namespace) -> KnowledgeBase:
    from rag import open_kb

    settings = _settings(options)
    return open_kb(
        options.kb or _FOLDER,
        embedder=options.embedder,
        retrieve=settings.retrieve,
        answer=settings.answer,
    )


def _build(options: argparse.Namespace) -> int:
    from corpus.records import plain
    from index.build import BuildOptions, build
    from ui.render import report_text

    chosen = BuildOptions(
        chunk=_settings(options).chunk,
        embedder=options.embedder,
        keep_others=options.add,
        rebuild=options.rebuild,
    )
    kb = options.kb or _FOLDER
    with ProgressLine(sys.stderr) as line:
        report = build(options.folders, kb, chosen, line.show)
    _print(plain(report) if options.json else report_text(report, kb), options)
    return 0


def _chat(options: argparse.Namespace) -> int:
    from index.layout import MANIFEST
    from ui.app import Address, serve
    from ui.library import Library
    from ui.text import text_in

    given = vars(options)
    given["answer.language"] = given["answer.language"] or options.lang
    settings = _settings(options)
    text = text_in(options.lang or settings.answer.language)
    address = Address(options.host, options.port, _login(options.login))
    folder = options.kb or (_FOLDER if (_FOLDER / MANIFEST).is_file() else None)
    library = Library(folder, settings, options.embedder)
    serve(library, text, address, open_browser=options.open)
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


def _ask(options: argparse.Namespace) -> int:
    from rag.format import answer_record
    from ui.render import answer_text

    with _open(options) as kb:
        answer = kb.ask(options.question, [(earlier, "") for earlier in options.history])
    _print(answer_record(answer) if options.json else answer_text(answer), options)
    return 0


def _search(options: argparse.Namespace) -> int:
    from rag.format import hit_record
    from ui.render import hits_text

    if not options.query.strip():
        raise InputError("the query is empty; say what to look for")
    with _open(options) as kb:
        hits = kb.search(options.query, options.k)
    _print([hit_record(hit) for hit in hits] if options.json else hits_text(hits), options)
    return 0


def _eval(options: argparse.Namespace) -> int:
    from eval import evaluate, load_questions
    from eval.report import summary_text

    load_questions(options.questions)  # so that a broken question set is told at once
    with _open(options) as kb, ProgressLine(sys.stderr) as line:
        summary = evaluate(
            options.questions, kb, options.out, progress=lambda done, n: line.show("ask", done, n)
        )
    if options.json:
        _print((options.out / "metrics.json").read_text(encoding="utf-8").rstrip(), options)
    else:
        _print(f"{summary_text(summary)}\n\n{options.out / 'report.md'}", options)
    return 1 if summary.overall.figures["failed"].value else 0


def _info(options: argparse.Namespace) -> int:
    from ui.render import info_text

    with _open(options) as kb:
        information = kb.info()
    _print(information if options.json else info_text(information), options)
    return 0


def _print(value: Any, options: argparse.Namespace) -> None:
    """Text as it is; anything else as JSON, in UTF-8 wherever it goes."""
    if not isinstance(value, str):
        value = json.dumps(
            value, ensure_ascii=False, indent=None if options.command == "ask" else 1
        )
    encoding = "utf-8" if options.json else sys.stdout.encoding or "utf-8"
    # A terminal that cannot show a character must not lose the rest of the answer.
    sys.stdout.buffer.write(f"{value}\n".encode(encoding, "replace"))


if __name__ == "__main__":
    sys.exit(main())
