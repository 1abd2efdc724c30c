"""Text in pictures, read by RapidOCR where it is installed; its models lie in its package."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

from corpus.readers.page_lines import Glyph, Line, line_of

INSTALL = "pip install 'yinju[ocr]'"
DOTS_PER_INCH = 200
_POINTS = 72 / DOTS_PER_INCH
_SURE = 0.5

Recognize = Callable[[Any], list[tuple[tuple[float, float, float, float], str, float]]]
"""From a picture (height × width × 3, BGR) to lines: left, top, right, bottom in pixels, text,
confidence."""


def recognizer() -> Recognize | None:
    """What reads pictures; None if it is not installed."""
    if not (find_spec("rapidocr") and find_spec("onnxruntime")):
        return None
    return _rapidocr()


def lines_in(picture: Any, page: int, recognize: Recognize) -> list[Line]:
    """The lines of a page's picture, taken at ``DOTS_PER_INCH``, from top to bottom."""
    lines = []
    found = [item for item in recognize(picture) if item[2] >= _SURE and item[1].strip()]
    usual = median([box[3] - box[1] for box, _, _ in found] or [0.0]) * _POINTS
    for box, text, _ in found:
        left, top, right, bottom = (value * _POINTS for value in box)
        words = " ".join(text.split())
        step = (right - left) / len(words)
        glyphs = [
            Glyph(i, character, left + i * step, top, left + (i + 1) * step, bottom)
            for i, character in enumerate(words)
        ]
        # Boxes are drawn closer or wider than the letters are high.
        size = bottom - top if bottom - top > 1.4 * usual else usual
        if line := line_of(glyphs, page, max(size, 1.0)):
            lines.append(line)
    return lines


def _rapidocr() -> Recognize:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    engine: Any = RapidOCR(params={"Global.log_level": "warning"})

    def recognize(picture: Any) -> list[tuple[tuple[float, float, float, float], str, float]]:
        result = engine(picture)
        if result.boxes is None or result.txts is None:
            return []
        found = []
        for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            found.append(((min(xs), min(ys), max(xs), max(ys)), str(text), float(score)))
        return found

    return recognize
