"""The reranker's weights: trees over signals, read from one file, run by numpy alone."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.model_files import UNREADABLE_ARRAYS
from index.rerank.question import Floats

Index = NDArray[np.intp]

SHIPPED = Path(__file__).parent / "weights" / "trees.npz"
"""The weights that come with the project."""

_ARRAYS: dict[str, np.dtype[Any]] = {
    "features": np.dtype("<i2"),
    "thresholds": np.dtype("<f4"),
    "children": np.dtype("<i2"),
    "values": np.dtype("<f4"),
    "roots": np.dtype("<i4"),
    "scale": np.dtype("<f8"),
}
_MOST_LEAVES = 64  # of a tree: the bits of a number
_ALL = np.uint64(2**64 - 1)
_AGAIN = "install yinju again"


@dataclass(frozen=True)
class Trees:
    """Regression trees whose values add up, and what makes a probability of the sum.

    A node stands before those below it, those on its left before those on its right. So node ``i``
    goes on at ``i + children[i, 0]``, the next, if its signal is at most the threshold, else at
    ``i + children[i, 1]``; a leaf points at itself.

    Attributes:
        features: Which signal each node looks at, shape ``(nodes,)``.
        thresholds: Likewise.
        children: Distances to the next nodes, shape ``(nodes, 2)``; 0 in leaves.
        values: What each leaf adds, shape ``(nodes,)``.
        roots: First node of each tree, shape ``(trees,)``.
        scale: What the fused score is multiplied with before it is added to the sum of the trees;
            then the slope and the intercept that make a logit of the whole.
    """

    features: NDArray[np.int16]
    thresholds: Floats
    children: NDArray[np.int16]
    values: Floats
    roots: NDArray[np.int32]
    scale: NDArray[np.float64]

    def sums(self, table: Floats) -> Floats:
        """The sum of the trees for each row of signals, shape ``(rows,)``.

        All nodes are asked at once. Each that sends a row to the right puts out the leaves on its
        left; the row falls into the first leaf that none has put out (Lucchese et al. 2015,
        QuickScorer).
        """
        nodes, masks, begins, leaves = self._masks
        columns = np.ascontiguousarray(table.T)
        right = columns[self.features[nodes]] > self.thresholds[nodes, None]
        left = np.bitwise_and.reduceat(np.where(right, masks[:, None], _ALL), begins, axis=0)
        first = np.bitwise_count((left & -left) - np.uint64(1))
        values = self.values[self._leaves][leaves[:, None] + first]
        sums: Floats = np.ascontiguousarray(values.T).sum(axis=1, dtype=np.float32)
        return sums

    @cached_property
    def _leaves(self) -> NDArray[np.intp]:
        """The leaves of all trees, from left to right."""
        return np.flatnonzero(self.children[:, 1] == 0)

    @cached_property
    def _masks(self) -> tuple[Index, NDArray[np.uint64], Index, Index]:
        """What :meth:`sums` looks up.

        Returns:
            Roots and inner nodes; which leaves of its tree each of them leaves in where it sends a
            row to the right, the first leaf being the lowest bit; for each tree the first of these
            nodes; and for each tree its first leaf among all leaves.
        """
        is_leaf = self.children[:, 1] == 0
        is_node = ~is_leaf
        is_node[self.roots] = True
        nodes = np.flatnonzero(is_node)
        before = np.cumsum(is_leaf) - is_leaf
        leaves = before[self.roots]
        tree = np.searchsorted(self.roots, nodes, side="right") - 1
        low = before[nodes] - leaves[tree]
        size = before[nodes + self.children[nodes, 1]] - before[nodes]
        out = ((1 << size.astype(np.uint64)) - 1) << low.astype(np.uint64)
        return nodes, ~out, np.searchsorted(nodes, self.roots), leaves

    def probabilities(self, table: Floats, fused: Floats) -> Floats:
        """The estimated probability that each candidate answers, shape ``(rows,)``.

        Args:
            table: Its signals, shape ``(rows, signals)``.
            fused: Its fused score, which has a say of its own and parts what the trees do not.
        """
        blend, slope, intercept = self.scale
        logits = slope * (self.sums(table) + blend * fused) + intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)

    def save(self, path: Path, signals: tuple[str, ...]) -> None:
        """Write one file, the same bytes for the same weights.

        Args:
            path: Where.
            signals: Names of the columns the trees look at, to be checked when it is read.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            header = json.dumps({"signals": signals})
            archive.writestr(zipfile.ZipInfo("header.json"), header)
            for name, kind in _ARRAYS.items():
                stream = io.BytesIO()
                np.save(stream, np.asarray(getattr(self, name), kind), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{name}.npy")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, stream.getvalue())


def load_trees(path: Path, signals: tuple[str, ...]) -> Trees:
    """Read what :meth:`Trees.save` wrote.

    Args:
        path: The file.
        signals: The columns that the trees will be given.

    Raises:
        CorruptError: The file is missing or damaged, or of other signals.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read("header.json"))
            arrays = {name: _array(archive, name, kind) for name, kind in _ARRAYS.items()}
            names = tuple(header["signals"])
    except UNREADABLE_ARRAYS as error:
        raise CorruptError(f"{path}: cannot be read ({error}); {_AGAIN}") from None
    if names != signals:
        raise CorruptError(f"{path}: made for other signals than this version's; {_AGAIN}")
    trees = Trees(**arrays)
    if reason := _fault(trees, len(signals)):
        raise CorruptError(f"{path}: {reason}; {_AGAIN}")
    return trees


def _array(archive: zipfile.ZipFile, name: str, kind: np.dtype[Any]) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
    if array.dtype != kind:
        raise ValueError(f"{name} holds {array.dtype}, expected {kind}")
    return array


def _stands_in_order(trees: Trees) -> bool:
    """Whether each node is followed by its left side, then its right one, all of its own tree."""
    near, far = trees.children.T.astype(np.int64)
    ends = np.repeat(np.append(trees.roots[1:], len(far)), np.diff(trees.roots, append=len(far)))
    is_leaf = far == 0
    leaves = np.add.reduceat(is_leaf, trees.roots)
    inner = np.add.reduceat(~is_leaf, trees.roots)
    return bool(
        (near == ~is_leaf).all()
        and ((far >= 2) | is_leaf).all()
        and (np.arange(len(far)) + far < ends).all()
        and (leaves == inner + 1).all()
        and (leaves <= _MOST_LEAVES).all()
    )


def _fault(trees: Trees, signals: int) -> str:
    """What is wrong with trees that were read; empty if nothing is."""
    nodes = len(trees.features)
    shapes = (trees.thresholds.shape, trees.values.shape, trees.children.shape)
    if shapes != ((nodes,), (nodes,), (nodes, 2)) or trees.scale.shape != (3,):
        return "its arrays do not belong together"
    if not nodes or trees.roots.ndim != 1 or (np.diff(trees.roots, append=nodes) < 1).any():
        return "its trees do not follow one another"
    if trees.roots[:1].tolist() != [0] or not _stands_in_order(trees):
        return "a node does not lead into its tree"
    if ((trees.features < 0) | (trees.features >= signals)).any():
        return "a node looks at a signal that there is not"
    numbers = (trees.thresholds, trees.values, trees.scale)
    return "" if all(np.isfinite(each).all() for each in numbers) else "a weight is not finite"
