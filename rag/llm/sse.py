"""Server-sent events from the bytes of a response.

After https://html.spec.whatwg.org/multipage/server-sent-events.html, of which servers of language
models use the ``data`` field. Bytes are cut into lines before they are decoded, so that a character
may be split between two pieces; U+2028 and the like, which JSON leaves unescaped, end no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.errors import ModelError

MOST = 1_000_000
"""Bytes of one event; a line that never ends must not fill the memory."""

_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")


class Events:
    """Collects pieces of bytes into the data of events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterator[str]:
        """The data of every event that a piece completes.

        Raises:
            ModelError: An event is longer than ``MOST``.
        """
        *lines, self._rest = _LINE_END.split(self._rest + piece)
        for line in lines:
            yield from self._line(line)
        if len(self._rest) + sum(map(len, self._data)) > MOST:
            raise ModelError(f"an event of more than {MOST} bytes")

    def end(self) -> Iterator[str]:
        """The data of an event that the server did not finish by an empty line."""
        yield from self._line(self._rest.rstrip(b"\r"))
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[str]:
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data = []
        elif line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" ").decode("utf-8", "replace"))
