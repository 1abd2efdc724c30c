"""Pages, sheets and lines of documents and passages."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import document_of, make_document
from corpus.parts import Part, part_at
from corpus.records import Citation, Document, Passage

TEXT = "甲一。\n甲二。\n\n乙一。\n乙二。"
PAGES = (Part(0, 9, "page", "3"), Part(9, 17, "page", "4"))
SHEETS = (Part(0, 8, "sheet", "价目", 5), Part(9, 17, "sheet", "库存", 2))


def test_a_part_ends_where_the_next_begins() -> None:
    """An offset between two parts belongs to neither."""
    assert part_at(SHEETS, 7) is SHEETS[0]
    assert part_at(SHEETS, 8) is None
    assert part_at(SHEETS, 9) is SHEETS[1]
    assert part_at((), 0) is None


def test_parts_are_cut_to_a_span_and_count_their_lines() -> None:
    """A passage knows its rows without the text before it."""
    document = Document("d", "s", TEXT, "", parts=SHEETS)
    assert document.parts_of(4, 12) == (
        Part(4, 8, "sheet", "价目", 6),
        Part(9, 12, "sheet", "库存", 2),
    )
    assert document.parts_of(8, 9) == ()


def test_a_citation_names_the_page_of_its_own_quote() -> None:
    """A passage that runs over a page break begins one page before its last sentence."""
    document = Document("d", "s", TEXT, "", parts=PAGES)
    (passage,) = cut_passages(document, ChunkSettings())
    assert (passage.page, passage.locator) == (3, "p. 3")
    quote = Citation(1, passage, "乙二。", 13, 16)
    assert (quote.page, quote.locator) == (4, "p. 4")


def test_a_line_is_named_where_no_heading_is() -> None:
    """A heading says more than a number; sheets and pages are named in any case."""
    bare = Passage("p", "d", "s", TEXT, 0, 17, ((0, 3),), parts=(Part(0, 17, "line", "", 7),))
    assert bare.locator == "line 7"
    assert bare.locator_at(10) == "line 10"
    headed = Passage("p", "d", "s", TEXT, 0, 17, ((0, 3),), headings=("总则",), parts=bare.parts)
    assert headed.locator == "总则"
    sheet = Passage("p", "d", "s", TEXT, 0, 17, ((0, 3),), headings=("总则",), parts=SHEETS)
    assert sheet.locator_at(13) == "sheet 库存 · row 3 · 总则"


def line_in_file(raw: str, fact: str) -> int:
    return raw[: raw.index(fact)].count("\n") + 1


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["", "", "正文一句话。", "# 标题", "![图](a.png)", "- 项目", "<!-- 注 -->", "**粗**字",
             "> 引用的话", "[链接\n文字](http://a.cn)", "```", "x = 1", "| 甲 | 乙 |", "> "]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_lines_of_markdown_are_numbered_as_in_the_file(lines: list[str]) -> None:
    """Images, comments and blank lines that are not shown do not shift the numbers."""
    marked = [f"{line} 记号{index}号" if line[:1] not in ("`", "!", "<", "[", "") else line
              for index, line in enumerate(lines)]  # fmt: skip
    raw = "\n".join([*marked, "末尾。"])
    document = make_document(raw, "a.md")
    for index in range(len(lines)):
        fact = f"记号{index}号"
        at = document.text.find(fact)
        if at >= 0:
            (part,) = document.parts_of(at, at + 1) or (None,)
            assert part is None or part.first == line_in_file(raw, fact)


def test_long_texts_are_resolved_piece_by_piece_to_the_same() -> None:
    """The pieces of a text that is too long to resolve at once join without a seam."""
    paragraph = "**第 {0} 段**说明见[手册](http://a.cn/{0})。\n\n```\n# 不是标题 {0}\n```\n\n"
    raw = "".join(paragraph.format(i) for i in range(60_000))
    assert len(raw) > 2_200_000
    long = make_document(raw, "a.md").text
    short = make_document(raw[:500_000], "a.md").text
    assert long[:200_000] == short[:200_000]
    assert long.count("第 ") == 60_000
    assert long.endswith("第 59999 段说明见手册。\n\n```\n# 不是标题 59999\n```")


def test_code_keeps_its_lines() -> None:
    """Source code is read as it stands, a comment is no heading."""
    document = document_of("# 配置\n\nPORT = 7860\nx = '```'\n".encode(), "a.py")
    at = document.text.index("PORT")
    assert document.parts_of(at, at + 1)[0].first == 3
    assert cut_passages(document, ChunkSettings())[0].headings == ()
    assert document.title == "a"
