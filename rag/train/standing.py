"""``python -m rag.train.standing``: what the standing of the best sentence adds to the confidence.

The confidence is learnt from questions over one text or an encyclopaedia. What gives away a near
miss in a folder of documents, tables among them, is learnt from questions asked of such folders.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError, QuestionError
from corpus.filters import Filters
from corpus.normalize import squeeze
from corpus.records import Answer
from index.build import BuildOptions, build
from index.query import parse_query
from index.search import RetrieveSettings, Searcher
from rag.answering import events
from rag.cutting import RememberingCutter
from rag.evidence import Evidence, load_weights
from rag.find import Desk
from rag.reader import Reader
from rag.settings import AnswerSettings
from rag.standing import STANDING_FEATURES, STANDING_SIGNS, standing
from rag.train.fit import Floats, area_under_roc, fit_logistic
from rag.train.readings import load_readings

_LOG = logging.getLogger("rag.train")
_ACROSS = frozenset(("crossdoc",))  # each part is asked by itself
_FOUND = 10  # passages
_SAME = 1e-6
_FOLDS = 6
_PENALTY = 1e-2
_THRESHOLD = AnswerSettings().threshold
_WRONG = 0.3  # what an answerable question counts whose best sentence does not answer
_GIVEN = 0.2  # what all questions of single texts count
_MOST = 1500  # of these


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file.

    Attributes:
        question: Its text.
        history: The turns before it.
        answers: Words, any of which answers; empty if the documents do not.
    """

    question: str
    history: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """What is learnt from.

    Attributes:
        signals: Log odds of the confidence, then its standing; shape
            ``(questions, 1 + len(STANDING_FEATURES))``.
        answerable: Shape ``(questions,)``.
        right: Whether the best sentence answers, shape ``(questions,)``.
        source: Number of the file that each question stands in, shape ``(questions,)``; negative
            for those that were asked of a single text.
    """

    signals: Floats
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    source: NDArray[np.int64]

    def part(self, rows: NDArray[np.bool_]) -> Standings:
        """Some of the questions."""
        return Standings(
            self.signals[rows], self.answerable[rows], self.right[rows], self.source[rows]
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
    standings = _standings(list(_examples(arguments)))
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


def read_asked(path: Path) -> Iterator[Asked]:
    """The questions of a file of JSON lines, but for those of several documents.

    Raises:
        QuestionError: A line has no ``question`` and ``answers``.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            data = json.loads(line)
            turns = data.get("history", ())
            history = tuple((turn, "") if isinstance(turn, str) else tuple(turn) for turn in turns)
            answers = [[item] if isinstance(item, str) else item for item in data["answers"]]
            asked = Asked(str(data["question"]), history, tuple(chain(*answers)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionError(f"{path}:{number}: {error!r}; not a question") from None
        if data.get("type") not in _ACROSS:
            yield asked


def fit_standing(standings: Standings) -> tuple[Floats, float]:
    """Weights in log odds of the confidence, and a bias by which no more that is right is withheld.

    Answerable and unanswerable questions count as much as each other, those of single texts less.
    An answerable question whose best sentence does not answer counts less: it is no loss. With the
    bias as many that are right reach the threshold as before.
    """
    given = standings.source < 0
    share = np.zeros(len(given))
    for of, whole in ((~given, 1.0), (given, _GIVEN)):
        for rows in (of & standings.answerable, of & ~standings.answerable):
            counted = np.where(standings.right | ~standings.answerable, 1.0, _WRONG) * rows
            share += whole * counted / max(float(counted.sum()), 1e-9)
    logit, stands = standings.signals[:, 0], standings.signals[:, 1:]
    # What confidence means for a single text is another matter: its level and scale are its own.
    table = np.column_stack([logit, stands, given, given * logit])
    signs = np.array((1.0, *STANDING_SIGNS, 0.0, 0.0))
    fitted, _ = fit_logistic(table, standings.answerable, share, signs, _PENALTY)
    weights = fitted[1 : 1 + len(STANDING_FEATURES)] / max(fitted[0], 1e-3)
    right = standings.right & ~given
    before, after = logit[right], np.sort((logit + stands @ weights)[right])
    least = math.log(_THRESHOLD / (1 - _THRESHOLD))
    withheld = int((before < least).sum())
    return weights, least - float(after[withheld]) if withheld < len(after) else 0.0


def cross_validated(standings: Standings) -> dict[str, float]:
    """How well questions of folders are told apart, before and after, in files not learnt from."""
    before = standings.signals[:, 0]
    after = before.copy()
    for fold in range(_FOLDS):
        held = standings.source % _FOLDS == fold
        if held.any() and not held.all():
            weights, bias = fit_standing(standings.part(~held))
            after[held] += standings.signals[held, 1:] @ weights + bias
    asked = standings.source >= 0
    right = asked & (standings.right | ~standings.answerable)
    report = {"questions": float(asked.sum())}
    for name, rows in (("auroc", asked), ("auroc_of_right", right)):
        for when, scores in (("before", before), ("after", after)):
            area = area_under_roc(scores[rows], standings.answerable[rows])
            report[f"{name}_{when}"] = round(area, 4)
    return report


def _standings(examples: Sequence[tuple[list[float], bool, bool, int]]) -> Standings:
    signals, answerable, right, source = zip(*examples, strict=True)
    return Standings(
        np.array(signals), np.array(answerable), np.array(right), np.array(source, np.int64)
    )


def _examples(
    arguments: argparse.Namespace,
) -> Iterator[tuple[list[float], bool, bool, int]]:
    """Signals, whether answerable, whether right, and the number of the file, of each question."""
    number = count(0)
    for folder, *paths in arguments.asked:
        documents = sorted(path for path in folder.rglob("*") if path.is_file())
        if not documents:
            raise InputError(f"{folder}: no documents there; name the folder that was asked")
        with _desk([folder], arguments.weights) as desk:
            for path, file in zip(paths, number, strict=False):
                for asked in read_asked(path):
                    if evidence := _decisive(desk, asked):
                        yield *_signals(asked.question, evidence, asked.answers), file
                _LOG.info("%s", path)
    if arguments.given:
        readings = [item for item in load_readings(arguments.given) if not item.asks_yes_or_no]
        readings = readings[:_MOST]
        names = {one.document: f"text-{n:06}" for n, one in enumerate(readings)}
        with _desk({name: text for text, name in names.items()}, arguments.weights) as desk:
            for n, one in enumerate(readings):
                within = Filters(source=names[one.document])
                found = desk.retrieve(parse_query(one.question), _FOUND, within)
                evidence = desk.weigh(found.query, found.hits)
                if evidence.order and 0 < evidence.confidence < 1:
                    yield *_signals(one.question, evidence, one.answers), -1 - n % _FOLDS
        _LOG.info("%s", arguments.given)


def _decisive(desk: Desk, asked: Asked) -> Evidence | None:
    """The evidence of a question whose best sentence decides whether it is answered."""
    *_, answer = events(desk, asked.question, asked.history, _FOUND, None, None)
    if not isinstance(answer, Answer) or not 0 < answer.confidence < 1:
        return None
    found = desk.retrieve(parse_query(answer.question_resolved), _FOUND, None)
    evidence = desk.weigh(found.query, found.hits)
    decides = bool(evidence.order) and abs(evidence.confidence - answer.confidence) <= _SAME
    return evidence if decides else None


def _signals(
    question: str, evidence: Evidence, answers: Sequence[str]
) -> tuple[list[float], bool, bool]:
    """Log odds and standing of a question, whether it is answerable, and whether it is right."""
    signals = standing(
        question,
        evidence.candidates,
        evidence.scores,
        evidence.order,
        list(evidence.spans.values()),
        evidence.table,
    )
    logit = math.log(evidence.confidence / (1 - evidence.confidence))
    best = squeeze(evidence.candidates[evidence.order[0]].text)
    right = any(squeeze(answer) in best for answer in answers)
    return [logit, *signals.tolist()], bool(answers), right


@contextmanager
def _desk(documents: Sequence[Path] | Mapping[str, str], weights: Path) -> Iterator[Desk]:
    """What questions are answered with, as if the standing counted nothing."""
    none = (0.0,) * len(STANDING_FEATURES)
    plain = replace(load_weights(weights), standing=none, standing_bias=0.0)
    with tempfile.TemporaryDirectory() as folder:
        build(documents, Path(folder), BuildOptions())
        searcher = Searcher(Path(folder), RetrieveSettings())
        try:
            cutter = RememberingCutter(searcher.segmenter)
            yield Desk(searcher, cutter, plain, Reader(), AnswerSettings())
        finally:
            searcher.close()


if __name__ == "__main__":
    main()
