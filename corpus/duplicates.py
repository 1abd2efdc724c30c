"""Documents that hold nearly the same text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import SettingsError
from corpus.normalize import fold
from corpus.records import Document

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

THRESHOLD = 0.8
"""Documents at least this similar are told."""

_SHINGLE = 5  # characters
_PERMUTATIONS = 128
_MARGIN = 0.1  # below the threshold, at which pairs are still compared exactly
_MISSES_MATTER = (0.1, 0.9)  # weights of pairs compared in vain and of pairs overlooked
_APART = re.compile(r"[\W_]+")
_PRIME = 0x100000001B3  # of the 64-bit FNV hash


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents; ``similarity`` is the share of five-character runs they have in common."""

    similarity: float
    first: str
    second: str


def near_duplicates(documents: Iterable[Document], threshold: float = THRESHOLD) -> list[Pair]:
    """Pairs of documents whose searchable text is nearly the same, the most similar first.

    Candidates come from MinHash with locality-sensitive hashing (Broder, "On the resemblance and
    containment of documents", 1997), and are then compared exactly: the Jaccard similarity of their
    sets of five-character runs, whatever their width, case, script and punctuation.

    Raises:
        SettingsError: The threshold is not between 0.1 and 1.
    """
    from datasketch import MinHashLSH

    if not 0.1 <= threshold <= 1:
        raise SettingsError(f"the similarity asked for is {threshold}; use 0.1 to 1")
    index = MinHashLSH(
        threshold=max(threshold - _MARGIN, 0.05), num_perm=_PERMUTATIONS, weights=_MISSES_MATTER
    )
    known: dict[str, npt.NDArray[np.uint64]] = {}
    pairs = []
    for document in documents:
        hashes = shingles(searchable(document))
        if not len(hashes):
            continue
        sketch = _sketch(hashes)
        for other in index.query(sketch):
            similarity = _jaccard(hashes, known[other])
            if similarity >= threshold:
                pairs.append(Pair(round(similarity, 4), other, document.source))
        known[document.source] = hashes
        index.insert(document.source, sketch, check_duplication=False)
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def searchable(document: Document) -> str:
    """The letters and digits of a document outside its marks, folded."""
    kept = []
    position = 0
    for mark in document.marks:
        kept.append(document.text[position : mark.start])
        position = mark.end
    kept.append(document.text[position:])
    return _APART.sub("", fold("\n".join(kept)))


def shingles(text: str) -> npt.NDArray[np.uint64]:
    """Hashes of the runs of five characters in a text, each once, in ascending order."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    length = min(_SHINGLE, len(codes))
    hashes = np.zeros(len(codes) - length + 1 if length else 0, np.uint64)
    for offset in range(length):
        hashes = (hashes ^ codes[offset : offset + len(hashes)]) * np.uint64(_PRIME)
    return np.unique(hashes ^ (hashes >> np.uint64(29)))


def _sketch(hashes: npt.NDArray[np.uint64]) -> object:
    from datasketch import MinHash

    sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
    sketch.update_batch((hashes & 0xFFFFFFFF).tolist())
    return sketch


def _jaccard(one: npt.NDArray[np.uint64], two: npt.NDArray[np.uint64]) -> float:
    import numpy as np

    common = len(np.intersect1d(one, two, assume_unique=True))
    return common / (len(one) + len(two) - common)
