"""The questions that were lost, and where; what was expected and what came instead."""

from __future__ import annotations

from eval.answers import Reply
from eval.judging import Judgement
from eval.questions import Question
from eval.report.labels import ENGLISH, Labels
from eval.report.markup import escape, table
from eval.scoring import Summary

_MOST = 200
_HEAD = ("Id", "Type", "Question", "Expected", "Got", "Lost at")


def failure_section(summary: Summary) -> str:
    """How many questions each stage lost, then the questions, at most 200 of them."""
    lost = [item for item in summary.judgements if item.lost_at]
    if not lost:
        return "## Failures\n\nNone."
    counts = sorted(summary.failures.items(), key=lambda item: (-item[1], item[0]))
    parts = [
        f"## Failures\n\n{len(lost)} of {len(summary.judgements)} questions.",
        table(("Lost at", "Questions"), [(stage, str(count)) for stage, count in counts]),
        table(_HEAD, [_row(item) for item in lost[:_MOST]]),
    ]
    if len(lost) > _MOST:
        parts.append(f"… and {len(lost) - _MOST} more: metrics.json lists them all.")
    return "\n\n".join(parts)


def _row(item: Judgement) -> tuple[str, ...]:
    question = item.question
    return (
        escape(question.id),
        escape(question.type),
        escape(question.question),
        escape(expected_words(question)),
        _got(item.reply),
        lost_where(item),
    )


def _got(reply: Reply) -> str:
    if reply.refused:
        return "refused" + (f": {escape(reply.reason)}" if reply.reason else "")
    return escape(got_words(reply))


def expected_words(question: Question, say: Labels = ENGLISH) -> str:
    """What a right answer holds, in one line."""
    if question.answerable is False:
        return say("a refusal")
    if question.answers:
        joint = " + " if question.match == "all" else " / "
        return joint.join(" = ".join(item) for item in question.answers)
    return " / ".join(item.quote for item in question.evidence)


def got_words(reply: Reply, say: Labels = ENGLISH) -> str:
    """What came instead, in one line."""
    if reply.error:
        return say.name(reply.error)
    if reply.refused and reply.reason:
        return say("refused: {reason}", reason=say.name(reply.reason))
    if reply.refused:
        return say("refused")
    return reply.short or reply.text


def lost_where(item: Judgement, say: Labels = ENGLISH) -> str:
    """The stage, with the ranks that tell how near it was."""
    if item.lost_at == "not retrieved":
        rank = item.document_rank
        near = say("its document at rank {rank}", rank=rank) if rank else say("nor its document")
        return say("not retrieved in {hits} ({near})", hits=item.hits, near=near)
    if item.lost_at == "retrieved, not cited":
        return say("retrieved at rank {rank}, not cited", rank=item.rank)
    if item.lost_at == "ranked too low":
        return say(
            "ranked too low: rank {rank}, looked at {depth}", rank=item.rank, depth=item.depth
        )
    stage = say.name(item.lost_at)
    if item.lost_at.startswith("lost in "):
        return say("{stage} (from rank {proposed} to {rank})",
                   stage=stage, proposed=item.proposed, rank=item.rank)  # fmt: skip
    if item.rank:
        return say("{stage} (evidence at rank {rank})", stage=stage, rank=item.rank)
    return stage
