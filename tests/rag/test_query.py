"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.segment import Segmenter
from rag.query import content_terms, plainly, question_kind, read_query, readable_question
from rag.talk import small_talk

KINDS = [
    ("图书馆有多少个座位？", "number"),
    ("门票几块钱", "number"),
    ("大桥有多长", "number"),
    ("How many seats does it have?", "number"),
    ("大桥什么时候通车的？", "date"),
    ("展览是哪一天开幕", "date"),
    ("哪年建成", "date"),
    ("上午几点开门？", "date"),
    ("他在第几天登顶？", "date"),
    ("雨季要等到几时", "date"),
    ("路上要几小时", "number"),
    ("星期几休息", "date"),
    ("When was the bridge opened?", "date"),
    ("馆长是谁？", "person"),
    ("Who designed the bridge?", "person"),
    ("大桥在哪里？", "place"),
    ("茶树原产于哪个国家", "place"),
    ("大桥连接了哪些城市？", "list"),
    ("入口有哪三个", "list"),
    ("一份套餐由哪四样东西组成", "list"),
    ("列举两种红茶", "list"),
    ("Which cities are connected?", "list"),
    ("Which tea gardens were visited?", "list"),
    ("Which model is faster?", "other"),
    ("为什么绿茶不发酵？", "reason"),
    ("Why is it green?", "reason"),
    ("发酵是什么意思？", "definition"),
    ("什么是杀青", "definition"),
    ("如何泡绿茶？", "method"),
    ("红茶怎么保存", "method"),
    ("绿茶能不能隔夜喝", "yesno"),
    ("红茶发酵吗？", "yesno"),
    ("Is tea fermented?", "yesno"),
    ("大桥的颜色", "other"),
    ("啥时候通车", "date"),
    ("为啥绿茶不发酵", "reason"),
    ("红茶咋存", "method"),
    ("茶会上都有谁", "list"),
    ("炒茶分几步", "list"),
    ("开张要带什么", "list"),
    ("旧壶收不收", "yesno"),
    ("坏了给不给换", "yesno"),
    ("杯子涨价了没", "yesno"),
    ("茶馆在哪", "place"),
    ("在哪能领到壶", "place"),
    ("日本的首都是什么", "definition"),
    ("成都茶仓由谁负责", "person"),
    ("茶价的变动现在归谁盯着", "person"),
    ("茶饼的价格怎么样", "number"),
    ("报修最多的前三种毛病", "list"),
    ("工夫茶怎么理解？", "definition"),
    ("工夫茶怎么泡？", "method"),
    ("杀青什么意思", "definition"),
    ("该系列出版于哪一年", "date"),
    ("这茶叫什么", "other"),
    ("后来改成什么", "other"),
    ("几乎全部售罄的门票", "other"),
]
FUNCTION_WORDS = (
    "的 了 是 在 什么 怎么 为什么 哪些 谁 多少 吗 呢 请问 这个 它 我们 和 the of what is how"
)


def test_question_words_of_speech_are_read_as_written(segmenter: Segmenter) -> None:
    """What is looked for and asked is the same, however it is said."""
    spoken = read_query("茶壶为啥漏水，咋修", segmenter)
    assert spoken == read_query("茶壶为什么漏水，怎么修", segmenter)
    assert "啥" not in "".join(spoken.terms)
    assert read_query("令人咋舌的茶价", segmenter).text == "令人咋舌的茶价"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("茶会一共来了多少人啊", "茶会一共来了多少人"),
        ("新壶几点开卖呀？", "新壶几点开卖？"),
        ("茶饼是什么做的嘛", "茶饼是什么做的"),
        ("他在后院干嘛", "他在后院干嘛"),
        ("什么是唢呐", "什么是唢呐"),
        ("画上的是哪位喇嘛？", "画上的是哪位喇嘛？"),
        ("船从哪里开到爪哇", "船从哪里开到爪哇"),
        ("买三饼，壶白送不？", "买三饼，壶白送吗？"),
        ("这张票还能退不", "这张票还能退吗"),
        ("门票贵不", "门票贵吗"),
        ("儿童要买票不？", "儿童要买票吗？"),
        ("宿舍晚上断电不", "宿舍晚上断电吗"),
        ("为什么说不", "为什么说不"),
        ("谁在会上说了不", "谁在会上说了不"),
        ("不收旧壶的是哪家", "不收旧壶的是哪家"),
    ],
)
def test_particles_of_speech_ask_nothing(said: str, written: str) -> None:
    """Nor does a 不 at the end ask for anything but whether it is so."""
    assert plainly(said) == written


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_kind_of_a_question(question: str, kind: str) -> None:
    """The kind decides which sentences and which words are taken for the answer."""
    assert question_kind(question) == kind


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("圖書館有多少個座位？", "图书馆有多少个座位？"),
        ("為什麼綠茶不發酵", "为什么绿茶不发酵"),
        ("ＷＨＯ　ｄｅｓｉｇｎｅｄ　ｉｔ？", "who designed it?"),
        ("ＩＳＯ ９００１ 是什麼意思", "iso 9001 是什么意思"),
        ("TEA 有哪些種類", "tea 有哪些种类"),
    ],
)
def test_script_width_and_case_do_not_matter(
    written: str, plain: str, segmenter: Segmenter
) -> None:
    """Traditional characters, full-width forms and capitals ask the same."""
    one, other = read_query(written, segmenter), read_query(plain, segmenter)
    assert one.kind == other.kind
    assert one.terms == other.terms
    assert one.text == written


def test_terms_leave_out_function_words_and_come_once(segmenter: Segmenter) -> None:
    """What is asked about remains, how it is asked does not."""
    query = read_query("请问红茶是在哪里产的？红茶的产地", segmenter)
    assert query.terms.count("红茶") == 1
    assert {"红茶", "产", "产地"} <= set(query.terms)
    assert not {"请问", "是", "在", "哪里", "的"} & set(query.terms)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FUNCTION_WORDS.split()), min_size=1, max_size=6))
def test_function_words_never_leave_a_question_empty(
    segmenter: Segmenter, chosen: list[str]
) -> None:
    """A question of nothing but function words still searches for them."""
    text = " ".join(chosen)
    assert not content_terms(chosen)
    assert read_query(text, segmenter).terms == tuple(dict.fromkeys(segmenter.terms(text)))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_read(segmenter: Segmenter, text: str) -> None:
    """Whatever is typed has a kind, and terms exactly if the segmenter finds any."""
    query = read_query(text, segmenter)
    assert query.kind
    assert bool(query.terms) == bool(segmenter.terms(text))
    assert len(set(query.terms)) == len(query.terms)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", "greeting"), ("您好！", "greeting"), ("大家好～", "greeting"),
        ("Hello!!", "greeting"), ("ｈｉ", "greeting"), ("早上好呀", "greeting"),
        ("你好，在吗？", "greeting"), ("谢谢", "thanks"), ("非常感謝您！", "thanks"),
        ("好的，谢谢", "thanks"), ("Thank you.", "thanks"), ("再見", "farewell"),
        ("拜拜啦", "farewell"), ("Bye-bye", "farewell"),
    ],
)  # fmt: skip
def test_small_talk_is_known(text: str, kind: str) -> None:
    """A greeting is answered as one instead of being looked up."""
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "你好，红茶产自哪里？",
        "谢谢你的红茶产自哪里",
        "早茶是什么",
        "再见面是什么时候",
        "hi-fi 是什么",
        "",
        "？？",
        "早稻",
    ],
)
def test_a_question_is_not_taken_for_small_talk(text: str) -> None:
    """A polite word before a question must not swallow the question."""
    assert small_talk(text) == ""


def test_broken_characters_are_replaced() -> None:
    """A terminal in another encoding leaves lone surrogates, which no tokenizer reads."""
    assert readable_question("红\udcff茶") == "红?茶"
    assert readable_question("红茶 🍵 éΩ") == "红茶 🍵 éΩ"


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("会上公布了哪几项东西，都列一下", "会上公布了哪几项"),
        ("缺席的是哪五样东西？", "缺席的是哪五样？"),
        ("明年要做哪三件事", "明年要做哪三件"),
        ("哪些东西不能带上车", "哪些东西不能带上车"),
        ("什么东西不能带", "什么东西不能带"),
    ],
)
def test_words_that_name_nothing_are_left_out(asked: str, plain: str) -> None:
    """A noun that names no kind, and the request to list, say nothing about the answer."""
    assert plainly(asked) == plain


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("有哪些风险？我要写进周报，要列全", "有哪些风险"),
        ("签约的媒体有哪些，能列多少列多少", "签约的媒体有哪些"),
        ("主编是谁啊，麻烦给个准确名字。", "主编是谁"),
        ("它多少钱，能便宜点吗", "它多少钱，能便宜点吗"),
        ("会员多少钱，有优惠", "会员多少钱，有优惠"),
        ("我想退货，怎么办", "我想退货，怎么办"),
        ("怎么退款，要多久", "怎么退款，要多久"),
        ("申请签证要什么材料，我要去日本", "申请签证要什么材料，我要去日本"),
        ("怎么办理？我想在网上办", "怎么办理？我想在网上办"),
        ("发烧怎么办，我想知道要不要去医院", "发烧怎么办，我想知道要不要去医院"),
        ("追究竟什么责任", "追究竟什么责任"),
        ("广告语是勇敢说不", "广告语是勇敢说不"),
        ("这道题该选是还是不？", "这道题该选是还是不？"),
        ("周日开门不？", "周日开门吗？"),
        ("二〇二四年到底谁赢了", "2024年谁赢了"),
        ("熵到底是个什么玩意儿？", "熵是什么？"),
    ],
)
def test_what_names_nothing_is_left_out(question: str, plain: str) -> None:
    """What an answer is wanted for is not what is asked; a second question stays."""
    assert plainly(question) == plain


@pytest.mark.parametrize("piece", ["?", "，", "甲 ", " ", "，我要写"])
def test_a_long_question_is_read_at_once(piece: str) -> None:
    """A pasted text may be all signs."""
    assert len(plainly(piece * 5_000)) <= len(piece) * 5_000
