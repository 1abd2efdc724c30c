"""The answering words of a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import squeeze
from corpus.segment import Segmenter
from rag import KnowledgeBase
from rag.query import read_query
from rag.span import answer_words

BRIDGE = "跨海大桥全长36.5公里，2008年5月1日通车，设计者是安娜·李，总投资约118亿元。"
RULES = [
    ("跨海大桥全长多少公里？", BRIDGE, "36.5公里"),
    ("大桥总投资多少？", BRIDGE, "约118亿元"),
    ("大桥什么时候通车？", BRIDGE, "2008年5月1日"),
    ("大桥是谁设计的？", BRIDGE, "安娜·李"),
    ("Who designed the bridge?", "The bridge was designed by Ada Miller in 1990.", "Ada Miller"),
    ("图书馆有几层", "图书馆共有五层，地下还有两层书库。", "五层"),
    ("折扣是多少", "会员可享8.5%的折扣。", "8.5%"),
    ("票价多少钱", "成人票￥40，学生票半价。", "40"),
    ("哪一天闭馆", "除周一外每天开放。", "周一"),
    ("他在第几天登顶", "队伍在第九天登顶，第十天下撤。", "第九天"),
    ("这本书叫什么名字", "他在狱中写成《山海笔记》，后来出版。", "《山海笔记》"),
    ("活动名称是什么", "本次活动称为“春茶节”，为期三天。", "春茶节"),
    ("为什么闭馆？", "图书馆今天闭馆，因为空调正在检修，明天照常开放。", "空调正在检修"),
    ("什么是杀青？", "杀青是用高温停止发酵的工序。", "用高温停止发酵的工序"),
    ("什么是摊青", "摊青指的是把鲜叶薄薄铺开，使其失水。", "把鲜叶薄薄铺开"),
    ("红茶发酵吗？", "红茶完全发酵。", ""),
]


READ = [
    ("跨海大桥是谁设计的？", "安娜", "安娜"),
    ("跨海大桥全长多少公里？", "36.5", "36.5公里"),
    ("跨海大桥全长多少公里？", "设计者", "36.5公里"),
    ("跨海大桥总投资多少？", "约118亿元。", "约118亿元"),
    ("过桥费收多少？", "五块钱", "五块钱"),
    ("跨海大桥哪一年通车？", "2008年", "2008年"),
    ("跨海大桥何时通车？", "通车", "2008年5月1日"),
]


@pytest.mark.parametrize(("question", "read", "words"), READ)
def test_words_that_were_read_go_before_the_rules(
    question: str, read: str, words: str, segmenter: Segmenter
) -> None:
    """If they are of the kind asked for; an amount comes with its unit."""
    assert answer_words(read_query(question, segmenter), [BRIDGE], read) == words


WHEN = "战后他回到青石镇，在春天化雪的时候开了一家茶馆。"


@pytest.mark.parametrize(
    ("question", "read", "words"),
    [
        ("他何时回到青石镇？", "战后", "战后"),
        ("茶馆什么时候开的？", "春天化雪的时候", "春天化雪的时候"),
        ("茶馆什么时候开的？", "茶馆", "茶馆"),
    ],
)
def test_a_time_without_a_date_is_a_time(
    question: str, read: str, words: str, segmenter: Segmenter
) -> None:
    """Where no date stands, the words that were read go before a clause."""
    assert answer_words(read_query(question, segmenter), [WHEN], read) == words


def test_a_list_in_one_sentence_is_not_joined_with_others(segmenter: Segmenter) -> None:
    """Sentences side by side are items of a list only if the document lists them."""
    query = read_query("茶馆卖哪些茶？", segmenter)
    sentences = ["卖龙井、毛峰和白茶。", "茶馆在镇上。"]
    read = "龙井、毛峰和白茶"
    assert answer_words(query, sentences, read) == read
    assert answer_words(query, sentences, read, listed=True) == "卖龙井、毛峰和白茶、茶馆在镇上"


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("“长风”", "长风"),
        ("定名为“长风”", "定名为“长风”"),
        ("“长风”号和“远航”", "“长风”号和“远航”"),
        ("定名为“长风", "定名为“长风"),
        ("长风”号", "长风”号"),
        ("“长风号", "长风号"),
        ('"', ""),
    ],
)
def test_quotation_marks_go_in_pairs(read: str, words: str, segmenter: Segmenter) -> None:
    """Marks around all of the words go, and half a pair at their edge; a pair within stays."""
    assert answer_words(read_query("船叫什么", segmenter), ["。"], read) == words


def test_cells_of_a_table_are_not_one_answer(segmenter: Segmenter) -> None:
    """Words that were read across cells do not count; one cell does."""
    row = "小型机 | $0.15 | $0.60 | 128k"
    query = read_query("小型机的价格是多少", segmenter)
    assert answer_words(query, [row], "0.15 | $0.60") == "$0.15"
    assert answer_words(query, [row], "$0.60") == "$0.60"


@pytest.mark.parametrize(("question", "sentence", "words"), RULES)
def test_words_by_what_is_asked_for(
    question: str, sentence: str, words: str, segmenter: Segmenter
) -> None:
    """A number, date, person, title, reason or definition is answered by itself."""
    assert answer_words(read_query(question, segmenter), [sentence]) == words


def test_what_the_question_says_is_not_its_answer(segmenter: Segmenter) -> None:
    """A number of the question is not given back, though it stands nearest."""
    query = read_query("票价60元的展览，折扣价是多少", segmenter)
    assert answer_words(query, ["展览票价60元，折扣价45元。"]) == "45元"


def test_the_unit_that_is_asked_for_wins(segmenter: Segmenter) -> None:
    """A number of another unit may stand nearer."""
    query = read_query("老人占多少%", segmenter)
    assert answer_words(query, ["老人占三成，准确说是31%。"]) == "31%"


def test_a_part_of_a_date_is_no_amount(segmenter: Segmenter) -> None:
    """The first of May is not one day."""
    query = read_query("通车时有多少车辆", segmenter)
    assert answer_words(query, ["大桥于2008年5月1日通车，车辆达3万。"]) == "3万"


def test_the_number_nearest_to_the_asked_words_is_taken(segmenter: Segmenter) -> None:
    """Of several numbers of a kind, the one that belongs to what is asked about."""
    sentence = "成人票价为60元，学生票价为25元，儿童免费。"
    assert answer_words(read_query("学生票价多少元", segmenter), [sentence]) == "25元"
    assert answer_words(read_query("成人票价多少元", segmenter), [sentence]) == "60元"


def test_the_second_sentence_is_tried_if_the_first_has_none(segmenter: Segmenter) -> None:
    """The evidence may say the number in its second sentence only."""
    query = read_query("大桥有多少个桥墩", segmenter)
    assert answer_words(query, ["大桥的桥墩很多。", "一共有368个桥墩。"]) == "368个"


def test_a_list_is_answered_by_its_items(segmenter: Segmenter) -> None:
    """Its lead-in is no item."""
    query = read_query("有哪些茶？", segmenter)
    assert (
        answer_words(query, ["茶分以下几类：", "绿茶；", "红茶；", "黑茶。"]) == "绿茶、红茶、黑茶"
    )


def test_no_evidence_gives_no_words(segmenter: Segmenter) -> None:
    """Nothing is made up."""
    assert answer_words(read_query("多少", segmenter), []) == ""


SENTENCES = st.text(
    "茶园有320亩，。是因为《龙井》2024年5月a b\n—“”、：;Zé", min_size=1, max_size=60
)
QUESTIONS = st.sampled_from(
    [
        "茶园有多少亩",
        "龙井是什么",
        "为什么有茶园",
        "什么时候",
        "这本书叫什么",
        "谁",
        "茶园吗",
        "茶园",
    ]
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(QUESTIONS, st.lists(SENTENCES, min_size=1, max_size=3))
def test_words_are_words_of_the_evidence(
    segmenter: Segmenter, question: str, sentences: list[str]
) -> None:
    """Whatever the sentences, nothing is said that they do not say, up to white space."""
    words = answer_words(read_query(question, segmenter), sentences)
    assert any(squeeze(words) in squeeze(sentence) for sentence in sentences)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=2, max_size=4))
def test_words_of_a_list_are_its_items(segmenter: Segmenter, sentences: list[str]) -> None:
    """Items are joined as they stand, in their order, and none is invented."""
    rest = squeeze(answer_words(read_query("有哪些", segmenter), sentences))
    for sentence in sentences:
        item = squeeze(sentence).rstrip("，,；;。！？!?：:、").strip("“”")
        if rest.startswith(item):
            rest = rest.removeprefix(item).removeprefix("、")
    assert rest == ""


def test_words_of_real_answers_are_words_of_their_quotes(
    bold_kb: KnowledgeBase, dev_questions: list[dict[str, object]]
) -> None:
    """The same for what the sample questions find, their wrapped lines and tables included."""
    short = 0
    for item in dev_questions:
        answer = bold_kb.ask(str(item["question"]))
        quotes = [squeeze(citation.quote) for citation in answer.citations]
        for part in re.split("[、；]", answer.short):
            bare = part.rpartition("：")[2]  # without its label, and the unit that the header names
            words = {squeeze(part), squeeze(bare), squeeze(bare.split(" ")[0].rstrip("%"))}
            assert any(word in quote for word in words for quote in quotes), answer
        short += bool(answer.short)
    assert short > 30


def test_a_quoted_name_stands_before_the_noun_that_is_asked_for(segmenter: Segmenter) -> None:
    """Which button: the one in quotation marks before the word button, not any other clause."""
    query = read_query("开机要按哪个按钮？", segmenter)
    sentence = "这一款没有“待机”模式，开机要长按背面的“电源”按钮。"
    assert answer_words(query, [sentence]) == "电源"
    assert answer_words(read_query("开机要按哪个键？", segmenter), [sentence]) != "电源"
