"""The measures of a set of judged answers, each as a ratio over the questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from eval import metrics
from eval.followups import left_alone, understood
from eval.judging import Judgement
from eval.stats import Ratio

CUTOFFS = (1, 5, 10, 100)
LOWER_IS_BETTER = frozenset(
    (
        "false_refusal",
        "answered_unanswerable",
        "calibration_error",
        "failed",
        "sentences_unsupported",
        "fell_back",
        "model_failed",
    )
)
"""Of all measures these alone; every other is better the higher it is."""

Part = tuple[float, float]
_NONE: Part = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Offers:
    """What a system gives at all; what it never gives is undefined, not 0."""

    hits: bool
    short: bool


def figure_table(items: Sequence[Judgement]) -> dict[str, Ratio]:
    """Every measure by name; the questions in the order given."""
    offers = Offers(
        hits=any(item.hits for item in items), short=any(item.reply.short for item in items)
    )
    table = {}
    for name, measure in _measures(offers).items():
        values = np.array([measure(item) for item in items], np.float64).reshape(-1, 2)
        table[name] = Ratio(values[:, 0].copy(), values[:, 1].copy())
    return table


def _measures(offers: Offers) -> Mapping[str, Callable[[Judgement], Part]]:
    return {
        **(_retrieval("", "rank") | _retrieval("doc_", "source_rank") if offers.hits else _NOTHING),
        **_words(),
        **{name: measure if offers.short else _nothing for name, measure in _short_words().items()},
        **_citations(),
        **_refusals(),
        **_follow_ups(),
        **_wordings(),
        "failed": lambda item: (float(bool(item.reply.error)), 1.0),
    }


def _nothing(item: Judgement) -> Part:
    return _NONE


def _mean(value: float | None) -> Part:
    """A value that counts as one question, if it applies."""
    return _NONE if value is None else (float(value), 1.0)


def _located(item: Judgement, value: float | None) -> Part:
    """A value of a question whose evidence is known."""
    return _mean(value) if item.question.evidence else _NONE


def _retrieval(prefix: str, rank: str) -> dict[str, Callable[[Judgement], Part]]:
    def at(measure: Callable[[Any, int], float], k: int, item: Judgement) -> Part:
        return _located(item, measure(getattr(item, rank), k))

    return {
        **{f"{prefix}recall@{k}": partial(at, metrics.recall_at, k) for k in CUTOFFS},
        f"{prefix}mrr@10": partial(at, metrics.reciprocal_rank, 10),
        f"{prefix}ndcg@10": partial(at, metrics.ndcg, 10),
    }


_NOTHING = {name: _nothing for prefix in ("", "doc_") for name in _retrieval(prefix, "rank")}


def _word(name: str) -> Callable[[Judgement], Part]:
    return lambda item: _mean(item.words.measures.get(name))


def _words() -> dict[str, Callable[[Judgement], Part]]:
    """Of the whole answer."""
    return {
        "contains": lambda item: _mean(item.words.contains),
        "contains_answered": lambda item: (
            _mean(item.words.contains) if item.reply.answered else _NONE
        ),
        "list_recall": lambda item: _mean(item.words.list_recall),
        **{
            name: _word(name)
            for name in ("cmrc_em_answer", "cmrc_f1_answer", "rouge_l_answer", "quantities_answer")
        },
    }


def _short_words() -> dict[str, Callable[[Judgement], Part]]:
    """Of the answering words alone."""
    return {
        "contains_short": lambda item: _mean(item.words.contains_short),
        "exact_match": lambda item: _mean(item.words.exact),
        "f1": lambda item: _mean(item.words.f1),
        **{name: _word(name) for name in ("cmrc_em", "cmrc_f1", "rouge_l", "quantities")},
    }


def _citations() -> dict[str, Callable[[Judgement], Part]]:
    return {
        "citation_precision": lambda item: (item.spans_right, item.spans),
        "citation_recall": lambda item: _located(item, float(item.spans_right > 0)),
        "passage_precision": lambda item: (item.passages_right, item.spans),
        "passage_recall": lambda item: _located(item, float(item.passages_right > 0)),
        "span_overlap": lambda item: _located(item, item.overlap),
        "verbatim": lambda item: (item.verbatim, item.checked),
    }


def _follow_ups() -> dict[str, Callable[[Judgement], Part]]:
    return {
        "understood": lambda item: _mean(understood(item.question, item.reply.resolved)),
        "left_alone": lambda item: _mean(left_alone(item.question, item.reply)),
    }


def _wordings() -> dict[str, Callable[[Judgement], Part]]:
    """Of a language model: sentences that it wrote, and answers that it was asked for."""

    def sentences(state: str, item: Judgement) -> Part:
        return item.reply.claims.count(state), len(item.reply.claims)

    def asked(item: Judgement, value: bool) -> Part:
        return _mean(float(value)) if item.reply.asked_model else _NONE

    return {
        "sentences_supported": partial(sentences, "supported"),
        "sentences_unsupported": partial(sentences, "unsupported"),
        "fell_back": lambda item: asked(item, item.reply.fell_back),
        "model_failed": lambda item: asked(item, item.reply.model_failed),
    }


def _refusals() -> dict[str, Callable[[Judgement], Part]]:
    def of(known: bool | None, value: Callable[[Judgement], bool], item: Judgement) -> Part:
        return _mean(float(value(item))) if item.question.answerable is known else _NONE

    def precision(item: Judgement) -> Part:
        if not item.reply.refused or item.question.answerable is None:
            return _NONE
        return float(not item.question.answerable), 1.0

    return {
        "refusal_precision": precision,
        "refusal_recall": partial(of, False, lambda item: item.reply.refused),
        "false_refusal": partial(of, True, lambda item: item.reply.refused),
        "answered_unanswerable": partial(of, False, lambda item: item.reply.answered),
    }
