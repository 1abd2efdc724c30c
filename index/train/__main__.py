"""``python -m index.train --data DIR --out DIR``: from the training data to a model folder."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import platform
import shlex
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import YinjuError
from index import thesaurus
from index.train import associated, card, data, evaluate, export
from index.train.asked import ours
from index.train.settings import DataSettings, FitSettings, Settings, VocabularySettings
from index.train.written import SHIPPED

log = logging.getLogger(__name__)

Group = TypeVar("Group", VocabularySettings, DataSettings, FitSettings)
_PACKAGES = ("torch", "tokenizers", "sentencepiece", "sentence-transformers", "jieba", "rjieba")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/ and mrc/")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--dev", type=Path, help="folder of BEIR folders to measure on")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--thesaurus", type=Path, default=thesaurus.SHIPPED,
                        help="the thesaurus: words that mean the same, a group a line")  # fmt: skip
    parser.add_argument("--written", type=Path, default=SHIPPED,
                        help="folder of questions written for training")  # fmt: skip
    parser.add_argument("--weave", type=float, default=Settings.weave,
                        help="share of the thesaurus in the words")  # fmt: skip
    for group in (VocabularySettings, DataSettings, FitSettings):
        options = parser.add_argument_group(group.__name__)
        for field in dataclasses.fields(group):
            flag = "--" + field.name.replace("_", "-")
            if isinstance(field.default, tuple):
                options.add_argument(flag, nargs="*", default=field.default)
            else:
                options.add_argument(flag, type=type(field.default), default=field.default)
    return parser


def _group(kind: type[Group], given: argparse.Namespace) -> Group:
    values: dict[str, Any] = {f.name: getattr(given, f.name) for f in dataclasses.fields(kind)}
    values = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
    return kind(**values)


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        given.seed,
        given.weave,
        _group(VocabularySettings, given),
        _group(DataSettings, given),
        _group(FitSettings, given),
    )


def main(arguments: list[str] | None = None) -> int:
    """Train, write the folder with its card and record, and measure it."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    # Threads of torch that wait for each other spin otherwise, and on a shared machine starve what
    # they wait for. OpenMP reads it when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        _run(given, shlex.join(["python", "-m", "index.train", *(arguments or sys.argv[1:])]))
    except YinjuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _run(given: argparse.Namespace, command: str) -> None:
    from index.train import train

    settings = _settings(given)
    # Read before training, so that a broken set is told before the long part.
    sets = evaluate.read_all(given.dev) if given.dev else []
    began = time.monotonic()
    asked = ours(given.written, given.data)
    model = train.train(given.data, settings, thesaurus.read(given.thesaurus), asked)
    seconds = round(time.monotonic() - began)
    export.save(given.out, model.tokenizer, model.fitted.vectors)
    associated.save(given.out)
    record: dict[str, object] = {
        "command": command,
        "seconds": seconds,
        "rows": len(model.fitted.vectors),
        "settings": dataclasses.asdict(settings),
        "pairs": model.pairs,
        "data_sha256": data.hashes(given.data),
        "tokenizer_sha256": model.tokenizer_sha256,
        "final_loss": round(sum(model.fitted.losses[-50:]) / len(model.fitted.losses[-50:]), 4),
        "versions": {"python": platform.python_version(), **{p: version(p) for p in _PACKAGES}},
        "ndcg@10": evaluate.table(sets, model.tokenizer, model.fitted.vectors) if sets else {},
    }
    export.save_record(given.out, record)
    card.save(given.out, record)
    print(f"{given.out}: {export.size(given.out):,} bytes, trained in {seconds} s")


if __name__ == "__main__":
    sys.exit(main())
