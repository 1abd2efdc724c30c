"""Results of retrieval and of comparisons, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eval.compare import LEVEL, Comparison
from eval.report.titles import TITLES, title_of
from eval.scoring import Figure
from eval.stats import paired

if TYPE_CHECKING:
    from eval.beir import StageResult

_MOST = 10


def stages_text(results: Mapping[str, StageResult]) -> str:
    """One line for each stage and measure, with the interval, and the test against the first."""
    width = max(map(len, results))
    names = list(next(iter(results.values())).figures)
    first = next(iter(results))
    lines = []
    for name in names:
        lines.append(TITLES[name])
        for stage, result in results.items():
            figure = result.figures[name]
            tested = ""
            if stage != first:
                pair = paired(results[first].table[name], result.table[name])
                tested = f"  {pair.difference:+.4f} to {first}, p = {pair.p:.4f}" if pair else ""
            lines.append(f"  {stage:<{width}}  {_figure(figure)}{tested}")
    return "\n".join(lines)


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    middle = figure.interval
    return f"{figure.value:.4f}" + (f" [{middle.low:.4f}–{middle.high:.4f}]" if middle else "")


def comparison_text(comparison: Comparison) -> str:
    """What changed, by how much, and which questions turned."""
    first, second = comparison.first.name, comparison.second.name
    lines = [f"{first} → {second}: {comparison.questions} questions"]
    if comparison.only_one:
        lines.append(f"{comparison.only_one} questions stand in one run only and are left out")
    lines += [f"  {item.name}: {item.first} → {item.second}" for item in comparison.changes]
    titles = {name: title_of(name) for name in comparison.figures}
    width = max(map(len, titles.values()), default=0)
    for name, pair in comparison.figures.items():
        mark = "*" if comparison.significant(name) else " "
        middle = pair.interval
        within = f"[{middle.low:+.4f}, {middle.high:+.4f}]" if middle else ""
        lines.append(
            f"{mark} {titles[name]:<{width}}  {pair.first:.4f} → {pair.second:.4f}  "
            f"{pair.difference:+.4f} {within}  p = {pair.p:.4f}"
        )
    lines.append(f"* p < {LEVEL:g}, paired randomisation test")
    lines.append(f"won {len(comparison.won)}, lost {len(comparison.lost)}")
    for title, turned in (("won", comparison.won), ("lost", comparison.lost)):
        for item in turned[:_MOST]:
            lines.append(f"  {title} {item.id}: {item.question}")
        if len(turned) > _MOST:
            lines.append(f"  … and {len(turned) - _MOST} more: --out DIR writes them all")
    return "\n".join(lines)
