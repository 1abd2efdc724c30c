"""``python -m rag.train``: learn what makes evidence, and when the documents answer at all."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from index.build import BuildOptions, build
from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.search import RetrieveSettings, Searcher
from index.train.written import SHIPPED as WRITTEN
from index.train.written import UNREAD, load
from rag.confidence import CONFIDENCE_FEATURES
from rag.evidence import READING_FEATURES
from rag.features import FEATURES
from rag.standing import STANDING_FEATURES
from rag.train.confidence import Ranking, table_of, without_search
from rag.train.examples import (
    Example,
    Retrieval,
    examples_of,
    foreign_examples,
    given_examples,
    varied_examples,
)
from rag.train.fit import Floats, fit_listwise
from rag.train.kept import Learnt, fingerprint, keep_learnt, load_learnt
from rag.train.measure import FOLDS, SHARES, cross_validate, fit_confidence
from rag.train.reading import RememberingReader, fit_reading
from rag.train.readings import Reading, load_readings, written_readings
from rag.train.variants import maker_of

_LOG = logging.getLogger("rag.train")


def main() -> None:
    """Learn the weights, measure them on folds they were not learnt on, and write them."""
    parser = argparse.ArgumentParser(prog="python -m rag.train", description=__doc__)
    pooled = "reading comprehension over all texts together, JSON lines"
    parser.add_argument("--mrc", type=Path, required=True, help=pooled)
    given = "likewise, each question over its own text, which may not answer it"
    parser.add_argument("--given", type=Path, help=given)
    written = "folder of questions written for training"
    parser.add_argument("--written", type=Path, default=WRITTEN, help=written)
    parser.add_argument("--out", type=Path, required=True, help="file to write the weights to")
    parser.add_argument("--passages", type=int, default=8, help="passages evidence is taken from")
    parser.add_argument("--limit", type=int, default=6000, help="questions used of each at most")
    work = "folder that keeps the signals, so that the fit alone can be repeated"
    parser.add_argument("--work", type=Path, help=work)
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    _LOG.setLevel(logging.INFO)
    learnt = _kept(arguments)
    shares = [SHARES[name] for name in learnt.tables]
    confidence, bias = fit_confidence(list(learnt.tables.values()), shares)
    report = learnt.report | cross_validate(learnt.tables, shares)
    weights = {
        "sentence": _named(FEATURES, learnt.sentence),
        "reading": _named(READING_FEATURES, learnt.reading),
        "confidence": _named(CONFIDENCE_FEATURES, confidence),
        "bias": round(bias, 5),
        # Learnt next, by rag.train.standing, from what this confidence says.
        "standing": _named(STANDING_FEATURES, np.zeros(len(STANDING_FEATURES))),
        "standing_bias": 0.0,
        "learnt_from": [path.name for path in _files(arguments)],
        "cross_validated": report,
    }
    _LOG.info("%s", json.dumps(weights, indent=1))
    arguments.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    _LOG.info("wrote %s", arguments.out)


def _files(arguments: argparse.Namespace) -> list[Path]:
    named = [path for path in (arguments.mrc, arguments.given) if path]
    return [*named, *sorted(arguments.written.glob("*.jsonl"))]


def _kept(arguments: argparse.Namespace) -> Learnt:
    """What was kept of the same data, code and weights; or learnt now, and kept."""
    if not arguments.work:
        return _learn(arguments)
    name = fingerprint(_files(arguments), arguments.passages, arguments.limit)
    path = arguments.work / f"signals-{name}.npz"
    learnt = load_learnt(path)
    if learnt is None:
        learnt = _learn(arguments)
        keep_learnt(path, learnt)
    return learnt


def _learn(arguments: argparse.Namespace) -> Learnt:
    words, reader = StaticEmbedder(SHIPPED_MODEL), RememberingReader()
    written = _written(arguments, words)
    answered = [item for item in load_readings(arguments.mrc) if item.answers]
    with _retrieval(answered[: arguments.limit], words, arguments.passages) as (readings, pooled):
        groups = list(examples_of(readings, pooled))
        _LOG.info("%d questions, %d with their text found", len(readings), len(groups))
        asked = [group[0] for group in groups]
        asked += _thinned([one for one in written if one.answerable], len(groups) // 2)
        report = _cross_validate_sentences(asked)
        found = [example for example in asked if example.positive.any()]
        sentence = fit_listwise([e.table for e in found], [e.positive for e in found])
        reading, gain = fit_reading(found, sentence, reader)
        ranking = Ranking(sentence, reading, reader)
        maker = maker_of(readings, pooled.searcher.segmenter, words)
        made = list(varied_examples(readings, pooled, maker))
        _LOG.info("%d questions made of them", sum(map(len, made)))
        tables = {"pooled": table_of(list(chain(*groups, *made)), ranking, words)}
        unseen = [item for item in _unread(arguments.written) if item.answers]
        foreign = list(foreign_examples(unseen, pooled))
    if arguments.given:
        legal = [item for item in load_readings(arguments.given) if not item.asks_yes_or_no]
        with _retrieval(legal[: arguments.limit], words, arguments.passages) as (readings, own):
            examples = list(given_examples(readings, own))
            _LOG.info("%d questions over their own text", len(examples))
            given = table_of(examples, ranking, words)
            tables["given"] = without_search(given, tables["pooled"])
    both = table_of([*written, *foreign], ranking, words)
    tables["written"] = without_search(both, tables["pooled"])
    return Learnt(sentence, reading, report | gain, tables)


def _unread(folder: Path) -> list[Reading]:
    return written_readings(item for item in load(folder) if item.part == UNREAD)


def _thinned(examples: list[Example], most: int) -> list[Example]:
    """Some of the examples, from all over: they are many, each over a short text of its own."""
    return examples[:: max(1, len(examples) // max(most, 1))]


def _written(arguments: argparse.Namespace, words: StaticEmbedder) -> list[Example]:
    """The questions written for training, each over its folder, which the reader has not seen.

    Many name no subject, as they would not in a conversation about one document, so that over all
    texts together others would answer them too.
    """
    asked = _unread(arguments.written)
    with _retrieval(asked, words, arguments.passages) as (readings, own):
        examples = list(given_examples(readings, own))
    _LOG.info("%d questions written for training", len(examples))
    return examples


@contextmanager
def _retrieval(
    readings: Sequence[Reading], words: StaticEmbedder, passages: int
) -> Iterator[tuple[Sequence[Reading], Retrieval]]:
    """A knowledge base of the texts of some questions."""
    folders = {reading.document: reading.folder for reading in readings}
    names = {
        text: f"{folder}/text-{number:06}" if folder else f"text-{number:06}"
        for number, (text, folder) in enumerate(folders.items())
    }
    with tempfile.TemporaryDirectory() as folder:
        build({name: text for text, name in names.items()}, Path(folder), BuildOptions())
        searcher = Searcher(Path(folder), RetrieveSettings())
        try:
            yield readings, Retrieval(names, searcher, words, passages)
        finally:
            searcher.close()


def _cross_validate_sentences(examples: Sequence[Example]) -> dict[str, Any]:
    right: list[bool] = []
    for fold in range(FOLDS):
        train = [e for n, e in enumerate(examples) if n % FOLDS != fold and e.positive.any()]
        weights = fit_listwise([e.table for e in train], [e.positive for e in train])
        for example in examples[fold::FOLDS]:
            right.append(bool(example.positive[int(np.argmax(example.table @ weights))]))
    return {"best_sentence_holds_answer": round(float(np.mean(right)), 4)}


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


if __name__ == "__main__":
    main()
