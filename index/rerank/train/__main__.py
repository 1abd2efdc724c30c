"""``python -m index.rerank.train --data DIR --work DIR``: the shipped reranker's weights."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import platform
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.model_files import fingerprint_of
from index.rerank.model import SHIPPED, Trees
from index.rerank.question import Floats
from index.rerank.signals import SIGNALS
from index.rerank.train import card
from index.rerank.train.examples import Examples, examples_of, joined, thinned
from index.rerank.train.fit import TreeSettings, balanced, calibrated, grow
from index.rerank.train.folds import FOLDS, fold_model, fold_settings, held_out
from index.rerank.train.measure import by_collection, ndcg_at_10
from index.rerank.train.sources import Collection, Sizes, collections_of, large_collection
from index.rerank.vectors import WordVectors
from index.train import data
from index.train.asked import ours
from index.train.evaluate import read_all
from index.train.written import SHIPPED as SHIPPED_QUESTIONS

log = logging.getLogger(__name__)

_DEPTH = 50
_KNOWN = "known/"
_TRUST = 2.0  # weight of questions on subjects that the vectors know
_PACKAGES = ("lightgbm", "numpy", "rjieba", "torch")


def main(arguments: list[str] | None = None) -> int:
    """Train embeddings without the sources, search those, grow the trees, write and measure."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    began = time.monotonic()
    settings = _settings(given)
    parts, names = _examples(given)
    trees, figures = _fit(parts, names, given.seed, settings)
    trees.save(given.out, SIGNALS)
    command = _command(arguments or sys.argv[1:])
    record: dict[str, Any] = {
        "command": command,
        "seconds": round(time.monotonic() - began),
        "seed": given.seed,
        "settings": dataclasses.asdict(settings),
        "steps": given.steps,
        "questions": {name: int(np.sum(parts[fold].collection == number))
                      for number, (fold, name) in enumerate(names)},
        "folds": [dataclasses.asdict(fold) for fold in FOLDS],
        "trees": len(trees.roots),
        "nodes": len(trees.features),
        "bytes": given.out.stat().st_size,
        "scale": [round(float(value), 5) for value in trees.scale],
        "held_out_ndcg@10": figures,
        "dev_ndcg@10": _dev(given, trees) if given.dev else {},
        "embedder": fingerprint_of(SHIPPED_MODEL),
        "versions": {"python": platform.python_version(), **{p: version(p) for p in _PACKAGES}},
    }  # fmt: skip
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (given.out.parent / "training.json").write_text(text + "\n", encoding="utf-8")
    card.save(given.out.parent, record, len(SIGNALS), _DEPTH)
    print(f"{given.out}: {record['bytes']:,} bytes, made in {record['seconds']} s")
    return 0


def _command(arguments: list[str]) -> str:
    """The command for others to repeat: folders by their names, wherever they lay here."""
    named = [Path(item).name if "/" in item else item for item in arguments]
    return shlex.join(["python", "-m", "index.rerank.train", *named])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.rerank.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/ and mrc/")
    parser.add_argument("--work", type=Path, required=True,
                        help="folder for embeddings and examples, kept")  # fmt: skip
    parser.add_argument("--written", type=Path, default=SHIPPED_QUESTIONS,
                        help="folder of questions written for training")  # fmt: skip
    parser.add_argument("--dev", type=Path, help="folder of BEIR folders to measure on")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file to write")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=500, help="of each embedding's training")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dev-questions", type=int, default=600, help="of each set, at most")
    options = parser.add_argument_group("trees")
    for field in dataclasses.fields(TreeSettings):
        flag = "--" + field.name.replace("_", "-")
        options.add_argument(flag, type=type(field.default), default=field.default)
    return parser


def _settings(given: argparse.Namespace) -> TreeSettings:
    return TreeSettings(
        **{field.name: getattr(given, field.name) for field in dataclasses.fields(TreeSettings)}
    )


def _examples(given: argparse.Namespace) -> tuple[list[Examples], list[tuple[int, str]]]:
    """The examples of each fold, and the fold and name of each collection."""
    settings = fold_settings(given.seed, given.steps, given.threads)
    asked = ours(given.written, given.data)
    sets = data.read(given.data, settings.data, settings.seed, asked)
    parts: list[Examples] = []
    names: list[tuple[int, str]] = []
    for fold in range(len(FOLDS)):
        model = fold_model(given.data, asked, fold, settings, given.work / f"fold{fold}")
        words = WordVectors(StaticEmbedder(model))
        found = []
        for collection in _collections(sets, fold, given.seed):
            path = given.work / "examples" / f"{fold}-{collection.name.replace('/', '_')}.npz"
            found.append(_kept(path, collection, words, len(names)))
            names.append((fold, collection.name))
        parts.append(joined(found))
    return parts, names


def _collections(sets: list[data.TextPairs], fold: int, seed: int) -> Iterator[Collection]:
    """What a fold's model is asked."""
    if not FOLDS[fold].questions:
        yield from collections_of(held_out(sets, fold), Sizes(), seed)
        return
    chosen, sizes, asks = held_out(sets, fold), Sizes(), FOLDS[fold].asks
    for collection in chain(
        collections_of(chosen, sizes, seed, asks), large_collection(chosen, sizes, seed, asks)
    ):
        yield dataclasses.replace(collection, name=f"{_KNOWN}{collection.name}")


def _kept(path: Path, collection: Collection, words: WordVectors, number: int) -> Examples:
    """The examples of a collection, from a file if they were made before."""
    if not path.is_file():
        began = time.monotonic()
        path.parent.mkdir(parents=True, exist_ok=True)
        examples_of(collection, words, number, _DEPTH).save(path)
        log.info("%s: %d questions, %.0f s", collection.name, len(collection.queries),
                 time.monotonic() - began)  # fmt: skip
    loaded = Examples.load(path)
    return dataclasses.replace(loaded, collection=np.full(len(loaded.sizes), number))


def _fit(
    parts: list[Examples], names: list[tuple[int, str]], seed: int, settings: TreeSettings
) -> tuple[Trees, dict[str, dict[str, float]]]:
    """Trees of all folds, scaled by scores that each fold got from trees of the others."""
    everything = joined(parts)
    titles = [name for _, name in names]
    apart = []
    for fold in range(len(parts)):
        others = joined([part for number, part in enumerate(parts) if number != fold])
        trees = grow(thinned(others), _weights(others, titles), settings, seed)
        apart.append(trees.sums(parts[fold].table) + settings.blend * fused_of(parts[fold]))
        log.info("grown without fold %d", fold)
    scores = np.concatenate(apart)
    ways = {"bm25": column(everything, "bm25"), "fused": fused_of(everything), "rerank": scores}
    figures = {
        way: by_collection(everything, ndcg_at_10(everything, each), titles)
        for way, each in ways.items()
    }
    kept = everything.gains >= 0
    weights = np.repeat(_weights(everything, titles), everything.sizes)[kept]
    slope, intercept = calibrated(scores[kept], everything.gains[kept] == 1, weights)
    trees = grow(thinned(everything), _weights(everything, titles), settings, seed)
    return dataclasses.replace(trees, scale=np.array([settings.blend, slope, intercept])), figures


def _weights(examples: Examples, titles: Sequence[str]) -> Floats:
    """A weight for each question."""
    trust = np.array([_TRUST if title.startswith(_KNOWN) else 1.0 for title in titles], np.float32)
    return balanced(examples) * trust[examples.collection]


def column(examples: Examples, name: str) -> Any:
    """One signal of all candidates."""
    return examples.table[:, SIGNALS.index(name)]


def fused_of(examples: Examples) -> Any:
    """The fused scores of all candidates."""
    return column(examples, "fused")


def _dev(given: argparse.Namespace, trees: Trees) -> dict[str, dict[str, float]]:
    """Figures on sets that are for choosing, searched with the shipped embedding."""
    words = WordVectors(StaticEmbedder(SHIPPED_MODEL))
    rows: dict[str, dict[str, float]] = {}
    for retrieval in read_all(given.dev):
        names = [f"d{number}" for number in range(len(retrieval.passages))]
        chosen = np.random.default_rng(given.seed).permutation(len(retrieval.queries))
        asked = np.sort(chosen[: given.dev_questions]).tolist()
        collection = Collection(
            retrieval.name,
            dict(zip(names, retrieval.passages, strict=True)),
            [retrieval.queries[i] for i in asked],
            [frozenset(names[j] for j in retrieval.relevant[i]) for i in asked],
        )
        path = given.work / "examples" / f"{fingerprint_of(SHIPPED_MODEL)}-{retrieval.name}.npz"
        found = _kept(path, collection, words, 0)
        final = trees.probabilities(found.table, fused_of(found))
        ways = {"bm25": column(found, "bm25"), "fused": fused_of(found), "rerank": final}
        rows[retrieval.name] = {
            way: round(100 * float(ndcg_at_10(found, scores).mean()), 2)
            for way, scores in ways.items()
        }
        log.info("%s: %s", retrieval.name, rows[retrieval.name])
    ways_named = list(next(iter(rows.values())))
    rows["mean"] = {way: round(float(np.mean([row[way] for row in rows.values()])), 2)
                    for way in ways_named}  # fmt: skip
    return rows


if __name__ == "__main__":
    sys.exit(main())
