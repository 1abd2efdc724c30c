"""Fitting what a sentence is ranked by once the best have been read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.features import candidates_of
from rag.reader import Reader
from rag.reader.reader import Reading
from rag.reading import read_spans, reading_features
from rag.train.examples import Example
from rag.train.fit import Floats, fit_listwise

_FOLDS = 5
_PENALTY = 5e-3  # of 1e-3 to 3e-2; chosen on questions of ours


class RememberingReader(Reader):
    """The shipped reader, which reads nothing twice: a question's examples share most sentences."""

    def __init__(self) -> None:
        super().__init__()
        self._read_before: dict[tuple[str, str], Reading] = {}

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read each text by itself for the answer to a question."""
        new = [text for text in texts if (question, text) not in self._read_before]
        for text, reading in zip(new, super().read(question, new), strict=True):
            self._read_before[question, text] = reading
        return [self._read_before[question, text] for text in texts]


def fit_reading(
    examples: Sequence[Example], sentence: Floats, reader: Reader
) -> tuple[Floats, dict[str, float]]:
    """Weights of the signals after reading, and how often the best sentence then is right.

    Args:
        examples: Questions with at least one right sentence each.
        sentence: Weights of the signals before reading.
        reader: Reads.

    Returns:
        Weights, shape ``(len(READING_FEATURES),)``, and shares measured on folds that the weights
        after reading were not learnt on.
    """
    tables = [_table(example, sentence, reader) for example in examples]
    unread = [example.table @ sentence for example in examples]
    positives = [example.positive for example in examples]
    right: list[bool] = []
    for fold in range(_FOLDS):
        train = [number for number in range(len(tables)) if number % _FOLDS != fold]
        weights = fit_listwise([tables[n] for n in train], [positives[n] for n in train], _PENALTY)
        for number in range(fold, len(tables), _FOLDS):
            right.append(bool(positives[number][int(np.argmax(tables[number] @ weights))]))
    before = [bool(p[int(np.argmax(s))]) for s, p in zip(unread, positives, strict=True)]
    report = {
        "best_sentence_holds_answer_unread": round(float(np.mean(before)), 4),
        "best_sentence_holds_answer_read": round(float(np.mean(right)), 4),
    }
    return fit_listwise(tables, positives, _PENALTY), report


def _table(
    example: Example, sentence: Floats, reader: Reader
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    scores = (example.table @ sentence).astype(np.float32)
    candidates = candidates_of(example.hits)
    return reading_features(
        example.table, read_spans(example.query.text, candidates, scores, reader)
    )
