"""Full disks, second writers, readers during a purge, read-only folders, newer versions."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import FormatVersionError, LockedError, YinjuError
from index.build import BuildReport
from index.layout import DATABASE, FORMAT, MANIFEST, read_manifest
from index.prepare import hash_texts
from index.search import RetrieveSettings, Searcher
from index.segment import Segment, half

Make = Callable[..., BuildReport]
Found = Callable[[str], list[str]]
SECRET = "绝密档案编号九五二七不得外传。"
TEXTS = {"甲": "甲说春天。", "乙": "乙说夏天。", "密": SECRET, "丙": "丙说秋天。"}
KEPT = {source: text for source, text in TEXTS.items() if source != "密"}


def opened(kb: Path) -> Searcher:
    return Searcher(kb, RetrieveSettings())


# Full disks

FULL = ("index.segment.np.save", "index.layout.os.replace", "index.layout.os.fsync",
        "index.leases.Path.touch")  # fmt: skip


@pytest.mark.parametrize("step", FULL)
def test_a_full_disk_leaves_the_state_before(
    make: Make, kb: Path, monkeypatch: pytest.MonkeyPatch, assert_tidy: Any, step: str
) -> None:
    """Wherever it runs full; with room again the next build succeeds."""
    make(TEXTS)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        with pytest.raises(OSError, match="No space left"):
            make(TEXTS | {"丁": "丁说冬天。"})
    with closing(opened(kb)) as searcher:
        assert [item.source for item in searcher.documents()] == sorted(TEXTS)
    assert make(TEXTS | {"丁": "丁说冬天。"}).added == ("丁",)
    assert_tidy(kb)


def test_a_full_database_leaves_the_state_before(
    make: Make, kb: Path, monkeypatch: pytest.MonkeyPatch, assert_tidy: Any
) -> None:
    """SQLite's own complaint is told with the file's name."""
    make(TEXTS)
    more = TEXTS | {str(n): f"第{n}篇。" * 3_000 for n in range(9)}
    connect = sqlite3.connect

    def small(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 30")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr("index.connection.sqlite3.connect", small)
        with pytest.raises(YinjuError, match=rf"{DATABASE}: database or disk is full"):
            make(more)
    with closing(opened(kb)) as searcher:
        assert [item.source for item in searcher.documents()] == sorted(TEXTS)
    assert len(make(more).added) == 9
    assert_tidy(kb)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize("limit", [200, 3_000, 60_000, 150_000])
def test_a_file_that_may_not_grow_leaves_the_state_before(
    make: Make, kb: Path, root: Path, docs: Path, limit: int
) -> None:
    """The system refuses a write in another process; what was published answers."""
    make()
    (docs / "长.md").write_text("很长的一篇。" * 9_000, encoding="utf-8")
    script = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[4])\n"
        "from pathlib import Path; from conftest import stand_in; import pytest\n"
        "from index.build import BuildOptions, build\n"
        "stand_in(pytest.MonkeyPatch()); signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)\n"
        "build([Path(sys.argv[2])], Path(sys.argv[1]), BuildOptions())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(kb), str(docs), str(limit), str(Path(__file__).parent)],
        cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "full" in done.stderr or "I/O" in done.stderr or "too large" in done.stderr
    with closing(opened(kb)) as searcher:
        assert [item.source for item in searcher.documents()] == [
            "图书馆.md",
            "春游.md",
            "食堂.txt",
        ]
    assert make().added == ("长.md",)


# Writers and readers of other processes


@contextmanager
def elsewhere(root: Path, code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Another process that says what it does, line by line."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{Path(__file__).parent}"},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


BUILD = """
import sys, pytest
from pathlib import Path
from conftest import stand_in
from index.build import BuildOptions, build
stand_in(pytest.MonkeyPatch())
def progress(stage, done, total):
    print(stage, flush=True)
    if sys.argv[2] == "wait":
        sys.stdin.readline()
texts = dict(line.split("=") for line in sys.argv[3:])
build(texts, Path(sys.argv[1]), BuildOptions(), progress)
print("done", flush=True)
"""


def lines(texts: dict[str, str]) -> list[str]:
    return [f"{source}={text}" for source, text in texts.items()]


def test_a_second_writer_is_refused(make: Make, kb: Path, root: Path) -> None:
    """Until the first has finished; readers go on meanwhile."""
    make(TEXTS)
    with elsewhere(root, BUILD, kb, "wait", *lines(KEPT)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "read\n"
        with pytest.raises(LockedError, match="another process"):
            make(TEXTS)
        with closing(opened(kb)) as searcher:
            assert searcher.search("春天")[0].passage.source == "甲"
        process.communicate("\n" * 9)
        assert process.returncode == 0
    assert make(KEPT).unchanged == 3


def raw(kb: Path) -> bytes:
    """Every byte of every file."""
    return b"\0".join(path.read_bytes() for path in sorted(kb.rglob("*")) if path.is_file())


def test_a_reader_keeps_what_another_process_deletes_until_it_closes(
    make: Make, kb: Path, root: Path, embedder: Any
) -> None:
    """Then nothing is left of it: text, vector, terms, free pages or log."""
    make(TEXTS)
    vector = half(embedder.encode_queries([SECRET])).tobytes()
    key = hash_texts([SECRET]).tobytes()
    terms = Segment.load(kb / "seg-000001").postings.terms
    reader, other = opened(kb), opened(kb)
    secret = reader.search("绝密档案")[0]
    only_there = np.setdiff1d(terms, keys_of_others(embedder, kb))
    assert len(only_there) > 3
    traces = [SECRET.encode(), vector, key, *(bytes(term.tobytes()) for term in only_there)]
    with elsewhere(root, BUILD, kb, "go", *lines(KEPT)) as process:
        assert process.communicate()[0].endswith("done\n")
    for searcher in (reader, other):
        assert searcher.search("绝密档案")[0] == secret
        document = searcher.document(secret.passage.document_id)
        assert document is not None
        assert document.text == SECRET
        assert len(list(searcher.documents())) == 4
    assert not reader.is_current()
    reader.close()
    assert other.search("绝密档案")[0] == secret
    make({**KEPT, "丁": "丁说冬天。"})
    assert other.search("绝密档案")[0] == secret
    other.close()
    data = raw(kb)
    assert "春天".encode() in data
    assert [trace for trace in traces if trace in data] == []
    with closing(sqlite3.connect(kb / DATABASE)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def keys_of_others(embedder: Any, kb: Path) -> Any:
    """The terms of the documents that stay."""
    from index.build import BuildOptions, build

    folder = kb.with_name("其他")
    build(KEPT, folder, BuildOptions())
    return np.asarray(Segment.load(folder / "seg-000001").postings.terms)


def test_a_deleted_document_leaves_nothing_behind_at_once(
    make: Make, kb: Path, embedder: Any
) -> None:
    """Where nobody reads, the build itself wipes it."""
    make(TEXTS)
    vector = half(embedder.encode_queries([SECRET])).tobytes()
    traces = [SECRET.encode(), SECRET[:4].encode(), vector, hash_texts([SECRET]).tobytes()]
    assert all(trace in raw(kb) for trace in traces)
    make(KEPT)
    data = raw(kb)
    assert [trace for trace in traces if trace in data] == []


# Read-only folders


@pytest.mark.skipif(not hasattr(os, "setuid") or os.geteuid() != 0, reason="needs another user")
def test_a_read_only_folder_answers(make: Make, root: Path, in_memory: Path, kb: Path) -> None:
    """As another user, who may read only and finds no side files of the log."""
    make(TEXTS)
    frozen = in_memory / "只读"
    shutil.copytree(kb, frozen)
    for path in (in_memory, frozen, *frozen.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(frozen.rglob("*"))
    script = (
        "import os, sys, pytest; from pathlib import Path; from conftest import stand_in\n"
        "from index.search import RetrieveSettings, Searcher\n"
        "stand_in(pytest.MonkeyPatch())\n"
        "Searcher(Path(sys.argv[2]), RetrieveSettings()).search('春天')  # imports what it needs\n"
        "os.setuid(65534)\n"
        "kb = Path(sys.argv[1]); assert not os.access(kb, os.W_OK)\n"
        "searcher = Searcher(kb, RetrieveSettings())\n"
        "print(searcher.search('春天')[0].passage.source, len(list(searcher.documents())))\n"
        "searcher.close()"
    )
    with elsewhere(root, script, frozen, kb) as process:
        said, _ = process.communicate()
    assert said == "甲 4\n"
    assert sorted(frozen.rglob("*")) == before


# Newer versions


def test_newer_versions_are_refused_and_left_alone(make: Make, kb: Path) -> None:
    """Neither reading nor building, not even anew, touches what a newer version wrote."""
    make(TEXTS)
    text = (kb / MANIFEST).read_text(encoding="utf-8")
    newer = text.replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}')
    for manifest, schema in ((newer, None), (text, 99)):
        (kb / MANIFEST).write_text(manifest, encoding="utf-8")
        if schema:
            with closing(sqlite3.connect(kb / DATABASE)) as connection:
                connection.execute(f"PRAGMA user_version = {schema}")
        before = (kb / DATABASE).read_bytes()
        for attempt in (lambda: opened(kb), lambda: make(TEXTS), lambda: make(TEXTS, rebuild=True)):
            with pytest.raises(FormatVersionError, match="update yinju"):
                attempt()
        assert (kb / DATABASE).read_bytes() == before
    assert read_manifest(kb).generation == 1
