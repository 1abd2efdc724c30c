"""Embedding models that have not seen the sources whose signals they compute."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path

from index.train import data, export, train
from index.train.settings import FitSettings, Settings

log = logging.getLogger(__name__)

FOLDS: tuple[tuple[str, ...], ...] = (
    (
        "mrc/cmrc2018.train", "cmdd_sample_internal", "tldr_zh", "docs_pingcap_docs",
        "docs_iotdb_docs", "docs_nebula_docs", "docs_sql_docs", "docs_linux_command",
        "docs_openeuler_docs", "docs_freebsd_ask", "docs_windowsserver", "docs_powershell_docs",
    ),
    (
        "mrc/drcd_simp.dev", "mrc/cmrc2017_user.valid", "stard.train", "lecoqa_answer.train",
        "lawyer_llama_statute", "lawyer_llama_answer", "laws_chapter_article", "docs_howtocook",
        "docs_reference_cheats", "docs_live_longer",
    ),
)  # fmt: skip
"""Sources by what they are about, so that a model has seen little on the subject elsewhere. What
is in no fold is seen by both models and no example comes of it."""

_RECORD = "fold.json"


def held_out(sets: list[data.TextPairs], fold: int) -> list[data.TextPairs]:
    """The sets of a fold, those made from its reading comprehension sets included."""
    names = FOLDS[fold]
    return [
        pairs for pairs in sets if pairs.name in names or pairs.name.rpartition("/")[0] in names
    ]


def fold_model(folder: Path, fold: int, settings: Settings, out: Path) -> Path:
    """Train the embedding model of a fold, unless ``out`` has one of the same settings.

    Args:
        folder: The training data.
        fold: Its number; what it names is left out.
        settings: Of the training; what it excludes is replaced.
        out: Where the model goes.
    """
    names = tuple(s.name for s in held_out(data.read(folder, settings.data, settings.seed), fold))
    settings = dataclasses.replace(settings, data=dataclasses.replace(settings.data, exclude=names))
    record = json.dumps(dataclasses.asdict(settings), indent=1, sort_keys=True)
    known = out / _RECORD
    if known.is_file() and known.read_text(encoding="utf-8") == record:
        log.info("%s: trained before", out)
        return out
    log.info("%s: training without %s", out, ", ".join(names))
    model = train.train(folder, settings)
    export.save(out, model.tokenizer, model.fitted.vectors)
    known.write_text(record, encoding="utf-8")
    return out


def fold_settings(seed: int, steps: int, threads: int) -> Settings:
    """The shipped model's settings, with fewer steps."""
    return Settings(seed=seed, fit=FitSettings(steps=steps, threads=threads))
