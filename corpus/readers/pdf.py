"""PDF: pages, lines, paragraphs, and where each character stands."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

from corpus.dates import iso_date
from corpus.errors import DocumentError
from corpus.readers import ocr
from corpus.readers.furniture import furniture
from corpus.readers.page_lines import Line, page_lines
from corpus.readers.paragraphs import PageWriter, bookmarks, outline_of
from corpus.readers.reading import Reading, Writer

PDFIUM = threading.Lock()
"""PDFium runs in one thread at a time; whoever calls it holds this."""

_PAGES = 20_000
_PIXELS = 40_000_000  # of a page's picture
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|wps|pptx?|xlsx?|indd|tex)\s*$|^(?:microsoft word|untitled)", re.IGNORECASE
)


def read_pdf(data: bytes, recognize: ocr.Recognize | None = None) -> Reading:
    """A PDF.

    Args:
        data: The file.
        recognize: Reads the pictures of pages that hold no text; RapidOCR if it is installed.

    Raises:
        DocumentError: It is protected, damaged, cut off, or holds only pictures that cannot be
            read here.
    """
    if b"%%EOF" not in data[-4096:] and b"startxref" not in data[-4096:]:
        raise DocumentError("cut off: the end of the file is missing; get it again")
    with PDFIUM:
        document = _open(data)
        try:
            return _read(document, recognize)
        finally:
            document.close()


def _open(data: bytes) -> Any:
    import pypdfium2
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            message = "protected by a password; save a copy without one"
            raise DocumentError(message) from None
        raise DocumentError("damaged: it holds no pages that can be opened; get it again") from None


def _read(document: Any, recognize: ocr.Recognize | None) -> Reading:
    if len(document) > _PAGES:
        raise DocumentError(f"has {len(document)} pages; files up to {_PAGES} are read; split it")
    pages: list[list[Line]] = []
    heights: list[float] = []
    unread: list[int] = []
    blank: list[int] = []
    for index in range(len(document)):
        page = _page(document, index)
        if page is None:
            unread.append(index + 1)
            pages.append([])
            heights.append(1.0)
            continue
        lines = _lines(page, index + 1)
        if not lines and _has_picture(page):
            recognize = recognize or ocr.recognizer()
            lines = _recognized(page, index + 1, recognize) if recognize else []
            if recognize is None:
                blank.append(index + 1)
        pages.append(lines)
        heights.append(page.get_height())
        page.close()
    if not any(pages):
        raise DocumentError(_nothing(unread, blank, recognize is not None))
    properties = _properties(document)
    if unread:
        properties["damaged pages"] = _listed(unread)
    if blank:
        properties["scanned pages"] = _listed(blank)
    return _written(document, pages, heights, properties)


def _nothing(unread: Sequence[int], blank: Sequence[int], has_ocr: bool) -> str:
    if unread:
        return f"damaged: page {unread[0]} cannot be opened; get it again"
    if blank:
        return f"scanned: {len(blank)} pages of pictures without text; {ocr.INSTALL} to read it"
    return "scanned: no text was found in its pictures" if has_ocr else "holds no text"


def _page(document: Any, index: int) -> Any:
    import pypdfium2

    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None


def _lines(page: Any, number: int) -> list[Line]:
    import pypdfium2

    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    lines = page_lines(text, page, number)
    text.close()
    return lines


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING)
    return any(True for _ in page.get_objects(filter=list(kinds), max_depth=3))


def _recognized(page: Any, number: int, recognize: ocr.Recognize) -> list[Line]:
    width, height = page.get_size()
    scale = ocr.DOTS_PER_INCH / 72
    if width * height * scale * scale > _PIXELS:
        return []
    picture = page.render(scale=scale).to_numpy()
    return ocr.lines_in(picture[:, :, :3], number, recognize)


def _properties(document: Any) -> dict[str, str]:
    said = document.get_metadata_dict(skip_empty=True)
    title = said.get("Title", "").strip()
    return {
        "title": "" if _FILE_NAME.search(title) else title,
        "author": said.get("Author", "").strip(),
        "published": iso_date(said.get("CreationDate", "").removeprefix("D:")[:8]),
    }


def _written(
    document: Any,
    pages: Sequence[Sequence[Line]],
    heights: Sequence[float],
    properties: dict[str, str],
) -> Reading:
    reasons = furniture(pages, heights)
    body = [
        [line for index, line in enumerate(lines) if (number, index) not in reasons]
        for number, lines in enumerate(pages)
    ]
    writer = Writer()
    paper = PageWriter(writer, outline_of(body, list(bookmarks(document))))
    for number, lines in enumerate(pages):
        aside = [
            (line, reasons[number, index])
            for index, line in enumerate(lines)
            if (number, index) in reasons
        ]
        paper.add(body[number], aside)
    parts, boxes = paper.finish()
    return Reading(
        writer.text(),
        parts=parts,
        marks=tuple(writer.marks),
        properties={name: value for name, value in properties.items() if value},
        boxes=boxes,
    )


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return f"{shown}, ..." if len(numbers) > 20 else shown
