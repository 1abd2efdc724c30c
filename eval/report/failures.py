"""The questions that were lost, and where; what was expected and what came instead."""

from __future__ import annotations

from eval.answers import Reply
from eval.judging import Judgement
from eval.questions import Question
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


def expected_words(question: Question) -> str:
    """What a right answer holds, in one line."""
    if question.answerable is False:
        return "a refusal"
    if question.answers:
        joint = " + " if question.match == "all" else " / "
        return joint.join(" = ".join(item) for item in question.answers)
    return " / ".join(item.quote for item in question.evidence)


def got_words(reply: Reply) -> str:
    """What came instead, in one line."""
    if reply.error:
        return reply.error
    if reply.refused:
        return "refused" + (f": {reply.reason}" if reply.reason else "")
    return reply.short or reply.text


def lost_where(item: Judgement) -> str:
    """The stage, with the ranks that tell how near it was."""
    if item.lost_at == "not retrieved":
        rank = item.document_rank
        near = f"its document at rank {rank}" if rank else "nor its document"
        return f"not retrieved in {item.hits} ({near})"
    if item.lost_at == "retrieved, not cited":
        return f"retrieved at rank {item.rank}, not cited"
    if item.lost_at.startswith("lost in "):
        return f"{item.lost_at} (from rank {item.proposed} to {item.rank})"
    if item.lost_at == "ranked too low":
        return f"ranked too low: rank {item.rank}, looked at {item.depth}"
    return f"{item.lost_at} (evidence at rank {item.rank})" if item.rank else item.lost_at
