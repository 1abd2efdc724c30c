"""The postings of one segment: which terms stand in which rows, how often.

Five flat arrays, memory-mapped, so that opening reads next to nothing. A term is known by a 64-bit
hash. A segment never holds more rows than 16 bits can count, which halves the postings and keeps a
segment's scores in the processor's cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.layout import REPAIR

SEGMENT_ROWS = 65_536
"""A segment holds at most this many rows."""

ARRAYS: dict[str, np.dtype[Any]] = {
    "terms": np.dtype("<u8"),
    "offsets": np.dtype("<i8"),
    "rows": np.dtype("<u2"),
    "counts": np.dtype("<u2"),
    "lengths": np.dtype("<i4"),
}
"""The arrays and their types; each is saved as ``NAME.npy``."""

_KEYS_REMEMBERED = 2_000_000


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms and the rows they stand in.

    Attributes:
        terms: Sorted hashes, shape ``(terms,)``.
        offsets: Where each term's postings begin, and where the last end, shape ``(terms + 1,)``.
        rows: Row of each posting, ascending within a term, shape ``(postings,)``.
        counts: How often the term stands in that row, at most 65,535, shape ``(postings,)``.
        lengths: Number of terms in each row, shape ``(rows,)``.
    """

    terms: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    rows: NDArray[np.uint16]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.lengths)

    def ranges(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of some terms begin and end; a term that is nowhere has none."""
        if not len(self.terms):
            nothing = np.zeros(len(keys), np.int64)
            return nothing, nothing
        at = np.searchsorted(self.terms, keys)
        known = self.terms[np.minimum(at, len(self.terms) - 1)] == keys
        at = np.where(known, at, 0)
        first = self.offsets[at]
        return first, np.where(known, self.offsets[at + 1], first)

    def frequencies(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many rows each of some terms stands."""
        first, last = self.ranges(keys)
        return last - first

    def save(self, folder: Path) -> None:
        """Write the arrays into an existing folder."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Memory-map the arrays of a folder.

        Raises:
            CorruptError: A file is missing or not what :meth:`save` writes.
        """
        loaded = cls(
            *(load_array(folder / f"{name}.npy", kind, 1) for name, kind in ARRAYS.items())
        )
        terms, postings = len(loaded.terms), len(loaded.rows)
        end = int(loaded.offsets[-1]) if len(loaded.offsets) else -1
        if len(loaded.offsets) != terms + 1 or not postings == len(loaded.counts) == end:
            raise CorruptError(
                f"{folder}: {terms} terms with {len(loaded.offsets)} offsets, {end} postings with "
                f"{postings} rows and {len(loaded.counts)} counts; {REPAIR}"
            )
        return loaded


def load_array(path: Path, kind: np.dtype[Any], dimensions: int) -> NDArray[Any]:
    """Memory-map an array.

    Raises:
        CorruptError: The file is missing, or holds something else.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CorruptError(f"{path}: {error}; {REPAIR}") from None
    if array.dtype != kind or array.ndim != dimensions:
        raise CorruptError(
            f"{path}: holds {array.dtype} {array.shape}, expected {kind} in {dimensions} "
            f"dimensions; {REPAIR}"
        )
    return array.view(np.ndarray)


def term_key(term: str) -> int:
    """The 64-bit hash by which a term is known on disk."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


class TermKeys(dict[str, int]):
    """The 64-bit hash of each term, computed once."""

    def __missing__(self, term: str) -> int:
        if len(self) >= _KEYS_REMEMBERED:
            self.clear()
        key = self[term] = term_key(term)
        return key

    def of(self, terms: Sequence[str]) -> NDArray[np.uint64]:
        """The hashes of some terms, shape ``(len(terms),)``."""
        return np.fromiter(map(self.__getitem__, terms), np.uint64, len(terms))


def post(rows: Iterable[NDArray[np.uint64]]) -> Postings:
    """Postings of rows, given the hashes of the terms of each, repeated as they occur."""
    parts = list(rows)
    lengths = np.fromiter(map(len, parts), np.int32, len(parts))
    terms = np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    keys, numbers = np.unique(terms, return_inverse=True)
    of_row = np.repeat(np.arange(len(parts)), lengths)
    ones = np.ones(len(terms), np.int64)
    return _collect(keys, numbers, of_row, ones, lengths, ascending=True)


def tally(
    numbers: NDArray[np.int64], of_row: NDArray[np.int64], keys: NDArray[np.uint64], rows: int
) -> Postings:
    """Postings of numbered terms.

    Args:
        numbers: Of each term as it occurs, in any order.
        of_row: The row it stands in.
        keys: The hash of each number; not every number need occur.
        rows: How many rows there are.
    """
    occurring = np.flatnonzero(np.bincount(numbers, minlength=len(keys)))
    terms, places = np.unique(keys[occurring], return_inverse=True)
    place_of = np.zeros(len(keys), np.int64)
    place_of[occurring] = places
    lengths = np.bincount(of_row, minlength=rows).astype(np.int32)
    ones = np.ones(len(numbers), np.int64)
    return _collect(terms, place_of[numbers], of_row, ones, lengths, ascending=False)


def join(parts: Sequence[Postings], targets: Sequence[NDArray[np.int64]]) -> Postings:
    """Several postings as one.

    Args:
        parts: Postings of at most ``SEGMENT_ROWS`` rows that stay.
        targets: For each part the new number of each of its rows, -1 for one that goes; together
            they number the rows that stay without gaps.
    """
    if not parts:
        return post([])
    lengths = np.zeros(sum(int((target >= 0).sum()) for target in targets), np.int32)
    keys, places = np.unique(np.concatenate([part.terms for part in parts]), return_inverse=True)
    numbers, rows, counts = [], [], []
    first = 0
    for part, target in zip(parts, targets, strict=True):
        lengths[target[target >= 0]] = part.lengths[target >= 0]
        of_term = np.repeat(places[first : first + len(part.terms)], np.diff(part.offsets))
        first += len(part.terms)
        new = target[part.rows]
        stays = slice(None) if (target >= 0).all() else new >= 0
        numbers.append(of_term[stays])
        rows.append(new[stays])
        counts.append(part.counts[stays].astype(np.int64))
    ascending = all((np.diff(target[target >= 0]) > 0).all() for target in targets)
    triples = np.concatenate(numbers), np.concatenate(rows), np.concatenate(counts)
    return _collect(keys, *triples, lengths, ascending=ascending and _follow(targets))


def _follow(targets: Sequence[NDArray[np.int64]]) -> bool:
    """Whether all new numbers of a part are larger than those of the parts before it."""
    shown = [target[target >= 0] for target in targets]
    shown = [target for target in shown if len(target)]
    return all(one.max() < other.min() for one, other in pairwise(shown))


def _collect(
    keys: NDArray[np.uint64],
    numbers: NDArray[np.int64],
    rows: NDArray[np.int64],
    counts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    *,
    ascending: bool,
) -> Postings:
    """Postings of (number of a sorted term, row, count) triples; do the rows of a term ascend?"""
    from scipy.sparse import coo_array

    if not ascending:
        order = np.argsort(rows.astype(np.uint16), kind="stable")
        numbers, rows, counts = numbers[order], rows[order], counts[order]
    table = coo_array((counts, (rows, numbers)), shape=(len(lengths), len(keys))).tocsc()
    occurring = np.flatnonzero(np.diff(table.indptr))
    return Postings(
        terms=keys[occurring].astype(np.uint64),
        offsets=np.append(table.indptr[occurring], table.nnz).astype(np.int64),
        rows=table.indices.astype(np.uint16),
        counts=np.minimum(table.data, 65_535).astype(np.uint16),
        lengths=lengths.astype(np.int32),
    )
