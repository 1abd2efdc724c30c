"""Question sets in the layouts people have them in, all read into the same records."""

from __future__ import annotations

from eval.sets.read import LAYOUTS, read_set
from eval.sets.records import QuestionSet

__all__ = ["LAYOUTS", "QuestionSet", "read_set"]
