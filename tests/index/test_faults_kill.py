"""kill -9 at random moments of a build, an update and a delete."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import NotAKnowledgeBaseError
from index.build import BuildOptions, build
from index.search import RetrieveSettings, Searcher

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

MOMENTS = 20
TEXTS = {
    f"第{n:02}篇.md": f"# 第{n}篇\n\n编号{n}的文章说{'春夏秋冬'[n % 4]}天。\n" for n in range(36)
}
NEW = {f"第{n:02}篇.md": f"编号{n}的文章改说{'梅兰竹菊'[n % 4]}花。\n" for n in range(30, 48)}
QUESTIONS = ("编号7的文章", "春天和竹花", "第31篇", "编号44改说什么")
Run = Callable[[Path, Path, int], tuple[int, int]]


@pytest.fixture(scope="module")
def run(root: Path) -> Iterator[Run]:
    """Build in a process that is killed at its N-th call; how it ended and how many it made."""
    command = [sys.executable, str(Path(__file__).with_name("killed.py"))]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(kb: Path, docs: Path, at: int) -> tuple[int, int]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"kb": str(kb), "docs": str(docs), "at": at}) + "\n")
            process.stdin.flush()
            code, calls = json.loads(process.stdout.readline())
            return code, calls

        yield ask
        process.stdin.close() if process.stdin else None
        process.wait()


def write(docs: Path, texts: dict[str, str]) -> None:
    docs.mkdir(exist_ok=True)
    for name, text in texts.items():
        (docs / name).write_text(text, encoding="utf-8")
        os.utime(docs / name, (1_000, 1_000 + len(text)))


def change(docs: Path, kind: str) -> None:
    """What the build that is killed has to do."""
    if kind == "build":
        write(docs, TEXTS)
    elif kind == "update":
        write(docs, NEW)
    else:
        for name in list(TEXTS)[5:20]:
            (docs / name).unlink()


def seen(kb: Path, state_of: Any, answers_of: Any) -> object:
    """Everything that a reader sees; None if there is nothing published."""
    try:
        searcher = Searcher(kb, RetrieveSettings())
    except NotAKnowledgeBaseError:
        return None
    with closing(searcher):
        return state_of(searcher), answers_of(searcher, QUESTIONS)


@pytest.mark.parametrize("kind", ["build", "update", "delete"])
def test_a_killed_process_leaves_the_old_state_or_the_new(
    one_embedder: Any, run: Run, in_memory: Path, state_of: Any, answers_of: Any, assert_tidy: Any,
    kind: str,
) -> None:  # fmt: skip
    """Never a mix; and the next build gives exactly what a fresh one gives, with nothing left."""
    docs, base, fresh = in_memory / "文章", in_memory / "前", in_memory / "新"
    if kind != "build":
        write(docs, TEXTS)
        assert run(base, docs, 0)[0] == 0
    change(docs, kind)
    build([docs], fresh, BuildOptions())
    old, new = (seen(kb, state_of, answers_of) for kb in (base, fresh))
    assert old != new
    trial = in_memory / "试"
    if base.exists():
        shutil.copytree(base, trial)
    code, calls = run(trial, docs, 0)
    assert (code, seen(trial, state_of, answers_of)) == (0, new)
    states = []
    chance = random.Random(kind)
    # Some moments in every part of a build, and some in its last steps, where most is at stake.
    moments = [chance.randrange(1, calls) for _ in range(MOMENTS // 2)]
    moments += [chance.randrange(calls - calls // 6, calls) for _ in range(MOMENTS // 2)]
    for at in moments:
        shutil.rmtree(trial)
        if base.exists():
            shutil.copytree(base, trial)
        assert run(trial, docs, at)[0] == -signal.SIGKILL
        state = seen(trial, state_of, answers_of)
        assert state in (old, new), at
        states.append(state == new)
        build([docs], trial, BuildOptions())
        assert seen(trial, state_of, answers_of) == new, at
        assert_tidy(trial)
    assert False in states


def test_a_build_killed_again_and_again_gets_done(
    one_embedder: Any, run: Run, in_memory: Path, state_of: Any, answers_of: Any, assert_tidy: Any
) -> None:
    """Each goes on with what the one before has stored."""
    docs, kb, fresh = in_memory / "文章", in_memory / "库", in_memory / "新"
    write(docs, TEXTS)
    build([docs], fresh, BuildOptions())
    calls = run(in_memory / "数", docs, 0)[1]
    chance = random.Random(0)
    for _ in range(8):
        assert run(kb, docs, chance.randrange(calls // 2, calls))[0] in (0, -signal.SIGKILL)
        state = seen(kb, state_of, answers_of)
        assert state in (None, seen(fresh, state_of, answers_of))
    build([docs], kb, BuildOptions())
    assert seen(kb, state_of, answers_of) == seen(fresh, state_of, answers_of)
    assert_tidy(kb)
