"""What a sentence must hold to answer: of the right kind, in the right unit."""

from __future__ import annotations

import pytest

from rag.wanted import wanted


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        ("会员每月多少钱？", "月费为 20 美元。", "会员每月有 50 次配额。"),
        ("这本书的价格是多少", "定价三十五元", "全书共 350 页"),
        ("票价几块？", "票价两块，学生免费", "票在门口买"),
        ("馆长今年多大？", "馆长六十二岁", "馆长称它为 2024 年最大的惊喜"),
        ("试用期多久", "试用期为三个月", "试用期内工资八折"),
        ("学校是哪一年成立的", "学校成立于 1952 年", "学校成立于秋天"),
        ("什么时候开放？", "去年春天开放", "向所有人开放"),
        ("女性占比是多少？", "女性占四成", "女性很多"),
        ("公司有多少员工", "员工近三百名", "公司有员工食堂"),
        ("在哪里举行", "在体育馆举行", "如期举行"),
        ("谁主持会议", "会议由王芳主持", "会议如期举行"),
    ],
)
def test_what_is_asked_for_is_told_from_what_is_not(
    question: str, answers: str, does_not: str
) -> None:
    """A number of something else, or a sentence on the subject, is no answer."""
    assert wanted(question).is_in(answers) is True
    assert wanted(question).is_in(does_not) is False


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("核心保护区有多大？", "number"),
        ("由于费用高，哪一种方案更好", "other"),
        ("这几年发生了什么", "other"),
        ("如何制作陶器", "method"),
    ],
)
def test_a_word_of_a_kind_does_not_make_the_question_one_of_it(question: str, kind: str) -> None:
    """费用 and 几年 are also said where something else is asked."""
    assert wanted(question).kind == kind


def test_what_the_question_holds_itself_answers_nothing() -> None:
    """The year of the question, said again, is not the number asked for."""
    assert wanted("2024 年营收是多少").is_in("2024 年营收增长") is False
    assert wanted("2024 年营收是多少").is_in("2024 年营收为 3 亿") is True


@pytest.mark.parametrize(
    ("question", "text", "is_in"),
    [
        ("每月免费多久", "12 月 18 日公布了号码", False),
        ("每月免费多久", "2024 年公布了号码", False),
        ("每月免费多久", "2024 年 12 月 18 日提到了号码", False),
        ("每月免费多久", "每月免费 15 分钟", True),
        ("保修多久", "从 2021 年 3 月 1 日起，到 2024 年 2 月 29 日止", True),
        ("合同签多久", "签三年，从 2024 年 3 月起", True),
        ("首次发布是几月几号", "9 月 12 日发布", True),
        ("切成多少块", "切成 27 块", True),
        ("甲机的价格是多少", "出茶率（%） | 75.7", False),
        ("甲机的价格是多少", "甲机 | 1200", True),
    ],
)
def test_a_date_is_no_span_of_time(question: str, text: str, is_in: bool) -> None:
    """The twelfth month lasts no twelve months; and not every 块 is money."""
    assert wanted(question).is_in(text) is is_in
    assert wanted("切成多少块").kind == "number"
    assert wanted("卖多少块").kind == "money"


@pytest.mark.parametrize(
    ("question", "text", "counted"),
    [
        ("一共有几步？", "分为三个步骤", True),
        ("一共有几步？", "第一步登录", True),
        ("有多少名员工", "员工三百人", True),
        ("有多少名员工", "有两条产品线", False),
        ("支持多少种语言", "覆盖两个平台", True),
        ("有多少道题", "正确率 25%", False),
        ("一共多少道题", "正确率（%） | 41.3 | 48.9", False),
        ("一共多少道题", "题库 | 500 | 600", True),
        ("在哪几座城市办过", "北京、上海", None),
        ("第几行容易认错", "行号容易认错", None),
        ("营收是多少", "营收 3 亿", None),
    ],
)
def test_counts_are_of_the_unit_asked_for(question: str, text: str, counted: bool | None) -> None:
    """Measure words that stand for each other count; others do not."""
    assert wanted(question).is_counted_in(text) is counted
