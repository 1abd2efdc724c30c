"""What takes long to learn from, kept for the next time: nothing of the text, numbers alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from rag.train.confidence import Table
from rag.train.fit import Floats

_ROOT = Path(__file__).parents[2]
_LOOKED_AT = ("corpus", "index", "rag")
_DERIVED = ("rag/weights.json", "rag/train/measure.py")
_KINDS = (".py", ".safetensors", ".npz", ".json", ".jsonl", ".txt")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the fit of the confidence begins with.

    Attributes:
        sentence: Weights of the signals of sentences.
        reading: Weights of the signals after reading.
        report: How good these are.
        tables: Confidence signals by source.
    """

    sentence: Floats
    reading: Floats
    report: dict[str, Any]
    tables: Mapping[str, Table]


def fingerprint(data: Iterable[Path], *settings: object) -> str:
    """Of the data, the settings, and all code and weights that make signals of them."""
    digest = hashlib.sha256(repr(settings).encode())
    own = (path for name in _LOOKED_AT for path in sorted((_ROOT / name).rglob("*")))
    code = [
        path
        for path in own
        if path.suffix in _KINDS and path.relative_to(_ROOT).as_posix() not in _DERIVED
    ]
    for path in (*data, *code):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def load_learnt(path: Path) -> Learnt | None:
    """What was kept under a path; None if nothing was."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as data:
        names = json.loads(str(data["sources"]))
        tables = {
            name: Table(**{field.name: data[f"{name}.{field.name}"] for field in fields(Table)})
            for name in names
        }
        report = json.loads(str(data["report"]))
        return Learnt(data["sentence"], data["reading"], report, tables)


def keep_learnt(path: Path, learnt: Learnt) -> None:
    """Keep it under a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{name}.{field.name}": getattr(table, field.name)
        for name, table in learnt.tables.items()
        for field in fields(Table)
    }
    arrays |= {
        "sentence": learnt.sentence,
        "reading": learnt.reading,
        "report": np.array(json.dumps(learnt.report)),
        "sources": np.array(json.dumps(list(learnt.tables))),
    }
    partial = path.with_suffix(".part.npz")
    np.savez_compressed(partial, **arrays)
    partial.replace(path)
