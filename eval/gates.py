"""Conditions a run must meet, for continuous integration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from eval.compare import Comparison, compare
from eval.figures import LOWER_IS_BETTER
from eval.runs import Kept, find_run, kept_runs, load_run

EXIT_CODE = 3
"""What ``yinju eval`` returns when a condition is not met."""

_GATE = re.compile(
    r"\s*(?:(?P<stage>[a-z0-9-]+):)?(?P<name>[a-z0-9_@]+)\s*=\s*(?P<value>[\d.]+)\s*"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on a figure: a least value, or for measures that are better when low, a greatest.

    Attributes:
        stage: Of which stage; empty for the answers, or the last stage.
    """

    name: str
    bound: float
    stage: str = ""

    @property
    def label(self) -> str:
        """As the user wrote it."""
        return f"{self.stage}:{self.name}" if self.stage else self.name

    def failure(self, value: float | None) -> str:
        """What is wrong with a figure; empty if it meets the bound."""
        if value is None:
            return f"{self.label} is undefined for this question set, {self.bound:g} is asked for"
        if self.name in LOWER_IS_BETTER and value > self.bound:
            return f"{self.label} is {value:.4f}, at most {self.bound:g} is asked for"
        if self.name not in LOWER_IS_BETTER and value < self.bound:
            return f"{self.label} is {value:.4f}, at least {self.bound:g} is asked for"
        return ""


def parse_gates(texts: Sequence[str]) -> list[Gate]:
    """Bounds as ``recall@5=0.9``, several in one text with commas, ``STAGE:`` in front if need be.

    Raises:
        InputError: A text is not of this form.
    """
    gates = []
    for text in ",".join(texts).split(",") if texts else ():
        match = _GATE.fullmatch(text)
        try:
            bound = float(match["value"]) if match else None
        except ValueError:
            bound = None
        if match is None or bound is None:
            raise InputError(f"{text!r} is no condition; write MEASURE=NUMBER, as recall@5=0.9.")
        gates.append(Gate(match["name"], bound, match["stage"] or ""))
    return gates


def check_gates(
    gates: Sequence[Gate], figures: Mapping[str, Mapping[str, float | None]]
) -> list[str]:
    """What a run fails to meet.

    Args:
        gates: The bounds.
        figures: By stage, ``""`` for the answers or the last stage, and by measure.

    Raises:
        InputError: There is no such stage or measure.
    """
    wrong = []
    for gate in gates:
        if gate.stage not in figures:
            stages = ", ".join(name for name in figures if name)
            raise InputError(
                f"{gate.label}: no such stage was measured; there are {stages or 'none'}."
            )
        if gate.name not in figures[gate.stage]:
            known = ", ".join(figures[gate.stage])
            raise InputError(f"{gate.label}: no measure is called so; there are {known}.")
        wrong.append(gate.failure(figures[gate.stage][gate.name]))
    return [text for text in wrong if text]


def check_no_worse(comparison: Comparison) -> list[str]:
    """The measures by which a run is significantly worse than the one it is held against."""
    wrong = []
    for name in comparison.worse():
        pair = comparison.figures[name]
        wrong.append(
            f"{name} is {pair.second:.4f}, it was {pair.first:.4f} in {comparison.first.name} "
            f"(p = {pair.p:.4f})"
        )
    return wrong


def verdict(out: Path, gates: Sequence[Gate], against: Path | None) -> list[str]:
    """What the run kept last in a folder fails to meet.

    Args:
        out: The folder.
        gates: Bounds on its figures.
        against: Folder of the run that it must not be worse than, if any.

    Raises:
        InputError: A bound is of no known measure, or a run cannot be read.
    """
    if not gates and against is None:
        return []
    last = load_run(kept_runs(out)[-1])
    wrong = check_gates(gates, figures_by_stage(last, out))
    if against is not None:
        before = load_run(against)
        stage = before.about.get("stage")
        now = load_run(find_run(f"{out}:{stage}")) if stage else last
        wrong += check_no_worse(compare(before, now))
    return wrong


def figures_by_stage(run: Kept, out: Path) -> dict[str, dict[str, float | None]]:
    """The figures of a run; of BEIR, each stage was kept as a run of its own."""
    figures: dict[str, dict[str, float | None]] = {"": {}}
    for name, figure in run.about["figures"].items():
        stage, _, measure = name.rpartition(":")
        figures.setdefault(stage, {})[measure] = figure["value"]
    if batch := run.about.get("batch"):
        for about in (load_run(folder).about for folder in kept_runs(out)):
            if about.get("batch") == batch:
                values = {name: figure["value"] for name, figure in about["figures"].items()}
                figures[about["stage"]] = values
    return figures
