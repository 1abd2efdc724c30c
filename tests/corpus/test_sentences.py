"""Where sentences end, and where one that is too long is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.blocks import Block, parse_blocks
from corpus.sentences import leans, sentences_of, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["第一句。", "第二句！", "第三句？", "没有句号"],
        ["真的？！", "好吧……", "是的。"],
        ["等等...", "然后呢。"],
        ["版本 3.5 发布。", "价格 1.99 元！"],
        ["分号；不分句，逗号也不。", "冒号：也不。"],
        ["他说：「今天很好。我们走吧。」", "然后离开。"],
        ["“好。”他说。", "“走。”她答道。"],
        ["（见附录。）", "第二句。"],
        ["《你好，之华。》是电影。", "很好看。"],
        ["“好。”，他说。", "走了。"],
        ['他问："去吗？"', '她答："去。"'],
        ["前一句。", '"引号开头"的句子。'],
        ['他说："好。', '走。"', "完。"],
        ["It ends here. ", "A new one v2.5 begins. ", "末句。"],
        ["访问 example.com 即可。", "完。"],
    ],
    ids="|".join,
)
def test_sentences_end_where_a_reader_would_end_them(sentences: list[str]) -> None:
    """Quotations, brackets, decimals, ellipses and attributions do not tear a sentence apart."""
    assert split_sentences("".join(sentences)) == [sentence.strip() for sentence in sentences]


def test_a_quotation_that_never_closes_does_not_swallow_the_paragraph() -> None:
    """A forgotten mark holds sentences together for a while only."""
    text = "他说：「" + "这一句不太长也不太短。" * 30
    assert len(split_sentences(text)) > 15


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("一二三四五六；七八九十甲，乙丙丁", ["一二三四五六；", "七八九十甲，乙丙丁"]),
        ("一二三四五六，七八九、十甲乙丙丁", ["一二三四五六，", "七八九、十甲乙丙丁"]),
        ("一二三四五六、七八九十甲乙丙丁", ["一二三四五六、", "七八九十甲乙丙丁"]),
        ("甲；我们昨天下午在学校遇见老师", ["甲；我们昨天下午在学校", "遇见老师"]),
        ("one two three four five", ["one two", "three four", "five"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijk", "lmnopqrstuv", "wxyz"]),
    ],
)
def test_a_sentence_that_is_too_long_is_cut_at_the_best_place(text: str, pieces: list[str]) -> None:
    """At ；, else ，, else 、 or a blank, else between words; never leaving a tiny piece."""
    assert split_sentences(text, 11) == pieces


def test_a_long_sentence_without_punctuation_is_cut_between_words() -> None:
    """No word is torn apart while there is a boundary between words."""
    pieces = split_sentences("我们昨天下午在图书馆门口遇见了班主任老师", 9)
    assert "".join(pieces) == "我们昨天下午在图书馆门口遇见了班主任老师"
    assert all(not a.endswith("图书") and not a.endswith("班主") for a in pieces)


def test_headings_rows_and_code_lines_are_one_sentence_each() -> None:
    """Only prose is split; a table row loses its last bar."""
    text = "# 甲。乙。\n| 丙。 | 丁。 |\n\n```\na = 1. b\n```\n- 戊。己。\n"
    found = [
        [text[start:end] for start, end in sentences_of(text, block, 100)]
        for block in parse_blocks(text)
    ]
    assert found == [["甲。乙。"], ["丙。 | 丁。"], ["a = 1. b"], ["戊。", "己。"]]


PIECES = st.sampled_from(
    ["今天", "下雨", "，", "。", "；", "、", "「", "」", "（", "）", "“", "”", '"', "！", "……",
     "...", "3.5", " ", "word", "他说", "《书》", "很长的一段没有标点的文字", "\n", "?", "道。"]
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers(min_value=5, max_value=60))
def test_sentences_are_exact_and_complete(text: str, maximum: int) -> None:
    """Spans follow each other, leave out white space only, and none is too long."""
    block = Block("paragraph", 0, len(text), 0)
    position = 0
    for start, end in sentences_of(text, block, maximum):
        assert not text[position:start].strip()
        assert 0 < end - start <= maximum
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers(min_value=5, max_value=60))
def test_only_sentences_that_do_not_fit_are_cut(text: str, maximum: int) -> None:
    """A smaller maximum cuts the sentences longer than it, and leaves all others alone."""
    block = Block("paragraph", 0, len(text), 0)
    whole = sentences_of(text, block, 10_000)
    pieces = sentences_of(text, block, maximum)
    assert [span for span in whole if span[1] - span[0] <= maximum] == [
        span for span in pieces if span in whole
    ]


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.text(st.sampled_from('他说好。！？…"“”「」（）,，.；: \nA1》'), max_size=60))
def test_plain_sentences_are_cut_as_the_careful_way_cuts_them(text: str) -> None:
    """The quick way past a sentence without quotation or bracket changes no span."""
    block = Block("paragraph", 0, len(text), 0)
    quick = sentences_of(text, block, 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.sentences._PLAIN", re.compile(r"(?!)"))
        assert sentences_of(text, block, 20) == quick


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("它靠地热取暖。", True),
        ("但他们没有答应。", True),
        ("这项目的来历也有趣。", True),
        ("同一天又停了一次电。", True),
        ("此外，茶园还种花。", False),
        ("其中二百亩种龙井。", False),
        ("这样就好了。", False),
        ("这些年茶价涨了。", False),
        ("该交易于三月完成。", True),
        ("当日元贬值时出口转好。", False),
        ("该交的钱一分不少。", False),
        ("茶园占地三百亩。", False),
        ("", False),
    ],
)
def test_a_sentence_leans_on_the_one_before(sentence: str, does: bool) -> None:
    """其中 and 这样 name nothing, and 此外 says something new."""
    assert leans(sentence) is does
