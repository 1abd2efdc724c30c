"""Questions that ask several things are taken apart, others are not."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.asking import ANSWER
from rag.parts import _marked, parts_of

COMPARED = [
    ("A3 和 A4 每分钟分别打印多少页？", ["A3", "A4"], "A4 每分钟打印多少页"),
    ("红茶和绿茶的区别", ["红茶", "绿茶"], "绿茶是什么"),
    ("A3 和 A4 的价格分别是多少", ["A3", "A4"], "A4 的价格是多少"),
    ("A款和B款分别多少钱", ["A款", "B款"], "B款多少钱"),
    ("iPhone 15 和 iPhone 16 分别多少钱", ["iPhone 15", "iPhone 16"], "iPhone 16 多少钱"),
    ("Plus 和 Pro 各支持哪些模型", ["Plus", "Pro"], "Pro 支持哪些模型"),
    ("张三和李四两个人分别负责什么", ["张三", "李四"], "李四负责什么"),
    (
        "甲每人每月的成本和“乙社”一个月的花费各多少",
        ["甲每人每月的成本", "“乙社”一个月的花费"],
        "“乙社”一个月的花费多少",
    ),
    ("甲班和乙班各估几成", ["甲班", "乙班"], "乙班估几成"),
    ("甲方和乙方各承担什么", ["甲方", "乙方"], "乙方承担什么"),
    ("红茶和绿茶哪个更便宜？", ["红茶", "绿茶"], "绿茶便宜吗"),
    ("甲厂与乙厂相比增长了多少", ["甲厂", "乙厂"], "乙厂增长了多少"),
    ("旧版和新版两份手册分别规定几天", ["旧版", "新版"], "新版手册规定几天"),
    (
        "3 月 1 日和 5 月 6 日两次停电，原因分别是什么",
        ["3 月 1 日", "5 月 6 日"],
        "5 月 6 日停电，原因是什么",
    ),
    (
        "甲馆 12 月 11 日和 12 月 26 日两次故障，起因分别是什么？",
        ["12 月 11 日", "12 月 26 日"],
        "甲馆 12 月 26 日故障，起因是什么",
    ),
    (
        "甲款和乙款都停产了，两种桌子各自出了什么问题？",
        ["甲款", "乙款"],
        "乙款停产了，出了什么问题",
    ),
    (
        "当初估的总价和最后花掉的，都列给我",
        ["当初估的总价", "最后花掉的总价"],
        "最后花掉的总价是多少",
    ),
    ("纸上灯塔和半糖数码两位作者分别写了什么", ["纸上灯塔", "半糖数码"], "半糖数码作者写了什么"),
    ("上海和北京三个月的房租分别是多少", ["上海", "北京三个月"], "北京三个月的房租是多少"),
    (
        "董事会批的预算和最后中标总价分别是多少",
        ["董事会批的预算", "最后中标总价"],
        "最后中标总价是多少",
    ),
    ("王晓冬和李立春分别几岁", ["王晓冬", "李立春"], "李立春几岁"),
    ("张三和李四都分别交了多少", ["张三", "李四"], "李四交了多少"),
    ("成人和六岁以下儿童分别多少钱", ["成人", "六岁以下儿童"], "六岁以下儿童多少钱"),
    ("书法赛一等奖和二等奖奖金分别是多少", ["一等奖", "二等奖"], "书法赛二等奖奖金是多少"),
    ("青石小学一年级和二年级人数分别是多少", ["一年级", "二年级"], "青石小学二年级人数是多少"),
    ("普通会员和黄金会员年费分别是多少", ["普通会员", "黄金会员"], "黄金会员年费是多少"),
    ("中文讲解和英文讲解每场分别收多少钱", ["中文讲解", "英文讲解"], "英文讲解每场收多少钱"),
    ("药房和食堂国庆各怎么安排", ["药房", "食堂"], "食堂国庆怎么安排"),
    ("甲在北京和在上海分别卖多少", ["北京", "上海"], "甲在上海卖多少"),
    ("帮我把甲城和乙城的价差都找出来，每度多少元", ["甲城", "乙城"], "乙城的价差，每度多少元"),
    ("把甲馆和乙馆的开放时间都列一下", ["甲馆", "乙馆"], "乙馆的开放时间是什么时候"),
    ("Plus、Pro 和 Team 分别多少钱", ["Plus", "Pro", "Team"], "Team 多少钱"),
]
CLAUSES = [
    ("青石大桥有多长？它是谁设计的？", "青石大桥是谁设计的"),
    ("青石大桥有多长，什么时候通车", "青石大桥什么时候通车"),
    ("A3 打印机多少钱，A4 又是多少", "A4 是多少"),
]
ONE = [
    "老师和学生都找到了，在哪找到的", "把米和面都写在一张纸上的是谁", "他和她都说好了，几点见",
    "北京和上海之间的高铁要多久", "为什么他和她分手", "谁在2020年获得冠军？", "红茶是什么",
    "听说大桥通车了，什么时候通的车？", "武夷山和祁门产什么茶", "各位同事和各部门要交什么",
    "北京和上海各大医院什么时候放号", "北京和上海各交易所什么时候开市",
    "Sora 和 Canvas 各版本有什么功能", "不同项目之间能不能互相看到", "大家都列了什么题目",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("question", "labels", "asked"), COMPARED)
def test_what_is_compared_is_asked_of_each(
    question: str, labels: list[str], asked: str, segmenter: Segmenter
) -> None:
    """Every name gets a question of its own, without 分别 and 区别."""
    parts = parts_of(question, segmenter)
    assert [part.label for part in parts] == labels
    assert parts[-1].text.rstrip("？") == asked
    assert not any("分别" in part.text for part in parts)


@pytest.mark.parametrize("noun", "店科项位楼村方路省校")
def test_each_of_a_kind_is_not_one_after_the_other(noun: str, segmenter: Segmenter) -> None:
    """各店几点开门 asks of all shops, not of what is named before."""
    for asks in ("几点开门", "多少分", "多少钱", "什么意见", "多少人"):
        assert _marked(f"甲和乙各{noun}{asks}", segmenter) == f"甲和乙各{noun}{asks}"


@pytest.mark.parametrize("verb", "占有收卖花要用需付给报写说讲得拿开切")
def test_each_does_what_is_asked(verb: str, segmenter: Segmenter) -> None:
    """各占多少 asks of each name, whatever a tagger takes the verb for."""
    assert _marked(f"甲和乙各{verb}多少", segmenter) == f"甲和乙分别{verb}多少"


@pytest.mark.parametrize(("question", "second"), CLAUSES)
def test_two_questions_in_one_are_asked_apart(
    question: str, second: str, segmenter: Segmenter
) -> None:
    """The second clause gets the subject that it leaves to the first."""
    parts = parts_of(question, segmenter)
    assert len(parts) == 2
    assert second in parts[1].text


@pytest.mark.parametrize("question", ONE)
def test_one_question_stays_whole(question: str, segmenter: Segmenter) -> None:
    """和 alone compares nothing, and a clause that asks nothing is no question."""
    assert parts_of(question, segmenter) == ()


@pytest.mark.parametrize(
    ("question", "after"),
    [
        ("茶会是谁主讲的？这个人后来哪天离职", f"{ANSWER}后来哪天离职"),
        ("馆长是哪位，她又是哪年上任的", f"{ANSWER}是哪年上任的"),
        ("首发支持哪个机型？这款机型多少钱", f"{ANSWER}多少钱"),
        ("用的是哪个型号？后来哪个型号取代了它", f"后来哪个型号取代了{ANSWER}"),
        ("青石大桥有多长？它是谁设计的？", ""),
        ("谁主持茶会，其他人负责什么", ""),
        ("什么时候开门，这时候人多吗", ""),
        ("首发支持哪个机型，价格多少", ""),
    ],
)
def test_a_part_may_point_at_what_answers_the_one_before(
    question: str, after: str, segmenter: Segmenter
) -> None:
    """Who spoke, and when that one left: the second is asked of the first's answer."""
    first, second = parts_of(question, segmenter)
    assert not first.after
    assert second.after.rstrip("？") == after
