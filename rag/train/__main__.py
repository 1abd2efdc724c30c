"""``python -m rag.train``: learn what makes evidence, and when the documents answer at all."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.build import BuildOptions, build
from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.search import RetrieveSettings, Searcher
from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE
from rag.evidence import READING_FEATURES
from rag.features import FEATURES
from rag.reader import Reader
from rag.train.examples import (
    Example,
    Ranking,
    confidence_table,
    examples_of,
    given_examples,
)
from rag.train.fit import area_under_roc, expected_calibration_error, fit_listwise, fit_logistic
from rag.train.reading import fit_reading
from rag.train.readings import Reading, load_readings

_LOG = logging.getLogger("rag.train")
_FOLDS = 5
_SHARE_OF_GIVEN = 0.5  # of the confidence's examples: their texts are of one narrow kind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """Examples of one file; those of one question stay together.

    Attributes:
        groups: Of each question.
        searcher: The knowledge base of its texts.
        words: The static model whose word vectors are compared.
        share: How much all of them count for the confidence.
    """

    groups: Sequence[tuple[Example, ...]]
    searcher: Searcher
    words: StaticEmbedder
    share: float


def main() -> None:
    """Learn the weights, measure them on folds they were not learnt on, and write them."""
    parser = argparse.ArgumentParser(prog="python -m rag.train", description=__doc__)
    pooled = "reading comprehension over all texts together, JSON lines"
    parser.add_argument("--mrc", type=Path, required=True, help=pooled)
    given = "likewise, each question over its own text, which may not answer it"
    parser.add_argument("--given", type=Path, help=given)
    parser.add_argument("--out", type=Path, required=True, help="file to write the weights to")
    parser.add_argument("--passages", type=int, default=8, help="passages evidence is taken from")
    parser.add_argument("--limit", type=int, default=3000, help="questions used of each at most")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with tempfile.TemporaryDirectory() as folder, _sources(arguments, Path(folder)) as sources:
        found = [group[0] for group in sources[0].groups if group[0].positive.any()]
        report = _cross_validate_sentences(sources[0].groups)
        sentence = fit_listwise([e.table for e in found], [e.positive for e in found])
        reading, gain = fit_reading(found, sentence, Reader())
        ranking = Ranking(sentence, reading, Reader())
        tables = [_table(source, ranking) for source in sources]
        report |= gain | _cross_validate_confidence(tables)
        confidence, bias = _fit_confidence(tables)
    weights = {
        "sentence": _named(FEATURES, sentence),
        "reading": _named(READING_FEATURES, reading),
        "confidence": _named(CONFIDENCE_FEATURES, confidence),
        "bias": round(bias, 5),
        "learnt_from": [path.name for path in (arguments.mrc, arguments.given) if path],
        "cross_validated": report,
    }
    arguments.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    _LOG.info("wrote %s", arguments.out)


@contextmanager
def _sources(arguments: argparse.Namespace, folder: Path) -> Iterator[list[Source]]:
    words = StaticEmbedder(SHIPPED_MODEL)
    pooled = [item for item in load_readings(arguments.mrc) if item.answers]
    pooled = pooled[: arguments.limit]
    searcher, names = _built(pooled, folder / "pooled")
    groups = list(examples_of(pooled, names, searcher, words, arguments.passages))
    sources = [Source(groups, searcher, words, 1.0)]
    _LOG.info("%d questions, %d with their text found", len(pooled), len(groups))
    if arguments.given:
        given = load_readings(arguments.given)[: arguments.limit]
        searcher, names = _built(given, folder / "given")
        examples = given_examples(given, names, searcher, words, arguments.passages)
        sources.append(Source([(e,) for e in examples], searcher, words, _SHARE_OF_GIVEN))
        _LOG.info("%d questions over their own text", len(given))
    try:
        yield sources
    finally:
        for source in sources:
            source.searcher.close()


def _built(readings: Sequence[Reading], folder: Path) -> tuple[Searcher, dict[str, str]]:
    contexts = dict.fromkeys(reading.document for reading in readings)
    names = {context: f"text-{number}" for number, context in enumerate(contexts)}
    build({name: context for context, name in names.items()}, folder, BuildOptions())
    return Searcher(folder, RetrieveSettings()), names


def _cross_validate_sentences(groups: Sequence[tuple[Example, ...]]) -> dict[str, Any]:
    right: list[bool] = []
    for fold in range(_FOLDS):
        train = [g[0] for n, g in enumerate(groups) if n % _FOLDS != fold and g[0].positive.any()]
        weights = fit_listwise([e.table for e in train], [e.positive for e in train])
        for group in groups[fold::_FOLDS]:
            right.append(bool(group[0].positive[int(np.argmax(group[0].table @ weights))]))
    return {"best_sentence_holds_answer": round(float(np.mean(right)), 4)}


@dataclass(frozen=True, slots=True)
class Table:
    """Confidence signals of a source's examples.

    Attributes:
        signals: Shape ``(examples, len(CONFIDENCE_FEATURES))``.
        answerable: Shape ``(examples,)``.
        question: Number of the question of each, shape ``(examples,)``.
        share: How much all of them count.
    """

    signals: Floats
    answerable: NDArray[np.bool_]
    question: NDArray[np.int64]
    share: float

    def part(self, fold: int, *, inside: bool) -> Table:
        """The examples of the questions inside a fold, or of all others."""
        rows = (self.question % _FOLDS == fold) == inside
        return Table(self.signals[rows], self.answerable[rows], self.question[rows], self.share)


def _table(source: Source, ranking: Ranking) -> Table:
    pairs = [(n, e) for n, group in enumerate(source.groups) for e in group if len(e.table)]
    examples = [example for _, example in pairs]
    return Table(
        confidence_table(examples, ranking, source.searcher, source.words),
        np.array([example.answerable for example in examples]),
        np.array([number for number, _ in pairs]),
        source.share,
    )


def _fit_confidence(tables: Sequence[Table]) -> tuple[Floats, float]:
    # Answerable and unanswerable questions count the same, so that 0.5 favours neither.
    balance = [
        table.share
        * np.where(table.answerable, 1 / table.answerable.sum(), 1 / (~table.answerable).sum())
        for table in tables
    ]
    signs = np.array([-1.0 if name in LOWERS_CONFIDENCE else 1.0 for name in CONFIDENCE_FEATURES])
    signals = np.vstack([table.signals for table in tables])
    labels = np.concatenate([table.answerable for table in tables])
    return fit_logistic(signals, labels, np.concatenate(balance), signs)


def _cross_validate_confidence(tables: Sequence[Table]) -> dict[str, Any]:
    """Of each source, with weights learnt on the other questions; sentences ranked as by all."""
    logits = [np.zeros(len(table.answerable)) for table in tables]
    for fold in range(_FOLDS):
        weights, bias = _fit_confidence([table.part(fold, inside=False) for table in tables])
        for table, values in zip(tables, logits, strict=True):
            rows = table.question % _FOLDS == fold
            values[rows] = table.signals[rows] @ weights + bias
    report = {
        name: _measured(values, table.answerable)
        for name, values, table in zip(("pooled", "given"), logits, tables, strict=False)
    }
    for name, value in report.items():
        _LOG.info("%s: %s", name, value)
    return report


def _measured(logits: Floats, truth: NDArray[np.bool_]) -> dict[str, float]:
    floor = np.quantile(logits[truth], 0.05)
    balance = np.where(truth, 1 / truth.sum(), 1 / (~truth).sum())
    measures = {
        "examples": len(truth),
        "answerability_auroc": area_under_roc(logits, truth),
        "calibration_error": expected_calibration_error(1 / (1 + np.exp(-logits)), truth, balance),
        "refused_at_5_percent_false_refusals": float(np.mean(logits[~truth] < floor)),
        "confidence_at_5_percent_false_refusals": float(1 / (1 + np.exp(-floor))),
    }
    return {name: round(float(value), 4) for name, value in measures.items()}


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


if __name__ == "__main__":
    main()
