"""Words that mean the same, as pairs to train on, and woven into trained vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from index.thesaurus import Thesaurus
from index.train.data import TextPairs

Float = NDArray[np.float32]


def halves(thesaurus: Thesaurus, times: int, seed: int) -> TextPairs:
    """Each group as pairs to train on: some of its words, and the others.

    Args:
        thesaurus: The groups.
        times: Pairs of each, divided anew each time.
        seed: Of the division.
    """
    rng = np.random.default_rng(seed)
    pairs = []
    for group in thesaurus.groups:
        for _ in range(times):
            words = rng.permutation(group).tolist()
            middle = len(words) // 2
            pairs.append((" ".join(words[:middle]), " ".join(words[middle:])))
    return TextPairs("thesaurus", [query for query, _ in pairs], [text for _, text in pairs])


def woven(
    vectors: Float, rows: Mapping[str, int], thesaurus: Thesaurus, share: float, rounds: int = 5
) -> Float:
    """Vectors whose directions are drawn to those of words that mean the same.

    Retrofitting (Faruqui et al. 2015) of directions; a vector's length, which says how much its
    word weighs, stays. Words of no group stay as they are.

    Args:
        vectors: The table, shape ``(rows, dimension)``.
        rows: Row of each word.
        thesaurus: Its words without a row are passed over.
        share: What the others of its groups have in a word's direction, from 0 to 1.
        rounds: How often each word is drawn to where the others have come meanwhile.

    Raises:
        InputError: ``share`` is not between 0 and 1.
    """
    from scipy.sparse import csr_array

    if not 0 <= share < 1:
        raise InputError(f"the share of the thesaurus is {share}; use 0 up to less than 1")
    known = [[rows[word] for word in group if word in rows] for group in thesaurus.groups]
    pairs = _pairs(known)
    if not len(pairs):
        return vectors
    degrees = np.bincount(pairs[:, 0], minlength=len(vectors))
    means = csr_array(
        ((1 / degrees[pairs[:, 0]]).astype(np.float32), (pairs[:, 0], pairs[:, 1])),
        shape=(len(vectors), len(vectors)),
    )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    first = np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
    drawn = first
    for _ in range(rounds):
        mixed = (1 - share) * first + share * (means @ drawn)
        mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
        drawn = np.where(degrees[:, None] > 0, mixed, first)
    return np.asarray(np.where(degrees[:, None] > 0, drawn * lengths, vectors), np.float32)


def _pairs(groups: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Every two rows that share a group, in both orders, each once; shape ``(pairs, 2)``."""
    pairs = {pair for group in groups for pair in permutations(dict.fromkeys(group), 2)}
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)
