"""How the best sentence stands among the others: what near misses give away.

A text that does not answer still has a best sentence, and it is as like the question as an answer
would be. But it hardly beats the second, its passage was not the first to be found, nowhere are
words read that answer, or it is a row of a table whose columns nobody asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.features import Candidate
from rag.reader import Span
from rag.tables import is_row
from rag.wanted import wanted

STANDING_FEATURES = ("row", "lead", "place", "readable", "kind_asked")
"""What the probability of an answer is corrected by; see :func:`standing`."""

STANDING_SIGNS = (-1.0, 1.0, -1.0, 1.0, -1.0)
"""Whether each may only raise the probability (1) or lower it (-1).

A figure, a date or a name of the kind asked for is told by many sentences that answer something
else.
"""

_LEADS = (-1.0, 3.0)
_READ = (-6.0, 4.0)  # log odds


def standing(
    question: str,
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    order: Sequence[int],
    spans: Iterable[Span],
) -> NDArray[np.float64]:
    """How the best sentence stands among the others, shape ``(len(STANDING_FEATURES),)``.

    Args:
        question: The question.
        candidates: All sentences.
        scores: How well each answers, shape ``(len(candidates),)``.
        order: Their numbers, best first; at least one.
        spans: The words that answer best in each of those that were read.
    """
    best = order[0]
    read = max((span.score for span in spans if math.isfinite(span.score)), default=_READ[0])
    lead = float(scores[best] - scores[order[1]]) if len(order) > 1 else 0.0
    return np.array(
        [
            float(is_row(candidates[best].text)),
            min(max(lead, _LEADS[0]), _LEADS[1]),
            math.log(max(candidates[best].hit.rank, 1)),
            min(max(read, _READ[0]), _READ[1]),
            float(wanted(question).decides),
        ],
        np.float64,
    )


def corrected(
    chance: float, signals: NDArray[np.float64], weights: Sequence[float], bias: float
) -> float:
    """A probability whose log odds are corrected; none and certainty stay what they are."""
    if not 0 < chance < 1:
        return chance
    logit = math.log(chance / (1 - chance)) + float(signals @ np.asarray(weights)) + bias
    return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))
