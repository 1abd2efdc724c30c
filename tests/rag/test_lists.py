"""Questions for several things, asked of small knowledge bases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import BuildOptions, build
from rag import AnswerSettings, KnowledgeBase
from rag.lists import asks_for_list, asks_for_place
from rag.open import open_kb
from rag.query import Query

_SOURCES = {
    "工坊": "# 竹编工坊手册\n\n## 工坊的编织花样\n\n常用的花样如下：\n\n"
    "1. 人字编：纹路像人字。\n2. 六角编：透气，适合做灯罩。\n3. 十字编：最结实。\n\n"
    "## 参观后的改进意见\n\n- 门口加一条坡道；\n- 展柜换成暖光；\n- 周一也开放。\n\n"
    "## 费用\n\n体验课每人 80 元，材料另计。\n",
    "访谈": "# 访谈：陶艺师郁青\n\n问：明年有什么计划？\n\n答：三件事。第一，把窑搬到河边；第二，"
    "收两个徒弟；第三，去景德镇办展。\n\n问：喜欢什么釉色？\n\n答：天青。\n",
    "评论": "# 评论：赶集少了什么\n\n从前的赶集不是这样。\n\n"
    "## 一、少了的是吆喝\n\n如今都用喇叭。\n\n## 二、少了的是糖画\n\n做糖画的人改行了。\n\n"
    "## 三、少了的是戏台\n\n戏台拆了。\n\n## 四、我的看法\n\n热闹不等于好。\n",
    "值班": "# 渡口值班手册\n\n## 交接\n\n"
    "收航后的三个动作：\n\n- 点航灯\n- 锁闸门\n- 记流水\n\n"
    "出航前的三个动作：\n\n- 解缆绳\n- 量水位\n- 擦甲板\n\n"
    "## 月票\n\n成年乘客的两项材料：\n\n- 身份证\n- 押金单\n\n"
    "少儿乘客的两项材料：\n\n- 户口本\n- 监护人签字\n\n## 换发动机\n\n拿出三个候选。\n\n"
    "候选一：换成柴油机。噪声大。\n\n候选二：换成电机。要修充电桩。\n\n候选三：照旧。\n\n"
    "## 船票\n\n我列了四条，免得争执。\n\n1. 老人半价；\n"
    "2. 自行车另算；\n3. 雨天照旧；\n4. 月票不退。\n\n"
    "## 乘客\n\n码头上常见的有货郎、学生、游客。我给自己定了规矩，就三条：不抢道，不超载，不夜航。"
    "十四名船工里，六名来自上游，五名来自下游，三名是本地人。\n",
    "周刊": "# 从河道整治里看到的三个难题\n\n整治持续了半年。\n\n01\n\n淤泥往哪里运，\n\n"
    "谁来出运费\n\n运费还没有谈好。\n\n02\n\n老桥要不要拆\n\n居民意见不一。\n\n03\n\n汛期之前能否完工\n\n"
    "工期只剩两个月。\n",
}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Documents with lists of several kinds."""
    folder: Path = tmp_path_factory.mktemp("lists")
    build(_SOURCES, folder, BuildOptions())
    with open_kb(folder, answer=AnswerSettings(threshold=0)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("竹编工坊的编织花样有哪几种，都列一下", ["人字编", "六角编", "十字编"]),
        ("郁青明年打算做哪三件事", ["把窑搬到河边", "收两个徒弟", "去景德镇办展"]),
        ("赶集少了的是哪三样东西", ["吆喝", "糖画", "戏台"]),
        ("河道整治的三个难题是什么", ["运费", "老桥要不要拆", "汛期之前"]),
        ("出航之前要做哪三个动作", ["解缆绳", "量水位", "擦甲板"]),
        ("办渡船月票给小孩要哪两项材料", ["户口本", "监护人签字"]),
        ("办渡船月票给大人要哪两项材料", ["身份证", "押金单"]),
        ("换发动机的三个候选方案分别是什么", ["柴油机", "电机", "照旧"]),
        ("渡口为了船票价格不争执列的四条是什么", ["半价", "自行车", "雨天", "月票"]),
        ("渡口给自己定的是哪三条规矩", ["不抢道", "不超载", "不夜航"]),
        ("渡口的十四名船工各来自哪里", ["六名来自上游", "三名是本地人"]),
        ("参观后有什么改进意见", ["坡道", "暖光", "周一也开放"]),
    ],
)
def test_a_list_is_told_whole(kb: KnowledgeBase, question: str, told: list[str]) -> None:
    """Items, clauses, headings that begin alike and sections under bare numbers are all lists."""
    text = kb.ask(question).text
    assert [name for name in told if name not in text] == []


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        ("哪几种支出必须两人签字", "差旅、采购和外包", "一人签、一人看"),
        ("哪些人可以免费坐渡轮", "现役军人", "学生、老人"),
    ],
)
def test_what_is_counted_as_asked_and_led_in_goes_before_a_cell(
    question: str, told: str, other: str, tmp_path: Path
) -> None:
    """三种支出 answers 哪几种支出; and a row of a table is but one of many."""
    texts = {
        "财务.md": "# 财务规定\n\n两人签字：经办和主管各签一遍，不是一人签、一人看。"
        "适用于差旅、采购和外包三种支出。\n\n发票月底前交。\n",
        "票务.md": "# 渡轮票务\n\n| 票种 | 价格 | 给谁 |\n| --- | --- | --- |\n"
        "| 渡轮全价票 | 40 元 | 成人 |\n| 渡轮优惠票 | 20 元 | 学生、老人 |\n\n## 免票\n\n"
        "下列乘客免费乘坐渡轮：\n\n- 现役军人\n- 一米三以下的儿童\n- 持证残疾人\n",
    }
    build(texts, tmp_path / "kb", BuildOptions())
    with open_kb(tmp_path / "kb", answer=AnswerSettings(threshold=0)) as opened:
        short = opened.ask(question).short
        assert told in short.replace("、外包", "和外包")
        assert other not in short


def test_a_list_leaves_out_the_heading_that_is_unlike_the_others(kb: KnowledgeBase) -> None:
    """Of headings, only those that begin like the others are counted."""
    assert "我的看法" not in kb.ask("赶集少了的是哪三样东西").text


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        ("河道整治的第二个难题是什么", "老桥要不要拆", "汛期"),
        ("六角编适合做什么", "灯罩", "十字编"),
        ("体验课每人多少钱", "80 元", "坡道"),
    ],
)
def test_one_thing_is_answered_with_one(
    kb: KnowledgeBase, question: str, told: str, other: str
) -> None:
    """A question for one thing, or for one by its place, is not answered with the whole list."""
    text = kb.ask(question).text
    assert told in text
    assert other not in text


def test_a_list_of_something_else_is_not_sure(kb: KnowledgeBase) -> None:
    """What no list of the documents is about makes the answer less likely than what one is."""
    known = kb.ask("竹编工坊的编织花样有哪几种").confidence
    assert kb.ask("火箭的燃料有哪几种").confidence < AnswerSettings().threshold < known
    assert kb.ask("火箭发射前要检查哪些系统").confidence < known / 3  # 出航前的三个动作


def test_empty_nouns_change_nothing(kb: KnowledgeBase) -> None:
    """哪三样 and 哪三样东西 ask the same."""
    plain, padded = kb.ask("赶集少了的是哪三样"), kb.ask("赶集少了的是哪三样东西")
    assert plain.text == padded.text
    assert plain.confidence == pytest.approx(padded.confidence, abs=0.02)


def test_only_what_a_list_speaks_of_is_counted(kb: KnowledgeBase) -> None:
    """The headings of a manual are no number of buttons."""
    assert kb.ask("竹编工坊一共有几个窗户").short != "3"


def test_the_place_in_what_a_title_counts_is_sure(kb: KnowledgeBase) -> None:
    """三个难题 holds a third 难题; of a fourth, or of another thing, nothing is told by that."""
    third = kb.ask("第三个难题是什么")
    assert "汛期之前" in third.text
    assert third.confidence >= 0.5
    assert kb.ask("第三个喜讯是什么").confidence < 0.5


def test_a_place_is_asked_for_by_an_ordinal() -> None:
    """第三点 asks for a place, 三点 does not."""
    assert asks_for_place(Query("第三点是什么", "other", ("点",)))
    assert not asks_for_place(Query("三点开会吗", "yesno", ("开会",)))
    assert not asks_for_place(Query("第一个就猜中的比例是多少", "number", ("猜中",)))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("十个鸡蛋各个都好吗", "yesno"), ("三个方案分别可行吗", "yesno"),
        ("三个月各地气温多少", "number"),
        ("两个月各省下多少", "number"), ("四个小时各干什么", "method"),
        ("十个月大是什么", "definition"),
        ("三种颜色各省卖多少", "number"), ("五类案件各个怎么判", "method"),
        ("三个星期各交多少", "number"), ("三种颜色各界评价", "other"),
        ("两项政策各方反应如何", "method"),
    ],
)  # fmt: skip
def test_a_span_of_time_or_every_one_of_a_kind_is_no_list(question: str, kind: str) -> None:
    """三个月 counts no things; 各个, 各省 and yes or no ask for nothing side by side."""
    assert not asks_for_list(Query(question, kind, ()))


def test_what_each_of_several_is_asked_is_a_list() -> None:
    """省 that saves is no province."""
    for question in ("三种文本各省百分之几", "两种方案各省多少", "五个人各交多少"):
        assert asks_for_list(Query(question, "number", ()))
