"""``python -m rag.reader.train --data FOLDER --out FOLDER``: train the reader."""

from __future__ import annotations

import argparse
import logging
import time
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from index import thesaurus
from index.embed import SHIPPED_MODEL
from index.train.written import SHIPPED as WRITTEN
from index.train.written import load
from rag.reader.tokens import tokens_of
from rag.reader.train.data import examples_of, load_readings, written
from rag.reader.train.export import weights_of
from rag.reader.train.fit import FitSettings, fit
from rag.reader.train.misses import Misses
from rag.reader.train.model import Network, Sizes
from rag.reader.train.windows import Shares, Windows
from rag.reader.train.wording import Wording
from rag.reader.train.words import word_tensors, words_of
from rag.reader.vocabulary import Vocabulary

_LOG = logging.getLogger("rag.reader.train")
_SETS = ("cmrc2018.train", "drcd_simp.dev", "cmrc2017_user.valid")
_DEV = "cmrc2018.trial"
_Settings = TypeVar("_Settings", FitSettings, Shares)


def main() -> None:
    """Train the reader and keep a checkpoint of each epoch."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True,
                        help="folder that holds train/mrc and dev/mrc")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="folder for log and checkpoints")
    parser.add_argument("--limit", type=int, default=0, help="questions of each set; 0: all")
    parser.add_argument("--written", type=Path, default=WRITTEN,
                        help="folder of questions written for training")  # fmt: skip
    parser.add_argument("--start", type=Path, help="a reader to go on from")
    parser.add_argument("--weave", type=float, default=0.0,
                        help="share of the thesaurus in the words of --start")  # fmt: skip
    parser.add_argument("--dropout", type=float, default=0.2)
    parser.add_argument("--hidden", type=int, default=Sizes.hidden)
    for field in (*fields(FitSettings), *fields(Shares)):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    arguments.out.mkdir(parents=True, exist_ok=True)
    _train(arguments, _taken(FitSettings, arguments), _taken(Shares, arguments))


def _taken(kind: type[_Settings], arguments: argparse.Namespace) -> _Settings:
    return kind(**{field.name: getattr(arguments, field.name) for field in fields(kind)})


def _train(arguments: argparse.Namespace, settings: FitSettings, shares: Shares) -> None:
    import torch
    from safetensors.numpy import save_file

    data, out = arguments.data, arguments.out
    torch.manual_seed(settings.seed)
    began = time.perf_counter()
    train = [
        reading
        for style, name in enumerate(_SETS)
        for reading in load_readings(data / "train" / "mrc" / f"{name}.jsonl.gz", style)[
            : arguments.limit or None
        ]
    ]
    train += written(load(arguments.written)) * shares.times
    dev = load_readings(data / "dev" / "mrc" / f"{_DEV}.jsonl.gz", 0)
    meanings = thesaurus.read()
    if arguments.start:
        tensors = words_of(arguments.start, meanings, arguments.weave)
    else:
        texts = {reading.context for reading in train} | {reading.question for reading in train}
        folded = ("".join(tokens_of(text).words) for text in sorted(texts))
        tensors = word_tensors(SHIPPED_MODEL, folded, Sizes.words, seen=5)
    save_file(tensors, out / "words.safetensors")
    vocabulary = Vocabulary(tensors)
    examples, left_out = list(examples_of(train)), list(examples_of(dev))
    network = Network(Sizes(vocabulary.characters, hidden=arguments.hidden), arguments.dropout)
    if arguments.start:
        network.load_state_dict({**network.state_dict(), **weights_of(arguments.start)})
    asked = (example.asked for example in examples)
    wording = Wording(vocabulary, asked, meanings)
    windows = Windows(examples, shares, Misses(examples, vocabulary), wording)
    _LOG.info("%d questions, %d left out, %d characters, %d weights, ready after %.0f s",
              len(examples), len(left_out), vocabulary.characters,
              sum(weight.numel() for weight in network.parameters()),
              time.perf_counter() - began)  # fmt: skip
    fit(network, windows, left_out, vocabulary, settings, out)


if __name__ == "__main__":
    main()
