"""Questions as the arrays a reader is trained on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asked import in_writing, question_kind
from index.train.written import Folder, displayed
from rag.reader.network import KINDS, Side
from rag.reader.reader import near_words
from rag.reader.signals import signals
from rag.reader.tokens import Tokens, tokens_of
from rag.reader.vocabulary import Vocabulary
from rag.train.readings import written_readings


@dataclass(frozen=True, slots=True)
class Reading:
    """A question on a text."""

    context: str
    question: str
    answers: tuple[str, ...]
    style: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its text, and where the answer stands as token numbers, ends included."""

    question: str
    told: Tokens
    asked: Tokens
    kind: int
    style: int
    spans: tuple[tuple[int, int], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text, read for a question; without spans it does not answer it."""

    told: Tokens
    asked: Tokens
    kind: int
    style: int
    spans: tuple[tuple[int, int], ...] = ()


def load_readings(path: Path, style: int) -> list[Reading]:
    """Questions of a file of JSON lines, compressed."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [
        Reading(e["context"], e["question"], tuple(e["answers"]), style, e.get("title", ""))
        for e in entries
    ]


def written(folders: Iterable[Folder]) -> list[Reading]:
    """The questions written for training that the reader may see; some have no answer.

    The documents of a folder go by one title, so that none is taken for one about something else.
    """
    seen = written_readings(folder for folder in folders if folder.is_for_reader)
    return [
        Reading(displayed(it.context), it.question, it.answers, 0, it.folder or it.title)
        for it in seen
    ]


def examples_of(readings: Sequence[Reading]) -> Iterator[Example]:
    """Each question cut into tokens; its answer wherever it stands in the text.

    Those whose answer is not found there are left out: nobody knows whether it is told otherwise.
    """
    texts: dict[str, Tokens] = {}
    for reading in readings:
        if reading.context not in texts:
            texts[reading.context] = tokens_of(reading.context)
        told, asked = texts[reading.context], tokens_of(in_writing(reading.question))
        spans = tuple(_spans(reading, told))
        is_lost = bool(reading.answers) and not spans
        if told.words and asked.words and not is_lost:
            kind = KINDS.index(question_kind(reading.question))
            yield Example(reading.question, told, asked, kind, reading.style, spans, reading.title)


def _spans(reading: Reading, told: Tokens) -> Iterator[tuple[int, int]]:
    """Where the answers stand, of a list each of its items."""
    for answer in dict.fromkeys(filter(None, map(str.strip, reading.answers))):
        place = reading.context.find(answer)
        while place >= 0:
            first = int(np.searchsorted(told.ends, place, "right"))
            last = int(np.searchsorted(told.starts, place + len(answer), "left")) - 1
            if first <= last:
                yield first, last
            place = reading.context.find(answer, place + len(answer))


def window_of(example: Example, start: int, end: int) -> Window:
    """The tokens of an example's text from one number up to another, with what of the answer."""
    spans = tuple((first - start, last - start) for first, last in example.spans
                  if start <= first and last < end)  # fmt: skip
    told = example.told.part(start, end)
    return Window(told, example.asked, example.kind, example.style, spans)


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


def batch_of(windows: Sequence[Window], vocabulary: Vocabulary) -> Batch:
    """Windows put together, each seen as it is when it is read for an answer."""
    sides = [_sides(window, vocabulary) for window in windows]
    return Batch(
        *_filled([told for told, _ in sides]),
        *_filled([asked for _, asked in sides]),
        np.array([window.kind for window in windows], np.int64),
        np.array([window.style for window in windows], np.int64),
        tuple(window.spans for window in windows),
    )


def _sides(window: Window, vocabulary: Vocabulary) -> tuple[Side, Side]:
    asked, told = vocabulary.look_up(window.asked), vocabulary.look_up(window.told)
    question, text = signals(asked, told, near_words())
    return Side(told.vectors, told.edges, text), Side(asked.vectors, asked.edges, question)


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
