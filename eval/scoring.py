"""From judged answers to figures: a pure function of questions and answer records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import InputError
from corpus.normalize import squeeze
from eval import metrics
from eval.answers import Reply, read_reply
from eval.judging import Judgement, judge
from eval.questions import Question

CUTOFFS = (1, 5, 10, 100)
NO_ANSWER = "there is no answer to this question"
UNTYPED = "(no type)"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: its value, None if undefined, and how many questions or spans it is over."""

    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one stage over ``count`` answers."""

    p50: float
    p95: float
    worst: float
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some questions, by the name of the measure; latency by stage."""

    questions: int
    figures: Mapping[str, Figure]
    latency: Mapping[str, Latency]


@dataclass(frozen=True, slots=True)
class Summary:
    """What an evaluation found.

    Attributes:
        by_type: By the label of the questions; empty if none has a label.
        judgements: One for each question, in order.
        failures: How many questions each stage lost.
        unknown: How many answers belong to no question; they are left out.
    """

    overall: Group
    by_type: Mapping[str, Group] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0


def score(questions: Sequence[Question], answers: Iterable[Mapping[str, Any]]) -> Summary:
    """Score answers, of this system or any other.

    A question without an answer counts as failed, so that leaving out the hard ones gains nothing.

    Args:
        questions: With distinct ids.
        answers: Records in the format of ``answers.jsonl``, matched to the questions by ``id``.

    Raises:
        InputError: A record is malformed, an id comes twice, or an answer is to another question.
    """
    judged, unknown = _judge_all({item.id: item for item in questions}, answers)
    missing = (judge(item, Reply(item.id, error=NO_ANSWER)) for item in questions)
    judgements = tuple(judged.get(item.question.id, item) for item in missing)
    offers = _Offers(
        hits=any(item.hits for item in judgements),
        short=any(item.reply.short for item in judgements),
    )
    labels = list(dict.fromkeys(item.type or UNTYPED for item in questions))
    by_type = {
        label: _group(
            [item for item in judgements if (item.question.type or UNTYPED) == label], offers
        )
        for label in (labels if labels != [UNTYPED] else [])
    }
    failures: dict[str, int] = {}
    for item in judgements:
        if item.lost_at:
            failures[item.lost_at] = failures.get(item.lost_at, 0) + 1
    return Summary(
        overall=_group(judgements, offers),
        by_type=by_type,
        judgements=judgements,
        failures=failures,
        unknown=unknown,
    )


@dataclass(frozen=True, slots=True)
class _Offers:
    """What the system gives at all; what it never gives is undefined, not 0."""

    hits: bool
    short: bool


def _judge_all(
    questions: Mapping[str, Question], answers: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, Judgement], int]:
    """Judge the answers one by one, by the id of their question; count those of no question."""
    judged: dict[str, Judgement] = {}
    unknown: set[str] = set()
    for record in answers:
        reply = read_reply(record)
        if reply.id in judged or reply.id in unknown:
            raise InputError(f"answer {reply.id!r} comes twice. Keep one of them.")
        question = questions.get(reply.id)
        if question is None:
            unknown.add(reply.id)
            continue
        if reply.question and squeeze(reply.question) != squeeze(question.question):
            raise InputError(
                f"answer {reply.id!r} is to {reply.question!r}, but the question set asks "
                f"{question.question!r}. Score answers against the set they were made from."
            )
        judged[reply.id] = judge(question, reply)
    return judged, len(unknown)


def _group(items: Sequence[Judgement], offers: _Offers) -> Group:
    figures = {**_retrieval(items, offers), **_words(items, offers)}
    figures |= {**_citations(items), **_refusals(items)}
    figures["failed"] = _share(sum(bool(item.reply.error) for item in items), len(items))
    return Group(len(items), figures, _latency(items))


def _share(part: int, whole: int) -> Figure:
    return Figure(metrics.share(part, whole), whole)


def _mean(values: Iterable[float | None]) -> Figure:
    known = [value for value in values if value is not None]
    return Figure(metrics.mean(known), len(known))


def _retrieval(items: Sequence[Judgement], offers: _Offers) -> dict[str, Figure]:
    ranks = [item.rank for item in items if item.question.evidence and offers.hits]
    figures = {
        f"recall@{k}": _mean([metrics.recall_at(rank, k) for rank in ranks]) for k in CUTOFFS
    }
    figures["mrr@10"] = _mean([metrics.reciprocal_rank(rank, 10) for rank in ranks])
    figures["ndcg@10"] = _mean([metrics.ndcg(rank, 10) for rank in ranks])
    return figures


def _words(items: Sequence[Judgement], offers: _Offers) -> dict[str, Figure]:
    short = [item for item in items if offers.short]
    return {
        "contains": _mean(item.words.contains for item in items),
        "contains_answered": _mean(item.words.contains for item in items if item.reply.answered),
        "contains_short": _mean(item.words.contains_short for item in short),
        "exact_match": _mean(item.words.exact for item in short),
        "f1": _mean(item.words.f1 for item in short),
        "list_recall": _mean(item.words.list_recall for item in items),
    }


def _citations(items: Sequence[Judgement]) -> dict[str, Figure]:
    spans = sum(item.spans for item in items)
    located = [item for item in items if item.question.evidence]
    return {
        "citation_precision": _share(sum(item.spans_right for item in items), spans),
        "citation_recall": _mean([float(item.spans_right > 0) for item in located]),
        "passage_precision": _share(sum(item.passages_right for item in items), spans),
        "passage_recall": _mean([float(item.passages_right > 0) for item in located]),
        "verbatim": _share(
            sum(item.verbatim for item in items), sum(item.checked for item in items)
        ),
    }


def _refusals(items: Sequence[Judgement]) -> dict[str, Figure]:
    answerable = [item.reply for item in items if item.question.answerable]
    unanswerable = [item.reply for item in items if item.question.answerable is False]
    wrongly = sum(reply.refused for reply in answerable)
    rightly = sum(reply.refused for reply in unanswerable)
    yes = [reply.confidence for reply in answerable if reply.confidence is not None]
    no = [reply.confidence for reply in unanswerable if reply.confidence is not None]
    return {
        "refusal_precision": _share(rightly, rightly + wrongly),
        "refusal_recall": _share(rightly, len(unanswerable)),
        "false_refusal": _share(wrongly, len(answerable)),
        "answered_unanswerable": _share(
            sum(reply.answered for reply in unanswerable), len(unanswerable)
        ),
        "auroc": Figure(metrics.auroc(yes, no), len(yes) + len(no)),
    }


def _latency(items: Sequence[Judgement]) -> dict[str, Latency]:
    by_stage: dict[str, list[float]] = {}
    for item in items:
        if not item.reply.error:
            for stage, value in item.reply.timings_ms.items():
                by_stage.setdefault(stage, []).append(value)
    return {
        stage: Latency(
            p50=metrics.percentile(values, 50) or 0.0,
            p95=metrics.percentile(values, 95) or 0.0,
            worst=max(values),
            count=len(values),
        )
        for stage, values in by_stage.items()
    }
