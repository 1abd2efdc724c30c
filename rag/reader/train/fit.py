"""Fitting the reader's network, epoch by epoch, and measuring it on questions left out."""

from __future__ import annotations

import copy
import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rag.reader.train.data import Batch, Example, Window, batch_of, window_of
from rag.reader.train.export import export
from rag.reader.train.model import Network, loss_of
from rag.reader.train.windows import Windows
from rag.reader.vocabulary import Vocabulary

_LOG = logging.getLogger("rag.reader.train")


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the network is trained.

    Attributes:
        epochs: For which the rate is planned.
        until: Stop after this epoch; 0 goes on to the last.
        batch: Windows in a batch.
        rate: Highest rate of learning, reached after ``warm_up`` steps.
        decay: Of the weights.
        smooth: Share of the averaged weights that stays at each step.
        aside: How much starts and ends by themselves count.
        seed: Of all chance.
    """

    epochs: int = 6
    until: int = 0
    batch: int = 32
    rate: float = 2e-3
    warm_up: int = 200
    decay: float = 0.01
    smooth: float = 0.998
    aside: float = 0.3
    seed: int = 1


def fit(
    network: Network, windows: Windows, dev: Sequence[Example], vocabulary: Vocabulary,
    settings: FitSettings, folder: Path,
) -> Network:  # fmt: skip
    """Train a network; after each epoch a reader and a line of ``log.jsonl``.

    Args:
        network: To train.
        windows: To train it on.
        dev: To measure it on.
        vocabulary: Of the reader.
        settings: How.
        folder: Holds ``words.safetensors``; ``epoch-1.safetensors`` and so on are written into it.

    Returns:
        The exponential average of the network's weights.
    """
    chance = np.random.default_rng(settings.seed)
    steady = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.rate, weight_decay=settings.decay, betas=(0.9, 0.98)
    )
    step = total = 0
    for epoch in range(1, (settings.until or settings.epochs) + 1):
        began, losses = time.perf_counter(), []
        groups = _groups(windows.epoch(chance), settings.batch, chance)
        total = total or len(groups) * settings.epochs
        for group in groups:
            step += 1
            rate = settings.rate * _share(step, settings.warm_up, total)
            for part in optimizer.param_groups:
                part["lr"] = rate
            losses.append(_step(network, optimizer, batch_of(group, vocabulary), settings.aside))
            _follow(steady, network, min(settings.smooth, step / (step + 10)))
            if step % 100 == 0:
                _LOG.info("epoch %d step %d of %d loss %.3f %.0f s", epoch, step, total,
                          sum(losses[-100:]) / 100, time.perf_counter() - began)  # fmt: skip
        found = measure(steady, dev, vocabulary)
        entry = {"epoch": epoch, "loss": round(sum(losses) / len(losses), 4),
                 "seconds": round(time.perf_counter() - began), **found}  # fmt: skip
        _LOG.info("%s", entry)
        with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        export(
            folder / "words.safetensors", steady.state_dict(), folder / f"epoch-{epoch}.safetensors"
        )
    return steady


def _share(step: int, warm_up: int, total: int) -> float:
    if step < warm_up:
        return step / warm_up
    done = min((step - warm_up) / max(total - warm_up, 1), 1.0)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))


def _groups(
    windows: Sequence[Window], size: int, chance: np.random.Generator
) -> list[list[Window]]:
    """Windows in batches of about one length, in random order."""
    order = chance.permutation(len(windows))
    groups = []
    for first in range(0, len(order), size * 16):
        part = [windows[number] for number in order[first : first + size * 16]]
        part.sort(key=lambda window: len(window.told.words))
        groups += [part[at : at + size] for at in range(0, len(part), size)]
    return [groups[number] for number in chance.permutation(len(groups))]


def _step(network: Network, optimizer: torch.optim.Optimizer, batch: Batch, aside: float) -> float:
    network.train()
    edges, spans, empty = network(*_inputs(batch))
    right = torch.zeros_like(spans)
    for row, places in enumerate(batch.spans):
        for first, last in places:
            right[row, first, last] = 1
    loss = loss_of(edges, spans, empty, right, aside)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimizer.step()
    return float(loss.detach())


def _inputs(batch: Batch) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...], Tensor, Tensor]:
    told = (batch.told_vectors, batch.told_edges, batch.told_signals, batch.told_mask)
    asked = (batch.asked_vectors, batch.asked_edges, batch.asked_signals, batch.asked_mask)
    return (
        tuple(map(torch.from_numpy, told)),
        tuple(map(torch.from_numpy, asked)),
        torch.from_numpy(batch.kinds),
        torch.from_numpy(batch.styles),
    )


@torch.no_grad()
def _follow(steady: Network, network: Network, smooth: float) -> None:
    """The exponential average of the weights, one step on."""
    for mean, weight in zip(steady.parameters(), network.parameters(), strict=True):
        mean.lerp_(weight, 1 - smooth)


@torch.no_grad()
def measure(
    network: Network, examples: Sequence[Example], vocabulary: Vocabulary
) -> dict[str, float]:
    """How often the best span is right, and how far it overlaps the right one (F1 of tokens).

    Args:
        network: To measure.
        examples: Questions; the texts are read whole.
        vocabulary: Of the reader.
    """
    network.eval()
    exact, overlap, count = 0.0, 0.0, 0
    for example in examples:
        if not example.spans:
            continue
        window = window_of(example, 0, len(example.told.words))
        _, spans, _ = network(*_inputs(batch_of([window], vocabulary)))
        found = divmod(int(spans.argmax()), spans.shape[2])
        exact += found in example.spans
        overlap += max(_overlap(found, right) for right in example.spans)
        count += 1
    return {"em": round(100 * exact / count, 2), "f1": round(100 * overlap / count, 2)}


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(0.0, 2 * shared / (one[1] - one[0] + other[1] - other[0] + 2))
