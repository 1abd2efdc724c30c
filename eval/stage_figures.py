"""The figures of retrieval alone, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eval.figures import figure_table
from eval.parallel import Workers
from eval.report.titles import RETRIEVAL
from eval.retrieving import judge_retrieval
from eval.scoring import Figure, Group
from eval.sets import QuestionSet
from eval.stats import Ratio, intervals
from eval.system import System

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StageFigures:
    """Retrieval alone, stage by stage; measures are named ``STAGE:MEASURE`` in the table."""

    groups: dict[str, Group] = field(default_factory=dict)
    table: dict[str, Ratio] = field(default_factory=dict)

    @classmethod
    def measure(
        cls,
        questions: QuestionSet,
        kb: System,
        stages: Sequence[str],
        hits: int,
        workers: Workers,
        progress: Progress,
    ) -> StageFigures:
        """Measure the stages one by one.

        Args:
            questions: What to search for.
            kb: Where.
            stages: Names of :data:`eval.stages.STAGES`.
            hits: How many passages to retrieve.
            workers: Who searches.
            progress: Called with (searches done, searches in all).
        """
        found = cls()
        for number, stage in enumerate(stages):
            begun = number * len(questions.questions)
            judged = judge_retrieval(
                kb,
                stage,
                questions.questions,
                hits,
                workers,
                _shifted(progress, begun),
            )
            table = {name: ratio for name, ratio in figure_table(judged).items()
                     if name in RETRIEVAL}  # fmt: skip
            middles = intervals(table)
            figures = {
                name: Figure(ratio.value, round(float(ratio.wholes.sum())), middles.get(name))
                for name, ratio in table.items()
            }
            found.groups[stage] = Group(len(judged), figures, {})
            found.table.update({f"{stage}:{name}": ratio for name, ratio in table.items()})
        return found


def _shifted(progress: Progress, begun: int) -> Progress:
    return lambda done, total: progress(begun + done, total)
