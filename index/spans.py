"""Whether passages are what their documents say at their place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.store import ALIVE, Reader

_QUERY = (
    'SELECT d.number, p.id, p.start, p."end", p.sentences, p.text '
    "FROM documents AS d JOIN passages AS p ON p.document = d.number "
    f"WHERE d.{ALIVE.replace('removed', 'd.removed')} ORDER BY d.number"
)


def wrong_spans(reader: Reader, generation: int) -> Iterator[str]:
    """For each passage of a state what is wrong with its spans; empty if nothing is."""
    current, source, text = -1, "", ""
    for number, key, start, end, blob, passage in reader.select(_QUERY, {"at": generation}):
        if number != current:
            query = "SELECT source, text FROM documents WHERE number = ?"
            current = number
            ((source, text),) = reader.select(query, (number,))
        wrong = _fault(text, start, end, blob, passage)
        yield f"passage {key} of {source} [{start}:{end}]: {wrong}" if wrong else ""


def _fault(text: str, start: int, end: int, blob: bytes, passage: str) -> str:
    if not 0 <= start < end <= len(text) or text[start:end] != passage:
        return "its document says something else at its place"
    if len(blob) % 8:
        return "its sentences cannot be read"
    spans = np.frombuffer(blob, "<i4").reshape(-1, 2)
    edges = spans.reshape(-1)
    if not len(spans) or edges[0] < start or edges[-1] > end or (np.diff(edges) < 0).any():
        return "its sentences are not inside it, in order"
    return ""
