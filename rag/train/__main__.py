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
from rag.features import FEATURES
from rag.train.examples import (
    Example,
    Reading,
    confidence_table,
    examples_of,
    given_examples,
    load_readings,
)
from rag.train.fit import area_under_roc, expected_calibration_error, fit_listwise, fit_logistic

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
        ranks: Whether the sentence weights are learnt on them too.
    """

    groups: Sequence[tuple[Example, ...]]
    searcher: Searcher
    words: StaticEmbedder
    share: float
    ranks: bool


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
        report = _cross_validate(sources)
        sentence, confidence, bias = _fit(sources)
    weights = {
        "sentence": _named(FEATURES, sentence),
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
    sources = [Source(groups, searcher, words, 1.0, True)]
    _LOG.info("%d questions, %d with their text found", len(pooled), len(groups))
    if arguments.given:
        given = load_readings(arguments.given)[: arguments.limit]
        searcher, names = _built(given, folder / "given")
        examples = given_examples(given, names, searcher, words, arguments.passages)
        sources.append(Source([(e,) for e in examples], searcher, words, _SHARE_OF_GIVEN, False))
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


def _fit(sources: Sequence[Source]) -> tuple[Floats, Floats, float]:
    found = [
        group[0]
        for source in sources
        for group in source.groups
        if source.ranks and group[0].positive.any()
    ]
    sentence = fit_listwise([e.table for e in found], [e.positive for e in found])
    tables, labels, balances = [], [], []
    for source in sources:
        table, truth = _table(source, sentence)
        # Answerable and unanswerable questions count the same, so that 0.5 favours neither.
        balances.append(source.share * np.where(truth, 1 / truth.sum(), 1 / (~truth).sum()))
        tables.append(table)
        labels.append(truth)
    signs = np.array([-1.0 if name in LOWERS_CONFIDENCE else 1.0 for name in CONFIDENCE_FEATURES])
    balance = np.concatenate(balances)
    confidence, bias = fit_logistic(np.vstack(tables), np.concatenate(labels), balance, signs)
    return sentence, confidence, bias


def _table(source: Source, sentence: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Confidence signals of a source's examples, and whether each can be answered."""
    examples = [example for group in source.groups for example in group if len(example.table)]
    weights = sentence.astype(np.float32)
    table = confidence_table(examples, weights, source.searcher, source.words)
    return table, np.array([example.answerable for example in examples])


def _cross_validate(sources: Sequence[Source]) -> dict[str, Any]:
    right: list[bool] = []
    logits: list[list[float]] = [[] for _ in sources]
    labels: list[list[bool]] = [[] for _ in sources]
    for fold in range(_FOLDS):
        sentence, confidence, bias = _fit([_part(item, fold, inside=False) for item in sources])
        for number, source in enumerate(sources):
            test = _part(source, fold, inside=True)
            if source.ranks:
                best = [int(np.argmax(group[0].table @ sentence)) for group in test.groups]
                right += [bool(g[0].positive[b]) for g, b in zip(test.groups, best, strict=True)]
            table, truth = _table(test, sentence)
            logits[number] += list(table @ confidence + bias)
            labels[number] += list(truth)
    report: dict[str, Any] = {"best_sentence_holds_answer": round(float(np.mean(right)), 4)}
    for name, values, truths in zip(("pooled", "given"), logits, labels, strict=False):
        report[name] = _measured(np.array(values), np.array(truths))
    for name, value in report.items():
        _LOG.info("%s: %s", name, value)
    return report


def _part(source: Source, fold: int, *, inside: bool) -> Source:
    groups = [
        group for number, group in enumerate(source.groups) if (number % _FOLDS == fold) == inside
    ]
    return Source(groups, source.searcher, source.words, source.share, source.ranks)


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
