"""Web pages and books."""

from __future__ import annotations

import pytest

from corpus.errors import DocumentError
from corpus.load import document_of
from corpus.records import Document


def page(body: str, head: str = "") -> Document:
    return document_of(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
        .encode(), "a.html",
    )  # fmt: skip


MENU = "".join(f"<li><a href='/{i}'>栏目{i}</a></li>" for i in range(9))


def test_the_article_is_read_and_the_menus_are_not() -> None:
    """Elements, roles and names that mean navigation are left out; nothing of the article is."""
    document = page(
        f"<header><a href='/'>首页</a></header><nav>{MENU}</nav><div role='navigation'>{MENU}</div>"
        f"<div class='left-sidebar'><ul>{MENU}</ul></div><div id='main'><h1>通知</h1>"
        "<p>花园<b>七点</b>开门。</p><footer>落款：园林处</footer></div>"
        "<script>var x = '脚本'</script><p hidden>藏</p><div style='display: none'>藏</div>"
        "<div class='footer'>版权所有</div>"
    )
    assert document.text.startswith("# 通知\n\n花园七点开门。")
    for word in ("栏目", "首页", "脚本", "藏", "版权"):
        assert word not in document.text


def test_a_list_of_links_is_shown_and_not_searched() -> None:
    """A menu that nothing names is marked; prose with links is not."""
    document = page(
        f"<div><ul>{MENU}</ul></div><p>见<a href='a'>手册</a>与<a href='b'>附表</a>。</p>"
    )
    assert [mark.reason for mark in document.marks] == ["navigation"]
    assert document.text.endswith("见手册与附表。")


def test_text_under_a_name_of_furniture_is_kept() -> None:
    """Whole sentences are no menu, whatever the class of their element."""
    document = page(
        "<div class='comment'><p>电话改为 1001。请记录。</p><p>周三休息。</p></div><p>短文。</p>"
        * 2
    )
    assert "电话改为 1001。" in document.text


def test_blocks_keep_their_shape() -> None:
    """Headings, lists in lists, tables with spans, code and line breaks."""
    document = page(
        "<h2>要求</h2><ol start='3'><li>甲<ul><li>乙<br>丙</li></ul></li><li><p>丁</p></li></ol>"
        "<table><tr><th>区</th><th>时</th></tr><tr><td rowspan='2'>东</td><td>七|八点</td></tr>"
        "<tr><td>九点</td></tr></table><pre><code class='language-sh'>a\n  b</code></pre>一<br>二"
    )
    assert document.text == (
        "## 要求\n\n3. 甲\n  - 乙 丙\n4. 丁\n\n| 区 | 时 |\n| --- | --- |\n| 东 | 七｜八点 |\n"
        "| 东 | 九点 |\n\n```sh\na\n  b\n```\n\n一\n\n二"
    )


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    """Old pages put everything into one."""
    document = page(
        "<table><tr><td><h1>通知</h1><p>七点开门。</p></td><td>八点关门。</td></tr></table>"
    )
    assert document.text == "# 通知\n\n七点开门。\n\n八点关门。"


def test_a_page_tells_what_it_is() -> None:
    """Title, author, date and address, from wherever pages keep them."""
    document = page(
        "<h1>水价</h1><p>调整为三元。</p>",
        "<title>水价_某网</title><meta name='pubdate' content='2024-12-05T08:00'>"
        "<link rel='canonical' href='https://a.cn/1'>"
        '<script type="application/ld+json">{"author": {"name": "王五"}}</script>',
    )
    assert (document.title, document.author) == ("水价", "王五")
    assert (document.published, document.url) == ("2024-12-05", "https://a.cn/1")


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-8", "utf-16"])
def test_the_encoding_of_a_page_is_found(encoding: str) -> None:
    """Declared, shown by a mark, or told from the bytes although another one is declared."""
    text = "<html><head><meta charset={}><title>t</title></head><body>公司今天開會。</body></html>"
    for declared in (encoding, "utf-8"):
        assert document_of(text.format(declared).encode(encoding), "a.htm").text == "公司今天開會。"


def test_a_page_saved_in_one_file_is_read() -> None:
    """MHTML, as browsers save it."""
    data = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>=E4=B8=83=E7=82=B9</p>"
        b"</body></html>\r\n--b--\r\n"
    )
    assert document_of(data, "a.mhtml").text == "七点"


@pytest.mark.parametrize("depth", [50, 5_000, 50_000])
def test_deep_nesting_is_no_crash(depth: int) -> None:
    """A page of fifty thousand open elements is read or refused."""
    try:
        assert "底" in page("<div>" * depth + "<p>底</p>").text
    except DocumentError:
        assert depth > 50


def test_a_page_without_words_is_refused() -> None:
    """A page that only a script fills."""
    with pytest.raises(DocumentError, match="holds no text"):
        page("<div id='app'></div><script>x</script>")
