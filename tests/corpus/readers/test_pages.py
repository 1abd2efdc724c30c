"""PDF: paragraphs, headers and footers, boxes, tables, pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sample_files import make

from corpus.boxes import rectangles
from corpus.errors import DocumentError
from corpus.load import document_of
from corpus.readers import ocr
from corpus.readers.page_lines import Glyph, line_of
from corpus.readers.pdf import read_pdf

FONT = "STSong-Light"
Draw = Callable[[Any], None]


def pdf(pages: Iterable[Iterable[tuple[float, float, float, str]]], **properties: str) -> bytes:
    """A PDF of pages of (left, height above the bottom, size, words)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for name, value in properties.items():
        getattr(canvas, f"set{name}")(value)
    for page in pages:
        for left, height, size, words in page:
            canvas.setFont(FONT, size)
            canvas.drawString(left, height, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


SENTENCE = "仓库的钥匙由值班员保管交接时两人都要在登记簿上签字并写明时间"


def page(number: int, *lines: str) -> list[tuple[float, float, float, str]]:
    body = [(60.0, 760.0 - 20 * index, 12.0, line) for index, line in enumerate(lines)]
    return [(60.0, 815.0, 9.0, "仓库管理手册"), *body, (290.0, 22.0, 9.0, f"- {number} -")]


def test_a_sentence_that_crosses_pages_stays_whole() -> None:
    """Header and footer stand between its halves in the file, but not in the text."""
    data = pdf([page(1, SENTENCE, SENTENCE), page(2, "以后再离开。", "完"), page(3, "三。")])
    document = document_of(data, "a.pdf")
    assert SENTENCE + SENTENCE + "以后再离开。" in document.text
    at = document.text.index("以后再离开")
    assert document.parts_of(at, at + 1)[0].label == "2"
    assert [item.reason for item in document.marks].count("page header") == 3
    assert [item.reason for item in document.marks].count("page number") == 3
    for mark in document.marks:
        if mark.reason == "page header":
            assert document.text[mark.start : mark.end] == "仓库管理手册"


def test_what_repeats_in_the_middle_of_pages_is_text() -> None:
    """Only what stands at the edge of three pages is furniture; numbers there may be facts."""
    data = pdf([
        [(60, 815, 9, f"档案编号 {code}"), (60, 400, 12, "同句。"), (60, 380, 12, f"第{code}号。")]
        for code in (311, 872, 45)
    ])  # fmt: skip
    assert document_of(data, "a.pdf").marks == ()


def test_a_highlight_covers_the_words() -> None:
    """The rectangle of a span is where its characters were drawn."""
    document = document_of(pdf([page(1, "钥匙在一楼。", "雨伞在门口。")]), "a.pdf")
    at = document.text.index("门口")
    (found,) = rectangles(document.boxes, at, at + 2)
    assert found.page == 1
    assert found.left == pytest.approx(60 + 3 * 12, abs=2)
    assert found.right == pytest.approx(60 + 5 * 12, abs=2)
    assert found.top == pytest.approx(842 - 740 - 12, abs=4)
    assert found.bottom == pytest.approx(842 - 740, abs=4)


def test_every_box_holds_its_line_of_text() -> None:
    """Each line drawn can be highlighted from its place in the text."""
    document = document_of(make("pdf", 2).data, "a.pdf")
    for part in document.parts:
        words = [at for at in range(part.start, part.end) if not document.text[at].isspace()]
        found = [rectangles(document.boxes, at, at + 1) for at in words]
        assert all(len(one) == 1 and one[0].page == int(part.label) for one in found)


def test_larger_lines_are_headings_and_columns_are_tables() -> None:
    """Headings become the heading path, tables keep their rows."""
    rows = [("品名", "数量", "金额"), ("灯泡", "12", "340.5"), ("水管", "3", "99")]
    table = [
        (left, 600.0 - 20 * index, 12.0, words)
        for index, row in enumerate(rows)
        for left, words in zip((60.0, 200.0, 340.0), row, strict=True)
    ]
    body = [(60.0, 700.0 - 20 * index, 12.0, SENTENCE) for index in range(3)]
    document = document_of(pdf([[(60, 750, 20, "仓库管理"), *body, *table]]), "a.pdf")
    assert document.text.startswith("# 仓库管理\n\n")
    assert SENTENCE * 3 in document.text
    assert "| 品名 | 数量 | 金额 |\n| --- | --- | --- |\n| 灯泡 | 12 | 340.5 |" in document.text
    at = document.text.index("340.5")
    assert rectangles(document.boxes, at, at + 5)[0].left == pytest.approx(340, abs=2)


def test_properties_are_read_but_file_names_are_no_titles() -> None:
    """Programs write the name of the first file as the title."""
    document = document_of(pdf([page(1, "一。")], Title="守则", Author="王五"), "b.pdf")
    assert (document.title, document.author) == ("守则", "王五")
    assert document_of(pdf([page(1, "一。")], Title="文档1.docx"), "b.pdf").title == "b"


def picture_pdf() -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("RGB", (595, 842), (250, 250, 240))), 0, 0)
    canvas.save()
    return buffer.getvalue()


def test_a_scan_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the reason names the command that installs it."""
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(DocumentError, match=r"^scanned: .*pip install 'yinju\[ocr\]'"):
        document_of(picture_pdf(), "a.pdf")


def test_a_scan_is_read_by_what_recognizes_pictures() -> None:
    """Lines come with their page and their place, unsure ones are left out."""
    scale = ocr.DOTS_PER_INCH / 72

    def recognize(picture: Any) -> list[tuple[tuple[float, float, float, float], str, float]]:
        assert picture.shape[0] == pytest.approx(842 * scale, abs=1)
        assert picture.shape[2] == 3
        box = (60 * scale, 100 * scale, 120 * scale, 112 * scale)
        return [(box, "钥匙在一楼", 0.9), (box, "噪声", 0.2)]

    reading = read_pdf(picture_pdf(), recognize)
    assert reading.text == "钥匙在一楼"
    assert reading.parts[0].label == "1"
    (found,) = rectangles(reading.boxes, 0, 5)
    assert (found.left, found.right) == (60, 120)


def test_a_scan_is_read_where_the_extra_is_installed() -> None:
    """The real engine, with the models of its package, on a picture of a word."""
    pytest.importorskip("rapidocr")
    pytest.importorskip("onnxruntime")
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (600, 200), "white")
    font = ImageFont.load_default(size=60)
    ImageDraw.Draw(image).text((60, 60), "Invoice 2041", font=font, fill="black")
    import numpy as np

    recognize = ocr.recognizer()
    assert recognize is not None
    lines = ocr.lines_in(np.asarray(image), 1, recognize)
    assert "2041" in "".join(line.text for line in lines)


@pytest.mark.parametrize(
    ("gap", "written", "text"),
    [(6, False, "标题"), (6, True, "标 题"), (40, False, "标 题"), (1, True, "标题")],
)
def test_blanks_between_chinese_characters(gap: float, written: bool, text: str) -> None:
    """Characters set apart are one word; a blank that was written, or a column, stays."""
    glyphs = [
        Glyph(0, "标", 0, 0, 12, 12), Glyph(1, " ", 12, 0, 12, 12, written),
        Glyph(2, "题", 12 + gap, 0, 24 + gap, 12),
    ]  # fmt: skip
    line = line_of(glyphs, 1, 12)
    assert line is not None
    assert line.text == text
    assert len(line.edges) == len(text) + 1
