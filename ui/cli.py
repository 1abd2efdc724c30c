"""The command line: what runs a command and tells how it ended."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import metadata

from corpus.errors import YinjuError
from ui.commands import (
    ask,
    bench,
    build,
    chat,
    duplicates,
    eval,
    inspect,
    manage,
    model,
    transfer,
    verify,
    watch,
)
from ui.commands.common import Parser, common_options, find_named
from ui.failures import UNCHANGED, database_text, system_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it succeeded; 1 if the knowledge base cannot be used; 2 if the input cannot; 130 if
        it was interrupted.
    """
    try:
        options = _parser().parse_args(arguments)
        find_named(options)
        code: int = options.run(options)
        sys.stdout.flush()
    except YinjuError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has closed it; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(system_text(error), 1)
    except sqlite3.Error as error:
        return _fail(database_text(error), 1)
    except KeyboardInterrupt:
        return _fail(f"interrupted; {UNCHANGED}, and the same command goes on with the rest", 130)
    return code


def _fail(message: str, code: int) -> int:
    print(f"yinju: {' '.join(message.split())}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="yinju", description="引据：向自己的中文文档提问，答案句句有出处，数据不出本机。"
    )
    parser.add_argument("--version", action="version", version=metadata.version("yinju"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = common_options()
    for group in (
        build, watch, chat, ask, inspect, duplicates, eval, bench, manage, verify, transfer, model
    ):  # fmt: skip
        group.add(commands, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
