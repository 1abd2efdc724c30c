"""A server sees what is published elsewhere, and closes what nobody uses any more."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from corpus.errors import MismatchError
from index.layout import DICTIONARY, MANIFEST
from ui.current import Current


class FakeKb:
    """Stands for an open knowledge base."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self.folder = folder
        self.name = name
        self.closed = 0
        self.asked = 0
        self.current = True

    def is_current(self) -> bool:
        self.asked += 1
        return self.current

    def close(self) -> None:
        self.closed += 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / MANIFEST).write_text("1", encoding="utf-8")
    return tmp_path


@pytest.fixture
def setting(folder: Path) -> Any:
    """A knowledge base, what opens the next one, and the clock."""
    opened: list[FakeKb] = []

    def reopen(where: Path) -> Any:
        opened.append(FakeKb(where, "next"))
        return opened[-1]

    clock = Clock()
    first = FakeKb(folder, "first")
    return Current(first, reopen, clock), first, opened, clock  # type: ignore[arg-type]


def publish(folder: Path, kb: FakeKb) -> None:
    path = folder / MANIFEST
    path.write_text(path.read_text(encoding="utf-8") + "1", encoding="utf-8")
    kb.current = False


def test_a_published_state_is_opened_at_the_next_question(setting: Any, folder: Path) -> None:
    """The one before is closed as soon as no question uses it, and not earlier."""
    current, first, opened, clock = setting
    with ExitStack() as stack:
        assert stack.enter_context(current.using()) is first
        publish(folder, first)
        clock.now = 2
        with current.using() as kb:
            assert kb is opened[0]
        assert first.closed == 0
    assert first.closed == 1
    assert opened[0].closed == 0
    assert current.kb is opened[0]


def test_looking_is_cheap(setting: Any, folder: Path) -> None:
    """At most once a second, and nothing is read while the files are the same."""
    current, first, opened, clock = setting
    publish(folder, first)
    with current.using() as kb:
        assert kb is first
    clock.now = 2
    with current.using():
        pass
    for second in range(3, 9):
        clock.now = second
        with current.using():
            pass
    assert len(opened) == 1
    assert first.asked == 1
    assert opened[0].asked == 0


def test_new_words_are_seen(setting: Any, folder: Path) -> None:
    """The user's dictionary takes effect without a build and without a restart."""
    current, first, opened, clock = setting
    (folder / DICTIONARY).write_text("词\n", encoding="utf-8")
    first.current = False
    clock.now = 2
    with current.using() as kb:
        assert kb is opened[0]


def test_a_state_that_cannot_be_opened_leaves_the_one_before(folder: Path) -> None:
    """Built anew with another model, say: questions are answered as before, tried once a change."""
    tried = []

    def fail(where: Path) -> Any:
        tried.append(where)
        raise MismatchError("another model")

    clock = Clock()
    first = FakeKb(folder)
    current = Current(first, fail, clock)  # type: ignore[arg-type]
    publish(folder, first)
    for second in (2, 4, 6):
        clock.now = second
        with current.using() as kb:
            assert kb is first
    assert len(tried) == 1
    assert first.closed == 0


def test_what_is_left_for_another_stays_open(setting: Any, folder: Path) -> None:
    """The sample's documents can be shown after the user's own have taken its place."""
    current, first, _, _ = setting
    own = FakeKb(folder)
    current.leave(own)
    assert current.kb is own
    assert first.closed == 0
    current.replace(FakeKb(folder))
    assert own.closed == 1


def test_many_threads_close_each_state_once(setting: Any, folder: Path) -> None:
    """Whoever is last closes it."""
    current, first, opened, clock = setting

    def ask() -> None:
        for _ in range(50):
            with current.using() as kb:
                assert not kb.closed

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        publish(folder, current.kb)
        clock.now += 2 + number
    for thread in threads:
        thread.join()
    with current.using():
        pass
    assert [kb.closed for kb in (first, *opened)] == [1] * len(opened) + [0]
