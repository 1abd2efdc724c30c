"""The block structure of a displayed text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.blocks import Block, heading_text, parse_blocks
from corpus.fences import Fences
from corpus.records import Mark

LONG = "这一行有三十来个字，写到这里还没有结束，所以下一行接着它往下"


def kinds(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, text[block.content : block.end]) for block in parse_blocks(text)]


def test_each_kind_of_line_is_told() -> None:
    """Headings, items, rows and code begin behind their signs; fences and rules are no blocks."""
    text = (
        "# 标题\n\n段落。\n- 条目\n1. 第一\n2、第二\n３）第三\n| 表 | 格 |\n"
        "|---|:-:|\n| 一 | 二 |\n```python\n# 注释\n  x = 1\n```\n  缩进的段落\n"
    )
    assert kinds(text) == [
        ("heading", "标题"),
        ("paragraph", "段落。"),
        ("item", "条目"),
        ("item", "第一"),
        ("item", "第二"),
        ("item", "第三"),
        ("row", " 表 | 格 |"),
        ("row", " 一 | 二 |"),
        ("code", "# 注释"),
        ("code", "x = 1"),
        ("paragraph", "缩进的段落"),
    ]


@pytest.mark.parametrize(
    "line", ["#标签", "####### 七", "3.5 倍", "1.5万", "-5 度", "*注", "|x", "#"]
)
def test_what_only_looks_like_syntax_is_a_paragraph(line: str) -> None:
    """A number, a negative or a hash tag keeps its sign, which is part of what it says."""
    assert kinds(line) == [("paragraph", line)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("# 标题", "标题"),
        ("## 标题 ##", "标题"),
        ("# 学习 C#", "学习 C#"),
        ("# 学习 C# #", "学习 C#"),
        ("  ### a  ", "a"),
    ],
)
def test_heading_text_leaves_out_only_its_signs(line: str, words: str) -> None:
    """A ``#`` that belongs to a word is no closing sign."""
    assert [block.kind for block in parse_blocks(line)] == ["heading"]
    assert heading_text(line) == words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{LONG}\n继续写完。", 1),
        (f"{LONG}。\n新的一段。", 2),
        ("短行\n另一行", 2),
        ("短行\n，标点开头只能是接着写", 1),
        (f"{LONG}\n作者：张三", 2),
        (f"{LONG}\n\n空行之后", 2),
        (f"- {LONG}\n继续写完。", 1),
        (f"{LONG}\n- 条目", 2),
        (f"# {LONG}\n正文", 2),
        (f"{LONG}\n下去\n然后结束。\n" * 2, 4),
        (f"{LONG}\n下去\n然后结束。\n" * 4, 4),
    ],
)
def test_a_wrapped_line_goes_on(text: str, count: int) -> None:
    """A line break that only wraps a sentence must not cut it; one that ends it must.

    Even a short line goes on where a program has wrapped the whole file.
    """
    assert len(list(parse_blocks(text))) == count


def test_marked_lines_are_left_out_and_part_what_they_stand_between() -> None:
    """No block crosses a mark."""
    text = f"{LONG}\n广告\n，继续"
    at = text.index("广告")
    blocks = list(parse_blocks(text, [Mark(at, at + 2, "promotion")]))
    assert [text[block.start : block.end] for block in blocks] == [LONG, "，继续"]


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        (["```", "a", "```", "b"], [True, True, True, False]),
        (["~~~", "```", "~~~", "b"], [True, True, True, False]),
        (["````", "```", "````", "b"], [True, True, True, False]),
        (["```", "````", "b"], [True, True, False]),
        (["```py", "```py", "```", "b"], [True, True, True, False]),
        (["```a```", "b"], [False, False]),
        (["  ```", "a", "    ```", "b"], [True, True, True, False]),
        (["``", "b"], [False, False]),
        (["```", "b"], [True, True]),
    ],
)
def test_fences_open_and_close_as_in_markdown(lines: list[str], held: list[bool]) -> None:
    """Reader, cleaner and chunker share this, so that they agree on what is code."""
    fences = Fences()
    assert [fences.holds(line) for line in lines] == held


LINES = st.sampled_from(
    [
        "# 标题",
        "- 条目",
        "| a | b |",
        "|---|",
        "```",
        "",
        "正文。",
        LONG,
        "，续",
        "  ",
        "#",
        "|",
        "1.",
        "。",
    ]
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=20).map("\n".join))
def test_blocks_are_whole_lines_in_order(text: str) -> None:
    """Every line with words that is no syntax lies in exactly one block."""
    position = 0
    covered: list[Block] = list(parse_blocks(text))
    for block in covered:
        assert position <= block.start <= block.content <= block.end
        assert block.start == 0 or text[block.start - 1] == "\n"
        assert block.end == len(text) or text[block.end] == "\n"
        position = block.end
    words = "".join(text[block.start : block.end] for block in covered)
    assert words.count("正文。") == text.count("正文。")
    assert words.count("条目") == text.count("条目")
