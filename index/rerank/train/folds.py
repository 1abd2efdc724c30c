"""Embedding models that have not seen the sources whose signals they compute."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from index.train import associated, data, export, train
from index.train.settings import FitSettings, Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fold:
    """What an embedding model has not seen.

    Attributes:
        sources: Names of sets.
        questions: Share of the questions of every set.
    """

    sources: tuple[str, ...] = ()
    questions: float = 0.0

    def asks(self, question: str) -> bool:
        """Whether a question is among those that were left out."""
        return data.is_held(question, self.questions)


FOLDS = (
    Fold((
        "mrc/cmrc2018.train", "cmdd_sample_internal", "tldr_zh", "docs_pingcap_docs",
        "docs_iotdb_docs", "docs_nebula_docs", "docs_sql_docs", "docs_linux_command",
        "docs_openeuler_docs", "docs_freebsd_ask", "docs_windowsserver", "docs_powershell_docs",
    )),
    Fold((
        "mrc/drcd_simp.dev", "mrc/cmrc2017_user.valid", "stard.train", "lecoqa_answer.train",
        "lawyer_llama_statute", "lawyer_llama_answer", "laws_chapter_article", "docs_howtocook",
        "docs_reference_cheats", "docs_live_longer", "written", "statutes",
    )),
    Fold(questions=0.15),
)  # fmt: skip
"""Sources by what they are about, so that a model has seen little on the subject elsewhere; and
questions about what the model does know, so that its vectors are trusted more where it does."""

_RECORD = "fold.json"


def held_out(sets: list[data.TextPairs], fold: int) -> list[data.TextPairs]:
    """The sets of a fold, those made from its reading comprehension sets included."""
    names = FOLDS[fold].sources
    if not names:
        return [pairs for pairs in sets if not pairs.name.endswith("/title")]
    return [
        pairs for pairs in sets if pairs.name in names or pairs.name.rpartition("/")[0] in names
    ]


def fold_model(
    folder: Path, asked: list[data.TextPairs], fold: int, settings: Settings, out: Path
) -> Path:
    """Train the embedding model of a fold, unless ``out`` has one made from the same.

    Args:
        folder: The training data.
        asked: The questions written for training.
        fold: Its number; what it names is left out.
        settings: Of the training; what it excludes is replaced.
        out: Where the model goes.
    """
    names: tuple[str, ...] = ()
    if FOLDS[fold].sources:
        sets = data.read(folder, settings.data, settings.seed, asked)
        names = tuple(pairs.name for pairs in held_out(sets, fold))
    unseen = dataclasses.replace(settings.data, exclude=names, held=FOLDS[fold].questions)
    settings = dataclasses.replace(settings, data=unseen)
    of = hashlib.sha256(repr([(item.queries, item.positives) for item in asked]).encode())
    known_by = {**dataclasses.asdict(settings), "asked": of.hexdigest()}
    record = json.dumps(known_by, indent=1, sort_keys=True)
    known = out / _RECORD
    if known.is_file() and known.read_text(encoding="utf-8") == record:
        log.info("%s: trained before", out)
    else:
        log.info("%s: training without %s", out, ", ".join(names) or "some questions")
        model = train.train(folder, settings, asked=asked)
        export.save(out, model.tokenizer, model.fitted.vectors)
        known.write_text(record, encoding="utf-8")
    associated.save(out)
    return out


def fold_settings(seed: int, steps: int, threads: int) -> Settings:
    """The shipped model's settings, with fewer steps."""
    return Settings(seed=seed, fit=FitSettings(steps=steps, threads=threads))
