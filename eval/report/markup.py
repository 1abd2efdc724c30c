"""Markdown that text of questions and documents cannot break."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

UNDEFINED = "–"
_LONGEST = 80
# What can open markup, a link or mathematics within a table cell; `:`, `@` and `www.` make links.
_MARKUP = re.compile(r"[\\`*_\[\]|~$:@]|(?<=www)\.", re.IGNORECASE)
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def escape(text: str, longest: int = _LONGEST) -> str:
    """Text on one line, cut to ``longest`` characters, without any markup of Markdown or HTML.

    Control characters, those that turn the direction of writing included, are dropped.
    """
    line = " ".join(text.split())
    visible = "".join(item for item in line if unicodedata.category(item) not in _INVISIBLE)
    if len(visible) > longest:
        visible = visible[: longest - 1] + "…"
    return _MARKUP.sub(r"\\\g<0>", html.escape(visible, quote=False))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells are already escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float | None) -> str:
    """Three decimals; a dash if the figure is undefined, never a zero."""
    return UNDEFINED if value is None else f"{value:.3f}"
