"""How to evaluate."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import InputError
from eval.parallel import workers_for
from eval.report.labels import labels_in
from eval.stages import parse_stages
from eval.wording import Wording


@dataclass(frozen=True, slots=True)
class Options:
    """How to evaluate.

    Attributes:
        hits: How many passages to retrieve for each question, at least 1.
        workers: How many processes at most; as many as there are cores if None.
        stages: Stages of retrieval to measure by themselves, beside the answers.
        given_context: Ask each question of the context it was written for alone.
        wording: The language model that words the answers, see :func:`eval.wording.ready`. It is
            asked one question at a time unless ``workers`` says more, and a model in a folder never
            more.
        language: Of the HTML report, ``zh`` or ``en``.
    """

    hits: int = 100
    workers: int | None = None
    stages: tuple[str, ...] = ()
    given_context: bool = False
    wording: Wording | None = None
    language: str = "zh"

    def __post_init__(self) -> None:
        if self.hits < 1:
            raise InputError(f"hits must be at least 1, not {self.hits}.")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers must be at least 1, not {self.workers}.")
        if self.stages:
            parse_stages(",".join(self.stages))
        labels_in(self.language)

    def workers_for(self, questions: int) -> int:
        """How many processes ask so many questions."""
        if self.wording is None:
            return workers_for(questions, self.workers)
        return min(self.workers or 1, max(questions, 1)) if self.wording.apart else 1
