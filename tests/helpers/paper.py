"""PDFs with Chinese text, made here."""

from __future__ import annotations

import io
from collections.abc import Sequence


def pdf_of(pages: Sequence[Sequence[str] | None], header: str) -> bytes:
    """A PDF of these lines, page by page, each line a paragraph.

    Args:
        pages: Lines; None for a page that holds a picture alone.
        header: Stands at the head of every page, a number at its foot; neither if empty.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for number, lines in enumerate(pages, 1):
        if header:
            canvas.setFont("STSong-Light", 9)
            canvas.drawString(60, 810, header)
            canvas.drawString(290, 24, str(number))
        canvas.setFont("STSong-Light", 12)
        if lines is None:
            canvas.rect(80, 200, 400, 400, fill=1)
        for index, line in enumerate(lines or ()):
            canvas.drawString(60, 740 - 40 * index, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
