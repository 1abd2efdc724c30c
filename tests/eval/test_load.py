"""Loading question sets: which files are read, and that all faults come together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from eval import load_questions

Write = Callable[..., Path]
GOOD = {"id": "q1", "question": "图书馆哪天闭馆？"}


def test_windows_files_and_blank_lines(write_lines: Write) -> None:
    """Protects authors whose editor writes a byte order mark, CRLF or a last blank line."""
    path = write_lines(b"\xef\xbb\xbf" + b'{"id": "a", "question": "x\xe2\x80\xa8y"}\r', b"", b"\r")
    assert [item.question for item in load_questions(path)] == ["x\u2028y"]


def test_all_faults_come_together(write_lines: Write) -> None:
    """Protects against one correction per run: all faults of a file, and of a line, at once."""
    path = write_lines({"id": 1}, GOOD, {**GOOD, "match": "x"}, GOOD)
    with pytest.raises(QuestionError) as caught:
        load_questions(path)
    message = str(caught.value)
    assert "4 problems" in message
    assert message.count(f"{path}:1: ") == 2
    assert f"{path}:3: " in message
    assert f"{path}:4: `id` 'q1' was already used on line 2" in message


def test_a_long_list_of_faults_is_cut(write_lines: Write) -> None:
    """Protects the terminal from a file that is wrong in every line."""
    path = write_lines(*["{"] * 50)
    with pytest.raises(QuestionError) as caught:
        load_questions(path)
    message = str(caught.value)
    assert "50 problems" in message
    assert "… and 30 more." in message
    assert message.count(": not JSON") == 20


def test_files_that_cannot_be_used(tmp_path: Path, write_lines: Write) -> None:
    """Protects against a traceback for a missing file, a folder or an empty file."""
    with pytest.raises(QuestionError, match="no such file"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionError, match="this is a folder"):
        load_questions(tmp_path)
    with pytest.raises(QuestionError, match="there is no question"):
        load_questions(write_lines("", "  "))
