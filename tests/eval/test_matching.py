"""When a passage holds evidence, and when an answer holds the expected words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import answer_found, contains, items_found, passage_holds, span_covers
from eval.questions import Evidence, Question

QUOTE = "图书馆逢周一闭馆，法定节假日照常开放。"  # 19 characters, halves of 10
DOCUMENT = "总馆设在城东。" + QUOTE + "读者凭证入馆，存包免费。"
EVIDENCE = (Evidence("a.md", QUOTE),)


@pytest.mark.parametrize(
    ("passage", "holds"),
    [
        (DOCUMENT, True),
        (DOCUMENT.replace("，", "， \n　"), True),
        (QUOTE[3:9], True),  # lies in the quote
        ("总馆设在城东。" + QUOTE[:10], True),  # ends with half of it
        ("总馆设在城东。" + QUOTE[:9], False),
        (QUOTE[-10:] + "读者凭证入馆。", True),  # begins with half of it
        (QUOTE[-9:] + "读者凭证入馆。", False),
        (QUOTE[:10] + "如有变动另行通知。", False),  # the same beginning of another sentence
        ("", False),
    ],
)
def test_passages(passage: str, holds: bool) -> None:
    """Protects relevance: the quote, a part of it, or half of it at an edge of the passage."""
    assert passage_holds("a.md", passage, EVIDENCE) is holds
    assert passage_holds("b.md", passage, EVIDENCE) is False


@pytest.mark.parametrize(
    ("quote", "displayed"),
    [
        ("**周一**闭馆，见[公告](https://a.cn/x)", "周一闭馆，见公告"),
        ("周一`闭馆`![图](a.png)，见公告", "周一闭馆，见公告"),
        ("周一闭馆**，见", "周一闭馆**，见"),
        ("ＡＢＣ　公司①", "ABC 公司1"),
    ],
)
def test_raw_markdown_in_gold(quote: str, displayed: str) -> None:
    """Protects authors who copy quotes from the Markdown file, and those of plain text files."""
    assert passage_holds("a.md", f"前文。{displayed}。后文", [Evidence("a.md", quote)])


@given(st.integers(0, 40), st.integers(1, 40))
def test_relevance_is_the_overlap_of_spans(start: int, length: int) -> None:
    """Protects the text test against offsets: half of the quote, or within it."""
    begin, end = DOCUMENT.index(QUOTE), DOCUMENT.index(QUOTE) + len(QUOTE)
    stop = min(start + length, len(DOCUMENT))
    if start >= stop:
        return
    overlap = min(stop, end) - max(start, begin)
    inside = begin <= start and stop <= end
    # A piece of one or two characters can stand in the quote by chance.
    if stop - start > 2:
        expected = overlap >= (len(QUOTE) + 1) // 2 or inside
        assert passage_holds("a.md", DOCUMENT[start:stop], EVIDENCE) is expected


@pytest.mark.parametrize(
    ("span", "covers"),
    [
        (QUOTE, True),
        (DOCUMENT, True),
        ("法定节假日照常开放", True),  # lies in the quote
        ("周一", False),  # too short to tell which sentence it is from
        ("法定节假日照常开放。读者凭证入馆，存包", True),  # half of the span
        ("法定节假日照常开放。读者凭证入馆，存包免费。", True),  # half of the quote: 10 of 19
        ("日照常开放。读者凭证入馆，存包免费。", False),  # 6 of 19, and of 18
        ("总馆设在城东。", False),
    ],
)
def test_cited_spans(span: str, covers: bool) -> None:
    """Protects citation precision: either holds half of the other, and short spans do not count."""
    assert span_covers("a.md", span, EVIDENCE) is covers
    assert span_covers("b.md", span, EVIDENCE) is False


def test_short_evidence_can_be_cited_whole() -> None:
    """Protects evidence of a few characters, such as a cell of a table."""
    assert span_covers("a.md", "周一", [Evidence("a.md", "周一")])
    assert span_covers("a.md", "逢周一闭馆", [Evidence("a.md", "周一")])
    assert not passage_holds("a.md", "逢周二闭馆", [Evidence("a.md", "周一")])
    # Half of it ends the passage, but two characters may stand anywhere.
    assert not passage_holds("a.md", "食堂也是周一", [Evidence("a.md", "周一闭馆")])


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("始建于2015年。", "2015", True),
        ("始建于2015年。", "15", False),
        ("共150人。", "15", False),
        ("共15人。", "15", True),
        ("共１５人。", "15", True),
        ("为13.5米", "3.5", False),
        ("为3.5米", "3.5", True),
        ("为3.5米", "3", False),
        ("为3.5米", "5米", False),
        ("共15万元", "15", False),
        ("售价 $60.00", "$60", True),
        ("共60.0人", "60", True),
        ("共60.05人", "60", False),
        ("共60.00万元", "60", False),
        ("版本60.0.1", "60", False),
        ("共1,500册", "500", False),
        ("共1,500册", "1500", True),
        ("共1500册", "1,500", True),
        ("2014，500人", "500", True),
        ("第3，5条", "3，5", True),
        ("第3,5条", "3，5", True),
        ("3 15 两天", "15", True),
        ("电话 138 0013 8000", "13800138000", True),
        ("1. 2015年", "2015年", True),
        ("截至2015[1]12家", "2015", True),
        ("截至2015[1]12家", "201512", True),
        ("共二十五人", "十五人", False),
        ("共十五人", "十五人", True),
        ("共三十人", "三", False),
        ("唯一一家", "唯一", True),
        ("北京[1]大学[2]。", "北京大学", True),
        ("Open AI 公司", "openai", True),
        ("圖書館", "图书馆", True),
        ("周二", "周一", False),
        ("周一", "。", False),
        ("周一", "[1]", False),
    ],
)
def test_contains(text: str, expected: str, found: bool) -> None:
    """Protects the edges of numbers, and that width, script, spaces and marks do not matter."""
    assert contains(text, expected) is found


@given(st.text("图书馆15.3,十 []", max_size=20), st.text("图书馆15十", min_size=1, max_size=6))
def test_a_text_contains_itself(text: str, word: str) -> None:
    """Protects that a word set off from its surroundings is always found, in any width."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    assert contains(f"{text}：{word}。{text}", word)
    assert contains(f"{text}：{wide}。{text}", word)
    assert contains(f"{text}：{word}。{text}", wide)


def test_match_all_needs_every_item() -> None:
    """Protects lists: a part of the items is not the answer, any alias of an item is."""
    question = Question("q", "?", (("红",), ("蓝", "青")), match="all")
    assert items_found(question, "红色") == [True, False]
    assert not answer_found(question, "红色")
    assert answer_found(question, "红与青")
    assert answer_found(Question("q", "?", (("红",), ("蓝",))), "蓝色")
