"""Questions as the arrays a reader is trained on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asked import question_kind
from rag.reader.network import KINDS
from rag.reader.signals import COVERS, share_of_best, signals
from rag.reader.tokens import Tokens, tokens_of
from rag.reader.vocabulary import Known, Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """A question on a text."""

    context: str
    question: str
    answers: tuple[str, ...]
    style: int


@dataclass(frozen=True, slots=True)
class Side:
    """A text or a question: vectors, characters and signals of its tokens."""

    vectors: NDArray[np.float16]
    edges: NDArray[np.int32]
    signals: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its text and where the answer stands, as token numbers, ends included."""

    told: Side
    asked: Side
    kind: int
    style: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of an example's text."""

    example: Example
    start: int
    end: int

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where the answer stands in it."""
        return [(first - self.start, last - self.start) for first, last in self.example.spans
                if self.start <= first and last < self.end]  # fmt: skip


def load_readings(path: Path, style: int) -> list[Reading]:
    """Questions of a file of JSON lines, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [Reading(e["context"], e["question"], tuple(e["answers"]), style) for e in entries]


def examples_of(readings: Sequence[Reading], vocabulary: Vocabulary) -> Iterator[Example]:
    """Each question as arrays; its answer wherever it stands in the text."""
    texts: dict[str, tuple[Known, NDArray[np.float16]]] = {}
    for reading in readings:
        if reading.context not in texts:
            known = vocabulary.look_up(tokens_of(reading.context))
            texts[reading.context] = known, known.vectors.astype(np.float16)
        told, vectors = texts[reading.context]
        asked = vocabulary.look_up(tokens_of(reading.question))
        if not told.tokens.words or not asked.tokens.words:
            continue
        question, text = signals(asked, told)
        yield Example(
            Side(vectors, told.edges, text.astype(np.float16)),
            Side(asked.vectors.astype(np.float16), asked.edges, question.astype(np.float16)),
            KINDS.index(question_kind(reading.question)),
            reading.style,
            tuple(_spans(reading, told.tokens)),
        )


def _spans(reading: Reading, told: Tokens) -> Iterator[tuple[int, int]]:
    answer = reading.answers[0].strip() if reading.answers else ""
    place = reading.context.find(answer) if answer else -1
    while place >= 0:
        first = int(np.searchsorted(told.ends, place, "right"))
        last = int(np.searchsorted(told.starts, place + len(answer), "left")) - 1
        if first <= last:
            yield first, last
        place = reading.context.find(answer, place + len(answer))


def windows_of(
    examples: Sequence[Example], size: int, empty: float, chance: np.random.Generator
) -> list[Window]:
    """Parts of texts for one epoch: one with the answer for each, for some one without it."""
    windows = []
    for example in examples:
        total = len(example.told.edges)
        if not example.spans:
            continue
        first, last = example.spans[chance.integers(len(example.spans))]
        if last - first >= size:
            continue
        low, high = max(0, last + 1 - size), min(first, max(total - size, 0))
        start = int(chance.integers(low, high + 1)) if low <= high else low
        windows.append(Window(example, start, min(start + size, total)))
        if total > size and chance.random() < empty:
            windows += _without_answer(example, size, chance)
    return windows


def _without_answer(example: Example, size: int, chance: np.random.Generator) -> list[Window]:
    """Of three places without the answer the one that covers most of the question."""
    total = len(example.told.edges)
    found = []
    for start in chance.integers(0, total, 3):
        window = Window(example, int(start), min(int(start) + size, total))
        if not any(first < window.end and last >= window.start for first, last in example.spans):
            found.append(window)
    covers = example.told.signals[:, COVERS]
    found.sort(key=lambda window: -float(covers[window.start : window.end].max()))
    return found[:1]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of about one length, filled up with zeros; masks are 1 where a token is."""

    told_vectors: NDArray[np.float32]
    told_edges: NDArray[np.int64]
    told_signals: NDArray[np.float32]
    told_mask: NDArray[np.float32]
    asked_vectors: NDArray[np.float32]
    asked_edges: NDArray[np.int64]
    asked_signals: NDArray[np.float32]
    asked_mask: NDArray[np.float32]
    kinds: NDArray[np.int64]
    styles: NDArray[np.int64]
    spans: tuple[tuple[tuple[int, int], ...], ...]


def batch_of(windows: Sequence[Window]) -> Batch:
    """Windows put together."""
    told = []
    for window in windows:
        side, part = window.example.told, slice(window.start, window.end)
        table = share_of_best(side.signals[part].astype(np.float32))
        told.append(Side(side.vectors[part], side.edges[part], table.astype(np.float16)))
    return Batch(
        *_filled(told),
        *_filled([window.example.asked for window in windows]),
        np.array([window.example.kind for window in windows], np.int64),
        np.array([window.example.style for window in windows], np.int64),
        tuple(tuple(window.spans) for window in windows),
    )


def _filled(
    sides: Sequence[Side],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    longest = max(len(side.edges) for side in sides)
    vectors = np.zeros((len(sides), longest, sides[0].vectors.shape[1]), np.float32)
    edges = np.zeros((len(sides), longest, 2), np.int64)
    tables = np.zeros((len(sides), longest, sides[0].signals.shape[1]), np.float32)
    mask = np.zeros((len(sides), longest), np.float32)
    for row, side in enumerate(sides):
        size = len(side.edges)
        vectors[row, :size], edges[row, :size] = side.vectors, side.edges
        tables[row, :size], mask[row, :size] = side.signals, 1
    return vectors, edges, tables, mask
