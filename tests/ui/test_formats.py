"""A folder of several formats, from files to citations that say where to look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from paper import pdf_of

from index.build import BuildOptions, build
from rag import KnowledgeBase, open_kb
from rag.format import citation_record
from ui.markup import citation_key, escape, read_key
from ui.messages import answer_html
from ui.panel import document_html
from ui.render import answer_text
from ui.text import CHINESE, ENGLISH

Run = Callable[..., SimpleNamespace]
HEADER = "云栖仓库管理手册"
PAGES = (
    ["一号仓库存放瓷器，每周一盘点。", "仓库的窗户在雨天要关好。", "钥匙挂在值班室的墙上。"],
    ["二号仓库存放茶叶，温度保持在十八度。", "进门之前请换上干净的鞋。", "灯在门的左边。"],
    ["三号仓库的守夜人叫周明远，从二零一九年起值班。", "夜里每两小时巡一次。", "狗拴在后门。"],
)
CASES = [
    ("三号仓库的守夜人叫什么？", "手册.pdf", "周明远", 3, "第 3 页", "p. 3"),
    (
        "青岭红茶的批发价是多少？", "价目.xlsx", "466", None,
        "工作表“茶叶”第 5 行", "sheet 茶叶 · row 5",
    ),
    ("新员工的试用期有多久？", "制度.docx", "三个月", None, "录用", "录用"),
    ("云栖大桥全长多少公里？", "大桥.html", "36.5", None, "概况", "概况"),
]  # fmt: skip


def write_docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.core_properties.author = "林晓"
    document.add_heading("人事制度", 0)
    document.add_heading("录用", 1)
    document.add_paragraph("新员工的试用期为三个月，期满后由部门主管考核。")
    document.add_heading("休假", 1)
    document.add_paragraph("工作满一年的员工每年有七天年假。")
    document.save(str(path))


def write_xlsx(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "茶叶"
    for row in (
        ["品名", "产地", "零售价", "批发价"],
        ["青岭绿茶", "浙江龙井村", 680, 599],
        ["青岭白茶", "福建福鼎", 350, 288],
    ):
        sheet.append(row)
    for column, value in enumerate(("青岭红茶", "福建武夷山", 520, 466), 1):
        sheet.cell(5, column, value)
    other = book.create_sheet("茶具")
    other.append(["品名", "材质"])
    other.append(["盖碗", "白瓷"])
    book.save(path)


HTML = """<!DOCTYPE html><html><head><meta charset="gbk"><title>云栖大桥</title>
<meta name="author" content="赵一">
<link rel="canonical" href="https://bridge.example/yunqi"></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/news">新闻</a></li></ul></nav>
<article><h1>云栖大桥</h1><h2>概况</h2><p>云栖大桥全长36.5公里，二零零八年五月一日通车。</p>
<p>大桥由三百二十根桩支撑，设计寿命一百年，桥面双向六车道。</p></article></body></html>"""


def write_folder(folder: Path) -> Path:
    """Four documents in four formats, one of them twice."""
    folder.mkdir(parents=True)
    (folder / "手册.pdf").write_bytes(pdf_of(PAGES, HEADER))
    write_xlsx(folder / "价目.xlsx")
    write_docx(folder / "制度.docx")
    (folder / "大桥.html").write_bytes(HTML.encode("gbk"))
    (folder / "大桥 (1).html").write_bytes(HTML.encode("gbk"))
    return folder


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, one_model: None) -> Iterator[KnowledgeBase]:
    """The folder, built and opened."""
    root = tmp_path_factory.mktemp("formats")
    build([write_folder(root / "文件")], root / "kb", BuildOptions())
    with open_kb(root / "kb") as opened:
        yield opened


@pytest.mark.parametrize(("question", "source", "fact", "page", "where", "english"), CASES)
def test_a_citation_says_where_its_quote_stands(
    kb: KnowledgeBase,
    question: str,
    source: str,
    fact: str,
    page: int | None,
    where: str,
    english: str,
) -> None:
    """The answer quotes the planted fact, its span is exact, page, row and heading are right."""
    answer = kb.ask(question)
    assert not answer.refused, answer
    cited = next(item for item in answer.citations if fact in item.quote)
    document = kb.document(cited.passage.document_id)
    assert document is not None
    assert document.source.replace(" (1)", "") == source
    assert document.text[cited.start : cited.end] == cited.quote
    record = citation_record(cited)
    assert record.get("page") == page
    assert english in record["locator"]
    assert where in answer_text(answer)
    assert escape(where) in answer_html(answer, CHINESE)
    assert escape(english) in answer_html(answer, ENGLISH)


def test_author_and_address_come_along(kb: KnowledgeBase) -> None:
    """What the properties of a page and of a Word file say is in the citation."""
    bridge = citation_record(kb.ask(CASES[3][0]).citations[0])
    assert (bridge["author"], bridge["url"]) == ("赵一", "https://bridge.example/yunqi")
    rules = citation_record(kb.ask(CASES[2][0]).citations[0])
    assert rules["author"] == "林晓"
    assert "url" not in rules


def test_a_row_comes_with_the_header_of_its_table(kb: KnowledgeBase) -> None:
    """The header lies outside the passage and is told with it, where it is not inside."""
    record = citation_record(kb.ask(CASES[1][0]).citations[0])
    assert "批发价" in "\n".join([*record.get("context", []), record["passage"]])


def test_the_panel_parts_pages_and_greys_headers(kb: KnowledgeBase) -> None:
    """Each page is announced, in words that are no text of the document; marks have names."""
    cited = kb.ask(CASES[0][0]).citations[0]
    document = kb.document(cited.passage.document_id)
    assert document is not None
    key = read_key(citation_key(cited.passage.document_id, cited.start, cited.end, cited.quote))
    assert key is not None
    shown = document_html(document, key, CHINESE)
    for number in (1, 2, 3):
        assert f"aria-label='第 {number} 页'" in shown
    assert "aria-label='p&#46; 3'" in document_html(document, key, ENGLISH)
    assert "页眉" in shown
    assert "page header" not in shown


def test_the_report_says_what_is_unusual(run: Run, tmp_path: Path) -> None:
    """Encodings other than UTF-8 by number, copies, and pages that hold no text."""
    folder = write_folder(tmp_path / "文件")
    (folder / "扫描.pdf").write_bytes(pdf_of([["首页有文字。"], None, ["末页也有。"]], ""))
    (folder / "港.txt").write_bytes("這是一份用大五碼寫成的說明，請各位同事參考。".encode("big5"))
    done = run("build", folder)
    assert done.code == 0, done.err
    assert "  编码不是 UTF-8：GB18030 2 篇，BIG5 1 篇\n" in done.out
    assert "内容相同：大桥 (1).html、大桥.html" in done.out
    assert "扫描.pdf：第 2 页" in done.out
    record = json.loads(run("build", folder, "--json").out)
    assert record["encodings"] == {"gb18030": 2, "big5": 1}
    assert record["scanned"] == [["扫描.pdf", "2"]]
    assert record["damaged"] == []


def test_a_report_without_anything_unusual_stays_short(run: Run, tmp_path: Path) -> None:
    """No line tells that nothing was found."""
    (tmp_path / "文").mkdir()
    (tmp_path / "文" / "甲.md").write_text("\ufeff甲说了一句话。", encoding="utf-8")
    assert run("build", "文").out.count("\n") == 2
