"""Measure a knowledge base on a set of questions.

``evaluate`` asks and scores; ``score`` is a pure function of questions and answer records, so that
the answers of any other system in the same format are scored the same way.
"""

from __future__ import annotations

from eval.load import load_questions
from eval.questions import Question
from eval.run import evaluate
from eval.scoring import Summary, score

__all__ = ["Question", "Summary", "evaluate", "load_questions", "score"]
