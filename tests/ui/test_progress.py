"""One line of progress."""

from __future__ import annotations

import io

import pytest

from ui.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock whose only entry is the time."""
    now = [100.0]
    monkeypatch.setattr("ui.progress.time.monotonic", lambda: now[0])
    return now


def test_a_pipe_stays_silent() -> None:
    """Logs and other programs get no progress."""
    stream = io.StringIO()
    with ProgressLine(stream) as line:
        line.show("read", 0, 2)
        line.show("read", 2, 2)
    assert stream.getvalue() == ""


def test_a_terminal_sees_one_line_that_goes_away(clock: list[float]) -> None:
    """Stage, count, rate and time left; each line overwrites the last, the end clears it."""
    stream = Terminal()
    with ProgressLine(stream) as line:
        line.show("embed", 0, 300)
        clock[0] += 2
        line.show("embed", 100, 300)
        assert stream.getvalue().endswith("\r\x1b[K嵌入 100/300  50/秒 剩余 4 秒")
        clock[0] += 4
        line.show("embed", 300, 300)
        assert stream.getvalue().endswith("\r\x1b[K嵌入 300/300  50/秒")
    assert stream.getvalue().endswith("\r\x1b[K")
    assert "\n" not in stream.getvalue()


def test_it_is_not_rewritten_more_often_than_the_eye_sees(clock: list[float]) -> None:
    """Ten thousand calls in a moment write one line, but the last of a stage is always shown."""
    stream = Terminal()
    line = ProgressLine(stream)
    for done in range(10_000):
        line.show("cut", done, 10_000)
    assert stream.getvalue().count("切分") == 1
    line.show("cut", 10_000, 10_000)
    assert stream.getvalue().count("切分") == 2


def test_the_rate_is_that_of_the_stage(clock: list[float]) -> None:
    """Time spent on the stage before does not count."""
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("read", 0, 10)
    clock[0] += 60
    line.show("index", 0, 10)
    clock[0] += 1
    line.show("index", 5, 10)
    assert stream.getvalue().endswith("索引 5/10  5/秒 剩余 1 秒")


def test_a_line_without_a_stage_writes_nothing() -> None:
    """A build that finds nothing to do leaves the terminal alone."""
    stream = Terminal()
    with ProgressLine(stream):
        pass
    assert stream.getvalue() == ""
