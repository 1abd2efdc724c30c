"""Title, author, date and address from front matter and header lines."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.metadata import (
    Metadata,
    combined,
    described,
    front_matter,
    is_header_line,
    read_metadata,
)

FRONT = """---
title: "春游：去哪里"
author: [张三, 李四]
date: 2024-12-05T08:00:00+08:00
link: https://a.cn/x?id=1
tags:
  - 活动
  - 通知
draft: false
version: 1.10
---
"""


def test_front_matter_fills_the_fields() -> None:
    """What a static site generator writes is understood, lists included."""
    found = read_metadata(FRONT + "# 别的标题\n正文")
    assert (found.title, found.author) == ("春游：去哪里", "张三, 李四")
    assert (found.published, found.url) == ("2024-12-05", "https://a.cn/x?id=1")
    assert found.extra == {"tags": "活动, 通知"}


def test_front_matter_tells_its_length_and_keeps_values_as_written() -> None:
    """The rest of the text begins right behind it, and 1.10 does not become 1.1."""
    fields, size = front_matter(FRONT + "正文")
    assert (FRONT + "正文")[size:] == "正文"
    assert fields["version"] == "1.10"


@pytest.mark.parametrize(
    "line",
    ["title: 一: 二", "title: @某", "title: [没有关上", "title: '没有关上", "title:\t制表符"],
)
def test_front_matter_that_is_not_yaml_is_read_line_by_line(line: str) -> None:
    """One careless value must not cost the other fields, nor let the fields into the text."""
    raw = f"---\n{line}\nauthor: 张三\ndate: 2024-12-05\n---\n正文"
    found = read_metadata(raw)
    assert (found.author, found.published) == ("张三", "2024-12-05")
    assert found.title == line.partition(":")[2].strip(" \t'\"")
    assert raw[front_matter(raw)[1] :] == "正文"


@pytest.mark.parametrize(
    "value", ["!!timestamp x", "!!bool x", "2024-13-45", "[" * 1200, "{a: " * 1200, "&a [*a]"]
)
def test_no_value_breaks_the_reader(value: str) -> None:
    """Tags, impossible dates and deep nesting are no reason to lose the document."""
    found = read_metadata(f"---\nauthor: 张三\ndate: {value}\n---\n正文")
    assert (found.author, found.published) == ("张三", "")


@pytest.mark.parametrize("value", ["", "null", "~", "{a: b}", "[[a]]"])
def test_an_empty_or_nested_field_is_no_title(value: str) -> None:
    """The heading is used instead."""
    assert read_metadata(f"---\ntitle: {value}\nauthor: 张\n---\n# 标题").title == "标题"


@pytest.mark.parametrize(
    "raw",
    [
        "---\n一段话。\n\n又一段话。\n---\n正文",
        "---\n甲 [没有关上: 乙\n\n见 https://a.cn\n一段话\n又一段话\n---\n正文",
        "---\nNote: [没有关上\n一段话\n又一段话\n再一段话\n---\n正文",
        "---\n没有结束\ntitle: 甲\n",
        "正文\n---\ntitle: 甲\n---\n",
    ],
)
def test_text_between_rules_is_not_front_matter(raw: str) -> None:
    """Rules are also drawn between paragraphs; what they enclose stays text."""
    assert front_matter(raw) == ({}, 0)


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("标题：春游", "title", "春游"),
        ("**作者**：张三", "author", "张三"),
        ("> 作者：**张三** | 编辑：李四", "author", "张三"),
        ("文：张三  编辑：李四", "author", "张三"),
        ("文章作者/张三（某社）", "author", "张三"),
        ("发布时间：2024年12月5日 08:00", "published", "2024-12-05"),
        ("發佈時間：2024/12/5", "published", "2024-12-05"),
        ("- Date: 2024-12-05", "published", "2024-12-05"),
        ("日期：下周\n时间：20241205", "published", "2024-12-05"),
        ("日期：2024-01-01\n更新时间：2024-12-05", "published", "2024-01-01"),
        ("原文链接：[这里](https://a.cn/x_(1) '题')", "url", "https://a.cn/x_(1)"),
        ("原文：<https://a.cn/x>，转载", "url", "https://a.cn/x"),
        ("链接：没有网址", "url", ""),
        ("# 春游 #", "title", "春游"),
        ("# 学习 C#", "title", "学习 C#"),
        ("## **春游**", "title", "春游"),
        ("#春游", "title", ""),
    ],
)
def test_header_lines_fill_the_fields(lines: str, field: str, value: str) -> None:
    """The usual lines at the top of a saved article are understood; the first one counts."""
    assert getattr(read_metadata(lines + "\n\n正文"), field) == value


def test_a_hint_block_is_read_like_other_lines() -> None:
    """GitBook exports put the header into a hint."""
    found = read_metadata(
        '{% hint style="info" %}\n**作者**：张三\n\n**日期**：2024.12.5\n\n'
        "**来源**：某报\n\n**原文**：<https://a.cn/x>\n{% endhint %}\n\n# 春游\n"
    )
    assert (found.title, found.author, found.published) == ("春游", "张三", "2024-12-05")
    assert (found.url, found.extra) == ("https://a.cn/x", {"publisher": "某报"})


def test_front_matter_wins_over_header_lines() -> None:
    """Fields that a program wrote are surer than lines of text."""
    found = read_metadata("---\nauthor: 张三\n---\n作者：李四\n标题：春游\n")
    assert (found.author, found.title) == ("张三", "春游")


def test_lines_far_below_are_no_header() -> None:
    """A label in the body is part of the text."""
    assert read_metadata("正文\n" * 60 + "作者：张三\n").author == ""


@pytest.mark.parametrize(
    ("line", "is_header"),
    [("作者：张三", True), ("来源 | 某报", True), ("结论：涨价", False), ("作者说：好", False)],
)
def test_only_known_labels_make_a_header_line(line: str, is_header: bool) -> None:
    """A line that is marked can no longer answer, so a colon alone is not enough."""
    assert is_header_line(line) is is_header


@pytest.mark.parametrize(
    ("raw", "author"),
    [
        ("本文（作者：张三）分享", "张三"),
        ("作者：张三" + "天气很好。" * 30, ""),
        ("（作者 / 张三）" + "天气很好。" * 30, "张三"),
        ("作者：" + "长" * 70, ""),
    ],
)
def test_a_byline_ends_before_the_text(raw: str, author: str) -> None:
    """In an article of one line, a name that runs on into the text is none."""
    assert read_metadata(raw).author == author


def test_properties_of_a_file_are_metadata() -> None:
    """PDF, Office and HTML name the same things differently."""
    found = described(
        {
            "Title": " 年度报告 ",
            "og:title": "另一个",
            "Author": "李四",
            "CreationDate": "D:20241205083000+08'00'",
            "canonical": "https://a.cn/报告?id=1",
            "Producer": "某程序",
            "og:site_name": "某报",
        }
    )
    assert found == Metadata(
        "年度报告", "李四", "2024-12-05", "https://a.cn/报告?id=1", {"publisher": "某报"}
    )


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("title", "Microsoft Word - 新建文档.doc"),
        ("title", "PowerPoint 演示文稿"),
        ("title", "文档1"),
        ("title", "Untitled-2"),
        ("title", ""),
        ("author", "Administrator"),
        ("author", "微软用户"),
        ("author", "python-docx"),
        ("date", "昨天"),
        ("url", "javascript:alert(1)"),
    ],
)
def test_what_a_program_fills_in_says_nothing(label: str, value: str) -> None:
    """A citation by Administrator, or of a title that names the program, misleads."""
    assert described({label: value}) == Metadata()


def test_the_first_of_two_wins_field_by_field() -> None:
    """The reader of a format decides which of its two sources is surer."""
    text = Metadata(title="正题", extra={"tags": "a"})
    properties = Metadata(title="模板", author="李四", extra={"tags": "b", "publisher": "某报"})
    expected = Metadata(title="正题", author="李四", extra={"tags": "a", "publisher": "某报"})
    assert combined(text, properties) == expected


_LINES = [
    "key:",
    "k: v",
    'q: "x: y"',
    "a: 'it'",
    "  - x",
    "- y",
    ' - "z"',
    "  - w",
    "k: a #b",
    "k: a#b",
    "t: 2024-01-01 10:00",
    "k: x  ",
    "",
    "k: 好：[x]",
    "k: a:",
    "  - a: b",
    'e: ""',
    "k: a\tb",
    "k: |",
    "k: [a]",
    "k: http://a.b/c:d#e",
    "k:v",
    " k: v",
    "k: it's",
    "k: a b - c",
    "# note",
]


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_LINES), min_size=1, max_size=6))
def test_plain_front_matter_is_read_as_yaml_reads_it(lines: list[str]) -> None:
    """The quick way with plain fields must not read anything that YAML reads otherwise."""
    text = "\n".join(lines)
    fields, size = front_matter(f"---\n{text}\n---\n")
    try:
        expected = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return
    assert fields == (expected if isinstance(expected, dict) else {})
    assert bool(size) == bool(fields)
