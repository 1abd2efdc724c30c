"""Passages: exact, complete, within bounds, and named so that they keep their names."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import SettingsError
from corpus.load import make_document
from corpus.records import Passage

SENTENCE = "这是一句大约有二十个字长的普通句子。"


def cut(raw: str, settings: ChunkSettings | None = None) -> list[Passage]:
    return cut_passages(make_document(raw, "a.md"), settings or ChunkSettings())


def test_a_heading_opens_its_passage_and_names_it() -> None:
    """A passage knows the headings above it, without the document's own title."""
    passages = cut(f"# 总题\n\n## 甲\n{SENTENCE}\n\n## 乙\n### 子\n{SENTENCE}\n")
    assert [passage.headings for passage in passages] == [("甲",), ("乙", "子")]
    assert [passage.text.split("\n")[0] for passage in passages] == ["## 甲", "## 乙"]
    assert {passage.title for passage in passages} == {"总题"}
    assert passages[1].locator == "乙 › 子"


def test_a_section_that_ends_takes_its_heading_off_the_path() -> None:
    """What stands under the next heading of the same level is not under the one before."""
    passages = cut(f"# 总题\n## 甲\n### 子\n{SENTENCE}\n# 另一题\n{SENTENCE}\n")
    assert [passage.headings for passage in passages] == [("甲", "子"), ("另一题",)]


def test_small_subsections_share_a_passage() -> None:
    """Sections of a line each would be passages without context."""
    passages = cut("# 题\n## 名词\n### 甲\n第一。\n### 乙\n第二。\n### 丙\n第三。\n")
    assert [passage.headings for passage in passages] == [("名词", "甲")]


def test_a_heading_never_ends_a_passage() -> None:
    """A heading whose text no longer fits moves on with it to the next passage."""
    first, second = cut(
        f"# 题\n## 名词\n{SENTENCE * 7}\n### 这个小节的标题写得稍微长一些\n{SENTENCE * 12}\n"
    )
    assert first.text.endswith("。")
    assert second.text.startswith("### 这个小节的标题写得稍微长一些\n")
    assert second.headings == ("名词", "这个小节的标题写得稍微长一些")


def test_headings_that_leave_no_room_for_a_sentence_stay_out() -> None:
    """Of several headings in a row, the innermost that fit open the passage."""
    sentence = "字" * 40 + "。"
    (passage,) = cut(f"# 题\n## {'长' * 30}\n### 短\n{sentence}", ChunkSettings(40, 50))
    assert passage.text == f"### 短\n{sentence}"
    assert passage.headings == ("长" * 30, "短")


def test_headings_without_text_make_no_passage() -> None:
    """There is nothing in them to find."""
    assert cut("# 甲\n## 乙\n## 丙\n") == []


def test_the_target_closes_a_passage_at_a_sentence_end() -> None:
    """Passages come out near the target, made of whole sentences."""
    passages = cut(SENTENCE * 60, ChunkSettings(target=100, maximum=200))
    assert all(passage.text.endswith("。") for passage in passages)
    assert all(80 <= len(passage.text) <= 100 for passage in passages[:-1])


def test_overlap_repeats_the_last_sentences() -> None:
    """With an overlap, neighbours share whole sentences of at most that length."""
    settings = ChunkSettings(target=100, maximum=200, overlap=40)
    passages = cut(SENTENCE * 30, settings)
    assert len(passages) > 4
    for before, after in pairwise(passages):
        shared = before.end - after.start
        assert 0 < shared <= 40
        assert set(after.sentences) & set(before.sentences)
    apart = cut(SENTENCE * 30, ChunkSettings(target=100, maximum=200))
    assert all(a.end <= b.start for a, b in pairwise(apart))


def test_overlap_never_leads_beyond_the_maximum() -> None:
    """A long sentence leaves no room for what would be repeated before it."""
    long = "长" * 170 + "。"
    passages = cut(f"{SENTENCE * 6}\n\n{long}", ChunkSettings(100, 180, overlap=60))
    assert max(len(passage.text) for passage in passages) <= 180


def test_a_passage_never_crosses_a_mark() -> None:
    """Promotion between two paragraphs belongs to no passage."""
    passages = cut(f"{SENTENCE}\n\n点赞、在看、转发\n\n{SENTENCE}\n")
    assert [passage.text for passage in passages] == [SENTENCE, SENTENCE]


def test_a_sentence_as_long_as_the_maximum_is_whole() -> None:
    """It fits, so its list marker goes rather than its end."""
    sentence = "长" * 99 + "。"
    (passage,) = cut(f"- {sentence}", ChunkSettings(target=50, maximum=100))
    assert passage.text == sentence


def test_names_outlive_a_paragraph_at_the_front() -> None:
    """Feedback and test sets name passages; editing above them must not rename them."""
    sections = "".join(f"\n\n## 第{n}节\n{SENTENCE}其中的编号是{n}。" for n in range(5))
    before = cut(f"# 题\n\n开头。{sections}")
    after = cut(f"# 题\n\n开头。\n\n新的一段。{sections}")
    assert [passage.id for passage in after[1:]] == [passage.id for passage in before[1:]]
    assert after[1].start != before[1].start


def test_the_same_text_twice_has_two_names() -> None:
    """Each passage can be cited by itself."""
    first, second = cut(f"## 甲\n{SENTENCE}\n## 甲\n{SENTENCE}\n")
    assert first.text == second.text
    assert first.id != second.id


def test_names_differ_between_documents() -> None:
    """The same text in two files is two passages."""
    one = cut_passages(make_document(SENTENCE, "a.md"), ChunkSettings())
    other = cut_passages(make_document(SENTENCE, "b.md"), ChunkSettings())
    assert one[0].id != other[0].id


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"target": 10}, "chunk.target is 10"),
        ({"target": 600}, "chunk.maximum is 500"),
        ({"overlap": 300}, "chunk.overlap is 300"),
        ({"overlap": -1}, "chunk.overlap is -1"),
    ],
)
def test_impossible_settings_are_refused(values: dict[str, int], message: str) -> None:
    """The message names the setting and its value."""
    with pytest.raises(SettingsError, match=message):
        ChunkSettings(**values)
