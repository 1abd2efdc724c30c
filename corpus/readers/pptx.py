"""Presentations."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.readers.archive import core_properties, open_archive
from corpus.readers.reading import Reading, Writer, looks_like_header, one_line, table

_DEEPEST = 20


def read_pptx(data: bytes) -> Reading:
    """A presentation: titles, text, tables, chart titles and notes, slide by slide.

    Raises:
        DocumentError: It would unpack to too much, or is protected.
    """
    import pptx

    archive = open_archive(data)
    presentation = pptx.Presentation(io.BytesIO(data))
    writer = Writer()
    for number, slide in enumerate(presentation.slides, 1):
        writer.begin("slide", str(number))
        title = slide.shapes.title
        if title is not None and (words := one_line(title.text_frame.text)):
            writer.add(f"# {words}" if number == 1 else f"## {words}")
        for shape in _shapes(slide.shapes, 0):
            if title is None or shape.shape_id != title.shape_id:
                _shape(writer, shape)
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
            _frame(writer, frame)
    parts = writer.parts()
    properties = {name: value for name, value in core_properties(archive).items() if value}
    if properties.get("title", "").lower() in ("powerpoint presentation", "powerpoint 演示文稿"):
        del properties["title"]
    return Reading(writer.text(), parts=parts, properties=properties)


def _shapes(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Shapes from top to bottom, groups opened; what has no place comes first, as it is stored."""
    known = list(shapes)
    order = sorted(
        range(len(known)),
        key=lambda i: (round((known[i].top or 0) / 360_000), known[i].left or 0, i),
    )
    for index in order:
        shape = known[index]
        inner = getattr(shape, "shapes", None)
        if inner is not None and depth < _DEEPEST:
            yield from _shapes(inner, depth + 1)
        else:
            yield shape


def _shape(writer: Writer, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        rows = [[cell.text for cell in line.cells] for line in shape.table.rows]
        header = len(rows) > 1 and looks_like_header(rows[0], rows[1])
        if text := table(rows, header):
            writer.add(text)
    elif getattr(shape, "has_chart", False):
        _chart(writer, shape.chart)
    elif getattr(shape, "has_text_frame", False):
        _frame(writer, shape.text_frame)
    else:
        _diagram(writer, shape)


def _chart(writer: Writer, chart: Any) -> None:
    """The title of a chart and its values as a table."""
    if chart.has_title and (words := one_line(chart.chart_title.text_frame.text)):
        writer.add(words)
    for plot in chart.plots:
        series = list(plot.series)
        rows = [["", *(str(item.name) for item in series)]]
        values = [list(item.values) for item in series]
        for index, category in enumerate(plot.categories):
            cells = [str(line[index]) if index < len(line) else "" for line in values]
            rows.append([str(category), *cells])
        if len(rows) > 1 and (text := table(rows)):
            writer.add(text)


def _frame(writer: Writer, frame: Any) -> None:
    paragraphs = [
        (paragraph.level, one_line(line))
        for paragraph in frame.paragraphs
        for line in paragraph.text.split("\v")
    ]
    kept = [(level, words) for level, words in paragraphs if words]
    if len(kept) == 1:
        writer.add(kept[0][1])
    elif kept:
        writer.add("\n".join(f"{'  ' * level}- {words}" for level, words in kept))


def _diagram(writer: Writer, shape: Any) -> None:
    """What words there are in a shape that is neither text, table nor chart."""
    element = getattr(shape, "element", None)
    if element is None:
        return
    for node in element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t"):
        if words := one_line(node.text or ""):
            writer.add(words)
