"""Files of every format, made here, with facts whose place in the file is known."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

FILLER = (
    "会议改在三楼的大房间举行。",
    "请把雨伞放在门口的架子上。",
    "图书室周末也开放，借书请带证件。",
    "食堂的菜单每周一更新一次。",
    "Wi-Fi 信号在走廊尽头较弱。",
    "打印机缺纸时请联系前台。",
    "楼顶的花园由志愿者照看。",
    "快递统一放在东门的柜子里。",
)
"""Sentences that say nothing of any fact."""


@dataclass(frozen=True)
class Planted:
    """A sentence in a file and the place at which it must be found."""

    fact: str
    place: str


@dataclass(frozen=True)
class Sample:
    """A file: its name, its bytes, and what is planted in it."""

    name: str
    data: bytes
    planted: tuple[Planted, ...]


def facts(rng: random.Random, count: int) -> list[str]:
    """Sentences that occur nowhere else."""
    numbers = rng.sample(range(100, 999), count)
    return [f"编号K{number}的柜子由第{number % 7 + 1}组保管。" for number in numbers]


def filler(rng: random.Random, count: int) -> list[str]:
    """A few sentences without a fact."""
    return [rng.choice(FILLER) for _ in range(count)]


def zipped(files: dict[str, str | bytes]) -> bytes:
    """An archive of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def text_lines(rng: random.Random, planted: Sequence[str]) -> tuple[list[str], list[int]]:
    """Lines of text with the facts among them, and the line numbers of the facts."""
    lines: list[str] = []
    numbers = []
    for fact in planted:
        for sentence in filler(rng, rng.randint(1, 12)):
            lines.append(sentence)
            if rng.random() < 0.4:
                lines += [""] * rng.randint(1, 3)
        lines += ["", fact]
        numbers.append(len(lines))
    return [*lines, *filler(rng, 2)], numbers


def make_txt(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """Plain text, in one of the encodings in which it is found."""
    known = facts(rng, 4)
    lines, numbers = text_lines(rng, known)
    encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    placed = [Planted(f, f"line {n}") for f, n in zip(known, numbers, strict=True)]
    return "\n".join(lines).encode(encoding), placed


def make_md(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """Markdown with a heading above each fact."""
    known = facts(rng, 4)
    lines = ["# 办公手册", "", *filler(rng, 3), ""]
    placed = []
    for index, fact in enumerate(known):
        lines += [
            f"## 第{index + 1}节",
            "",
            "![图](a.png)",
            "",
            *filler(rng, 2),
            "",
            f"**{fact}**",
            "",
        ]
        placed.append(Planted(fact, f"第{index + 1}节"))
    return "\n".join(lines).encode(), placed


def make_html(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A saved page with menus around the article."""
    known = facts(rng, 3)
    menu = "".join(f"<li><a href='/{i}'>栏目{i}</a></li>" for i in range(8))
    body = []
    placed = []
    for index, fact in enumerate(known):
        body.append(f"<h2>第{index + 1}部分</h2><p>{'</p><p>'.join(filler(rng, 3))}</p>")
        body.append(
            [f"<p><span>{fact[:6]}</span><b>{fact[6:]}</b></p>", f"<ul><li>{fact}</li></ul>",
             f"<table><tr><th>项目</th><th>说明</th></tr><tr><td>柜子</td><td>{fact}</td></tr></table>"][index]
        )  # fmt: skip
        placed.append(Planted(fact, f"第{index + 1}部分"))
    page = (
        "<!DOCTYPE html><html><head><meta charset='{0}'><title>办公手册</title></head><body>"
        f"<nav><ul>{menu}</ul></nav><div class='main'><h1>办公手册</h1>{''.join(body)}</div>"
        "<div class='footer'>版权所有 <a href='/x'>网站地图</a></div></body></html>"
    )
    encoding = rng.choice(["utf-8", "gbk"])
    return page.replace("{0}", encoding).encode(encoding), placed


def make_pdf(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A PDF whose pages carry a running header and a number; a fact may cross lines and pages."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    known = facts(rng, 5)
    lines: list[str] = []
    for fact in known:
        text = "　　" + "".join(filler(rng, rng.randint(8, 25))) + fact + "".join(filler(rng, 3))
        while text:
            end = len(text)
            while pdfmetrics.stringWidth(text[:end], "STSong-Light", 12) > 440:
                end -= 1
            while end < len(text) and text[end] in "，。、":
                end -= 1
            lines.append(text[:end])
            text = text[end:]
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for index, line in enumerate(lines):
        page, at = divmod(index, _LINES)
        if at == 0:
            if page:
                canvas.showPage()
            canvas.setFont("STSong-Light", 9)
            canvas.drawString(60, 810, "办公手册 内部使用")
            canvas.drawString(290, 24, str(page + 1))
            canvas.setFont("STSong-Light", 12)
        canvas.drawString(60, 760 - 20 * at, line)
    canvas.save()
    return buffer.getvalue(), [Planted(fact, f"p. {_page_of(lines, fact)}") for fact in known]


_LINES = 14


def _page_of(lines: Sequence[str], fact: str) -> int:
    """The page on which the sentence begins."""
    start = "".join(lines).index(fact)
    for index, line in enumerate(lines):
        if start < len(line):
            return index // _LINES + 1
        start -= len(line)
    raise ValueError(fact)


def make_docx(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A Word document with a fact in a paragraph, a list and a table."""
    import docx

    known = facts(rng, 3)
    document = docx.Document()
    document.add_heading("办公手册", 0)
    placed = []
    for index, fact in enumerate(known):
        document.add_heading(f"第{index + 1}章", 1)
        for sentence in filler(rng, 4):
            document.add_paragraph(sentence)
        if index == 0:
            document.add_paragraph(fact[:5]).add_run(fact[5:]).bold = True
        elif index == 1:
            document.add_paragraph(fact, style="List Bullet")
        else:
            table = document.add_table(2, 2)
            for cell, words in zip(
                [cell for row in table.rows for cell in row.cells], ["项目", "说明", "柜子", fact],
                strict=True,
            ):  # fmt: skip
                cell.text = words
        placed.append(Planted(fact, f"第{index + 1}章"))
    return _saved(document.save), placed


def make_pptx(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """Slides with a fact in the text or in the notes."""
    import pptx

    presentation = pptx.Presentation()
    placed = []
    for index, fact in enumerate(facts(rng, 4)):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = f"第{index + 1}讲"
        lines = filler(rng, 3)
        if index % 2:
            slide.notes_slide.notes_text_frame.text = fact
        else:
            lines.insert(1, fact)
        slide.placeholders[1].text = "\n".join(lines)
        placed.append(Planted(fact, f"slide {index + 1}"))
    return _saved(presentation.save), placed


def make_xlsx(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A workbook of two sheets with empty rows in between."""
    import openpyxl

    book = openpyxl.Workbook()
    placed = []
    for number, name in enumerate(("登记", "库存")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        sheet.append(["序号", "说明", "数量"])
        at = 1
        for fact in facts(rng, 3):
            for sentence in filler(rng, rng.randint(1, 6)):
                at += 1
                for column, value in enumerate((at, sentence, rng.random()), 1):
                    sheet.cell(at, column, value)
            at += rng.randint(1, 3)
            sheet.cell(at, 2, fact)
            placed.append(Planted(fact, f"sheet {name} · row {at}"))
    return _saved(book.save), placed


def make_csv(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A table with a cell of two lines before each fact."""
    rows = ["序号,说明,备注"]
    placed = []
    for fact in facts(rng, 4):
        for sentence in filler(rng, rng.randint(1, 5)):
            rows.append(f'{len(rows)},{sentence},"两行\n备注"')
        line = "\n".join(rows).count("\n") + 2
        rows.append(f"{len(rows)},{fact},无")
        placed.append(Planted(fact, f"line {line}"))
    return "\n".join(rows).encode(rng.choice(["utf-8", "gb18030"])), placed


def make_epub(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A book of three chapters with a table of contents."""
    known = facts(rng, 3)
    names = [f"第{index + 1}章 {'山水云'[index]}" for index in range(3)]
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        'container"><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>',
        "O/p.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>小镇</dc:title></metadata>'
        '<manifest><item id="n" href="n.xhtml" properties="nav"/>'
        + "".join(f'<item id="c{i}" href="c%20{i}.xhtml"/>' for i in range(3))
        + "</manifest><spine>" + "".join(f'<itemref idref="c{i}"/>' for i in range(3))
        + "</spine></package>",
        "O/n.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>'
        + "".join(f'<li><a href="c%20{i}.xhtml#a">{name}</a></li>' for i, name in enumerate(names))
        + "</ol></nav></body></html>",
    }  # fmt: skip
    for index, fact in enumerate(known):
        paragraphs = [*filler(rng, 5), fact, *filler(rng, 2)]
        files[f"O/c {index}.xhtml"] = (
            '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>'
            + "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
            + "</body></html>"
        )
    placed = [Planted(f, f"chapter {name}") for f, name in zip(known, names, strict=True)]
    return zipped(files), placed


def make_ipynb(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """A notebook with facts in text, in code and in what it printed."""
    cells: list[dict[str, object]] = []
    placed = []
    for index, fact in enumerate(facts(rng, 3)):
        cells.append({"cell_type": "markdown", "source": "\n\n".join(filler(rng, 2))})
        if index == 0:
            cells.append({"cell_type": "markdown", "source": [f"## 结论\n\n**{fact}**"]})
        else:
            source = f"# {fact}\nx = 1" if index == 1 else "print(y)"
            output = [{"output_type": "stream", "text": [fact + "\n"]}] if index == 2 else []
            cells.append({"cell_type": "code", "source": source, "outputs": output})
        placed.append(Planted(fact, f"cell {len(cells)}"))
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=rng.random() < 0.5).encode(), placed


def make_jsonl(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """Records, blank lines between some of them."""
    lines: list[str] = []
    placed = []
    for fact in facts(rng, 4):
        for sentence in filler(rng, rng.randint(1, 4)):
            lines.append(json.dumps({"id": len(lines), "text": sentence}, ensure_ascii=False))
            lines += [""] * rng.randint(0, 1)
        lines.append(json.dumps({"title": "登记", "text": fact}, ensure_ascii=False))
        placed.append(Planted(fact, f"record {len(lines)}"))
    return "\n".join(lines).encode(), placed


def make_py(rng: random.Random) -> tuple[bytes, list[Planted]]:
    """Source code with facts in comments."""
    lines = ['"""办公室的脚本。"""', ""]
    placed = []
    for index, fact in enumerate(facts(rng, 4)):
        lines += [f"def f{index}(x: int) -> int:", f"    return x + {index}", ""]
        lines += [""] * rng.randint(0, 2)
        lines.append(f"# {fact}")
        placed.append(Planted(fact, f"line {len(lines)}"))
    return "\n".join(lines).encode(), placed


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


MAKERS: dict[str, Callable[[random.Random], tuple[bytes, list[Planted]]]] = {
    "txt": make_txt, "md": make_md, "html": make_html, "pdf": make_pdf, "docx": make_docx,
    "pptx": make_pptx, "xlsx": make_xlsx, "csv": make_csv, "epub": make_epub,
    "ipynb": make_ipynb, "jsonl": make_jsonl, "py": make_py,
}  # fmt: skip


@cache
def make(ending: str, seed: int) -> Sample:
    """A file of a format; the same seed makes the same file."""
    data, planted = MAKERS[ending](random.Random(f"{ending} {seed}"))
    return Sample(f"样本 {seed}.{ending}", data, tuple(planted))
