"""Answers of a run that was killed, so that the next one goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from eval.answers import is_final

_VERSION = 1


class Partial:
    """A file of finished answers, one line each, that outlives a kill at any point.

    Its first line holds a fingerprint of what is being measured: after a change of knowledge base
    the answers are not mixed, the file starts again. A line cut short by the kill is dropped. An
    answer that failed, or whose language model did, is not taken over, so that it is asked again.
    Only the places of the records are kept in memory: with a hundred passages each, a large set
    would not fit.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._places: dict[str, int] = {}
        path.touch()
        self._file = path.open("r+b")
        header = {"partial": _VERSION, "fingerprint": fingerprint}
        if _parse(self._file.readline()) == header:
            self._end = self._load()
            self._file.truncate(self._end)
        else:
            self._file.truncate(0)
            self._end = 0
            self._append(header)

    def __enter__(self) -> Partial:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, record: dict[str, Any]) -> None:
        """Keep the answer record of a question, given by its key.

        Raises:
            ValueError: The record holds what JSON or UTF-8 cannot; nothing was written.
        """
        self.add_line(key, json_line(record))

    def add_line(self, key: str, record: bytes) -> None:
        """Keep a record that is a line of JSON already."""
        self._places[key] = self._write(_prefix(key) + record.rstrip(b"\n") + b"}\n")

    def read(self, key: str) -> dict[str, Any]:
        """The answer record kept under ``key``."""
        self._file.seek(self._places[key])
        record: dict[str, Any] = _parse(self._file.readline())["answer"]
        return record

    def read_line(self, key: str) -> bytes:
        """The same as a line of JSON, without reading it."""
        self._file.seek(self._places[key])
        line = self._file.readline()
        if line.startswith(start := _prefix(key)) and line.endswith(b"}\n"):
            return line[len(start) : -2] + b"\n"
        return json_line(self.read(key))

    def remove(self) -> None:
        """Delete the file: the run is complete."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _append(self, value: dict[str, Any]) -> int:
        return self._write(json_line(value))

    def _write(self, line: bytes) -> int:
        """Write a line at the end and return where it begins."""
        place = self._end
        self._file.seek(place)
        self._file.write(line)
        self._file.flush()
        self._end = place + len(line)
        return place

    def _load(self) -> int:
        """Note the places of the records after the header; return where the last one ends."""
        place = self._file.tell()
        while (line := self._file.readline()).endswith(b"\n"):
            value = _parse(line)
            key, record = value.get("key"), value.get("answer")
            if isinstance(key, str) and isinstance(record, dict) and is_final(record):
                self._places[key] = place
            place += len(line)
        return place


def _prefix(key: str) -> bytes:
    return b'{"key": ' + json.dumps(key, ensure_ascii=False).encode("utf-8") + b', "answer": '


def _parse(line: bytes) -> dict[str, Any]:
    """The object on a line; empty if there is none."""
    try:
        value = json.loads(line.decode("utf-8"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def json_line(value: dict[str, Any]) -> bytes:
    """One line of JSON in UTF-8, its line break included; NaN and infinity are refused."""
    return (json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def write_atomically(path: Path, parts: Iterable[bytes]) -> None:
    """Replace a file in one step: a reader finds the old one or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
