"""The last question, asked of something else: its words that another takes the place of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.phrases import ATTRIBUTES, same_sort, units

Alike = Callable[[str, str], float]
"""How near two words are in meaning, in [-1, 1]."""

_SAME = 0.5  # likeness from which one name takes the other's place
_SORT = 0.3  # for two places, two persons, two times


def substituted(
    new: str, last: str, topics: Sequence[str], segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question with the new words in the place of those most like them."""
    if new in ATTRIBUTES:
        return [f"{topics[0]}的{new}"]
    scored = [
        (_likeness(new, unit, alike) + _SORT * same_sort(new, unit, segmenter), unit)
        for unit in units(last, segmenter)
    ]
    score, unit = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    head = topics[0].split("的", 1)[0]  # 红茶 of 红茶的产量
    if score >= _SAME:
        return [last.replace(unit, new, 1)]
    return [last.replace(head, new, 1), put(last, 0, 0, new)]


def put(question: str, start: int, end: int, name: str) -> str:
    """A question with a name in the place of some of its words, or between them."""
    rest = question[end:]
    gap = " " if name[-1:].isascii() and rest[:1].isalnum() and rest[:1].isascii() else ""
    return f"{question[:start]}{name}{gap}{rest}"


def _likeness(new: str, unit: str, alike: Alike | None) -> float:
    """Likeness of meaning, and of form: letters for letters, figures for figures, same ending."""
    one, other = fold(new), fold(unit)
    ending = one[-1:] == other[-1:] and not one[-1:].isdigit()
    form = (
        0.25 * (one.isascii() == other.isascii())
        + 0.15 * (one + other).isascii()
        + 0.35 * (ending or one[:1] == other[:1])
    )
    form += 0.15 * (one.isascii() and any(map(str.isdigit, one)) == any(map(str.isdigit, other)))
    return form + (max(alike(new, unit), 0.0) if alike else 0.0)
