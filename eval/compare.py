"""Two runs over the same questions: what changed, whether it matters, and for which questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import InputError
from eval.figures import LOWER_IS_BETTER
from eval.runs import Kept
from eval.stats import Paired, paired

LEVEL = 0.05
_ABSENT = "–"
# What differs between any two runs and says nothing.
_PASSING = ("built", "generation", "folder", "bytes")
# Whether a question was won or lost is decided by the first of these that both runs have.
_DECIDING = ("contains", "citation_recall", "ndcg@10", "doc_ndcg@10", "refusal_recall")


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that differs."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that one run got right and the other did not."""

    id: str
    question: str
    expected: str
    first: str
    second: str
    first_lost_at: str
    second_lost_at: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs say together.

    Attributes:
        questions: How many questions both have.
        only_one: How many only one of them has; they are left out.
        figures: By measure; the p-value is that of the paired randomisation test.
    """

    first: Kept
    second: Kept
    questions: int
    only_one: int
    changes: tuple[Change, ...]
    figures: Mapping[str, Paired]
    won: tuple[Turned, ...]
    lost: tuple[Turned, ...]

    def significant(self, name: str) -> bool:
        """Whether a difference is unlikely to be chance, at the level of 5 %."""
        return self.figures[name].p < LEVEL

    def worse(self) -> list[str]:
        """The measures by which the second run is significantly worse."""
        return [
            name
            for name, pair in self.figures.items()
            if self.significant(name)
            and (pair.difference > 0 if name in LOWER_IS_BETTER else pair.difference < 0)
        ]


def compare(first: Kept, second: Kept) -> Comparison:
    """Compare two runs, question by question.

    Raises:
        InputError: They have no question in common.
    """
    before = {row["id"]: row for row in first.rows}
    after = {row["id"]: row for row in second.rows}
    ids = [name for name in before if name in after and _same(before[name], after[name])]
    if not ids:
        raise InputError(
            f"{first.name} and {second.name} have no question in common; compare runs over the "
            "same question set."
        )
    tables = first.table(ids), second.table(ids)
    pairs = {
        name: pair
        for name in tables[0]
        if name in tables[1] and (pair := paired(tables[0][name], tables[1][name])) is not None
    }
    rows = [(before[name], after[name]) for name in ids]
    return Comparison(
        first=first,
        second=second,
        questions=len(ids),
        only_one=len(before) + len(after) - 2 * len(ids),
        changes=tuple(_changes(first.about, second.about)),
        figures=pairs,
        won=tuple(_turned(old, new) for old, new in rows if _right(new) > _right(old)),
        lost=tuple(_turned(old, new) for old, new in rows if _right(new) < _right(old)),
    )


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old.get("question") == new.get("question"))


def _right(row: Mapping[str, Any]) -> float:
    """How right a question was: by the stage that lost it, or by the deciding measure."""
    if "lost_at" in row:
        return float(not row["lost_at"])
    for name in _DECIDING:
        if name in row["figures"]:
            part, whole = row["figures"][name]
            return float(part) / float(whole)
    return 0.0


def _turned(old: Mapping[str, Any], new: Mapping[str, Any]) -> Turned:
    return Turned(
        id=old["id"],
        question=str(old.get("question", "")),
        expected=str(old.get("expected", "")),
        first=str(old.get("got", "")),
        second=str(new.get("got", "")),
        first_lost_at=str(old.get("lost_at", "")),
        second_lost_at=str(new.get("lost_at", "")),
    )


def _changes(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Change]:
    parts = ("code", "questions", "settings", "kb", "stage", "system")
    old = _flat({name: first.get(name) for name in parts})
    new = _flat({name: second.get(name) for name in parts})
    return [
        Change(name, old.get(name, _ABSENT), new.get(name, _ABSENT))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name) and name.rsplit(".", 1)[-1] not in _PASSING
    ]


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{name}.")
        elif item is not None:
            flat[f"{prefix}{name}"] = _text(item)
    return flat


def _text(item: Any) -> str:
    if isinstance(item, Sequence) and not isinstance(item, str):
        return ", ".join(map(str, item))
    return str(item)
