"""The text of some candidates as one folded string, line by line: what signals are computed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold, fold_each
from corpus.records import Passage

Numbers = NDArray[np.int64]

_MOST_LINES = 64
_MOST_CHARACTERS = 1_200


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands above each passage, then its sentences, one a line, passage by passage.

    Attributes:
        text: All lines, folded, parted by line feeds.
        points: Its code points, shape ``(characters,)``.
        starts: Where each line begins in it, shape ``(lines,)``.
        passage: Which passage each line belongs to, ascending, shape ``(lines,)``.
        first: The first line of each passage, which holds what stands above it: its title,
            headings and context; it may be empty. Shape ``(passages,)``.
    """

    text: str
    points: NDArray[np.uint32]
    starts: Numbers
    passage: Numbers
    first: Numbers

    @property
    def passages(self) -> int:
        """How many there are."""
        return len(self.first)

    def line_of(self, positions: Numbers) -> Numbers:
        """The line that each position lies in."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def folded(self) -> list[list[str]]:
        """The folded lines of each passage."""
        lines = self.text.split("\n")
        bounds = pairwise([*self.first.tolist(), len(self.starts)])
        return [lines[first:end] for first, end in bounds]


def lines_of(passages: Sequence[Passage]) -> Lines:
    """The lines of some passages; of a very long one only the beginning."""
    parts = [_lines(passage) for passage in passages]
    folded = fold_each(["\n".join(lines) for lines in parts])
    for number, lines in enumerate(parts):
        if folded[number].count("\n") != len(lines) - 1:  # folding made a line feed, or lost one
            folded[number] = "\n".join(fold(line).replace("\n", " ") for line in lines)
    counts = np.fromiter(map(len, parts), np.int64, len(parts))
    text = "\n".join(folded)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    breaks = np.flatnonzero(points == ord("\n")) + 1
    starts = np.append(0, breaks)[: int(counts.sum())]
    first = np.cumsum(counts) - counts
    return Lines(text, points, starts, np.repeat(np.arange(len(parts)), counts), first)


def _lines(passage: Passage) -> list[str]:
    headings = (name for name in passage.headings if name not in passage.text)
    lines = [" ".join((passage.title, *headings, *passage.context))]
    left = _MOST_CHARACTERS
    for start, end in passage.sentences[:_MOST_LINES]:
        line = passage.text[start - passage.start : end - passage.start][:left]
        lines.append(line)
        left -= len(line)
        if left <= 0:
            break
    return [line.replace("\n", " ") for line in lines]
