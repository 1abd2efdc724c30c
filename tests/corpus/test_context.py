"""What rows, items and code carry from above, and what a passage is read within."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import SettingsError
from corpus.load import make_document
from corpus.records import Passage

SMALL = ChunkSettings(target=40, maximum=60)
ROWS = "\n".join(f"| 员工{n}号 | 二〇二四年入职 | {n}00 元 |" for n in range(8))
TABLE = f"| 姓名 | 入职 | 津贴 |\n|---|---|---|\n{ROWS}\n"


def cut(raw: str, chunk: ChunkSettings = SMALL) -> list[Passage]:
    return cut_passages(make_document(raw, "a.md"), chunk)


def test_a_row_carries_the_header_of_its_table() -> None:
    """A row of figures says nothing without what its columns are."""
    first, *others = cut(TABLE)
    assert first.context == ()
    assert first.text.startswith("| 姓名 |")
    assert len(others) >= 3
    assert {passage.context for passage in others} == {("| 姓名 | 入职 | 津贴 |",)}


def test_each_table_has_its_own_header() -> None:
    """Two tables with nothing but a blank line between them are two."""
    second = TABLE.replace("姓名", "学生")
    found = {passage.context for passage in cut(f"{TABLE}\n{second}")}
    assert found == {(), ("| 姓名 | 入职 | 津贴 |",), ("| 学生 | 入职 | 津贴 |",)}


def test_rows_without_a_header_carry_none() -> None:
    """The first row of a table without a header is a row like the others."""
    assert {passage.context for passage in cut(ROWS)} == {()}


def test_an_item_carries_what_leads_in_and_what_it_is_nested_in() -> None:
    """“身份证” alone does not say that it is needed for a library card."""
    items = "\n".join(f"- 第{n}种材料的名字写得比较长一些" for n in range(4))
    passages = cut(
        f"说明如下。办借书证需要的材料：\n\n{items}\n    - 复印件要求的细节也写得比较长一些\n"
    )
    assert passages[0].context == ()
    assert passages[1].context == ("办借书证需要的材料：",)
    assert passages[-1].context[0] == "办借书证需要的材料："
    (last,) = cut("- 外层的事项\n    - 里层的事项是这样规定的\n", ChunkSettings(20, 20))[1:]
    assert last.context == ("- 外层的事项",)


def test_deep_nesting_carries_the_innermost_only() -> None:
    """Context stays a few lines, whoever indents a list a hundred times."""
    passages = cut("材料：\n" + "".join(f"{'  ' * n}- 第{n}层的事项\n" for n in range(100)))
    assert max(len(passage.context) for passage in passages) == 4


def test_a_paragraph_ends_the_context() -> None:
    """What follows another paragraph or heading is led in by that."""
    for between in ("另一段话在这里结束。", "## 另一节"):
        items = "- 这一条在另一段话之后，与材料无关，写得长一些\n" * 3
        passages = cut(f"# 总题\n需要的材料：\n\n- 身份证\n\n{between}\n\n{items}")
        assert passages[-1].context == ()


def test_code_stays_whole_and_carries_what_leads_in() -> None:
    """Half a program cannot be read, however short the target is."""
    code = "\n".join(f"print({n})" for n in range(25))
    chunk = ChunkSettings(target=100, maximum=260)
    text = "前面的一段话写到这里为止，长度接近目标的一半，再加一点点。运行这段程序：\n\n"
    *_, last = cut(f"{text}```\n{code}\n```\n", chunk)
    assert last.text == code
    assert last.context == ("运行这段程序：",)
    *_, last = cut(f"{text}## {'标题' * 10}\n```\n{code}\n```\n", chunk)
    assert last.text == code


def test_code_that_is_too_long_is_cut_between_lines() -> None:
    """Nothing of it is lost."""
    code = "\n".join(f"print({n})" for n in range(60))
    passages = cut(f"```\n{code}\n```\n", ChunkSettings(target=100, maximum=260))
    assert "\n".join(passage.text for passage in passages) == code


def test_neighbours_in_a_section_share_what_they_are_read_within() -> None:
    """A small passage is found, and read with what stands around it."""
    body = "这是一句大约有二十个字长的普通句子。" * 6
    raw = f"# 题\n## 甲\n{body}\n\n点赞、在看、转发\n\n{body}\n## 乙\n{body}"
    passages = cut(raw, ChunkSettings(target=40, maximum=60, parent=500))
    parents = [parent for parent, _ in groupby(passage.parent for passage in passages) if parent]
    text = make_document(raw, "a.md").text
    assert [text[start:end] for start, end in parents] == [
        f"## 甲\n{body}",
        body,
        f"## 乙\n{body}",
    ]


def test_without_a_length_a_passage_is_read_alone() -> None:
    """0 turns it off; a length below none is refused."""
    passages = cut(
        "这是一句话，它有二十多个字这么长，再长一点。" * 5, ChunkSettings(40, 60, parent=0)
    )
    assert [passage.parent for passage in passages] == [(p.start, p.end) for p in passages]
    with pytest.raises(SettingsError, match=r"chunk\.parent is -1"):
        ChunkSettings(parent=-1)


LINES = st.lists(
    st.sampled_from(
        [
            "# 甲", "## 乙", "一段话。又一句话，长一些的。", "材料：", "- 项", "  - 里层的项目。",
            "| 列 | 列 |", "|---|---|", "| 一 | 二 |", "```", "x = 1", "点赞、在看", "---", "",
        ]
    ),
    max_size=30,
)  # fmt: skip


@settings(derandomize=True, max_examples=400, deadline=None)
@given(LINES.map("\n".join), st.sampled_from([SMALL, ChunkSettings(), ChunkSettings(20, 30, 15)]))
def test_context_and_parent_are_text_of_the_document(raw: str, chunk: ChunkSettings) -> None:
    """Context lies above the passage; a parent holds the passage and no marked span."""
    if not raw.strip("\n `#>"):
        return
    document = make_document("开头。\n" + raw, "a.md")
    for passage in cut_passages(document, chunk):
        for line in passage.context:
            assert line in document.text[: passage.start]
            assert line not in passage.text
        assert passage.parent is not None
        start, end = passage.parent
        assert start <= passage.start < passage.end <= end
        assert end - start <= max(chunk.parent, passage.end - passage.start)
        assert not any(mark.start < end and start < mark.end for mark in document.marks)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text("ab =()", min_size=1, max_size=30), min_size=1, max_size=20), st.booleans())
def test_code_that_fits_is_never_cut(lines: list[str], headed: bool) -> None:
    """Every fence whose lines fit into the maximum lies in one passage."""
    code = "\n".join(lines).strip()
    raw = f"{'## 标题' if headed else '一段话。'}\n```\n{code}\n```\n结尾的话。"
    document = make_document(raw, "a.md")
    for chunk in (SMALL, ChunkSettings(60, 100), ChunkSettings(60, 100, overlap=50)):
        start = document.text.index("```") + 4
        end = document.text.rindex("\n```")
        if end - start > chunk.maximum or not code:
            continue
        kept = document.text[start:end].strip()
        assert any(kept in passage.text for passage in cut_passages(document, chunk))
