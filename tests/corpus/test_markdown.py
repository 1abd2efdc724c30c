"""Markdown source to displayed text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.readers.markdown import display, display_text, without_tracking

PLAIN = """标题在第一行

面积是 3*4*5 立方米，2 ** 10 等于 1024，电话 138****1234，推荐指数：*****。
变量 snake_case_name 和 __init__ 不变；a < b 且 c > d；R&D、AT&T；价格 5~8 元。
[注] 方括号（圆括号）保留，数组 a[0]；路径 C:\\目录\\文件。
1. 第一条
- 第二条
| 表 | 格 |
|---|---|
  缩进的行"""


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("前![图](a.png)后", "前后"),
        ('前![图(一)](a_(1).png "题")后', "前后"),
        ("前![图[1]](a.png)后", "前后"),
        ("前![跨\n行](a.png)后", "前后"),
        ("见[说明](https://a.cn/x)。", "见说明。"),
        ('见[说明](https://a.cn/x_(y) "题")。', "见说明。"),
        ("见[[注1]](https://a.cn)。", "见注1。"),
        ("见[第[2]章](b.md)。", "见第[2]章。"),
        ("见[很长的链接\n文字](b.md)。", "见很长的链接文字。"),
        ("see [a wrapped\nlink](b.md).", "see a wrapped link."),
        ("[**粗**](b.md)", "粗"),
        ("[](b.md)空", "空"),
        ("[![图](a.png)](b.md)后", "后"),
        ("<https://a.cn/x>", "https://a.cn/x"),
    ],
)
def test_images_go_and_links_keep_their_text(raw: str, shown: str) -> None:
    """Nobody searches for or quotes a link target."""
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("**重点：**价格不变", "重点：价格不变"),
        ("他说**「很好」**之后", "他说「很好」之后"),
        ("**前****后**", "前后"),
        ("** 留白 ** 的写法", " 留白  的写法"),
        ("**跨行的\n重点**继续", "跨行的\n重点继续"),
        ("这是*斜体*字", "这是斜体字"),
        ("***粗斜***字", "粗斜字"),
        ("an *old* one, **bold** too", "an old one, bold too"),
        ("一个 _强调_ 词", "一个 强调 词"),
        ("~~原价~~现价", "原价现价"),
        ("GPT **4o** 模型和 **o1** 模型", "GPT 4o 模型和 o1 模型"),
    ],
)
def test_emphasis_goes_even_where_it_is_glued_to_chinese(raw: str, shown: str) -> None:
    """Chinese leaves no blanks around emphasis, so CommonMark's rule would keep the stars."""
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "3*4*5",
        "2 ** 10",
        "2**3**4",
        "138****1234",
        "推荐指数：*****",
        "难度：***",
        "a_b_c",
        "__init__",
    ],
)
def test_what_only_looks_like_emphasis_stays(raw: str) -> None:
    """A product, a mask or a rating loses its meaning with its stars."""
    assert display_text(raw) == raw


def test_plain_text_is_unchanged() -> None:
    """A .txt file without Markdown is displayed as it was written."""
    assert display_text(PLAIN) == PLAIN


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("用 `**kwargs` 和 `a_b_c`", "用 **kwargs 和 a_b_c"),
        ("标签 `<div>`、`<!-- x -->`、`[a](b)`", "标签 <div>、<!-- x -->、[a](b)"),
        ("写 `&lt;` 和 `\\*`", "写 &lt; 和 \\*"),
        ("写 `` `x` `` 即可", "写 `x` 即可"),
        ("[`run()`](b.md)", "run()"),
        ("不是 \\`代码\\`", "不是 `代码`"),
        ("只有一个 ` 号", "只有一个 ` 号"),
    ],
)
def test_code_spans_are_kept_to_the_letter(raw: str, shown: str) -> None:
    """Only the ticks go: stars, tags and entities within code are what it says."""
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"\*不是强调\*", "*不是强调*"),
        (r"1\. 不是列表", "1. 不是列表"),
        ("甲&amp;乙&nbsp;丙&#20013;&#x6587;", "甲&乙 丙中文"),
        ("甲&unknown;乙", "甲&unknown;乙"),
        ("甲<!-- 不显示\n多行 -->乙", "甲乙"),
        ("甲<br/>乙<span class='x'>丙</span>", "甲 乙丙"),
        ("甲<img src='a.png'>乙", "甲乙"),
        ("甲<!-- 没有结束", "甲<!-- 没有结束"),
        ("> 引用\n> > 两层", "引用\n两层"),
        ("甲  \n\n\n\n乙\u3000", "甲\n\n乙"),
    ],
)
def test_escapes_entities_and_tags_are_resolved(raw: str, shown: str) -> None:
    """The text reads as a browser would show it."""
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.cn/p?utm_source=x&id=3&from=y", "https://a.cn/p?id=3"),
        ("https://a.cn/p?utm_source=x", "https://a.cn/p"),
        ("https://a.cn/p?utm_source=x#top", "https://a.cn/p#top"),
        ("https://a.cn/p?id=3&page=2#top", "https://a.cn/p?id=3&page=2#top"),
        ("https://a.cn/p?q=a=b&&x", "https://a.cn/p?q=a=b&&x"),
        ("https://a.cn/from/scene", "https://a.cn/from/scene"),
    ],
)
def test_only_tracking_parameters_leave_a_url(url: str, kept: str) -> None:
    """Other parameters are part of the address."""
    assert without_tracking(url) == kept
    assert display_text(f"见 {url}，谢谢") == f"见 {kept}，谢谢"


@pytest.mark.parametrize(
    "code",
    [
        "```python\nx = a ** b ** c  \n\n\n\nprint('[a](b)', \"&amp;\")\n> 不是引用\n```",
        "~~~\n**x** `y`\n~~~",
        "````md\n```\n**内层**\n```\n````",
        "    ```sh\n    echo *.md\n    ```",
        "```\n没有结束 **x**",
    ],
)
def test_fenced_code_is_untouched(code: str) -> None:
    """Code is shown to the letter, white space included."""
    assert display_text(f"**前**\n\n{code}") == f"前\n\n{code}"


def test_a_fence_ends_where_it_is_closed() -> None:
    """What follows code is Markdown again; a line of code in ticks opens no fence."""
    assert display_text("```\n*a*\n```\n*b*\n```c```\n*d*") == "```\n*a*\n```\nb\nc\nd"


def test_a_fence_in_a_quotation_loses_its_marks_only() -> None:
    """Quoted code is code: the ``>`` go, the rest stays."""
    assert display_text("> ```\n> *a*\n> ```\n> *b*") == "```\n*a*\n```\nb"


def test_link_spans_point_at_the_text_of_links() -> None:
    """Cleaning tells teasers (links around pictures) from other links by these spans."""
    text, links = display("甲[乙丙](a)丁\n\n[![图](b.png)**戊**](c) [](d)")
    assert [(text[link.start : link.end], link.teaser) for link in links] == [
        ("乙丙", False),
        ("戊", True),
    ]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="中a1 \n[]()!*_`~<>\\&;#|\ufdd0\ufdd3\ufdd4\ufdd5", max_size=60))
def test_any_text_is_displayed_without_inner_signs(raw: str) -> None:
    """No input breaks the reader, and none of its own signs reaches the text."""
    text, links = display(raw)
    assert not any("\ufdd0" <= character <= "\ufdef" for character in text)
    assert all(0 <= link.start < link.end <= len(text) for link in links)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(alphabet="中文，。、a1 \n", max_size=80))
def test_text_without_markup_only_loses_idle_white_space(raw: str) -> None:
    """Nothing but trailing blanks and repeated blank lines goes."""
    lines = [line.rstrip(" ") for line in raw.split("\n")]
    assert [line for line in display_text(raw).split("\n") if line] == [x for x in lines if x]


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "](", "[a](", "*", "* a", "*a", "**", "`", "`a", "~", "~~", "<!--", "<img ", "<div",
     " ", "  x", "&amp", "\\", "```\n", "> ", "http://a?", "# ", "1", "1评论", "「。", "a。”，"],
)  # fmt: skip
def test_a_hundred_thousand_signs_are_read(piece: str) -> None:
    """Each pattern looks over the text once: quadratic ones would take minutes here."""
    assert display_text(piece * (100_000 // len(piece)) + "x").endswith("x")
