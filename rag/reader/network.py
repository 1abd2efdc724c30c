"""The reader's network, run in numpy.

Equal to :class:`rag.reader.train.model.Network`, which a test compares it with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def __call__(self, told: Side, asked: Side, kind: int, style: int) -> Scores:
        """Score every span of a text as answer to a question."""
        text, question = self._encode(told), self._encode(asked)
        likeness = self._linear("seek", text) @ self._linear("seek", question).T / _SCALE
        seen = _softmax(likeness.T) @ text
        found = _softmax(likeness) @ question
        pooled = _softmax(self._linear("pool", question).T)[0]
        wanted = (
            pooled @ question
            + self._weights["kinds.weight"][kind]
            + self._weights["styles.weight"][style]
        )
        spread = np.broadcast_to(wanted, text.shape)
        joined = np.concatenate([text, found, text * found, text * spread, told.signals], axis=1)
        states = _silu(self._linear("fuse", joined)) + wanted
        for number, dilation in enumerate(DILATIONS):
            states = self._convolve(f"stack.{number}", states, dilation)
        scale, shift = np.split(self._linear("bend", wanted[None])[0], 2)
        states = self._normalize("leave", states) * (1 + scale) + shift
        edges = self._linear("edges", states)
        together = self._linear("begin", states) @ self._linear("end", states).T / _SCALE
        size = len(states)
        spans = edges[:, :1] + edges[:, 1] + together + self._band[:size, :size]
        return Scores(spans, self._empty(question, seen, wanted, states, edges))

    def _empty(
        self, question: Floats, seen: Floats, wanted: Floats, states: Floats, edges: Floats
    ) -> float:
        """Score of there being no answer: from the text, the likeliest answer, and what it lacks.

        Args:
            question: States of the question's tokens.
            seen: For each what is likest to it in the text.
            wanted: What is asked for.
            states: Of the text's tokens, as the spans are scored from.
            edges: Scores of starts and ends.
        """
        checked = self._linear("check", np.hstack([question, seen, question * seen]))
        lacks = _silu(checked).max(axis=0)
        answer = (_softmax(edges.T) @ states).ravel()
        top = np.concatenate([states.max(axis=0), wanted])
        told = self._linear("weigh", np.concatenate([top, answer, lacks])[None])
        empty = self._linear("empty", top[None]) + self._linear("doubt", _silu(told))
        return float(empty[0, 0])

    def _encode(self, side: Side) -> Floats:
        characters = self._weights["characters.weight"][side.edges].reshape(len(side.edges), -1)
        given = np.concatenate([side.vectors, characters, side.signals], axis=1)
        states = _silu(self._linear("enter", given))
        return self._convolve("second", self._convolve("first", states, 1), 2)

    def _convolve(self, name: str, states: Floats, dilation: int) -> Floats:
        """A residual convolution of width three with a gate, as one product of matrices."""
        size, hidden = states.shape
        inner = self._normalize(f"{name}.norm", states)
        joined = np.zeros((size, 3 * hidden), np.float32)
        joined[dilation:, :hidden] = inner[: max(size - dilation, 0)]
        joined[:, hidden : 2 * hidden] = inner
        joined[: max(size - dilation, 0), 2 * hidden :] = inner[dilation:]
        both = self._linear(f"{name}.kernel", joined)
        return states + both[:, :hidden] * _sigmoid(both[:, hidden:])

    def _linear(self, name: str, states: Floats) -> Floats:
        result: Floats = states @ self._kernels[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result

    def _normalize(self, name: str, states: Floats) -> Floats:
        centred = states - states.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(_SMALL))
        scaled: Floats = centred / spread * self._weights[f"{name}.weight"]
        return scaled + self._weights[f"{name}.bias"]


def _sigmoid(values: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-values.clip(-60, 60)))
    return result


def _silu(values: Floats) -> Floats:
    return values * _sigmoid(values)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result
