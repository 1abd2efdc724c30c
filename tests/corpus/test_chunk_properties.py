"""What holds for the passages of any document."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.blocks import parse_blocks
from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import make_document
from corpus.records import Document, Passage
from corpus.sentences import sentences_of

WORDS = st.sampled_from(
    [
        "今天下雨",
        "我们去公园",
        "价格是 3.5 元",
        "「好。」他说",
        "（见附录）",
        "OpenAI API",
        "，",
        "；",
        "、",
    ]
)
SENTENCES = st.builds(
    lambda words, end: "".join(words) + end,
    st.lists(WORDS, min_size=1, max_size=12),
    st.sampled_from(["。", "！", "？", "……", ""]),
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=6).map("".join)
BLOCKS = st.one_of(
    PARAGRAPHS,
    st.builds(
        lambda level, words: f"{'#' * level} {words}",
        st.integers(1, 4),
        st.text("甲乙丙丁", min_size=1),
    ),
    st.lists(SENTENCES, min_size=1, max_size=4).map(
        lambda items: "\n".join(f"- {x}" for x in items)
    ),
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3).map(
        lambda rows: "\n".join(["| 列 | 列 |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])
    ),
    st.lists(st.text("ab =()#", max_size=30), max_size=4).map(
        lambda lines: "\n".join(["```", *lines, "```"])
    ),
    st.sampled_from(
        ["点赞、在看、转发", "---", "https://a.cn/x", "## 往期回顾\n- 别的文章", "扫码关注公众号"]
    ),
)
RAW = st.builds(
    lambda front, blocks, joint: front + joint.join(blocks),
    st.sampled_from(["", "---\ntitle: 题\n---\n", "# 题\n作者：张三\n\n"]),
    st.lists(BLOCKS, min_size=1, max_size=12),
    st.sampled_from(["\n", "\n\n"]),
)
SETTINGS = st.sampled_from(
    [
        ChunkSettings(),
        ChunkSettings(target=20, maximum=20),
        ChunkSettings(target=40, maximum=60),
        ChunkSettings(target=40, maximum=60, overlap=30),
        ChunkSettings(target=100, maximum=110, overlap=99),
    ]
)


def cut(raw: str, chunk: ChunkSettings) -> tuple[Document, list[Passage]]:
    document = make_document(raw, "a.md")
    return document, cut_passages(document, chunk)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_spans_are_exact_and_within_bounds(raw: str, chunk: ChunkSettings) -> None:
    """Text, sentences and document agree to the character, and no passage is too long."""
    document, passages = cut(raw, chunk)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= chunk.maximum
        assert passage.sentences[-1][1] == passage.end
        previous = passage.start
        for start, end in passage.sentences:
            assert previous <= start < end <= passage.end
            previous = end


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_every_kept_sentence_lies_in_a_passage(raw: str, chunk: ChunkSettings) -> None:
    """Nothing but marked text and headings above nothing can be lost; sentences stay whole."""
    document, passages = cut(raw, chunk)
    found = {span for passage in passages for span in passage.sentences}
    expected = {
        span
        for block in parse_blocks(document.text, document.marks)
        if block.kind != "heading"
        for span in sentences_of(document.text, block, chunk.maximum)
    }
    assert expected <= found


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_no_sentence_is_cut_that_fits(raw: str, chunk: ChunkSettings) -> None:
    """Only what alone exceeds the maximum comes in pieces, whatever stands around it."""
    document, passages = cut(raw, chunk)
    found = {span for passage in passages for span in passage.sentences}
    for block in parse_blocks(document.text, document.marks):
        for start, end in sentences_of(document.text, block, maximum=10_000):
            if block.kind != "heading" and end - start <= chunk.maximum:
                assert (start, end) in found


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_all_kept_text_is_covered(raw: str, chunk: ChunkSettings) -> None:
    """A letter or digit in no passage is marked, or stands in a heading or a fence line."""
    document, passages = cut(raw, chunk)
    covered = bytearray(len(document.text))
    spans = [(passage.start, passage.end) for passage in passages]
    spans += [(mark.start, mark.end) for mark in document.marks]
    spans += [
        (block.start, block.end)
        for block in parse_blocks(document.text, document.marks)
        if block.kind == "heading"
    ]
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    left = "".join(c for c, done in zip(document.text, covered, strict=True) if not done)
    assert not any(character.isalnum() for character in left)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_passages_are_in_order_and_have_names_of_their_own(raw: str, chunk: ChunkSettings) -> None:
    """Each begins behind the start of the one before; without overlap, behind its end."""
    _, passages = cut(raw, chunk)
    assert len({passage.id for passage in passages}) == len(passages)
    for before, after in pairwise(passages):
        assert before.start < after.start
        assert before.end < after.end
        assert chunk.overlap or before.end <= after.start
        assert before.end - after.start <= chunk.overlap


@settings(derandomize=True, max_examples=250, deadline=None)
@given(RAW, SETTINGS)
def test_no_passage_touches_a_mark_or_ends_with_a_heading(raw: str, chunk: ChunkSettings) -> None:
    """What is marked is never searched, and a heading stands above its own text."""
    document, passages = cut(raw, chunk)
    headings = {
        block.end
        for block in parse_blocks(document.text, document.marks)
        if block.kind == "heading"
    }
    for passage in passages:
        assert passage.end not in headings
        assert not any(
            mark.start < passage.end and passage.start < mark.end for mark in document.marks
        )


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(PARAGRAPHS, min_size=1, max_size=5), PARAGRAPHS)
def test_text_put_in_front_renames_nothing_behind_it(bodies: list[str], new: str) -> None:
    """A passage whose text is unchanged keeps its name wherever it moves."""
    sections = "".join(f"\n\n## {n}\n{body}" for n, body in enumerate(bodies))
    _, before = cut(f"# 题\n\n开头。{sections}", ChunkSettings())
    _, after = cut(f"# 题\n\n开头。\n\n{new}\n\n又一段。{sections}", ChunkSettings())
    kept = {passage.text: passage.id for passage in before if passage.headings}
    moved = {passage.text: passage.id for passage in after if passage.headings}
    assert kept == moved
