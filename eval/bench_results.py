"""What a benchmark found, as records and as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.records import plain
from eval.partial import write_atomically

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Run:
    """One size of Yinju.

    Attributes:
        corpus: Counts of documents, passages, characters and bytes; how many documents were
            ``shuffled``.
        figures: By the names of :data:`eval.bench_report.FIGURES`: seconds ``_s``, milliseconds
            ``_ms``, bytes ``_bytes``.
        stages: Seconds of the build by stage.
        disk: Bytes of the knowledge base by file or folder.
        notes: What a reader of the figures has to know.
    """

    size: str
    corpus: Mapping[str, int]
    figures: Mapping[str, float]
    stages: Mapping[str, float]
    disk: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerRun:
    """One size of another system; ``figures`` as in :class:`Run`."""

    system: str
    version: str
    size: str
    is_hybrid: bool
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Everything of one call of ``yinju bench``.

    Attributes:
        command: The call, with the names of files and folders but not where they lie.
        date: When it began, ISO 8601 in UTC.
        machine: See :func:`eval.bench_machine.describe_machine`.
        corpus: The name of the corpus.
        queries: How many queries there were.
        settings: Seed, chunking, retrieval and model.
    """

    command: str
    date: str
    machine: Mapping[str, Any]
    corpus: str
    queries: int
    settings: Mapping[str, Any]
    runs: tuple[Run, ...] = ()
    peers: tuple[PeerRun, ...] = ()


def save_result(result: BenchResult, path: Path) -> None:
    """Write a result as JSON, in one step."""
    value = {"format": FORMAT, **plain(result)}
    text = json.dumps(value, ensure_ascii=False, indent=1)
    write_atomically(path, [f"{text}\n".encode()])


def load_result(path: Path) -> BenchResult:
    """Read what :func:`save_result` wrote.

    Raises:
        InputError: It is not such a file, or a newer version wrote it.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] > FORMAT:
            raise InputError(
                f"{path}: format {value['format']}, this version reads up to {FORMAT}; update yinju"
            )
        given = {item.name: value[item.name] for item in fields(BenchResult)}
        runs = [Run(**{**item, "notes": tuple(item["notes"])}) for item in value["runs"]]
        peers = [PeerRun(**item) for item in value["peers"]]
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a result of yinju bench ({error!r})") from None
    return BenchResult(**{**given, "runs": tuple(runs), "peers": tuple(peers)})
