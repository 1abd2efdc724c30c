"""A knowledge base follows its folders, through whatever happens to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from corpus.errors import InputError, LockedError
from index.build import BuildOptions, BuildReport
from index.folder import locked
from index.layout import DICTIONARY, read_manifest
from index.watch import Pace, watch


class Day:
    """Time that goes on only while somebody sleeps; at each look something may happen."""

    def __init__(self, *events: Callable[[], object]) -> None:
        self.events = list(events)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.events:
            raise KeyboardInterrupt
        self.events.pop(0)()

    def clock(self) -> float:
        return sum(self.slept)


def nothing() -> None:
    """A look at which nothing has happened."""


@pytest.fixture
def follow(embedder: object, docs: Path, kb: Path) -> Callable[..., list[object]]:
    """What a watch has told when the events are over."""

    def run(*events: Callable[[], object]) -> list[object]:
        day = Day(*events)
        told: list[object] = []
        seen: Iterator[object] = watch([docs], kb, BuildOptions(), Pace(1.0, day.sleep, day.clock))
        with suppress(KeyboardInterrupt):
            for each in seen:
                told.append(each)
        return told

    return run


def sizes(told: list[object]) -> list[int]:
    return [report.documents for report in told if isinstance(report, BuildReport)]


def test_changes_are_built_once_they_have_settled(
    follow: Callable[..., list[object]], docs: Path
) -> None:
    """Added, changed and removed files; a file that is still growing is left to grow."""

    def write(text: str) -> Callable[[], object]:
        return lambda: (docs / "新.md").write_text(text, encoding="utf-8")

    told = follow(
        nothing, write("一"), write("一二"), write("一二三。"), nothing, nothing,
        write("换了内容的一篇。"), nothing, lambda: (docs / "新.md").unlink(), nothing,
    )  # fmt: skip
    assert sizes(told) == [3, 4, 4, 3]
    assert [(len(r.added), len(r.changed), len(r.removed)) for r in told] == [  # type: ignore[attr-defined]
        (3, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1),
    ]  # fmt: skip


def test_a_bad_file_is_skipped_and_told(follow: Callable[..., list[object]], docs: Path) -> None:
    """The watch goes on."""
    told = follow(lambda: (docs / "坏.txt").write_bytes(b"\x80\x81\xff\xfe" * 9 + b"a"), nothing)
    assert sizes(told) == [3, 3]
    assert told[1].skipped[0].source == "坏.txt"  # type: ignore[attr-defined]


def test_a_knowledge_base_that_is_being_built_is_tried_again(
    follow: Callable[..., list[object]], docs: Path, kb: Path
) -> None:
    """The failure is told once, and the change is not lost."""
    holding = locked(kb)

    def change() -> None:
        (docs / "新.md").write_text("新的一篇。", encoding="utf-8")
        holding.__enter__()

    told = follow(
        nothing, change, nothing, nothing, nothing, lambda: holding.__exit__(None, None, None)
    )
    assert [type(each) for each in told] == [BuildReport, LockedError, BuildReport]
    assert sizes(told) == [3, 4]


def test_a_folder_that_goes_away_for_a_while_loses_nothing(
    follow: Callable[..., list[object]], docs: Path, kb: Path
) -> None:
    """An unplugged drive must not empty the knowledge base."""
    aside = docs.with_name("aside")
    told = follow(
        nothing, lambda: docs.rename(aside), nothing, nothing,
        lambda: (read_manifest(kb).documents == 3, aside.rename(docs)), nothing, nothing,
    )  # fmt: skip
    assert isinstance(told[0], BuildReport)
    assert isinstance(told[1], InputError)
    assert len(told) == 2
    assert read_manifest(kb).documents == 3


def test_a_folder_that_is_not_there_at_the_start_is_told(embedder: object, tmp_path: Path) -> None:
    """A wrong name is not waited for."""
    with pytest.raises(InputError, match="no such file or folder"):
        next(watch([tmp_path / "没有"], tmp_path / "kb", BuildOptions()))


def test_the_users_words_are_followed(follow: Callable[..., list[object]], kb: Path) -> None:
    """A new word of the dictionary leads to a build, quietly."""
    told = follow(
        nothing, lambda: (kb / DICTIONARY).write_text("二十元\n", encoding="utf-8"), nothing
    )
    assert len(told) == 1
    assert read_manifest(kb).words == ("二十元",)


def test_looking_takes_a_small_part_of_the_time(embedder: object, docs: Path, kb: Path) -> None:
    """Where a look takes seconds, looks come seldom."""
    slept: list[float] = []
    times = iter(range(0, 1000, 3))

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(watch([docs], kb, BuildOptions(), Pace(1.0, sleep, lambda: float(next(times)))))
    assert slept == [pytest.approx(60.0)] * 3
