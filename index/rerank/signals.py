"""What speaks for each candidate: signals of its own, and how it compares with the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.rerank.lines import Lines
from index.rerank.question import Floats, Question
from index.rerank.vectors import Told, WordVectors
from index.rerank.words import pair_signals, word_signals

OWN = (
    "bm25", "fused", "coverage", "line_coverage", "above", "proximity", "pairs",
    "rare_pairs", "line_pairs", "phrase", "interaction", "learned_interaction",
    "line_interaction", "line_cosine", "text_cosine",
)  # fmt: skip
"""Signals of a candidate by itself; more of each never speaks against it."""

FREE = ("asked", "length", "lines", "question_length")
"""Signals that may speak for or against."""

RELATIVE = tuple(f"{name}_relative" for name in OWN)
"""Each signal as a share of the best candidate's."""

MARGIN = tuple(f"{name}_margin" for name in ("bm25", "fused", "text_cosine", "interaction"))
"""How far a candidate leads the best of the others, or trails it, as a share of the best."""

SIGNALS = (*OWN, *FREE, *RELATIVE, *MARGIN)
"""Names of the columns of :func:`signal_table`."""

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a search says of the passages it proposes, best first.

    Attributes:
        bm25: Their BM25 scores as a share of the most that any passage could score.
        fused: The scores that put them in this order, in [0, 1].
    """

    bm25: Floats
    fused: Floats


def signal_table(
    question: Question, candidates: Candidates, told: Told, words: WordVectors
) -> Floats:
    """Signals of each candidate, shape ``(candidates, len(SIGNALS))``.

    Args:
        question: The question.
        candidates: What was found for it.
        told: What their passages say, as read by ``words``.
        words: Compares words.
    """
    lines = told.lines
    if not lines.passages:
        return np.zeros((0, len(SIGNALS)), np.float32)
    found = {
        "bm25": candidates.bm25,
        "fused": candidates.fused,
        **word_signals(question, lines),
        **pair_signals(question, lines),
        **words.signals(question, told),
        **_sizes(question, lines),
    }
    own = np.stack([found[name] for name in OWN], axis=1)
    best = np.maximum(own.max(axis=0), 1e-6)
    led = [OWN.index(name.removesuffix("_margin")) for name in MARGIN]
    columns = [
        own,
        np.stack([found[name] for name in FREE], axis=1),
        np.maximum(own, 0) / best,
        (own[:, led] - _best_others(own[:, led])) / best[led],
    ]
    # Equal passages differ in the last digits by their place in the arrays; no tree is to see that.
    return np.round(np.concatenate(columns, axis=1), _DIGITS).astype(np.float32)


def _sizes(question: Question, lines: Lines) -> dict[str, Floats]:
    ends = np.append(lines.starts[1:], len(lines.text) + 1)
    characters = np.add.reduceat(ends - lines.starts, lines.first)
    counts = np.diff(np.append(lines.first, len(lines.starts))) - 1
    asked = np.full(lines.passages, len(question.folded))
    return {
        "length": np.log1p(characters).astype(np.float32),
        "lines": np.log1p(counts).astype(np.float32),
        "question_length": np.log1p(asked).astype(np.float32),
    }


def _best_others(columns: Floats) -> Floats:
    """For each row the largest value of the other rows in each column; 0 if there are none."""
    if len(columns) < 2:
        return np.zeros_like(columns)
    second, first = np.sort(columns, axis=0)[-2:]
    return np.asarray(np.where(columns >= first, second, first), np.float32)
