"""The reader's network, run in numpy.

Equal to :class:`rag.reader.train.model.Network`, which a test compares it with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.reader.rows import Rows

Floats = NDArray[np.float32]

DILATIONS = (1, 2, 4, 8, 16, 1)
"""Of the convolutions above the alignment of text and question."""

KINDS = (
    "number", "date", "person", "place", "list", "reason", "definition", "method", "yesno", "other",
)  # fmt: skip
"""Kinds of question, see :class:`rag.query.Query`."""

STYLES = ("phrase", "name", "word")
"""How long an answer the sets like that the reader is trained on: CMRC 2018, DRCD, CMRC 2017."""

LENGTHS = 96
"""Spans have fewer tokens than this."""

LONGEST = 384
"""A text may have this many tokens."""

_SCALE = 8.0  # the root of the length of the vectors that are compared
_SMALL = 1e-5


@dataclass(frozen=True, slots=True)
class Side:
    """A text or a question.

    Attributes:
        vectors: Of its words, shape ``(tokens, width)``.
        edges: Rows of the first and last character of each word, shape ``(tokens, 2)``.
        signals: Shape ``(tokens, len(SIGNALS))``.
    """

    vectors: Floats
    edges: NDArray[np.int32]
    signals: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of a text.

    Attributes:
        spans: Score of each span by its first and its last token, shape ``(tokens, tokens)``; far
            below zero where there is none.
        empty: Score of there being no answer.
    """

    spans: Floats
    empty: float


class Network:
    """The network with its weights.

    Args:
        weights: By the names that the parameters have in torch.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._weights = {name: np.asarray(w, np.float32) for name, w in weights.items()}
        # Transposed once: a product with rows that lie one after another is faster.
        self._kernels = {
            name: np.ascontiguousarray(weight.T)
            for name, weight in self._weights.items()
            if name.endswith("weight") and weight.ndim == 2
        }
        places = np.arange(LONGEST)
        apart = places[None, :] - places[:, None]
        lengths = self._weights["lengths.weight"][:, 0]
        self._band = np.where(
            (apart < 0) | (apart >= LENGTHS), np.float32(-1e4), lengths[apart.clip(0, LENGTHS - 1)]
        )

    def __call__(self, pairs: Sequence[tuple[Side, Side]], kind: int, style: int) -> list[Scores]:
        """Score every span of some texts as answer to a question.

        All texts go through each layer together; none has a part in the scores of another.

        Args:
            pairs: Texts, each with the question as it looks beside it; at least one pair, and
                nothing in them without tokens.
            kind: Of the question, a number in ``KINDS``.
            style: Of the answer, a number in ``STYLES``.
        """
        told, asked = [text for text, _ in pairs], [question for _, question in pairs]
        texts, questions = _rows(told), _rows(asked)
        states = self._encode([*told, *asked])
        text, question = states[: texts.size], states[texts.size :]
        found, seen, wanted = self._align(texts.split(text), questions.split(question))
        wanted += self._weights["kinds.weight"][kind] + self._weights["styles.weight"][style]
        spread = wanted[texts.of]
        signals = np.concatenate([side.signals for side in told])
        joined = np.concatenate([text, found, text * found, text * spread, signals], axis=1)
        states = _silu(self._linear("fuse", joined)) + spread
        for number, dilation in enumerate(DILATIONS):
            states = self._convolve(f"stack.{number}", states, dilation, texts)
        scale, shift = np.split(self._linear("bend", wanted), 2, axis=1)
        states = self._normalize("leave", states) * (1 + scale)[texts.of] + shift[texts.of]
        edges = self._linear("edges", states)
        lacks = np.maximum.reduceat(self._lacks(question, seen), questions.starts)
        empty = self._empty(lacks, wanted, states, edges, texts)
        return list(map(Scores, self._spans(states, edges, texts), empty.tolist()))

    def _align(
        self, texts: Sequence[Floats], questions: Sequence[Floats]
    ) -> tuple[Floats, Floats, Floats]:
        """What each token is likest to on the other side, and what is asked for.

        Returns:
            One below the other, for the tokens of the texts, for those of the questions, and for
            the questions.
        """
        found, seen, wanted = [], [], []
        for text, question in zip(texts, questions, strict=True):
            likeness = self._linear("seek", text) @ self._linear("seek", question).T / _SCALE
            found.append(_softmax(likeness) @ question)
            seen.append(_softmax(likeness.T) @ text)
            wanted.append(_softmax(self._linear("pool", question).T) @ question)
        return np.concatenate(found), np.concatenate(seen), np.concatenate(wanted)

    def _spans(self, states: Floats, edges: Floats, texts: Rows) -> Iterator[Floats]:
        """Scores of the spans of each text."""
        begins, ends = self._linear("begin", states) / _SCALE, self._linear("end", states)
        parts = map(texts.split, (begins, ends, edges))
        for begin, end, edge in zip(*parts, strict=True):
            size = len(edge)
            yield edge[:, :1] + edge[:, 1] + begin @ end.T + self._band[:size, :size]

    def _lacks(self, question: Floats, seen: Floats) -> Floats:
        """What the texts lack of each token of the questions, given what is likest to it there."""
        return _silu(self._linear("check", np.hstack([question, seen, question * seen])))

    def _empty(
        self, lacks: Floats, wanted: Floats, states: Floats, edges: Floats, texts: Rows
    ) -> Floats:
        """Score of there being no answer: from each text, its likeliest answer, what it lacks.

        Args:
            lacks: What each text lacks.
            wanted: What each is asked for.
            states: Of the texts' tokens, as the spans are scored from.
            edges: Scores of starts and ends.
            texts: Where each lies in these.
        """
        parts = zip(texts.split(edges), texts.split(states), strict=True)
        answer = np.stack([(_softmax(edge.T) @ state).ravel() for edge, state in parts])
        top = np.hstack([np.maximum.reduceat(states, texts.starts), wanted])
        told = self._linear("weigh", np.hstack([top, answer, lacks]))
        empty: Floats = self._linear("empty", top) + self._linear("doubt", _silu(told))
        return empty[:, 0]

    def _encode(self, sides: Sequence[Side]) -> Floats:
        vectors, edges, signals = (
            np.concatenate([getattr(side, name) for side in sides])
            for name in ("vectors", "edges", "signals")
        )
        characters = self._weights["characters.weight"][edges].reshape(len(edges), -1)
        given = np.concatenate([vectors, characters, signals], axis=1)
        states, rows = _silu(self._linear("enter", given)), _rows(sides)
        return self._convolve("second", self._convolve("first", states, 1, rows), 2, rows)

    def _convolve(self, name: str, states: Floats, dilation: int, rows: Rows) -> Floats:
        """A residual convolution of width three with a gate, as one product of matrices."""
        size, hidden = states.shape
        inner = self._normalize(f"{name}.norm", states)
        joined = np.empty((size, 3 * hidden), np.float32)
        joined[dilation:, :hidden] = inner[: max(size - dilation, 0)]
        joined[:, hidden : 2 * hidden] = inner
        joined[: max(size - dilation, 0), 2 * hidden :] = inner[dilation:]
        joined[rows.before < dilation, :hidden] = 0
        joined[rows.behind < dilation, 2 * hidden :] = 0
        both = self._linear(f"{name}.kernel", joined)
        gated = _sigmoid(both[:, hidden:])
        gated *= both[:, :hidden]
        gated += states
        return gated

    def _linear(self, name: str, states: Floats) -> Floats:
        result: Floats = states @ self._kernels[f"{name}.weight"]
        result += self._weights[f"{name}.bias"]
        return result

    def _normalize(self, name: str, states: Floats) -> Floats:
        hidden = np.float32(states.shape[1])
        centred: Floats = states - (np.einsum("ij->i", states) / hidden)[:, None]
        variance = np.einsum("ij,ij->i", centred, centred) / hidden
        centred /= np.sqrt(variance + np.float32(_SMALL))[:, None]
        centred *= self._weights[f"{name}.weight"]
        centred += self._weights[f"{name}.bias"]
        return centred


def _rows(sides: Sequence[Side]) -> Rows:
    return Rows.below_each_other([len(side.edges) for side in sides])


def _sigmoid(values: Floats) -> Floats:
    half = np.float32(0.5)
    result: Floats = values * half
    np.tanh(result, out=result)
    result *= half
    result += half
    return result


def _silu(values: Floats) -> Floats:
    result = _sigmoid(values)
    result *= values
    return result


def _softmax(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised
