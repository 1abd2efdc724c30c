"""The path from a data folder to a tokenizer and its vectors."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import thesaurus
from index.thesaurus import Thesaurus
from index.train import data, vocabulary
from index.train.batches import Sampler
from index.train.fit import Fitted, Structure, fit
from index.train.settings import Settings
from index.train.weaving import halves, woven

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

_TIMES = 2  # pairs of each group of the thesaurus


@dataclass(frozen=True)
class Trained:
    """A trained model and what it was made of.

    Attributes:
        tokenizer: Its ids are the rows of the vectors.
        fitted: The vectors and the losses.
        pairs: Set → pairs used.
        tokenizer_sha256: Of the tokenizer's JSON.
    """

    tokenizer: Tokenizer
    fitted: Fitted
    pairs: dict[str, int]
    tokenizer_sha256: str


def structure(rows: list[tuple[str, float]], sets: list[data.Pairs]) -> Structure:
    """Probability of each row in the training text, and the characters each row is made of."""
    # Half a count for words the training text does not have.
    counts = np.full(len(rows), 0.5)
    for pairs in sets:
        counts += np.bincount(np.concatenate(pairs.queries + pairs.positives), minlength=len(rows))
    links = [(row, part) for row, parts in vocabulary.components(rows) for part in parts]
    return Structure(counts / counts.sum(), np.array(links, dtype=np.int64))


def train(
    folder: Path,
    settings: Settings,
    meanings: Thesaurus | None = None,
    asked: Sequence[data.TextPairs] = (),
) -> Trained:
    """Choose the words, build the tokenizer, tokenize the pairs, fit and weave the vectors.

    Args:
        folder: The training data (``data.read`` says what lies there).
        settings: Every choice; equal settings and data give equal vectors.
        meanings: Words that mean the same; the shipped thesaurus if None.
        asked: Further sets, :func:`index.train.asked.ours`.
    """
    meanings = thesaurus.read() if meanings is None else meanings
    texts = data.read(folder, settings.data, settings.seed, asked)
    texts.append(halves(meanings, _TIMES, settings.seed))
    meant = {word for group in meanings.groups for word in group}
    words, charsmap = vocabulary.choose(data.texts(texts), settings.vocabulary, meant)
    tokenizer = vocabulary.build_tokenizer(words, charsmap)
    log.info("%d words, %d pieces", len(words.words), len(words.pieces))
    sets = data.tokenize(texts, tokenizer, settings.data)
    log.info("%d sets, %d pairs", len(sets), sum(len(s.queries) for s in sets))
    known = structure(words.rows, sets)
    weights = settings.fit.sif / (settings.fit.sif + known.probability)
    sampler = Sampler(sets, weights, settings.fit, settings.seed)
    fitted = fit(known, sampler, settings.fit, settings.seed)
    numbers = {word: row for row, (word, _) in enumerate(words.rows)}
    vectors = woven(fitted.vectors, numbers, meanings, settings.weave)
    return Trained(
        tokenizer,
        replace(fitted, vectors=vectors),
        {s.name: len(s.queries) for s in sets},
        vocabulary.fingerprint(tokenizer),
    )
