"""``python -m rag.reader.train.tell --data FOLDER``: how well a reader tells near misses apart.

Of a text that answers a question and one that does not, how often the first scores higher
(AUROC over all questions). The misses of CMRC 2018's trial questions are made as for training:
the answering sentences removed, another document's text, something else asked about. Once more with
the questions as key words, all words left out that say how something is asked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.asked import FUNCTION_WORDS
from rag.reader import SHIPPED_READER, Reader
from rag.reader.tokens import Tokens
from rag.reader.train.data import Example, examples_of, load_readings
from rag.reader.train.misses import Misses, without_answer
from rag.train.fit import area_under_roc

_YES_OR_NO = re.compile(r"是否|[吗么][?？]?$|有没有|是不是|有无|能否")
_SEED = 5


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train.tell", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds dev/mrc")
    parser.add_argument("--reader", type=Path, default=SHIPPED_READER)
    parser.add_argument("--limit", type=int, default=2000, help="legal questions")
    arguments = parser.parse_args()
    reader, folder = Reader(arguments.reader), arguments.data / "dev" / "mrc"
    trial = list(examples_of(load_readings(folder / "cmrc2018.trial.jsonl.gz", 0)))
    legal = list(examples_of(load_readings(folder / "cail2019.dev.jsonl.gz", 0)))
    figures = trial_misses(reader, trial)
    figures["legal"] = legal_misses(reader, legal[: arguments.limit])
    sys.stdout.write(json.dumps(figures) + "\n")


def trial_misses(reader: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """AUROC for each kind of miss, asked in whole sentences and in key words."""
    chance = np.random.default_rng(_SEED)
    misses = Misses(examples, reader.vocabulary)
    scores: dict[str, list[float]] = {}

    def add(name: str, asked: str, told: Tokens) -> None:
        scores.setdefault(name, []).append(_score(reader, asked, told))

    for example in examples:
        if not example.spans:
            continue
        removed, other = without_answer(example), misses.other(example, chance)
        swapped = misses.swapped(example, example.told, chance)
        for way, asked in (("", example.question), ("key words, ", _key_words(example.asked))):
            add(f"{way}answered", asked, example.told)
            if removed:
                add(f"{way}removed", asked, removed[0])
            if other:
                add(f"{way}other text", asked, other)
        if swapped:
            add("swapped", "".join(swapped.words), example.told)
    return {
        name: _area(scores["key words, answered" if "key" in name else "answered"], found)
        for name, found in scores.items()
        if not name.endswith("answered")
    }


def legal_misses(reader: Reader, examples: Iterable[Example]) -> float:
    """AUROC on questions that their own text answers or not; those for yes or no left out."""
    asked = [example for example in examples if not _YES_OR_NO.search(example.question)]
    found = [(_score(reader, example.question, example.told), bool(example.spans))
             for example in asked]  # fmt: skip
    return _area([score for score, held in found if held],
                 [score for score, held in found if not held])  # fmt: skip


def _key_words(asked: Tokens) -> str:
    return " ".join(word for word in asked.words if word not in FUNCTION_WORDS and word.isalnum())


def _score(reader: Reader, asked: str, told: Tokens) -> float:
    (reading,) = reader.read(asked, ["".join(told.words)])
    best = reading.best()
    return best.score if best else float("-inf")


def _area(answered: Sequence[float], missed: Sequence[float]) -> float:
    labels = np.arange(len(answered) + len(missed)) < len(answered)
    return round(area_under_roc(np.array([*answered, *missed]), labels), 4)


if __name__ == "__main__":
    main()
