"""Workbooks, tables as text, records, notebooks, Word and presentations."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import pytest

from corpus.errors import DocumentError
from corpus.load import document_of
from corpus.readers.reading import join_lines, looks_like_header, one_line
from corpus.readers.xlsx import shown


def saved(thing: Any) -> bytes:
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def test_a_sheet_keeps_its_caption_its_header_and_its_row_numbers() -> None:
    """Empty rows and columns go; the number of a row is that of the file."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "价目表"
    for column, name in zip("BDE", ("品名", "单价", "折扣"), strict=True):
        sheet[f"{column}3"] = name
    sheet["B7"], sheet["D7"], sheet["E7"] = "龙井", 380.5, 0.95
    sheet["E7"].number_format = "0%"
    hidden = book.create_sheet("藏")
    hidden["A1"] = "秘"
    hidden.sheet_state = "hidden"
    document = document_of(saved(book), "a.xlsx")
    assert "秘" not in document.text
    table = "| 品名 | 单价 | 折扣 |\n| --- | --- | --- |\n| 龙井 | 380.5 | 95% |"
    assert document.text.endswith(f"价目表\n\n{table}")
    at = document.text.index("龙井")
    assert document.parts_of(at, at + 1)[0].place() == "sheet Sheet · row 7"


def test_a_workbook_of_formulas_without_values_is_told() -> None:
    """A program wrote it and none has calculated it yet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    with pytest.raises(DocumentError, match="save it again"):
        document_of(saved(book), "a.xlsx")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, "", ""), (True, "", "TRUE"), (3, "General", "3"), (0.1 + 0.2, "", "0.3"),
        (0.285, "0.0%", "28.5%"), (datetime(2024, 12, 5), "", "2024-12-05"),
        (datetime(2024, 12, 5, 8, 30), "", "2024-12-05 08:30"),
        (date(2024, 1, 2), "", "2024-01-02"), (1e20, "", "1e+20"), ("甲", "", "甲"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_write_them(value: Any, form: str, text: str) -> None:
    """What is searched for is what the sheet shows."""
    assert shown(value, form) == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_of_a_table_is_found(delimiter: str) -> None:
    """Commas, semicolons or tabs, whatever the others do inside the cells."""
    rows = [["姓名", "备注"], ["张三", "甲,乙"], ["李四", "丙;丁"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    document = document_of(text.encode(), "a.csv")
    assert document.text == "| 姓名 | 备注 |\n| --- | --- |\n| 张三 | 甲,乙 |\n| 李四 | 丙;丁 |"


def test_a_table_with_an_open_quotation_mark_is_read_as_lines() -> None:
    """One wrong character costs no row."""
    text = "甲,乙\n" + '"开,' + "x" * 140_000 + "\n丙,丁\n"
    document = document_of(text.encode(), "a.csv")
    assert "丙,丁" in document.text
    at = document.text.index("丙")
    assert document.parts_of(at, at + 1)[0].place() == "line 3"


def test_numbers_are_no_header() -> None:
    """A table without names has none made up."""
    assert not looks_like_header(["2023", "12"], ["2024", "13"])
    assert not looks_like_header(["甲", ""], [])
    assert not looks_like_header(["甲", "甲"], ["1", "2"])
    assert looks_like_header(["年份", "数量"], ["2024", "13"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([{"text": "甲。"}, {"text": "乙。"}], "甲。\n\n乙。"),
        (
            {"data": [{"title": "题", "content": "文。"}, {"content": "尾。"}]},
            "## 题\n\n文。\n\n尾。",
        ),
        ({"正文": ["一。", "二。"]}, "一。\n二。"),
        (["甲。", "乙。"], "甲。\n\n乙。"),
        ({"名": "伞", "处": {"楼": 3}}, "名：伞\n处.楼：3"),
    ],
)
def test_records_are_read_in_the_forms_they_have(value: Any, text: str) -> None:
    """A list, a list under a key, one record; a text field, or all fields with their names."""
    assert document_of(json.dumps(value).encode(), "a.json").text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "is not valid JSON: line 1"), (b"[1, 2]", "no record holds text"),
        (b"[" * 100_000, "nested too deeply"), (b'{"a": 1}', "no record holds text"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_records_is_told(data: bytes, reason: str) -> None:
    """The line, or the field that is missed."""
    with pytest.raises(DocumentError, match=reason):
        document_of(data, "a.json")


def test_the_line_of_a_broken_record_is_told() -> None:
    """One line of thousands."""
    with pytest.raises(DocumentError, match="line 3"):
        document_of(b'{"text": "a"}\n\n{"text": \n', "a.jsonl")


def test_word_keeps_what_is_shown_and_nothing_that_was_deleted() -> None:
    """Deleted text, field codes and the twin of a text box are not shown; insertions are."""
    import docx
    from docx.oxml import parse_xml

    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>框内电话 1001</w:t></w:r></w:p></w:txbxContent>"
    document.element.body.insert(0, parse_xml(
        f'<w:p xmlns:w="{w}" xmlns:mc="{mc}"><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r>'
        "<w:delText>旧</w:delText><w:t>删</w:t></w:r></w:del><w:r><w:instrText>PAGE</w:instrText>"
        f"<w:t>句。</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    ))  # fmt: skip
    assert document_of(saved(document), "a.docx").text == "新增句。\n\n框内电话 1001"


def test_cells_merged_in_word_stand_in_every_row() -> None:
    """Each row of a table can be read by itself."""
    import docx

    document = docx.Document()
    table = document.add_table(3, 2)
    for at, words in enumerate(["区", "时", "东", "七点", "", "九点"]):
        table.cell(at // 2, at % 2).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    text = document_of(saved(document), "a.docx").text
    assert text == "| 区 | 时 |\n| --- | --- |\n| 东 | 七点 |\n| 东 | 九点 |"


def test_a_chart_and_a_group_on_a_slide_are_read() -> None:
    """Numbers of a chart are in no text of the slide."""
    import pptx
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["东区", "西区"]
    data.add_series("销量", (19.2, 21))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 999_999, 999_999, data)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 99, 99).text_frame.text = "组内一句"
    text = document_of(saved(presentation), "a.pptx").text
    assert "| 东区 | 19.2 |" in text
    assert "组内一句" in text


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("中文", "中文", ""),
        ("中文", "GPT", ""),
        ("the", "end", " "),
        ("完。", "Next", ""),
        ("a ", "b", ""),
    ],
)
def test_lines_are_joined_as_they_read(before: str, after: str, between: str) -> None:
    """A break beside Chinese stands for nothing, one between words for a blank."""
    assert join_lines(before, after) == between
    assert one_line(f"{before}\n  {after}") == before + between + after
