"""Documents in batches, prepared here or in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.chunk import ChunkSettings
from corpus.load import SourceFile
from corpus.reasons import CleanSettings
from index import pool as module
from index.embed import SHIPPED_MODEL
from index.pool import Workload, prepare_all, workload
from index.prepare import prepare
from index.prepared import Piece, Prepared, Recipe, Task

RECIPE = Recipe(ChunkSettings(target=20, maximum=40), CleanSettings(), frozenset(), (), None)


def tasks_of(count: int) -> list[Task]:
    return [Task(f"{n:03}.md", f"# 第{n}篇\n\n编号{n}的文章说{'春夏秋冬'[n % 4]}天。\n")
            for n in range(count)]  # fmt: skip


def said(piece: Piece) -> list[object]:
    """A piece as plain values, which can be compared."""
    arrays = (piece.hashes, piece.vectors, *arrays_of(piece))
    return [piece.texts, *(None if item is None else item.tolist() for item in arrays)]


def arrays_of(piece: Piece) -> Iterator[NDArray[Any]]:
    postings = piece.postings
    yield from (postings.terms, postings.offsets, postings.rows, postings.counts, postings.lengths)


def plain(done: Sequence[tuple[int, Prepared]]) -> list[object]:
    return [
        (count, item.documents, item.same, item.skipped, list(map(said, item.pieces)))
        for count, item in done
    ]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 1_000), max_size=60), st.integers(1, 2_000), st.integers(1, 9))
def test_batches_are_all_tasks_in_order_and_none_is_needlessly_small(
    sizes: list[int], full: int, longest: int
) -> None:
    """Nothing is lost, doubled or moved; a batch ends as soon as it is full, and not before."""
    tasks = tasks_of(len(sizes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", full)
        patch.setattr(module, "_LONGEST_BATCH", longest)
        work = workload(tasks, sizes)
    assert [task for batch in work.batches for task in batch] == tasks
    assert work.size == sum(sizes)
    size_of = {task.source: size for task, size in zip(tasks, sizes, strict=True)}
    for batch in work.batches:
        assert 1 <= len(batch) <= longest
        assert sum(size_of[task.source] for task in batch[:-1]) < full
    for batch in work.batches[:-1]:
        filled = sum(size_of[task.source] for task in batch)
        assert filled >= full or len(batch) == longest


def test_each_task_has_a_size() -> None:
    """A list that is too short is a mistake of the caller, and must not drop documents."""
    with pytest.raises(ValueError, match="shorter"):
        workload(tasks_of(2), [1])


MUCH = 6_000_000


@pytest.mark.parametrize(
    ("size", "cores", "deserves"), [(MUCH - 1, 8, False), (MUCH, 1, False), (MUCH, 2, True)]
)
def test_processes_are_started_for_much_work_only(
    monkeypatch: pytest.MonkeyPatch, size: int, cores: int, deserves: bool
) -> None:
    """A small build must not wait for processes, nor one core be shared among them."""
    monkeypatch.setattr(module, "cores", lambda: cores)
    assert Workload((), size).deserves_processes is deserves


def test_processes_give_what_one_process_gives(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Row for row, term for term, vector for vector and in order, bad files included."""
    bad = tmp_path / "坏.md"
    bad.write_bytes(b"")
    tasks = tasks_of(41)
    tasks[7] = Task("坏.md", SourceFile(bad, "坏.md"))
    recipe = replace(RECIPE, model=SHIPPED_MODEL, words=("编号",))
    monkeypatch.setattr(module, "_LONGEST_BATCH", 2)  # more batches than are sent ahead
    work = workload(tasks, [9] * len(tasks))
    alone = list(prepare_all(work, recipe))
    assert [item.reason for _, done in alone for item in done.skipped] == ["holds no text"]
    monkeypatch.setattr(module, "cores", lambda: 2)
    monkeypatch.setattr(module, "_WORTH_PROCESSES", 0)
    assert plain(list(prepare_all(work, recipe))) == plain(alone)


def where(tasks: Sequence[Task], recipe: Recipe) -> int:
    """Stands in for preparing: which process does it, or an error if it is asked for one."""
    if tasks[0].source == "000.md":
        raise ZeroDivisionError
    return os.getpid()


def test_an_error_in_a_process_is_raised_and_leaves_none_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mistake of ours is told as it is, and no worker outlives the build."""
    monkeypatch.setattr(module, "cores", lambda: 2)
    monkeypatch.setattr(module, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(module, "_LONGEST_BATCH", 1)
    monkeypatch.setattr(module, "prepare", where)
    workers: list[dict[int, Any]] = []
    start = module.worker_processes

    def started(count: int) -> Any:
        executor = start(count)
        workers.append(executor._processes)
        return executor

    monkeypatch.setattr(module, "worker_processes", started)
    tasks = tasks_of(5)
    with pytest.raises(ZeroDivisionError):
        list(prepare_all(workload(tasks, [1] * 5), RECIPE))
    given_up = prepare_all(workload(tasks[1:], [1] * 4), RECIPE)
    _, pid = next(given_up)
    assert pid != os.getpid()
    running = list(workers[-1].values())
    assert pid in [process.pid for process in running]
    given_up.close()  # as when the user interrupts
    assert not [process for process in (*running, *workers[0].values()) if process.is_alive()]


def test_what_is_not_taken_is_not_read_far_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results wait for the database, so their number in memory is bounded."""
    asked = []

    class Result:
        def result(self) -> str:
            return "done"

    class Executor:
        def submit(self, *_: object) -> Result:
            asked.append(1)
            return Result()

        def shutdown(self, **_: object) -> None:
            pass

    monkeypatch.setattr(module, "cores", lambda: 2)
    monkeypatch.setattr(module, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(module, "_LONGEST_BATCH", 1)
    monkeypatch.setattr(module, "worker_processes", lambda count: Executor())
    for taken, _ in enumerate(prepare_all(workload(tasks_of(40), [1] * 40), RECIPE), 1):
        assert len(asked) - taken < 2 * module._AHEAD
    assert (taken, len(asked)) == (40, 40)


def test_one_process_prepares_only_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without processes a batch is prepared when its turn comes, so an interrupt costs one."""
    seen: list[int] = []

    def counted(batch: Sequence[Task], recipe: Recipe) -> Prepared:
        seen.append(len(batch))
        return prepare(batch, recipe)

    monkeypatch.setattr(module, "prepare", counted)
    monkeypatch.setattr(module, "_LONGEST_BATCH", 2)
    results = prepare_all(workload(tasks_of(5), [1] * 5), RECIPE)
    assert next(results)[0] == 2
    assert seen == [2]
    assert [count for count, _ in results] == [2, 1]
