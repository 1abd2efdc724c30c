"""The reranker's weights: trees over signals, read from one file, run by numpy alone."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.rerank.question import Floats

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
_AGAIN = "install yinju again"
_UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip


@dataclass(frozen=True)
class Trees:
    """Regression trees whose values add up, and what makes a probability of the sum.

    A node ``i`` goes on at ``i + children[i, 0]`` if its signal is at most the threshold, else at
    ``i + children[i, 1]``; a leaf points at itself.

    Attributes:
        features: Which signal each node looks at, shape ``(nodes,)``.
        thresholds: Likewise.
        children: Distances to the next nodes, shape ``(nodes, 2)``; 0 in leaves.
        values: What each leaf adds, shape ``(nodes,)``.
        roots: First node of each tree, shape ``(trees,)``.
        depth: The longest way from a root to a leaf.
        scale: What the fused score is multiplied with before it is added to the sum of the trees;
            then the slope and the intercept that make a logit of the whole.
    """

    features: NDArray[np.int16]
    thresholds: Floats
    children: NDArray[np.int16]
    values: Floats
    roots: NDArray[np.int32]
    depth: int
    scale: NDArray[np.float64]

    def sums(self, table: Floats) -> Floats:
        """The sum of the trees for each row of signals, shape ``(rows,)``."""
        at = np.broadcast_to(self.roots, (len(table), len(self.roots)))
        rows = np.arange(len(table))[:, None]
        for _ in range(self.depth):
            right = table[rows, self.features[at]] > self.thresholds[at]
            at = at + self.children[at, right.astype(np.intp)]
        sums: Floats = self.values[at].sum(axis=1, dtype=np.float32)
        return sums

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
            header = json.dumps({"signals": signals, "depth": self.depth})
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
            names, depth = tuple(header["signals"]), int(header["depth"])
    except _UNREADABLE as error:
        raise CorruptError(f"{path}: cannot be read ({error}); {_AGAIN}") from None
    if names != signals:
        raise CorruptError(f"{path}: made for other signals than this version's; {_AGAIN}")
    trees = Trees(depth=depth, **arrays)
    if reason := _fault(trees, len(signals)):
        raise CorruptError(f"{path}: {reason}; {_AGAIN}")
    return trees


def _array(archive: zipfile.ZipFile, name: str, kind: np.dtype[Any]) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
    if array.dtype != kind:
        raise ValueError(f"{name} holds {array.dtype}, expected {kind}")
    return array


def _fault(trees: Trees, signals: int) -> str:
    """What is wrong with trees that were read; empty if nothing is."""
    nodes = len(trees.features)
    shapes = (trees.thresholds.shape, trees.values.shape, trees.children.shape)
    if shapes != ((nodes,), (nodes,), (nodes, 2)) or trees.scale.shape != (3,):
        return "its arrays do not belong together"
    targets = np.arange(nodes)[:, None] + trees.children
    if not nodes or targets.min() < 0 or targets.max() >= nodes or trees.depth > nodes:
        return "a node points outside its trees"
    if trees.roots.ndim != 1 or ((trees.roots < 0) | (trees.roots >= nodes)).any():
        return "a root is no node"
    if ((trees.features < 0) | (trees.features >= signals)).any():
        return "a node looks at a signal that there is not"
    numbers = (trees.thresholds, trees.values, trees.scale)
    return "" if all(np.isfinite(each).all() for each in numbers) else "a weight is not finite"
