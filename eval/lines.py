"""Files of JSON lines, gzipped or not, read line by line with the place of every fault."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import QuestionError

_GZIP = b"\x1f\x8b"


def read_file(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzipped, without a byte order mark.

    Raises:
        QuestionError: It cannot be read.
    """
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise QuestionError(f"{path}: no such file. Check the path of the question set.") from None
    except IsADirectoryError:
        raise QuestionError(f"{path}: this is a folder. Give a .jsonl file.") from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionError(f"{path}: cannot be read: {reason}.") from error
    return data.removeprefix(b"\xef\xbb\xbf")


def find_file(folder: Path, *names: str) -> Path:
    """The first of some files that a folder holds, gzipped or not.

    Raises:
        QuestionError: It holds none of them.
    """
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise QuestionError(f"{folder}: holds no {' or '.join(names)} (or the same with .gz).")


def json_lines(path: Path) -> Iterator[tuple[int, Any, list[str]]]:
    """Line number, value and what is wrong with the line; blank lines are passed over."""
    for number, raw in enumerate(read_file(path).split(b"\n"), start=1):
        if raw.strip():
            value, wrong = _parse(raw)
            yield number, value, [wrong] if wrong else []


def _parse(raw: bytes) -> tuple[Any, str]:
    try:
        return json.loads(raw.decode("utf-8")), ""
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        return None, (
            f"byte {error.start + 1} of the line (0x{byte:02X}) is not UTF-8. "
            "Save the file as UTF-8."
        )
    except json.JSONDecodeError as error:
        return None, f"not JSON: {error.msg} at column {error.colno}"
    except (RecursionError, ValueError):
        return None, "not JSON that can be read: nested too deep, or a number too long"
