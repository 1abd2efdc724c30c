"""Damaged files of every format, as many as asked for.

    python tests/helpers/fuzz_readers.py --count 10000 [--only pdf docx]

Each file is read and cut in a process of its own kind, so that a crash of a library is seen too.
Whatever else than a ``DocumentError`` comes out, a span that does not hold, or a file that takes
longer than half a minute, is told with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import io
import random
import signal
import subprocess
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from types import FrameType

from sample_files import MAKERS, make, zipped

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import DocumentError
from corpus.load import document_of

_BATCH = 500
_SECONDS = 30


def damage(rng: random.Random, data: bytes) -> bytes:
    """Change a file at one to eight places."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        if not changed:
            break
        at = rng.randrange(len(changed))
        length = min(rng.choice((1, 1, 2, 8, 64, 1024)), len(changed) - at)
        kind = rng.randrange(7)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            changed[at : at + length] = rng.randbytes(length)
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length]
        elif kind == 4:
            changed[at : at + length] = bytes(length)
        elif kind == 5:
            changed[at:at] = rng.choice((b"\xff" * 4, b"9" * 12, b"-1", b"<", b"&x;", b"[" * 500))
        else:
            del changed[at:]
    return bytes(changed)


def damaged(ending: str, seed: int) -> bytes:
    """A damaged file of a format; inside an archive as often as the archive itself."""
    rng = random.Random(seed)
    data = make(ending, rng.randrange(5)).data
    if not data.startswith(b"PK") or rng.random() < 0.4:
        return damage(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name in rng.sample(sorted(files), k=min(len(files), rng.choice((1, 1, 2, 3)))):
        if rng.random() < 0.1:
            del files[name]
        else:
            content = files[name]
            files[name] = damage(rng, content if isinstance(content, bytes) else content.encode())
    return zipped(files)


def check(ending: str, data: bytes) -> str:
    """Read a damaged file; what is wrong with how that went, or ""."""
    try:
        document = document_of(data, f"a.{ending}")
        passages = cut_passages(document, ChunkSettings())
    except DocumentError as error:
        return _own_mistake(error.__cause__)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    for passage in passages:
        if document.text[passage.start : passage.end] != passage.text:
            return "a span that does not hold"
    bounds = [end for part in document.parts for end in (part.start, part.end)]
    if bounds != sorted(bounds) or any(not 0 <= end <= len(document.text) for end in bounds):
        return "parts out of order"
    return ""


def _own_mistake(cause: BaseException | None) -> str:
    """An error that our code made and that was told as damage of the file."""
    if not isinstance(cause, (AttributeError, TypeError, NameError, AssertionError, TimeoutError)):
        return ""
    frame = traceback.extract_tb(cause.__traceback__)[-1]
    is_ours = "/site-packages/" not in frame.filename and "/corpus/" in frame.filename
    return f"{cause!r} in {frame.filename}:{frame.lineno}" if is_ours else ""


def _work(ending: str, first: int, last: int) -> None:
    def too_long(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {_SECONDS} s")

    signal.signal(signal.SIGALRM, too_long)
    for seed in range(first, last):
        print("at", seed, flush=True)
        signal.alarm(_SECONDS)
        begun = time.perf_counter()
        wrong = check(ending, damaged(ending, seed))
        signal.alarm(0)
        took = time.perf_counter() - begun
        if wrong or took > _SECONDS:
            print("wrong", seed, wrong or f"{took:.0f} s", flush=True)


def run(ending: str, count: int, report: Callable[[str], None]) -> int:
    """Read ``count`` damaged files of a format; how many went wrong."""
    wrong = 0
    for first in range(0, count, _BATCH):
        position, last = first, min(first + _BATCH, count)
        while position < last:
            command = [sys.executable, __file__, "--work", ending, str(position), str(last)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            lines = done.stdout.splitlines()
            for line in lines:
                if line.startswith("wrong"):
                    wrong += 1
                    report(f"{ending} {line}")
            seen = [int(line.split()[1]) for line in lines if line.startswith("at ")]
            if done.returncode == 0:
                break
            wrong += 1
            position = seen[-1] + 1 if seen else last
            report(f"{ending} crashed at {seen[-1:]}: {done.returncode} {done.stderr[-300:]}")
    return wrong


def main() -> int:
    """Run for all formats, or for some."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--only", nargs="*", default=list(MAKERS))
    parser.add_argument("--work", nargs=3)
    options = parser.parse_args()
    if options.work:
        _work(options.work[0], int(options.work[1]), int(options.work[2]))
        return 0
    total = 0
    for ending in options.only:
        begun = time.perf_counter()
        wrong = run(ending, options.count, print)
        total += wrong
        print(f"{ending}: {options.count} files, {wrong} wrong, "
              f"{time.perf_counter() - begun:.0f} s", flush=True)  # fmt: skip
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
