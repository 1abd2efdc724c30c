"""Documents, file names and questions made to run or to fetch something: all of it is text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from corpus.load import make_document

Visit = Callable[..., Any]
RUN = "window.ran=1"
ELSEWHERE = "http://tracker.invalid/pixel"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'<img src="{ELSEWHERE}/html.png">',
    f'<svg onload="{RUN}"></svg>',
    f'<a href="javascript:{RUN}">甲</a>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"</mark></div></p><script>{RUN}</script>",
    f"${{{RUN}}}",
    "{{#each value}}{{this}}{{/each}}",
    "{{constructor.constructor('window.ran=1')()}}",
    "$$\\href{javascript:window.ran=1}{x}$$",
    "`code` **bold** _under_ ~~gone~~ &lt;b&gt; &#60;script&#62;",
)
# What a link or picture in Markdown becomes is not text; it must not be fetched or run either.
MARKDOWN = (
    f"![图]({ELSEWHERE}/markdown.png) [点我](javascript:{RUN}) <{ELSEWHERE}/auto> "
    f"[引用]: {ELSEWHERE}/reference"
)
CONTROL_CHARACTERS = "\x1b\u202e\u2066\u2069"
CONTROLS = "\x1b[31m红色\x1b[0m 顺序\u202e倒写\u2066隔离\u2069"


def visible(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, CONTROL_CHARACTERS)))


def hostile_document() -> bytes:
    """A document with a payload in its title, in headings, and in sentences that get quoted."""
    parts = [f'# 蓝鲸航运<img src=x onerror="{RUN}">手册']
    for number, payload in enumerate(PAYLOADS, 1):
        parts.append(
            f"## 第{number}号码头{payload}\n\n第{number}号码头的暗语是{payload}，不得外传。"
        )
    parts += [MARKDOWN, f"控制字符的暗语是{CONTROLS}，不得外传。"]
    return "\n\n".join(parts).encode()


@pytest.fixture(scope="module")
def hostile(start_server: Callable[..., Any]) -> Any:
    """A chat whose knowledge base is to be made of hostile files."""
    return start_server()


def expect_nothing_ran(chat: Any) -> None:
    for frame in chat.page.frames:
        assert frame.evaluate("window.ran") is None
    assert chat.page.locator("#chat, #document-panel, #report").locator(
        "script, img, iframe, svg[onload], a[href^=javascript]"
    ).count() == 0  # fmt: skip


def test_nothing_of_a_hostile_document_runs_or_is_fetched(visit: Visit, hostile: Any) -> None:
    """Payloads in title, headings, sentences and file name are shown letter by letter."""
    chat = visit(hostile)
    name = f"${{{RUN}}}<img src=x onerror={RUN}>{{{{7}}}}.md"
    lines = chat.add((name, hostile_document()), (f"<b onclick={RUN}>.exe", b"MZ"))
    assert "已添加" in " ".join(lines)
    for number in range(1, len(PAYLOADS) + 1):
        answer = chat.ask(f"第{number}号码头的暗语是什么？")
        expect(answer).to_contain_text("码头")
        link = answer.locator("a.cite").first
        link.click()
        expect(chat.quoted.first).to_be_visible()
    shown = str(chat.panel.locator(".document").text_content())
    kept = make_document(hostile_document().decode(), "x").text
    assert "".join(shown.split()) == "".join(visible(kept).split())
    for literal in (PAYLOADS[0], PAYLOADS[7], PAYLOADS[8], PAYLOADS[9]):
        assert literal in shown
    expect(chat.panel.locator("h3")).to_contain_text("蓝鲸航运")
    chat.page.mouse.move(400, 300)
    expect_nothing_ran(chat)


def test_control_characters_are_left_out(visit: Visit, hostile: Any) -> None:
    """Escape sequences and characters that reorder text reach neither answer nor document."""
    chat = visit(hostile)
    chat.add(("控制.md", f"# 控制\n\n控制台的口令是{CONTROLS}，不得外传。\n".encode()))
    answer = chat.ask("控制台的口令是什么？")
    answer.locator("a.cite").first.click()
    expect(chat.quoted.first).to_be_visible()
    for text in (answer.text_content(), chat.panel.text_content()):
        assert "红色" in text
        assert not set(text) & set(CONTROL_CHARACTERS)
    expect_nothing_ran(chat)


def test_nothing_of_a_hostile_question_runs_or_is_fetched(visit: Visit, hostile: Any) -> None:
    """A question is shown letter by letter, in the conversation and where it is repeated."""
    chat = visit(hostile)
    for question in (*PAYLOADS, MARKDOWN, f"海王星上{PAYLOADS[1]}的售价？"):
        chat.ask(question)
        expect(chat.asked.last).to_have_text(question)
    chat.ask("那它呢？")
    expect_nothing_ran(chat)


@pytest.mark.parametrize(
    "name",
    [
        "../../x.md",
        "..\\x.md",
        ".hidden.md",
        "a/b.md",
        "长" * 300 + ".md",
        "CON.md",
        "\u202egnp.md",
    ],
)
def test_odd_file_names_are_harmless(visit: Visit, hostile: Any, name: str) -> None:
    """Whatever a file is called, it lands in the uploads folder or is refused."""
    chat = visit(hostile)
    before = {path for path in hostile.home.rglob("*.md") if "uploads" not in path.parts}
    line = chat.add((name, f"# 名字\n\n名字{len(name)}号的说明在此。\n".encode()))[0]
    assert "已添加" in line or "未添加" in line or "已在库中" in line
    after = {path for path in hostile.home.rglob("*.md") if "uploads" not in path.parts}
    assert after == before
    for path in (hostile.home / "data" / "kb" / "uploads").rglob("*"):
        assert path.is_file()
        assert not path.name.startswith(".")
        assert len(path.name.encode()) <= 210
