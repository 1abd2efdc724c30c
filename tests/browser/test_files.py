"""Files dropped into the page, the states that go wrong, and a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from filelock import FileLock
from paper import pdf_of
from playwright.sync_api import expect

from corpus.formats import SUFFIXES
from index.layout import LOCK

Visit = Callable[..., Any]
TEA = "# 青岭茶记\n\n青岭红茶产自福建武夷山，全发酵，每斤四百二十元。\n".encode()
OTHER_TEA = "# 青岭茶记\n\n青岭绿茶产自浙江龙井村，不发酵，每斤六百八十元。\n".encode()
BROKEN = b"\x80\x81\xff\xfe" * 9 + b"abc"
both_sizes = pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])


@pytest.fixture
def own(start_server: Callable[..., Any]) -> Any:
    """A chat to add files to."""
    return start_server()


def test_files_are_added_asked_and_still_there_after_a_restart(visit: Visit, own: Any) -> None:
    """Good files answer, the others are reported one by one; all of it survives a restart."""
    chat = visit(own)
    before = chat.ask("ChatGPT Pro 每月多少钱？").locator("a.cite").first
    lines = chat.add(
        ("茶.md", TEA), ("empty.md", b""), ("list.pdf", b"%PDF-1.4"), ("broken.txt", BROKEN)
    )
    outcome = {line.split()[0]: line for line in lines}
    assert "已添加" in outcome["茶.md"]
    assert "empty" in outcome["empty.md"]
    assert "cut off" in outcome["list.pdf"]
    assert "decoded" in outcome["broken.txt"]
    assert all("未添加" in outcome[name] for name in ("empty.md", "list.pdf", "broken.txt"))
    expect(chat.page.locator("#report")).to_contain_text("示例文章不再参与回答")
    expect(chat.page.locator("#contents")).to_contain_text("我的文档：1 篇文档")
    expect(chat.page.locator("#examples")).to_be_hidden()
    assert sorted(path.name for path in own.home.glob("data/kb/uploads/*")) == ["茶.md"]

    ask_about_tea(chat)
    before.click()  # a citation from before the switch still opens
    expect(chat.panel).to_contain_text("开场第一天")

    assert "已在库中" in chat.add(("茶.md", TEA))[0]
    assert "茶 (2).md" in chat.add(("茶.md", OTHER_TEA))[0]
    expect(chat.ask("青岭绿茶每斤多少钱？")).to_contain_text("六百八十")
    ask_about_tea(chat)

    chat.page.context.close()
    own.stop()
    own.start()
    again = visit(own, (390, 844))
    expect(again.page.locator("#contents")).to_contain_text("我的文档：2 篇文档")
    expect(again.page.locator("#examples")).to_be_hidden()
    ask_about_tea(again)


def ask_about_tea(chat: Any) -> None:
    answer = chat.ask("青岭红茶产自哪里？")
    expect(answer).to_contain_text("武夷山")
    answer.locator("a.cite").first.click()
    expect(chat.quoted).to_have_text("青岭红茶产自福建武夷山，全发酵，每斤四百二十元。")


def test_trouble_while_adding_is_told_in_one_line(visit: Visit, own: Any) -> None:
    """A build elsewhere, a question meanwhile, two uploads at once, a folder that is deleted."""
    chat = visit(own)
    chat.add(("茶.md", TEA))
    folder = own.home / "data" / "kb"
    with FileLock(folder / LOCK):
        chat.page.locator("#upload input[type=file]").set_input_files(
            [{"name": "乙.md", "mimeType": "text/plain", "buffer": OTHER_TEA}]
        )
        failure = chat.page.locator("#report .failure")
        expect(failure).to_contain_text("another process is building it")
        assert "\n" not in failure.inner_text()
        assert not (folder / "uploads" / "乙.md").exists()
        ask_about_tea(chat)
    assert "已添加" in chat.add(("乙.md", OTHER_TEA))[0]

    other = visit(own)
    chat.forget_report()
    for page, number in ((chat.page, 1), (other.page, 2)):
        text = f"# 第{number}号仓库\n\n第{number}号仓库存放了{number}70箱瓷器。\n"
        page.locator("#upload input[type=file]").set_input_files(
            [{"name": f"仓库{number}.md", "mimeType": "text/plain", "buffer": text.encode()}]
        )
    ask_about_tea(chat)
    for page in (chat.page, other.page):
        expect(page.locator("#report li")).to_contain_text("已添加")
    for number in (1, 2):
        expect(other.ask(f"第{number}号仓库存放了多少箱瓷器？")).to_contain_text(f"{number}70")

    shutil.rmtree(folder)
    expect(chat.ask("青岭红茶产自哪里？").locator(".answer, .failure")).to_be_visible()
    assert "已添加" in chat.add(("茶.md", TEA))[0]
    ask_about_tea(chat)
    assert "Traceback" not in own.log


def test_a_pdf_is_cited_by_its_page(visit: Visit, own: Any) -> None:
    """The citation names the page; it opens there, pages told apart, the sentence in view."""
    chat = visit(own)
    pages = (
        ["一号仓库存放瓷器，每周一盘点。", "仓库的窗户在雨天要关好。", "钥匙挂在值班室的墙上。"],
        ["二号仓库存放茶叶，温度保持在十八度。", "进门之前请换上干净的鞋。", "灯在门的左边。"],
        ["三号仓库的守夜人叫周明远。", "夜里每两小时巡一次。", "狗拴在后门。"],
    )
    assert "已添加" in chat.add(("手册.pdf", pdf_of(pages, "云栖仓库管理手册")))[0]
    answer = chat.ask("三号仓库的守夜人叫什么？")
    expect(answer).to_contain_text("周明远")
    link = answer.locator("ul.sources a.cite").first
    expect(link).to_contain_text("第 3 页")
    link.click()
    expect(chat.quoted).to_have_text("三号仓库的守夜人叫周明远。")
    chat.expect_in_view(chat.quoted.first)
    parts = chat.panel.locator(".document .part")
    expect(parts).to_have_count(3)
    drawn = "element => getComputedStyle(element, '::before').content"
    assert [each.evaluate(drawn) for each in parts.all()] == [f'"第 {n} 页"' for n in (1, 2, 3)]
    assert "第 3 页" not in str(chat.panel.locator(".document").text_content())
    expect(chat.panel).to_contain_text("页眉、页码")


def test_the_dialog_for_choosing_files_offers_what_is_read(visit: Visit, own: Any) -> None:
    """Before the dialog opens it is told every ending that is read, and it still takes files."""
    chat = visit(own)
    with chat.page.expect_file_chooser() as opened:
        chat.page.locator("#upload button").first.click()
    accepted = str(opened.value.element.get_attribute("accept")).split(",")
    assert set(accepted) == SUFFIXES
    opened.value.set_files(
        [{"name": "表.csv", "mimeType": "text/csv", "buffer": "货物,数量\n铜锣,七面\n".encode()}]
    )
    expect(chat.report).to_contain_text("已添加")


@both_sizes
def test_a_very_long_document_opens_where_it_is_quoted(
    visit: Visit, long_document: Any, size: tuple[int, int]
) -> None:
    """Of two million characters only the part around the quotation is shown, in view."""
    chat = visit(long_document, size)
    answer = chat.ask("暗号石榴石对应哪一间仓库？")
    answer.locator("a.cite").first.click()
    expect(chat.quoted).to_contain_text("石榴石")
    expect(chat.panel).to_contain_text("只显示所引位置前后的部分")
    assert len(str(chat.panel.text_content())) < 60_000
    chat.expect_in_view(chat.quoted.first)


@pytest.fixture(scope="module")
def long_document(start_server: Callable[..., Any], tmp_path_factory: Any) -> Any:
    """A chat about one document of two megabytes."""
    from index.build import BuildOptions, build

    folder = tmp_path_factory.mktemp("long")
    (folder / "in").mkdir()
    filler = "这一行记录了普通的一天，仓库里没有发生任何值得一提的事情。" * 40
    lines = [f"{number}。{filler}" for number in range(560)]
    lines.insert(400, "暗号石榴石对应第三十七号仓库，钥匙由守夜人保管。")
    (folder / "in" / "long.txt").write_text("\n\n".join(lines), encoding="utf-8")
    build([folder / "in"], folder / "kb", BuildOptions())
    return start_server("--kb", str(folder / "kb"))


def test_nothing_is_left_behind_outside_the_data_folder(visit: Visit, own: Any) -> None:
    """Gradio's copies of uploaded files are removed, and the working folder stays empty."""
    chat = visit(own)
    marker = "石英岩洞里的回声持续了十九秒"
    chat.add((f"{marker}.md", f"# 回声\n\n{marker}。\n".encode()))
    chat.page.context.close()
    assert not list((own.home / "cwd").iterdir())
    held = [path.read_bytes() for path in own.temporary.rglob("*") if path.is_file()]
    assert not any(held)  # Gradio leaves empty files until the server stops
