"""``python -m rag.train.standing``: what the standing of the best sentence adds to the confidence.

The confidence is learnt from questions over one text or an encyclopaedia. What gives away a near
miss in a folder of documents, tables among them, is learnt from questions asked of such folders.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from rag.settings import AnswerSettings
from rag.standing import STANDING_FEATURES, STANDING_SIGNS
from rag.train.asked import Example, asked_examples, desk_of, given_examples, read_asked
from rag.train.fit import Floats, area_under_roc, fit_logistic
from rag.train.readings import load_readings

_LOG = logging.getLogger("rag.train")
_FOLDS = 6
_PENALTY = 1e-2
_THRESHOLD = AnswerSettings().threshold
_WRONG = 0.3  # what an answerable question counts whose best sentence does not answer
_FOREIGN = 150  # questions of others, twice as many at most, that are asked of each folder
_SAYS_NOTHING = 1e-3

SHARES = {"asked": 1.0, "foreign": 1.0, "given": 0.2}
"""What questions of a kind count: of folders, of folders about something else, of single texts."""


@dataclass(frozen=True, slots=True)
class Standings:
    """What is learnt from.

    Attributes:
        signals: Log odds of the confidence, then its standing; shape
            ``(questions, 1 + len(STANDING_FEATURES))``.
        answerable: Shape ``(questions,)``.
        right: Whether the best sentence answers, shape ``(questions,)``.
        kind: A key of ``SHARES`` for each question, shape ``(questions,)``.
        source: Number of the file that each stands in, shape ``(questions,)``.
    """

    signals: Floats
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    kind: NDArray[np.str_]
    source: NDArray[np.int64]

    def part(self, rows: NDArray[np.bool_]) -> Standings:
        """Some of the questions."""
        return Standings(
            self.signals[rows],
            self.answerable[rows],
            self.right[rows],
            self.kind[rows],
            self.source[rows],
        )


def main() -> None:
    """Learn the weights of the standing, and write them beside those that are there."""
    parser = argparse.ArgumentParser(prog="python -m rag.train.standing", description=__doc__)
    asked = "a folder of documents, then files of questions that were asked of it; again for others"
    parser.add_argument("--asked", type=Path, nargs="+", action="append", required=True, help=asked)
    given = "reading comprehension, each question over its own text, which may not answer it"
    parser.add_argument("--given", type=Path, help=given)
    weights = "file of weights, which is changed"
    parser.add_argument("--weights", type=Path, required=True, help=weights)
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    _LOG.setLevel(logging.INFO)
    standings = standings_of(_examples(arguments))
    learnt, bias = fit_standing(standings)
    data = json.loads(arguments.weights.read_text(encoding="utf-8"))
    named = zip(STANDING_FEATURES, learnt.tolist(), strict=True)
    data |= {
        "standing": {name: round(value, 5) for name, value in named},
        "standing_bias": round(bias, 5),
        "standing_cross_validated": cross_validated(standings),
    }
    arguments.weights.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    _LOG.info("wrote %s: %s", arguments.weights, json.dumps(data["standing_cross_validated"]))


def standings_of(examples: Sequence[Example]) -> Standings:
    """Examples, column by column."""
    return Standings(
        np.array([one.signals for one in examples]),
        np.array([one.answerable for one in examples]),
        np.array([one.right for one in examples]),
        np.array([one.kind for one in examples]),
        np.array([one.source for one in examples], np.int64),
    )


def fit_standing(standings: Standings) -> tuple[Floats, float]:
    """Weights in log odds of the confidence, and a bias by which no more that is right is withheld.

    Of each kind answerable and unanswerable questions count as much as each other. An answerable
    one whose best sentence does not answer counts less: it is no loss. With the bias as many that
    are right reach the threshold as before.

    Raises:
        InputError: All questions of folders are answerable or none is, or the confidence by itself
            says nothing.
    """
    if not _is_of_both(standings):
        raise InputError("no questions that folders answer, or none that they do not; add some")
    share = np.zeros(len(standings.kind))
    for kind, whole in SHARES.items():
        for rows in (standings.answerable, ~standings.answerable):
            rows = rows & (standings.kind == kind)
            counted = np.where(standings.right | ~standings.answerable, 1.0, _WRONG) * rows
            share += whole * counted / max(float(counted.sum()), 1e-9)
    logit, stands = standings.signals[:, 0], standings.signals[:, 1:]
    # What confidence means for a single text is another matter: its level and scale are its own.
    given = standings.kind == "given"
    table = np.column_stack([logit, stands, given, given * logit])
    signs = np.array((1.0, *STANDING_SIGNS, 0.0, 0.0))
    fitted, _ = fit_logistic(table, standings.answerable, share, signs, _PENALTY)
    if fitted[0] < _SAYS_NOTHING:
        raise InputError("the confidence says nothing of these questions; learn it anew first")
    weights = fitted[1 : 1 + len(STANDING_FEATURES)] / fitted[0]
    right = standings.right & (standings.kind == "asked")
    before, after = logit[right], np.sort((logit + stands @ weights)[right])
    least = math.log(_THRESHOLD / (1 - _THRESHOLD))
    withheld = int((before < least).sum())
    return weights, least - float(after[withheld]) if withheld < len(after) else 0.0


def _is_of_both(standings: Standings) -> bool:
    """Whether folders answer some of their questions and not others."""
    asked = standings.answerable[standings.kind == "asked"]
    return bool(asked.any() and not asked.all())


def cross_validated(standings: Standings) -> dict[str, float]:
    """How well questions of folders are told apart, before and after, in files not learnt from."""
    before = standings.signals[:, 0]
    after = before.copy()
    for fold in range(_FOLDS):
        held = standings.source % _FOLDS == fold
        rest = standings.part(~held)
        if held.any() and _is_of_both(rest):
            weights, bias = fit_standing(rest)
            after[held] += standings.signals[held, 1:] @ weights + bias
    asked = standings.kind == "asked"
    measured = {
        "auroc": asked,
        "auroc_of_right": asked & (standings.right | ~standings.answerable),
        "auroc_with_foreign": asked & standings.right | (standings.kind == "foreign"),
    }
    report = {"questions": float(asked.sum())}
    for name, rows in measured.items():
        if standings.answerable[rows].all() or not standings.answerable[rows].any():
            continue
        for when, scores in (("before", before), ("after", after)):
            area = area_under_roc(scores[rows], standings.answerable[rows])
            report[f"{name}_{when}"] = round(area, 4)
    return report


def _examples(arguments: argparse.Namespace) -> list[Example]:
    """All questions: of folders, of other folders, and of single texts."""
    numbers = count()
    asked = [
        [(next(numbers), list(read_asked(path))) for path in paths] for _, *paths in arguments.asked
    ]
    found: list[Example] = []
    for at, (folder, *_) in enumerate(arguments.asked):
        if not any(path.is_file() for path in folder.rglob("*")):
            raise InputError(f"{folder}: no documents there; name the folder that was asked")
        own = [(n, one) for n, questions in asked[at] for one in questions]
        rest = chain(*asked[:at], *asked[at + 1 :])
        alone = [(n, one) for n, questions in rest for one in questions if not one.history]
        with desk_of([folder], arguments.weights) as desk:
            found += asked_examples(desk, own, "asked")
            found += asked_examples(desk, alone[:: max(1, len(alone) // _FOREIGN)], "foreign")
        _LOG.info("%s: %d questions so far", folder, len(found))
    if arguments.given:
        found += given_examples(load_readings(arguments.given), arguments.weights)
    return found


if __name__ == "__main__":
    main()
