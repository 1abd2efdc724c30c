"""From judged answers to figures: a pure function of questions and answer records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from corpus.normalize import squeeze
from eval import metrics
from eval.answers import Reply, read_reply
from eval.calibration import calibration_error
from eval.figures import CUTOFFS, figure_table
from eval.judging import Ground, Judgement, judge
from eval.questions import Question
from eval.stats import Interval, Ratio, confidence_intervals, intervals

__all__ = ["CUTOFFS", "NO_ANSWER", "UNTYPED", "Figure", "Group", "Latency", "Summary", "score"]

NO_ANSWER = "there is no answer to this question"
UNTYPED = "(no type)"
UNLOCATED = "(no evidence)"
_ANSWERABLE = {True: "answerable", False: "unanswerable", None: "unknown"}
_MOST_SOURCES = 50
# Intervals of parts are for orientation: they need not be as fine as those of the whole.
_PART_RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: its value, None if undefined, and how many questions or spans it is over.

    Attributes:
        interval: The middle 95 % over resamples of the questions; None if undefined.
    """

    value: float | None
    count: int
    interval: Interval | None = None


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
        by_source: By the document of their first evidence, the 50 with most questions; empty if
            there is only one.
        by_answerable: By whether the documents answer; empty if all do or none.
        judgements: One for each question, in order.
        failures: How many questions each stage lost.
        unknown: How many answers belong to no question; they are left out.
        table: Every measure question by question.
    """

    overall: Group
    by_type: Mapping[str, Group] = field(default_factory=dict)
    by_source: Mapping[str, Group] = field(default_factory=dict)
    by_answerable: Mapping[str, Group] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    table: Mapping[str, Ratio] = field(default_factory=dict, compare=False)


def score(
    questions: Sequence[Question],
    answers: Iterable[Mapping[str, Any]],
    ground: Ground | None = None,
) -> Summary:
    """Score answers, of this system or any other.

    A question without an answer counts as failed, so that leaving out the hard ones gains nothing.

    Args:
        questions: With distinct ids.
        answers: Records in the format of ``answers.jsonl``, matched to the questions by ``id``.
        ground: What is known of the system, so that losses can be traced further.

    Raises:
        InputError: A record is malformed, an id comes twice, or an answer is to another question.
    """
    judged, unknown = _judge_all({item.id: item for item in questions}, answers, ground)
    missing = (judge(item, Reply(item.id, error=NO_ANSWER), ground) for item in questions)
    return summarise([judged.get(item.question.id, item) for item in missing], unknown)


def summarise(judgements: Sequence[Judgement], unknown: int = 0) -> Summary:
    """The figures of judged answers, one for each question."""
    table = figure_table(judgements)
    parts = _Parts(judgements, table)
    return Summary(
        overall=_group(judgements, table),
        by_type=parts.by(lambda item: item.question.type or UNTYPED, only=UNTYPED),
        by_source=parts.by(_source, most=_MOST_SOURCES),
        by_answerable=parts.by(lambda item: _ANSWERABLE[item.question.answerable]),
        judgements=tuple(judgements),
        failures=dict(Counter(item.lost_at for item in judgements if item.lost_at)),
        unknown=unknown,
        table=table,
    )


def _source(item: Judgement) -> str:
    return item.question.evidence[0].source if item.question.evidence else UNLOCATED


@dataclass(frozen=True, slots=True)
class _Parts:
    """Groups of questions by a label."""

    judgements: Sequence[Judgement]
    table: Mapping[str, Ratio]

    def by(
        self, label: Callable[[Judgement], str], *, only: str = "", most: int | None = None
    ) -> dict[str, Group]:
        """The groups in the order of the questions; none if there is one alone (but a label)."""
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(self.judgements):
            rows.setdefault(label(item), []).append(row)
        if list(rows) == [only] or (len(rows) < 2 and not only):
            return {}
        if most is not None and len(rows) > most:
            rows = dict(sorted(rows.items(), key=lambda pair: -len(pair[1]))[:most])
        return {name: self._group(np.array(chosen)) for name, chosen in rows.items()}

    def _group(self, rows: NDArray[np.int64]) -> Group:
        table = {name: ratio.take(rows) for name, ratio in self.table.items()}
        return _group([self.judgements[row] for row in rows], table, _PART_RESAMPLES)


def _judge_all(
    questions: Mapping[str, Question],
    answers: Iterable[Mapping[str, Any]],
    ground: Ground | None,
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
        judged[reply.id] = judge(question, reply, ground)
    return judged, len(unknown)


def _group(
    items: Sequence[Judgement], table: Mapping[str, Ratio], resamples: int | None = None
) -> Group:
    more = {} if resamples is None else {"resamples": resamples}
    middles = intervals(dict(table), **more)
    figures = {
        name: Figure(ratio.value, round(float(ratio.wholes.sum())), middles.get(name))
        for name, ratio in table.items()
    }
    return Group(len(items), figures | _confidence(items, more), _latency(items))


def confident(items: Sequence[Judgement]) -> tuple[list[float], list[bool]]:
    """Confidence and answerability of the questions for which both are known."""
    pairs = [
        (item.reply.confidence, item.question.answerable)
        for item in items
        if item.reply.confidence is not None and item.question.answerable is not None
    ]
    return [score for score, _ in pairs], [known for _, known in pairs]


def _confidence(items: Sequence[Judgement], more: Mapping[str, int]) -> dict[str, Figure]:
    """AUROC and calibration error; without both kinds of questions neither means anything."""
    scores, outcomes = confident(items)
    yes = [score for score, known in zip(scores, outcomes, strict=True) if known]
    no = [score for score, known in zip(scores, outcomes, strict=True) if not known]
    values = {
        "auroc": metrics.auroc(yes, no),
        "calibration_error": calibration_error(scores, outcomes) if yes and no else None,
    }
    middles = (
        confidence_intervals(np.array(scores), np.array(outcomes, bool), **more)
        if yes and no
        else {}
    )
    return {name: Figure(value, len(scores), middles.get(name)) for name, value in values.items()}


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
