"""Plots as inline SVG: lines and bars, with nothing to load and nothing to run.

No element carries a ``style``, so that a page that allows none still shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 40
_LABEL = 28
_DIGIT = 6  # no digit of the style sheet's size is wider
_SERIES = 6  # how many colours the style sheet has
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axes:
    """What the two axes say; both run from 0 to 1 unless said otherwise.

    Attributes:
        ticks: Values marked on the horizontal axis.
        logarithmic: Whether the horizontal axis is.
    """

    across: str
    up: str
    ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)
    logarithmic: bool = False


def line_plot(
    title: str, axes: Axes, series: Mapping[str, Sequence[Point]], *, diagonal: bool = False
) -> str:
    """Lines over one horizontal axis, the vertical one from 0 to 1.

    Args:
        title: Read out by screen readers.
        axes: The axes.
        series: Points by the name of the line; a line of one point is drawn as a dot.
        diagonal: Whether to draw what would be perfect.
    """
    place = _scale(axes)
    parts = [_frame(axes, place)]
    if diagonal:
        (x1, y1), (x2, y2) = _at(place, (0, 0)), _at(place, (1, 1))
        parts.append(f'<line class="ideal" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    for number, (name, points) in enumerate(series.items()):
        style = f"s{number % _SERIES}"
        drawn = " ".join(",".join(map(str, _at(place, point))) for point in points)
        parts.append(f'<polyline class="line {style}" points="{drawn}"/>')
        if len(points) <= 12:
            for x, y in (_at(place, point) for point in points):
                parts.append(f'<circle class="dot {style}" cx="{x}" cy="{y}" r="3"/>')
        parts.append(_legend(name, style, number))
    return _svg(title, "".join(parts), HEIGHT + 6 + 16 * ((len(series) + 1) // 2))


def bar_plot(
    title: str,
    bars: Sequence[tuple[str, float, str]],
    spans: Sequence[Point | None] = (),
) -> str:
    """Horizontal bars, the longest over the whole width.

    Args:
        title: Read out by screen readers.
        bars: Label, length and what is written at the end of each.
        spans: For each bar the interval of its length, drawn as a whisker.
    """
    row, left = 24, 176
    most = max([value for _, value, _ in bars] + [span[1] for span in spans if span] + [1e-9])
    room = 16 + _DIGIT * max((len(text) for _, _, text in bars), default=0)
    scale = (WIDTH - left - room) / most
    parts = []
    for number, (label, value, text) in enumerate(bars):
        y = 8 + number * row
        shown = _shortened(label)
        parts.append(
            f'<text class="label" x="{left - 6}" y="{y + 13}" text-anchor="end">{escape(shown)}'
            f"<title>{escape(label)}</title></text>"
            f'<rect class="bar" x="{left}" y="{y + 2}" width="{value * scale:.1f}" height="14"/>'
        )
        end = value
        span = spans[number] if number < len(spans) else None
        if span:
            end = max(end, span[1])
            low, high = (f"{left + bound * scale:.1f}" for bound in span)
            parts.append(
                f'<path class="whisker" d="M{low} {y + 6}V{y + 12}M{low} {y + 9}H{high}'
                f'M{high} {y + 6}V{y + 12}"/>'
            )
        x = f"{left + end * scale + 6:.1f}"
        parts.append(f'<text class="value" x="{x}" y="{y + 13}">{escape(text)}</text>')
    return _svg(title, "".join(parts), 16 + len(bars) * row)


def _scale(axes: Axes) -> Callable[[float], float]:
    """From a value on the horizontal axis to a share of its length."""
    low, high = axes.ticks[0], axes.ticks[-1]
    if axes.logarithmic:
        return lambda value: (log10(value) - log10(low)) / (log10(high) - log10(low))
    return lambda value: (value - low) / (high - low)


def _at(place: Callable[[float], float], point: Point) -> tuple[float, float]:
    x = _LEFT + place(point[0]) * (WIDTH - _LEFT - _RIGHT)
    y = HEIGHT - _BOTTOM - point[1] * (HEIGHT - _TOP - _BOTTOM)
    return round(float(x), 1), round(float(y), 1)


def _frame(axes: Axes, place: Callable[[float], float]) -> str:
    parts = []
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        _, y = _at(place, (axes.ticks[0], tick))
        parts.append(
            f'<line class="grid" x1="{_LEFT}" y1="{y}" x2="{WIDTH - _RIGHT}" y2="{y}"/>'
            f'<text class="tick" x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>'
        )
    for tick in axes.ticks:
        x, _ = _at(place, (tick, 0))
        parts.append(
            f'<text class="tick" x="{x}" y="{HEIGHT - _BOTTOM + 15}" text-anchor="middle">'
            f"{tick:g}</text>"
        )
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    parts.append(
        f'<text class="axis" x="{(_LEFT + WIDTH - _RIGHT) / 2}" y="{HEIGHT - 6}" '
        f'text-anchor="middle">{escape(axes.across)}</text>'
        f'<text class="axis" x="12" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 12 {middle})">{escape(axes.up)}</text>'
    )
    return "".join(parts)


def _legend(name: str, style: str, number: int) -> str:
    """Below the plot, two in a row: within it there is no corner that no line crosses."""
    y = HEIGHT + 12 + 16 * (number // 2)
    x = _LEFT + (number % 2) * 200
    return (
        f'<line class="line {style}" x1="{x}" y1="{y - 4}" x2="{x + 20}" y2="{y - 4}"/>'
        f'<text class="legend" x="{x + 26}" y="{y}">{escape(name)}</text>'
    )


def _shortened(label: str) -> str:
    """A label that fits beside the bars: a Chinese character is as wide as two letters."""
    width = 0
    for place, character in enumerate(label):
        width += 1 if character.isascii() else 2
        if width > _LABEL:
            return f"{label[:place]}…"
    return label


def _svg(title: str, inner: str, height: int) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{inner}</svg>'
    )
