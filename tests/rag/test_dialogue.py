"""Follow-up questions are filled in, others are left alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.records import Answer
from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag import KnowledgeBase
from rag.dialogue import Reading, readings
from rag.events import Retrieved
from rag.leaning import allowed_loss, under_topic
from rag.phrases import before_asking, topic
from rag.taking_up import opening, taken_up
from rag.understand import link

FOLLOW_UPS = [
    (["龙井多少钱一斤？"], "那毛尖呢？", "毛尖多少钱一斤？"),
    (["武夷山的红茶产量是多少？"], "那祁门呢？", "祁门的红茶产量是多少？"),
    (["A3 打印机多少钱？"], "那 A4 呢", "A4 打印机多少钱？"),
    (["2023 年的营业额是多少？"], "2022 年呢？", "2022 年的营业额是多少？"),
    (["3 月 5 日开了什么会？"], "那 6 月 10 日呢？", "6 月 10 日开了什么会？"),
    (["祁门红茶多少钱"], "产地呢？", "产地"),
    (["跨海大桥有多长？"], "它是谁设计的？", "跨海大桥是谁设计的？"),
    (["跨海大桥有多长？"], "那在地图上它是什么颜色", "在地图上跨海大桥是什么颜色"),
    (["跨海大桥在哪里"], "这座桥什么时候通车", "跨海大桥这座桥什么时候通车"),
    (["跨海大桥有多长？"], "那篇文章是谁写的", "跨海大桥那篇文章是谁写的"),
    (["青石公司是做什么的"], "该公司有多少人", "青石公司有多少人"),
    (["《山居记》是什么书"], "什么时候出版的？", "《山居记》什么时候出版的？"),
    (["正山小種是什麼茶"], "為什麼？", "正山小種為什麼？"),
    (["天文台有哪些望远镜？"], "其中最大的是哪台", "天文台其中最大的是哪台"),
    (["What is the Harbour Bridge?"], "Who designed it?", "Who designed Harbour Bridge?"),
    (["What is the height of Alpha?"], "What about Beta?", "What is the height of Beta?"),
    (["5 月 20 日开了什么会？"], "那 6 月 10 日呢？", "6 月 10 日开了什么会？"),
    (["gpt-4o-mini 多少钱"], "那 o1 的呢？", "o1 多少钱"),
    (["红茶馆的计划什么时候交？"], "绿茶馆的稿子呢？", "绿茶馆的稿子什么时候交？"),
    (["中期检查由谁负责？"], "期末检查呢，也是他们？", "期末检查由谁负责？"),
    (["关于祁门红茶：龙井多少钱"], "那毛尖呢？", "关于祁门红茶：毛尖多少钱"),
    (["跨海大桥有多长？"], "那一直不修的话怎么办", "关于跨海大桥：一直不修的话怎么办"),
    (["9 月 3 日图书馆停电了多久"], "为什么", "9 月 3 日图书馆停电为什么"),
    (["青石桥还有什么叫法"], "它是谁修的", "青石桥是谁修的"),
    (["审慎对齐还有什么别的译名"], "它分哪两步", "审慎对齐分哪两步"),
    (["跨海大桥有多长？"], "2020 年春天它修了多久", "2020 年春天跨海大桥修了多久"),
    (["裴渡是谁"], "他多大了", "裴渡多大了"),
    (["裴渡的截止日期是哪天？"], "章鱼的呢？", "章鱼的截止日期是哪天？"),
    (["姬小满怎么没上去？"], "冷泉呢，又是怎么回事", "冷泉怎么没上去？"),
    (["o3 在 Codeforces 上打到多少分？"], "o1 呢，差多少档", "o1 在 Codeforces 上打到多少分？"),
    (["茶馆里谁最满意"], "那个拍照的呢", "茶馆里那个拍照的最满意"),
    (["画布里的代码能直接运行吗"], "Java 也行吗", "Java画布里的代码能直接运行吗"),
    (["2023版规定库温不高于多少？"], "后来改成多少了", "新版规定库温不高于多少？"),
    (["做了九年红茶的邓先生怎么看"], "他现在卖什么", "邓先生现在卖什么"),
    (["青石公司有哪些产品？"], "有多少员工？", "青石公司有多少员工？"),
    (["青石商店是什么"], "哪天上线的？", "青石商店哪天上线的？"),
    (["风筝民宿多少钱一晚？"], "能带宠物吗？", "风筝民宿能带宠物吗？"),
    (["青石商店的网页版要收费吗"], "手机里能导出账单吗", "青石商店的网页版手机里能导出账单吗"),
    (["银杏健身卡怎么买"], "一个月能用几次", "银杏健身卡一个月能用几次"),
    (["跨海大桥有多长？"], "冬天会结冰吗", "跨海大桥冬天会结冰吗"),
    (["红茶馆的展厅有多大"], "平时由谁打扫", "红茶馆的展厅平时由谁打扫"),
    (["赵师傅去年修了多少台机器"], "今年又修了多少台", "赵师傅今年又修了多少台"),
    (["青石剧院的邓先生演过什么"], "他明年还来不", "邓先生明年还来不"),
    (["温拾一做的是什么应用？"], "当初她怎么想到要做这个的？", "当初温拾一怎么想到要做这个的？"),
    (["跨海大桥哪天通车？"], "离它第一次检修隔了多久？", "离跨海大桥第一次检修隔了多久？"),
    (["银杏健身卡是什么？"], "不付费的用户也能用它吗？", "不付费的用户也能用银杏健身卡吗？"),
    (["从窑变到开片，裴渡怎么看？"], "这个人是哪个单位的？", "裴渡这个人是哪个单位的？"),
    (["青石剧院的主楼哪年建成？"], "是哪位建筑师设计的？", "青石剧院的主楼是哪位建筑师设计的？"),
    (["龙井一个月能卖多少斤"], "那毛尖呢，每个月几斤？", "毛尖一个月能卖多少斤"),
    (
        ["青石商店的网页版要收费吗"],
        "在手机上用起来有什么毛病？",
        "青石商店的网页版在手机上用起来有什么毛病？",
    ),
]
INDEPENDENT = [
    "跨海大桥有多长？",
    "武夷山的正山小种是用什么木头熏制出来的",
    "《茶经》这本书是谁写的",
    "ISO 9001 这个标准有哪些要求",
    "“云栖”那款绿茶多少钱",
    "讲红茶的那篇文章是谁写的",
    "山里人会不会制茶",
    "四加亭位于哪儿",
    "乡里组织什么时候开始瓦解的",
    "会计要学几年",
    "其他国家的红茶产量是多少",
    "吉他怎么调音",
    "维他命是什么",
    "维他奶多少钱",
    "排他条款是什么",
    "什么是杀青",
    "那个年代的人怎么喝茶",
    "杨先生和她的妻子是如何认识的？",
    "How long is the Harbour Bridge?",
    "那把木梭是谁捐的",
    "那里的红茶怎么泡",
    "天为什么是蓝色的呢",
    "关于祁门红茶：它多少钱",
]


@pytest.mark.parametrize(("history", "question", "wanted"), FOLLOW_UPS)
def test_a_follow_up_is_asked_in_full(
    history: list[str], question: str, wanted: str, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """It reads like a question, with the new words in the place of the old."""

    def alike(one: str, other: str) -> float:
        left, right = words.encode_queries([one, other])
        return float(left @ right)

    assert wanted in readings(question, history, segmenter, alike)[0].text


@pytest.mark.parametrize("question", INDEPENDENT)
def test_an_independent_question_has_no_other_reading(question: str, segmenter: Segmenter) -> None:
    """A question that names its own topic must not be mixed with the last one."""
    history = ["图书馆什么时候开门？", "食堂的早餐多少钱一份？"]
    assert readings(question, history, segmenter) == []


def _understood(kb: KnowledgeBase, question: str, history: Sequence[tuple[str, str]]) -> str:
    """The question as it is understood, told before it is answered."""
    event = next(iter(kb.stream(question, history)))
    assert isinstance(event, Retrieved | Answer)
    return event.question_resolved


def test_sample_questions_stand_alone_in_any_order(
    dev_questions: list[dict[str, object]], kb: KnowledgeBase
) -> None:
    """Hardly a question, one of a hundred at most, is changed by unrelated ones before it."""
    alone = [str(item["question"]) for item in dev_questions if not item.get("history")]
    resolved = {question: _understood(kb, question, ()) for question in alone}
    changed = []
    for seed in range(2):
        random.Random(seed).shuffle(alone)
        for number, question in enumerate(alone):
            before = [(earlier, "") for earlier in alone[max(0, number - 2) : number]]
            if (understood := _understood(kb, question, before)) != resolved[question]:
                changed.append((question, understood))
    assert len(alone) > 40
    assert len(changed) <= 0.01 * 2 * len(alone), changed


def test_a_person_is_the_answer_to_who(segmenter: Segmenter) -> None:
    """他 after 谁 is who the documents name, and only then is the last question asked again."""
    asked: list[str] = []

    def answered(question: str) -> str:
        asked.append(question)
        return "茅以升"

    who = ["跨海大桥是谁设计的？"]
    assert readings("他后来在哪", who, segmenter, None, answered)[0].text == "茅以升后来在哪"
    assert readings("这个人后来在哪", who, segmenter, None, answered)[0].text == "茅以升后来在哪"
    assert readings("它有多长", who, segmenter, None, answered)[0].text == "跨海大桥有多长"
    readings("他后来在哪", ["跨海大桥有多长？"], segmenter, None, answered)
    assert asked == who * 2
    nobody = readings("他后来在哪", who, segmenter, None, lambda question: "")
    assert nobody[0].text == "跨海大桥后来在哪"


def test_a_name_replaces_a_name_alone(segmenter: Segmenter) -> None:
    """The owner of before is not kept beside the new one, whose passage may hold both."""
    found = readings("章鱼的呢？", ["裴渡的截止日期是哪天？"], segmenter)
    assert [reading.text for reading in found] == ["章鱼的截止日期是哪天？"]
    assert len(readings("高汤呢？", ["椒香豆花鱼里青花椒放多少？"], segmenter)) == 2


def test_what_asks_otherwise_is_another_question(segmenter: Segmenter) -> None:
    """A second clause that asks for something else is not dropped for what was asked last."""
    assert readings("绿茶呢，什么时候采", ["红茶多少钱"], segmenter) == []
    assert readings("后来改成多少了", ["红茶多少钱一斤"], segmenter)[:1] != ["新版多少钱一斤"]


def test_blanks_and_marks_in_plenty_are_read_like_few(segmenter: Segmenter) -> None:
    """What is pasted or typed by a sleeping hand costs no more than what it says."""
    last = ["ChatGPT Pro多少钱？"]
    few = readings("那 红茶 呢", last, segmenter)
    assert few == readings("那" + "\t" * 500 + "红茶" + "\u3000" * 500 + "呢", last, segmenter)
    readings("那" + "\t" * 500 + "a" + "\u3000" * 500 + "呢x呢", last, segmenter)
    assert taken_up("红茶" * 40 + "呢", True, last[0], "红茶", segmenter, None) == []
    assert before_asking("，" * 2000 + "也多少") == "，" * 2000 + "也"
    assert before_asking("第五天宕机了，\u3000多久") == "第五天宕机"


@pytest.mark.parametrize("question", ["Canvas 也有吗？", "Plus 也行吗？", "这也算吗"])
def test_only_yes_or_no_is_also_asked_of_another(question: str, segmenter: Segmenter) -> None:
    """What else there is, is not asked for the price of the last, and 这 names nothing new."""
    found = readings(question, ["ChatGPT Pro多少钱？"], segmenter)
    assert not any("多少钱" in reading.text for reading in found)
    found = readings("这也算吗", ["旷课算违纪吗？"], segmenter)
    assert not any(reading.text.startswith("这") for reading in found)


def test_a_name_keeps_its_first_character(segmenter: Segmenter) -> None:
    """那英 is who is asked about, not 英; 那 before a pronoun goes on from the last question."""
    assert opening("那英是谁？", segmenter) == (0, False)
    assert opening("那她是谁？", segmenter) == (1, True)


@pytest.mark.parametrize(
    "question",
    ["继续", "再说一遍", "详细说说", "换成英文", "举个例子", "真的吗？", "出处呢？", "来源呢？"],
)
def test_what_asks_for_more_of_an_answer_asks_it_again(question: str, segmenter: Segmenter) -> None:
    """A word about the conversation itself is looked for in no document."""
    last = "ChatGPT Pro多少钱？"
    assert readings(question, ["红茶有哪些？", last], segmenter) == [Reading(last, True)]


def test_short_questions_that_ask_first_are_surely_elliptic(segmenter: Segmenter) -> None:
    """Nothing before 哪天 leaves no subject; 谁 may be the subject itself."""
    last = ["青石商店是什么"]
    assert readings("哪天上线的？", last, segmenter)[0].sure
    assert not any(reading.sure for reading in readings("谁上线的？", last, segmenter))


@pytest.mark.parametrize("question", ["会所在哪", "会所几点开门", "能人是谁"])
def test_a_name_that_begins_like_a_verb_stands_alone(question: str, segmenter: Segmenter) -> None:
    """The dictionary knows no 会所, and a verb has no 所 behind it."""
    assert readings(question, ["市图书馆的年卡多少钱？"], segmenter) == []


def test_a_pronoun_that_was_not_understood_is_no_topic(segmenter: Segmenter) -> None:
    """它会在后台录音吗 is not about the background."""
    found = readings("那它费电吗？", ["“小听”什么时候上市？", "它会在后台录音吗？"], segmenter)
    assert found[0].text == "“小听”费电吗？"


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("海鸥L6长续航版的续航是多少？", "那四驱性能版呢？", "海鸥L6四驱性能版的续航是多少？"),
        ("海鸥L6四驱性能版的续航是多少？", "那长续航版呢？", "海鸥L6长续航版的续航是多少？"),
        ("A12儿童票多少钱", "那成人票呢", "A12成人票多少钱"),
        ("青岚杯少年组什么时候比赛？", "那成人组呢", "青岚杯成人组什么时候比赛？"),
        ("云栖科技研发部多少人", "市场部呢", "云栖科技市场部多少人"),
    ],
)
def test_one_kind_takes_the_place_of_another(
    last: str, question: str, wanted: str, segmenter: Segmenter
) -> None:
    """Not only of the word that both kinds end with."""
    assert readings(question, [last], segmenter)[0].text == wanted


def test_the_first_word_before_a_kind_may_be_a_name(segmenter: Segmenter) -> None:
    """银杉 of 银杉智享版, which the documents must tell; it is kept if they do."""
    asked = [
        ("银杉智享版多少钱？", "那四驱尊享版呢", "银杉四驱尊享版多少钱？"),
        ("故宫成人票多少钱", "学生票呢", "故宫学生票多少钱"),
        ("长续航版多少钱", "智享版呢", "智享版多少钱"),
    ]
    for last, question, wanted in asked:
        assert readings(question, [last], segmenter)[0].text == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("他们俩谁管账？", "王医生和李医生谁管账？"),
        ("他们两个人谁管账？", "王医生和李医生谁管账？"),
        ("他们两个月开几次会？", "李医生两个月开几次会？"),
    ],
)
def test_the_two_of_them_are_both(question: str, wanted: str, segmenter: Segmenter) -> None:
    """俩 goes with 他们; in 两个月 it counts the months."""
    turns = ["王医生哪年任院长？", "李医生负责什么？"]
    assert readings(question, turns, segmenter)[0].text == wanted


def test_what_counts_goes_back_to_what_counted(segmenter: Segmenter) -> None:
    """第十天 takes the place of 第九天, though something else was asked in between."""
    turns = ["展会第九天展出了什么？", "门票多少钱？"]
    texts = [reading.text for reading in readings("第十天呢？", turns, segmenter)]
    assert texts[0] == "展会第十天展出了什么？"
    assert any("多少钱" in text for text in texts)


def test_both_are_the_last_two_topics(segmenter: Segmenter) -> None:
    """In the order in which they were asked about."""
    found = readings("两者有什么区别？", ["红茶是什么？", "绿茶是什么？"], segmenter)
    assert found == [Reading("红茶和绿茶有什么区别？", True)]
    assert readings("红茶和绿茶两者有什么区别？", ["龙井是什么？", "普洱是什么？"], segmenter) == []


def test_a_pronoun_before_its_noun_takes_up_nothing(segmenter: Segmenter) -> None:
    """它的门票呢 asks of what the last one was about."""
    found = readings("那它的门票呢", ["临海公园几点开门？"], segmenter)
    assert found[0].text == "临海公园的门票呢"


def test_what_is_counted_in_leans(segmenter: Segmenter) -> None:
    """包括在内 says not in what."""
    found = readings("那早餐的钱算在里面吗", ["望江民宿一晚多少钱？"], segmenter)
    assert found[0] == Reading("关于望江民宿：早餐的钱算在里面吗", True)


def test_codes_and_years_are_names_of_their_own(segmenter: Segmenter) -> None:
    """Few characters may name a thing in full, unless the question points back."""
    assert under_topic("A4复印每张多少钱", "图书馆在几楼", segmenter) == ""
    assert under_topic("2023年花了多少", "图书馆在几楼", segmenter) == ""
    assert under_topic("以前 A4 要等多久", "图书馆在几楼", segmenter)


def test_another_edition_is_asked_about_without_the_last(segmenter: Segmenter) -> None:
    """The year of the last question would hold the new one to the old rules."""
    last = "2023版调色规范没有校色就开工怎么罚？"
    assert under_topic("新版还罚吗", last, segmenter) == "关于调色规范：新版还罚吗"
    assert "2023版" in under_topic("为啥要罚", last, segmenter)


def test_what_asks_for_more_leans_on_the_topic() -> None:
    """What is asked for besides something has no meaning without it."""
    assert allowed_loss("还有别的译法吗") == 1
    assert 0 < allowed_loss("缺的那个是哪家") < 1
    assert allowed_loss("退休理财那个选题过了吗") == 0
    assert allowed_loss("为啥要熏啊") == 0


def test_a_question_that_names_little_is_put_under_the_topic(segmenter: Segmenter) -> None:
    """What names something of its own, stands under a topic or asks of another is left as it is."""
    last = "正山小种是用什么木头熏的"
    assert under_topic("为啥要熏啊", last, segmenter) == "关于正山小种：为啥要熏啊"
    assert under_topic("为啥要熏啊", "Canvas 是什么", segmenter) == "关于 Canvas：为啥要熏啊"
    for whole in (
        "图书馆的开放时间是几点到几点",
        "关于红茶：为啥要熏啊",
        "绿茶呢，什么时候采",
        "How much?",
    ):
        assert under_topic(whole, last, segmenter) == ""
    assert under_topic("为啥要熏啊", "？", segmenter) == ""


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_without_a_history_nothing_changes(segmenter: Segmenter, question: str) -> None:
    """The first question of a conversation is taken as it stands."""
    assert readings(question, [], segmenter) == []


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_has_readings_or_none(
    segmenter: Segmenter, question: str, history: list[str]
) -> None:
    """Whatever is typed after whatever, each reading is another question than the one asked."""
    for reading in readings(question, history, segmenter):
        assert reading.text.strip()
        assert reading.text != question


def test_an_english_question_takes_no_chinese_topic(segmenter: Segmenter) -> None:
    """It stands for itself; a few words, or a pronoun, go on from what was said."""
    assert readings("How is the weather?", ["绿茶发酵吗？"], segmenter) == []
    assert readings("How much?", ["红茶有哪些"], segmenter)[0].text == "红茶How much?"
    assert readings("What about green tea?", ["红茶多少钱"], segmenter)


def test_a_history_without_words_adds_nothing(segmenter: Segmenter) -> None:
    """Punctuation before a question is no topic."""
    assert readings("它多长？", ["？", "", "的"], segmenter) == []


def test_a_chain_of_follow_ups_keeps_its_topic(kb: KnowledgeBase) -> None:
    """Each question is filled in from the ones before as understood, not as typed."""
    turns = ["武夷山的红茶产量是多少？", "那祁门呢？", "那政和呢？", "坦洋呢？"]
    answer = kb.ask("滇红呢？", [(turn, "") for turn in turns])
    assert answer.question_resolved == "滇红的红茶产量是多少？"
    assert answer.question == "滇红呢？"


def test_only_the_last_turns_are_understood_anew(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long conversation makes no question slower than a short one."""
    asked: list[str] = []

    def heard(question: str, *others: object) -> list[Reading]:
        asked.append(question)
        return []

    monkeypatch.setattr("rag.understand.readings", heard)
    kb.ask("滇红呢？", [(f"第{number}种茶的产量是多少？", "") for number in range(50)])
    assert len(asked) < 10
    assert asked[-1] == "滇红呢？"


def test_turns_without_text_are_skipped(kb: KnowledgeBase) -> None:
    """A chat front-end that counts an empty turn loses neither the question nor the topic."""
    turns = [("武夷山的红茶产量是多少？", ""), (None, None), ("", ""), (" ", "")]
    answer = kb.ask("那祁门呢？", turns)  # type: ignore[arg-type]
    assert answer.question_resolved == "祁门的红茶产量是多少？"


def linked(question: str, meant: list[Reading], passages: list[str], segmenter: Segmenter) -> str:
    held = [frozenset(segmenter.terms(text)) for text in passages]
    return link(question, meant, segmenter.terms, lambda text: held, lambda term: float(len(term)))


def test_a_reading_needs_documents_that_bear_it_out(segmenter: Segmenter) -> None:
    """A pronoun is replaced only if some passage holds the topic and the words of the question."""
    meant = [Reading("跨海大桥的口令是什么？", False)]
    apart = ["跨海大桥全长三公里。", "启动需要口令。"]
    together = ["跨海大桥的检修口令每天更换。"]
    assert linked("它的口令是什么？", meant, apart, segmenter) == "它的口令是什么？"
    assert linked("它的口令是什么？", meant, together, segmenter) == "跨海大桥的口令是什么？"


def test_the_documents_choose_between_topics(segmenter: Segmenter) -> None:
    """Of two topics of the conversation the one that the documents connect is taken."""
    meant = [Reading("食堂几点闭馆", False), Reading("图书馆几点闭馆", False)]
    passages = ["食堂六点半开饭。", "图书馆晚上十点闭馆。"]
    assert linked("几点闭馆", meant, passages, segmenter) == "图书馆几点闭馆"


def test_a_pronoun_for_a_person_stands_for_no_thing(segmenter: Segmenter) -> None:
    """Where a person was named, what else the questions were about is no reading; else it is."""
    named = readings("他明年还来不", ["青石剧院的票价里邓先生拿多少"], segmenter)
    assert [reading.text for reading in named] == ["邓先生明年还来不"]
    assert readings("他明年还来不", ["青石剧院的票价是多少"], segmenter)


def test_a_measure_is_asked_of_the_topic_and_is_none_itself(segmenter: Segmenter) -> None:
    """直径多大 asks of the box; who bought it is asked of the box as well."""
    asked = readings("直径多大？", ["青花圆盒是哪个年代的？"], segmenter)
    assert asked[0].text.startswith("青花圆盒")
    bought = readings("它是谁买的？", ["青花圆盒是哪个年代的？", asked[0].text], segmenter)
    assert bought[0].text == "青花圆盒是谁买的？"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("青花圆盒直径多大？", "青花圆盒"),
        ("公园建筑面积是多少？", "公园建筑面积"),
        ("净重量是多少？", "净重量"),
    ],
)
def test_a_measure_within_a_word_stays(question: str, about: str, segmenter: Segmenter) -> None:
    """建筑面积 is one thing; cut, it would be about a building."""
    assert topic(question, segmenter) == about
