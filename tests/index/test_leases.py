"""Who reads which state, across processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.leases import Lease, held_states, make_state, state_path


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Three published states."""
    folder = tmp_path / "知识 库#?%"
    folder.mkdir()
    for generation in (1, 2, 3):
        make_state(folder, generation)
    return folder


@contextmanager
def held_elsewhere(root: Path, kb: Path, generation: int) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that reads a state."""
    script = (
        "import sys; from pathlib import Path; from index.leases import Lease;"
        "lease = Lease(Path(sys.argv[1]), int(sys.argv[2])); print('held', flush=True);"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(kb), str(generation)]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_held_states_are_kept_and_others_given_up(kb: Path) -> None:
    """Each reader holds its own; the current one is never given up."""
    one, other = Lease(kb, 2), Lease(kb, 2)
    assert held_states(kb, 3) == (2,)
    assert [path.name for path in sorted((kb / "states").iterdir())] == ["000002", "000003"]
    assert one.release()
    assert not one.release()
    assert held_states(kb, 3) == (2,)
    other.release()
    assert held_states(kb, 3) == ()
    assert [path.name for path in (kb / "states").iterdir()] == ["000003"]


def test_another_process_holds_a_state_until_it_ends(root: Path, kb: Path) -> None:
    """Even killed, it leaves nothing held."""
    with held_elsewhere(root, kb, 1) as process:
        assert held_states(kb, 3) == (1,)
        mine = Lease(kb, 1)
        mine.release()
        assert held_states(kb, 3) == (1,)
        process.kill()
        process.wait()
        assert held_states(kb, 3) == ()


def test_a_state_that_is_gone_cannot_be_held(kb: Path) -> None:
    """The reader looks for the next one, and makes no file."""
    held_states(kb, 3)
    for generation in (1, 9):
        with pytest.raises(FileNotFoundError):
            Lease(kb, generation)
        assert not state_path(kb, generation).exists()


def test_what_is_no_state_file_is_no_state(kb: Path) -> None:
    """A file that something else has written to cannot be locked; nor does it stay."""
    state_path(kb, 1).write_bytes(b"something else" * 99)
    with pytest.raises(FileNotFoundError):
        Lease(kb, 1)
    assert held_states(kb, 3) == ()


def test_a_knowledge_base_without_states_has_none_held(tmp_path: Path) -> None:
    """As before its first build."""
    assert held_states(tmp_path, 1) == ()
