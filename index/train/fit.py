"""The vectors: contrastive training of one vector and one weight per word.

A row of the table is ``weight · (own + mean of its characters)``. The characters' part is shared
by every word that has them, so that a word the training text never showed starts where its
characters are; it is added up once at the end and costs nothing afterwards (as in fastText,
Bojanowski et al. 2017, with characters for n-grams).
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped, unused-ignore]
from torch import Tensor, nn
from torch.nn import functional

from index.train.batches import Batch, Sampler
from index.train.settings import FitSettings

log = logging.getLogger(__name__)

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Structure:
    """What is known of the rows before training.

    Attributes:
        probability: Probability of each row in running text, [rows].
        parts: Pairs of (row, row of one of its characters), [links, 2].
    """

    probability: NDArray[np.float64]
    parts: NDArray[np.int64]


class _SparseProduct(torch.autograd.Function):
    """Constant sparse matrix times dense: torch's own gradient of it is far slower."""

    @staticmethod
    def forward(ctx, matrix, transposed, dense):  # type: ignore[no-untyped-def]
        ctx.transposed = transposed
        return matrix @ dense

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        return None, None, ctx.transposed @ gradient


def _csr(matrix: sparse.csr_matrix) -> Tensor:
    return torch.sparse_csr_tensor(
        torch.from_numpy(matrix.indptr.astype(np.int64)),
        torch.from_numpy(matrix.indices.astype(np.int64)),
        torch.from_numpy(matrix.data.astype(np.float32)),
        size=matrix.shape,
    )


def _product(matrix: sparse.csr_matrix, dense: Tensor) -> Tensor:
    transposed = _csr(matrix.T.tocsr())
    product: Tensor = _SparseProduct.apply(_csr(matrix), transposed, dense)  # type: ignore[no-untyped-call]
    return product


class Table(nn.Module):
    """The trainable table of word vectors."""

    def __init__(self, structure: Structure, settings: FitSettings) -> None:
        """Random directions; weights as in smooth inverse frequency (Arora et al. 2017)."""
        super().__init__()
        rows = len(structure.probability)
        used, column = np.unique(structure.parts[:, 1], return_inverse=True)
        links = sparse.csr_matrix(
            (np.ones(len(column), np.float32), (structure.parts[:, 0], column)), (rows, len(used))
        )
        count = np.maximum(links.sum(axis=1).A1, 1)
        self._links = sparse.diags(1 / count).astype(np.float32) @ links
        scale = 1 / math.sqrt(settings.dim)
        self.own = nn.Parameter(torch.randn(rows, settings.dim) * scale * settings.own_scale)
        self.shared = nn.Parameter(
            torch.randn(len(used), settings.dim) * scale * settings.shared_scale
        )
        weight = settings.sif / (settings.sif + structure.probability)
        self.log_weight = nn.Parameter(torch.from_numpy(np.log(weight)).float()[:, None])

    def forward(self, rows: NDArray[np.int64]) -> Tensor:
        """The vectors of some rows, [rows, dim]."""
        index = torch.from_numpy(rows)
        own = functional.embedding(index, self.own, sparse=True)
        weight = functional.embedding(index, self.log_weight, sparse=True).exp()
        return weight * (own + _product(self._links[rows], self.shared))

    def finished(self) -> Float:
        """The whole table for use, row 0 (the unknown token) zero."""
        with torch.no_grad():
            vectors = self(np.arange(len(self.own))).numpy().copy()
        vectors[0] = 0
        return np.asarray(vectors, dtype=np.float32)


def _embed(table: Table, batch: Batch) -> tuple[Tensor, Tensor]:
    """Unit vectors of the queries and of the passages of a batch, [pairs, dim] each."""
    pairs = len(batch.keys)
    ids = np.concatenate([batch.query_ids, batch.passage_ids])
    behind = batch.passage_offsets + len(batch.query_ids)
    starts = np.concatenate([batch.query_offsets, behind, [len(ids)]])
    rows, column = np.unique(ids, return_inverse=True)
    ones = np.ones(len(ids), np.float32)
    bags = sparse.csr_matrix((ones, column, starts), (2 * pairs, len(rows)))
    bags.sum_duplicates()
    vectors = functional.normalize(_product(bags, table(rows)), dim=-1)
    return vectors[:pairs], vectors[pairs:]


def contrastive_loss(queries: Tensor, passages: Tensor, keys: Tensor, temperature: float) -> Tensor:
    """InfoNCE both ways with in-batch negatives (van den Oord et al. 2018).

    Args:
        queries: Unit vectors, [pairs, dim].
        passages: Unit vectors, [pairs, dim].
        keys: Numbers of the texts, [pairs, 2]; pairs that share one are no negatives.
        temperature: Divides the cosines.

    Returns:
        The mean loss, a scalar.
    """
    logits = queries @ passages.T / temperature
    same = (keys[:, None, :] == keys[None, :, :]).any(dim=-1)
    same.fill_diagonal_(False)
    logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(logits))
    forward = functional.cross_entropy(logits, target)
    return (forward + functional.cross_entropy(logits.T, target)) / 2


def _schedule(step: int, steps: int) -> float:
    """Rise over the first twentieth, then fall in a straight line to a hundredth."""
    rise = max(steps // 20, 1)
    return (step + 1) / rise if step < rise else max(0.01, (steps - step) / (steps - rise))


@dataclass(frozen=True)
class Fitted:
    """The result of training: the table ([rows, dim]) and the loss of every step."""

    vectors: Float
    losses: list[float]


def _optimizer(table: Table, settings: FitSettings) -> torch.optim.Adagrad:
    """Adagrad (Duchi et al. 2011): a word seen rarely moves as far at its first sight as others."""
    return torch.optim.Adagrad(
        [
            {"params": [table.own, table.shared], "peak": settings.rate},
            {"params": [table.log_weight], "peak": settings.weight_rate},
        ]
    )


def fit(structure: Structure, sampler: Sampler, settings: FitSettings, seed: int) -> Fitted:
    """Train.

    Args:
        structure: What is known of the rows.
        sampler: Draws the batches.
        settings: Steps, rates and sizes.
        seed: Of the initial vectors.

    Returns:
        The table with row 0 (the unknown token) zero, and the losses.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(settings.threads)
    table = Table(structure, settings)
    optimizer = _optimizer(table, settings)
    losses: list[float] = []
    for step in range(settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * _schedule(step, settings.steps)
        batch = sampler.draw()
        queries, passages = _embed(table, batch)
        keys = torch.from_numpy(batch.keys)
        loss = contrastive_loss(queries, passages, keys, settings.temperature)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
        if step % 50 == 49:
            log.info("step %d of %d, loss %.4f", step + 1, settings.steps, np.mean(losses[-50:]))
    return Fitted(table.finished(), losses)
