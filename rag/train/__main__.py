"""``python -m rag.train --mrc FILE --out rag/weights.json``: learn evidence and confidence."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.build import BuildOptions, build
from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.search import RetrieveSettings, Searcher
from rag.evidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE, READING_FEATURES
from rag.features import FEATURES
from rag.reader import Reader
from rag.train.examples import Example, Reading, confidence_table, examples_of, load_readings
from rag.train.fit import area_under_roc, fit_listwise, fit_logistic
from rag.train.reading import fit_reading

_LOG = logging.getLogger("rag.train")
_FOLDS = 5


def main() -> None:
    """Learn the weights, measure them on folds they were not learnt on, and write them."""
    parser = argparse.ArgumentParser(prog="python -m rag.train", description=__doc__)
    parser.add_argument("--mrc", type=Path, required=True, help="reading comprehension, JSON lines")
    parser.add_argument("--out", type=Path, required=True, help="file to write the weights to")
    parser.add_argument("--passages", type=int, default=8, help="passages evidence is taken from")
    parser.add_argument("--limit", type=int, default=3000, help="questions used at most")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    readings = [item for item in load_readings(arguments.mrc) if item.answers][: arguments.limit]
    with tempfile.TemporaryDirectory() as folder:
        groups, searcher = _collect(readings, Path(folder), arguments.passages)
        report = _cross_validate(groups, searcher)
        sentence, confidence, bias = _fit(groups, searcher)
        found = [group[0] for group in groups if group[0].positive.any()]
        reading, gain = fit_reading(found, sentence, Reader())
        searcher.close()
    weights = {
        "sentence": _named(FEATURES, sentence),
        "reading": _named(READING_FEATURES, reading),
        "confidence": _named(CONFIDENCE_FEATURES, confidence),
        "bias": round(bias, 5),
        "learnt_from": arguments.mrc.name,
        "cross_validated": report | gain,
    }
    arguments.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    _LOG.info("wrote %s", arguments.out)


def _collect(
    readings: Sequence[Reading], folder: Path, passages: int
) -> tuple[list[tuple[Example, ...]], Searcher]:
    contexts = dict.fromkeys(reading.document for reading in readings)
    names = {context: f"text-{number}" for number, context in enumerate(contexts)}
    build({name: context for context, name in names.items()}, folder / "kb", BuildOptions())
    searcher = Searcher(folder / "kb", RetrieveSettings())
    groups = list(examples_of(readings, names, searcher, StaticEmbedder(SHIPPED_MODEL), passages))
    _LOG.info("%d questions on %d texts, %d with their text found",
              len(readings), len(contexts), len(groups))  # fmt: skip
    return groups, searcher


def _fit(
    groups: Sequence[tuple[Example, ...]], searcher: Searcher
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], float]:
    found = [group[0] for group in groups if group[0].positive.any()]
    sentence = fit_listwise([e.table for e in found], [e.positive for e in found])
    examples = _with_sentences(groups)
    labels = np.array([example.answerable for example in examples])
    # Answerable and unanswerable questions count the same, so that 0.5 favours neither.
    balance = np.where(labels, 1 / labels.sum(), 1 / (~labels).sum())
    table = confidence_table(examples, sentence.astype(np.float32), searcher)
    signs = [-1.0 if name in LOWERS_CONFIDENCE else 1.0 for name in CONFIDENCE_FEATURES]
    confidence, bias = fit_logistic(table, labels, balance, np.array(signs))
    return sentence, confidence, bias


def _cross_validate(groups: Sequence[tuple[Example, ...]], searcher: Searcher) -> dict[str, float]:
    right: list[bool] = []
    scores: list[float] = []
    labels: list[bool] = []
    for fold in range(_FOLDS):
        train = [group for number, group in enumerate(groups) if number % _FOLDS != fold]
        test = [group for number, group in enumerate(groups) if number % _FOLDS == fold]
        sentence, confidence, bias = _fit(train, searcher)
        right += [bool(g[0].positive[int(np.argmax(g[0].table @ sentence))]) for g in test]
        examples = _with_sentences(test)
        table = confidence_table(examples, sentence.astype(np.float32), searcher)
        scores += list(table @ confidence + bias)
        labels += [example.answerable for example in examples]
    logits, truth = np.array(scores), np.array(labels)
    floor = np.quantile(logits[truth], 0.05)
    report = {
        "questions": len(groups),
        "best_sentence_holds_answer": round(float(np.mean(right)), 4),
        "answerability_auroc": round(area_under_roc(logits, truth), 4),
        "refused_at_5_percent_false_refusals": round(float(np.mean(logits[~truth] < floor)), 4),
        "confidence_at_5_percent_false_refusals": round(float(1 / (1 + np.exp(-floor))), 4),
    }
    for name, value in report.items():
        _LOG.info("%s: %s", name, value)
    return report


def _with_sentences(groups: Sequence[tuple[Example, ...]]) -> list[Example]:
    return [example for group in groups for example in group if len(example.table)]


def _named(names: Sequence[str], values: np.ndarray[Any, Any]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


if __name__ == "__main__":
    main()
