"""``python -m rag.train.lists``: learn when a list answers a question for several things."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.normalize import squeeze
from index.build import BuildOptions, build
from index.query import parse_query
from index.search import RetrieveSettings, Searcher
from index.train.written import LEFT_OUT, Asked, Folder, displayed, load
from index.train.written import SHIPPED as WRITTEN
from rag.cutting import RememberingCutter
from rag.evidence import LIST_FEATURES, SHIPPED_WEIGHTS, load_weights
from rag.find import Desk
from rag.fit import Fit
from rag.lists import asks_for_list, asks_for_place, best_list
from rag.outline import Listing
from rag.reader import Reader
from rag.settings import AnswerSettings
from rag.train.fit import area_under_roc, fit_logistic

_LOG = logging.getLogger("rag.train.lists")
_FOLDS = 5
_REFUSED = 0.05  # of the lists that are right


@dataclass(frozen=True, slots=True)
class Example:
    """A list found for a question.

    Attributes:
        signals: Its ``LIST_FEATURES``.
        right: Whether it holds all that was asked for.
        folder: Number of the folder that was asked.
    """

    signals: tuple[float, float, float]
    right: bool
    folder: int


def main() -> None:
    """Ask the folders written for training, learn, and write the weights beside the others."""
    parser = argparse.ArgumentParser(prog="python -m rag.train.lists", description=__doc__)
    written = "folder of questions written for training"
    parser.add_argument("--written", type=Path, default=WRITTEN, help=written)
    weights = "file of the other weights, to which those of lists are written"
    parser.add_argument("--weights", type=Path, default=SHIPPED_WEIGHTS, help=weights)
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.INFO)
    folders = [one for one in load(arguments.written) if one.part != LEFT_OUT]
    learnt = learn(list(examples_of(one for one in folders if len(one.documents) > 1)))
    data = json.loads(arguments.weights.read_text(encoding="utf-8"))
    data["lists"] = learnt
    arguments.weights.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    _LOG.info("wrote %s: %s", arguments.weights, learnt)


def examples_of(folders: Iterable[Folder]) -> Iterator[Example]:
    """The lists found for the questions for several things, each folder searched by itself."""
    weights, reader = load_weights(), Reader()
    for number, folder in enumerate(folders):
        sources = {f"{n:02}": document.markdown for n, document in enumerate(folder.documents)}
        with tempfile.TemporaryDirectory() as place:
            build(sources, Path(place), BuildOptions())
            searcher = Searcher(Path(place), RetrieveSettings())
            cutter = RememberingCutter(searcher.segmenter)
            desk = Desk(searcher, cutter, weights, reader, AnswerSettings())
            found = (_example(desk, asked, number) for asked in folder.questions)
            yield from filter(None, found)
            searcher.close()


def _example(desk: Desk, asked: Asked, folder: int) -> Example | None:
    """The list found for a question; None if it asks for none, or none is found."""
    found = desk.retrieve(parse_query(asked.question), 0, None)
    query = found.query
    if not asks_for_list(query) or asks_for_place(query):
        return None
    evidence, searcher = desk.weigh(query, found.hits), desk.searcher
    idf, lists = searcher.bm25.idf, desk.weights.lists
    fits = Fit(query, evidence, desk.cutter, idf, desk.words, lists)
    listing = best_list(query, evidence, searcher.passages, fits)
    if listing is None:
        return None
    return Example(fits.signals(listing), _is_right(listing, asked), folder)


def _is_right(listing: Listing, asked: Asked) -> bool:
    lead = [listing.lead] if listing.lead else []
    told = squeeze("".join(item.text for item in (*lead, *listing.items)))
    return bool(asked.answers) and all(squeeze(displayed(a)) in told for a in asked.answers)


def learn(examples: list[Example]) -> dict[str, float]:
    """The weights by name, with the bias and how well they tell right lists from others.

    The bias is moved to where of the lists that are right one in twenty is refused by default.
    """
    table = np.array([example.signals for example in examples], np.float64)
    right = np.array([example.right for example in examples], np.bool_)
    folds = np.array([example.folder % _FOLDS for example in examples])
    even, signs = np.ones(len(right)), np.ones(table.shape[1])
    scores = np.zeros(len(right))
    for fold in range(_FOLDS):
        kept = folds != fold
        weights, bias = fit_logistic(table[kept], right[kept], even[kept], signs)
        scores[~kept] = table[~kept] @ weights + bias
    weights, _ = fit_logistic(table, right, even, signs)
    threshold = AnswerSettings().threshold
    least = float(np.quantile((table @ weights)[right], _REFUSED))
    bias = float(np.log(threshold / (1 - threshold))) - least
    _LOG.info("%d lists, %d right, cross-validated AUROC %.3f", len(right), right.sum(),
              area_under_roc(scores, right))  # fmt: skip
    named = zip((*LIST_FEATURES, "bias"), (*weights, bias), strict=True)
    return {name: round(float(value), 5) for name, value in named}


if __name__ == "__main__":
    main()
