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


class TermKeys(dict[str, int]):
    """The 64-bit hash of each term, computed once."""

    def __missing__(self, term: str) -> int:
        if len(self) >= _KEYS_REMEMBERED:
            self.clear()
        digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = self[term] = int.from_bytes(digest, "little")
        return key

    def of(self, terms: Sequence[str]) -> NDArray[np.uint64]:
        """The hashes of some terms, shape ``(len(terms),)``."""
        return np.fromiter(map(self.__getitem__, terms), np.uint64, len(terms))


def post(rows: Iterable[NDArray[np.uint64]]) -> Postings:
    """Postings of rows, given the hashes of the terms of each, repeated as they occur."""
    parts = list(rows)
    lengths = np.fromiter(map(len, parts), np.int32, len(parts))
    keys = np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    of_row = np.repeat(np.arange(len(parts), dtype=np.int64), lengths)
    return _collect(keys, of_row, np.ones(len(keys), np.int64), lengths)


def join(parts: Sequence[Postings], targets: Sequence[NDArray[np.int64]]) -> Postings:
    """Several postings as one.

    Args:
        parts: Postings of at most ``SEGMENT_ROWS`` rows that stay.
        targets: For each part the new number of each of its rows, -1 for one that goes; together
            they number the rows that stay without gaps.
    """
    keys, rows, counts = [], [], []
    lengths = np.zeros(sum(int((target >= 0).sum()) for target in targets), np.int32)
    for part, target in zip(parts, targets, strict=True):
        lengths[target[target >= 0]] = part.lengths[target >= 0]
        of_term = np.repeat(part.terms, np.diff(part.offsets))
        new = target[part.rows]
        stays = slice(None) if (target >= 0).all() else new >= 0
        keys.append(of_term[stays])
        rows.append(new[stays])
        counts.append(part.counts[stays].astype(np.int64))
    if not parts:
        return post([])
    joined = np.concatenate(keys)
    numbers, often = np.concatenate(rows), np.concatenate(counts)
    if any((np.diff(target[target >= 0]) < 0).any() for target in targets) or not _follow(targets):
        order = np.argsort(numbers.astype(np.uint16), kind="stable")
        joined, numbers, often = joined[order], numbers[order], often[order]
    return _collect(joined, numbers, often, lengths)


def _follow(targets: Sequence[NDArray[np.int64]]) -> bool:
    """Whether all new numbers of a part are larger than those of the parts before it."""
    shown = [target[target >= 0] for target in targets]
    shown = [target for target in shown if len(target)]
    return all(one.max() < other.min() for one, other in pairwise(shown))


def _collect(
    keys: NDArray[np.uint64],
    rows: NDArray[np.int64],
    counts: NDArray[np.int64],
    lengths: NDArray[np.int32],
) -> Postings:
    """Sort (term, row, count) triples, rows ascending within each run, into postings."""
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    starts = np.ones(len(keys), bool)
    starts[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    at = np.flatnonzero(starts)
    summed = np.add.reduceat(counts[order], at) if len(at) else counts[:0]
    keys = keys[at]
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    begins = np.flatnonzero(first)
    return Postings(
        terms=keys[begins],
        offsets=np.append(begins, len(keys)).astype(np.int64),
        rows=rows[at].astype(np.uint16),
        counts=np.minimum(summed, 65_535).astype(np.uint16),
        lengths=lengths.astype(np.int32),
    )
