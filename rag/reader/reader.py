"""A trained reader: which words of some texts answer a question, and how surely."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from index.asked import question_kind
from index.embed import shipped_words
from rag.reader.network import KINDS, LONGEST, Network, Scores, Side
from rag.reader.signals import Near, signals
from rag.reader.tokens import Tokens, tokens_of
from rag.reader.vocabulary import Known, Vocabulary

SHIPPED_READER = Path(__file__).parent / "reader.safetensors"
"""The weights that come with the project."""

_NETWORK = "network."
_WINDOW = LONGEST
_ASKED = 100  # tokens of a question that count
_REMEMBERED = 2_000  # texts
_TOGETHER = 8  # parts of texts that are read at once, which bounds the memory
_PHRASE = 0  # the style of answer, see STYLES


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a text as answer to a question.

    Attributes:
        start: Where they begin in the text.
        end: Where they end.
        score: Log odds of these words over there being no answer in the text.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read for a question: of each token the best span that begins with it.

    Attributes:
        starts: Where the spans begin, rising, shape ``(tokens,)``.
        ends: Where they end.
        scores: Their log odds over there being no answer in the text.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    scores: NDArray[np.float32]

    def part(self, first: int, last: int) -> Reading:
        """The spans that begin with the tokens from one number up to another; shares memory."""
        part = slice(first, last)
        return Reading(self.starts[part], self.ends[part], self.scores[part])

    def best(self, start: int = 0, end: int | None = None) -> Span | None:
        """The best span that begins in a part of the text; None if no token does.

        Args:
            start: Where the part begins.
            end: Where it ends; the end of the text if None.
        """
        first = int(np.searchsorted(self.starts, start))
        last = len(self.starts) if end is None else int(np.searchsorted(self.starts, end))
        if first >= last:
            return None
        row = first + int(self.scores[first:last].argmax())
        return Span(int(self.starts[row]), int(self.ends[row]), float(self.scores[row]))


class Reader:
    """Finds the words that answer a question. Safe to share between threads.

    Args:
        path: Weights as ``python -m rag.reader.train`` writes them.

    Raises:
        CorruptError: They cannot be read or are of another version.
    """

    def __init__(self, path: Path = SHIPPED_READER) -> None:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            tensors = load_file(path)
            self.vocabulary = Vocabulary(tensors)
            self._network = Network(
                {name.removeprefix(_NETWORK): tensor for name, tensor in tensors.items()
                 if name.startswith(_NETWORK)}
            )  # fmt: skip
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise CorruptError(
                f"{path}: not the weights of this version's reader ({error!r}); install yinju again"
            ) from None
        look_up = self.vocabulary.look_up
        self._known = lru_cache(_REMEMBERED)(lambda text: look_up(tokens_of(text)))
        self._near = near_words()

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read each text by itself for the answer to a question.

        Args:
            question: The question.
            texts: Sentences or passages; a long one is read in parts that overlap.
        """
        asked, kind = self._known(question).part(0, _ASKED), KINDS.index(question_kind(question))
        told = [self._known(text if asked.tokens.words else "") for text in texts]
        readings = [_unread(text.tokens) for text in told]
        windows = [
            (text.part(first, last), reading.part(first, last))
            for text, reading in zip(told, readings, strict=True)
            for first, last in _windows(len(text.tokens.words))
        ]
        for begin in range(0, len(windows), _TOGETHER):
            some = windows[begin : begin + _TOGETHER]
            found = self.scores(asked, [text for text, _ in some], kind)
            for (text, reading), scores in zip(some, found, strict=True):
                _keep_better(reading, text.tokens, scores)
        return readings

    def scores(self, asked: Known, told: Sequence[Known], kind: int) -> list[Scores]:
        """What the network says of the tokens of some texts, given those of a question."""
        pairs = []
        for known in told:
            question, text = signals(asked, known, self._near)
            pairs.append(
                (
                    Side(known.vectors, known.edges, text),
                    Side(asked.vectors, asked.edges, question),
                )
            )
        return self._network(pairs, kind, _PHRASE)


@cache
def near_words() -> Near:
    """The words that go with each by the shipped model, remembered: questions repeat words."""
    return lru_cache(_REMEMBERED)(lambda word: tuple(shipped_words().associated(word)))


def _unread(tokens: Tokens) -> Reading:
    """A reading without any span yet."""
    size = len(tokens.words)
    return Reading(tokens.starts, np.zeros(size, np.int32), np.full(size, -math.inf, np.float32))


def _keep_better(reading: Reading, tokens: Tokens, scores: Scores) -> None:
    """Put spans of some tokens in their place in a reading, if better than what stands there."""
    columns = scores.spans.argmax(axis=1)
    found = scores.spans[np.arange(len(columns)), columns] - scores.empty
    better = found > reading.scores
    reading.scores[better] = found[better]
    reading.ends[better] = tokens.ends[columns[better]]


def _windows(size: int) -> Iterator[tuple[int, int]]:
    """Parts of a text of some tokens, each overlapping the next by half."""
    for first in range(0, max(size - _WINDOW // 2, min(size, 1)), _WINDOW // 2):
        yield first, min(first + _WINDOW, size)
