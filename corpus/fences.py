"""Fenced code, followed line by line: what stands in it is neither Markdown nor promotion."""

from __future__ import annotations

import re

_OPENING = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")


class Fences:
    """Tells lines of code from lines of text.

    A fence may be indented, as in a list. It ends at a line of the same character alone, at least
    as long; else with the text.
    """

    def __init__(self) -> None:
        self._fence = ""

    @property
    def is_open(self) -> bool:
        """Whether the next line is code, unless it closes the fence."""
        return bool(self._fence)

    def holds(self, line: str) -> bool:
        """Go on by one line, and whether it is a fence or inside one."""
        if not self._fence and "```" not in line and "~~~" not in line:
            return False
        bare = line.strip()
        if self._fence:
            if bare.startswith(self._fence) and not bare.strip(self._fence[0]):
                self._fence = ""
            return True
        if opening := _OPENING.match(bare):
            self._fence = opening.group()
        return self.is_open
