"""How like the words of sentences are to those of a question: late interaction.

For each word of the question the most similar word of the sentence counts, weighted by the length
of the question word's vector, which grows with how much the word says (after ColBERT's MaxSim,
Khattab & Zaharia 2020, with static vectors).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import StaticEmbedder, Vectors, normalize


def interactions(
    question: str,
    sentences: Sequence[str],
    above: Sequence[str],
    passage: NDArray[np.int64],
    leaning: Sequence[int],
    words: StaticEmbedder,
) -> Vectors:
    """Signals of each sentence, shape ``(len(sentences), 4)``.

    How well it matches the question by itself; how much more with the lines above it; how well
    together with those and with the sentences beside it; and the cosine of the two.

    Args:
        question: What is asked.
        sentences: Those of one passage next to each other.
        above: What stands above each passage.
        passage: In which passage each sentence stands, shape ``(len(sentences),)``.
        leaning: Numbers of the sentences that are read together with the one before, in order.
        words: The static model whose word vectors are compared.
    """
    rows, counts = words.token_rows([question, *sentences, *above])
    asked, told = rows[: counts[0]], rows[counts[0] :]
    found = np.zeros((len(sentences), 4), np.float32)
    if not len(asked) or not len(told):
        return found
    lengths = words.lengths(asked)
    weights = lengths / max(float(lengths.sum()), 1e-9)
    best = _most(words.likeness(asked, told), counts[1:])
    own, lead = best[:, : len(sentences)], best[:, len(sentences) :]
    for row in leaning:
        own[:, row] = np.maximum(own[:, row], own[:, row - 1])
    together = np.maximum(own, lead[:, passage])
    (behind,) = np.nonzero(passage[:-1] == passage[1:])
    around = together.copy()
    around[:, behind + 1] = np.maximum(around[:, behind + 1], own[:, behind])
    around[:, behind] = np.maximum(around[:, behind], own[:, behind + 1])
    found[:, 0] = weights @ own
    found[:, 1] = weights @ (together - own)
    found[:, 2] = weights @ around
    # A mean and a sum have the same direction.
    sums = _sums(words.rows(told), counts[1 : 1 + len(sentences)])
    for row in leaning:
        sums[row] += sums[row - 1]
    found[:, 3] = normalize(sums) @ normalize(words.rows(asked).sum(axis=0, keepdims=True))[0]
    return found


def _most(likeness: Vectors, counts: NDArray[np.int64]) -> Vectors:
    """The greatest likeness to each word of the question within each text; 0 without a word."""
    most = np.zeros((len(likeness), len(counts)), np.float32)
    (wordy,) = np.nonzero(counts)
    begins = (np.cumsum(counts) - counts)[wordy]
    most[:, wordy] = np.maximum(np.maximum.reduceat(likeness, begins, axis=1), 0)
    return most


def _sums(told: Vectors, counts: NDArray[np.int64]) -> Vectors:
    """The sum of the word vectors of each text."""
    sums = np.zeros((len(counts), told.shape[1]), np.float32)
    (wordy,) = np.nonzero(counts)
    if len(wordy):
        begins = (np.cumsum(counts) - counts)[wordy]
        sums[wordy] = np.add.reduceat(told[: int(counts.sum())], begins, axis=0)
    return sums
