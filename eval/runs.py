"""Runs that are kept, so that the next one can be held against them.

::

    OUT/runs/20260131T120000-3f2a/       one run; never changed afterwards
        run.json          what was measured with what, and the figures
        questions.jsonl   every measure question by question, and what was answered
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError
from corpus.records import content_id
from eval.partial import json_line, write_atomically
from eval.stats import Ratio

FORMAT = 1
RUNS = "runs"
RUN = "run.json"
QUESTIONS = "questions.jsonl"
_PACKAGES = ("corpus", "index", "rag", "eval", "ui")


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as it was kept.

    Attributes:
        about: Everything but the questions: ``id``, ``finished``, ``code``, ``questions``,
            ``settings``, ``kb``, ``figures``, …
        rows: Question by question: ``id``, ``question``, ``lost_at``, ``got``, ``figures``, …
    """

    folder: Path
    about: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """Its id, and its stage if it measured one alone."""
        return str(self.about.get("id", self.folder.name))

    def table(self, ids: Iterable[str]) -> dict[str, Ratio]:
        """Every measure over some questions, in their order."""
        known = {row["id"]: row["figures"] for row in self.rows}
        chosen = [known[item] for item in ids]
        names = dict.fromkeys(name for figures in chosen for name in figures)
        pairs = {
            name: np.array([figures.get(name, (0.0, 0.0)) for figures in chosen], np.float64)
            for name in names
        }
        return {name: Ratio(pair[:, 0].copy(), pair[:, 1].copy()) for name, pair in pairs.items()}


@cache
def code_version() -> dict[str, str]:
    """The version, and a hash of the source: equal hashes are the same code."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return {"version": metadata.version("yinju"), "source": digest.hexdigest()[:16]}


def keep_run(
    out: Path, about: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Write a run into the folder's store.

    Returns:
        What was written to ``run.json``, with the ``id`` and time it got.
    """
    now = datetime.now(UTC)
    lines = [json_line(dict(row)) for row in rows]
    stage = f"-{about['stage']}" if about.get("stage") else ""
    mark = content_id(now.isoformat(), json.dumps(about, default=str), size=6)
    name = f"{now:%Y%m%dT%H%M%S}-{mark}{stage}"
    whole = {
        "format": FORMAT,
        "id": name,
        "finished": now.isoformat(timespec="milliseconds"),
        "code": code_version(),
        **about,
    }
    folder = out / RUNS / name
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / QUESTIONS, lines)
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    write_atomically(folder / RUN, [f"{text}\n".encode()])
    return whole


def question_figures(table: Mapping[str, Ratio], row: int) -> dict[str, list[float]]:
    """The measures that apply to one question, as part and whole."""
    return {
        name: [round(float(ratio.parts[row]), 6), float(ratio.wholes[row])]
        for name, ratio in table.items()
        if ratio.wholes[row]
    }


def kept_runs(out: Path) -> list[Path]:
    """The folders of all runs kept in a folder, oldest first."""
    return sorted((path.parent for path in (out / RUNS).glob(f"*/{RUN}")), key=_finished)


def _finished(folder: Path) -> str:
    return str(_about(folder).get("finished", ""))


def find_run(text: str, out: Path | None = None, questions: str = "") -> Path:
    """The folder of the run that a user names.

    Args:
        text: A run's folder; its id or ``last``, in ``out``; or a folder that keeps runs, for its
            last one, with ``:STAGE`` for the last of a stage.
        out: The folder that keeps runs, where it is known.
        questions: Hash of the question set that ``last`` must be of; empty for any.

    Raises:
        InputError: There is no such run.
    """
    if (Path(text) / RUN).is_file():
        return Path(text)
    if out is not None and (out / RUNS / text / RUN).is_file():
        return out / RUNS / text
    name, _, stage = text.rpartition(":") if ":" in text else (text, "", "")
    if Path(text).is_dir():
        name, stage = text, ""
    folder = out if name == "last" else Path(name)
    if folder is None:
        raise InputError(f"{text}: say in which folder, with --out, or name the run's own folder.")
    runs = [
        path
        for path in kept_runs(folder)
        if not stage or _about(path).get("stage") == stage
        if not questions or name != "last" or _about(path)["questions"]["hash"] == questions
    ]
    if not runs:
        raise InputError(
            f"{text}: no run is kept there. Name a folder that --out has written, or one of its "
            f"{RUNS}/…"
        )
    return runs[-1]


def load_run(folder: Path) -> Kept:
    """Read a run that was kept.

    Raises:
        InputError: It cannot be read or is of a newer format.
    """
    about = _about(folder)
    rows = []
    try:
        for line in (folder / QUESTIONS).read_bytes().splitlines():
            rows.append(json.loads(line))
        if any(not isinstance(row["figures"], dict) or not row["id"] for row in rows):
            raise ValueError("a line without id and figures")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / QUESTIONS}: cannot be read ({error}). Run again.") from None
    return Kept(folder, about, tuple(rows))


def _about(folder: Path) -> dict[str, Any]:
    path = folder / RUN
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        version = int(about["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read ({error}). Run again.") from None
    if version > FORMAT:
        raise InputError(f"{path}: format {version} is newer than {FORMAT}. Upgrade Yinju.")
    return dict(about)
