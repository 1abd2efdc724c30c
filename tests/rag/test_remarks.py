"""What is said of the last answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.query import Notice
from rag import KnowledgeBase, build_kb
from rag.answer import LANGUAGES
from rag.notices import notice_texts
from rag.remarks import of_item, remark

REMARKS = {
    "wording": ["用英文再说一遍", "翻译成英文", "换个说法", "说人话", "没看懂", "什么意思？",
                "通俗一点", "换成英文", "请用英文回答", "能换个方式说吗", "translate it"],
    "shorter": ["说短一点", "总结一下", "简单点", "一句话总结", "太长了", "能简单点吗", "说重点"],
    "more": ["再详细一点", "展开说说", "详细说说", "继续", "举个例子", "能再详细一点吗",
             "就这些？", "请详细解释一下", "说得详细一点", "tell me more"],
    "sure": ["你确定吗", "真的吗？", "我不信", "不对吧", "你刚才说错了", "是吗", "are you sure"],
    "source": ["出处呢？", "来源呢？", "这是哪篇文章说的", "在第几页", "有出处吗", "原文是什么"],
    "reason": ["为什么这么说", "你怎么知道的", "凭什么这么说", "何以见得"],
    "again": ["再说一遍", "重复一遍", "请再说一次"],
    "item": ["上面第二条是什么意思", "你说的第三点", "刚才的最后一个呢"],
}  # fmt: skip
QUESTIONS = [
    "继续教育要多少学时", "英文版呢", "中文呢", "英语呢", "说短信", "总结会什么时候开",
    "详细地址是什么", "原文作者是谁", "来源是哪个部门的", "这个词是什么意思", "翻译要多少钱",
    "为什么", "为什么这么贵", "真的有这么多吗", "确定名单了吗", "重点有哪些", "重点是什么",
    "简单模式怎么开", "谁说的", "还有别的吗", "具体时间呢", "在哪里", "对吗啡过敏怎么办",
    "完整版呢", "更短的呢", "从哪来的", "换个地方", "口语考试呢", "不对称加密是什么",
    "能翻译吗", "可以继续吗", "能重复吗", "可以换个方式吗", "再多呢", "在哪里写的", "哪个写的",
    "在哪里讲的", "准考证在哪", "第二条是什么", "依据哪条规定", "根据地在哪",
]  # fmt: skip
LISTED = "要带的东西：[1]\n- 身份证[1]\n- 押金条[2]\n- 体检表"


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in REMARKS.items() for t in texts])
def test_a_remark_is_known(kind: str, text: str) -> None:
    """Each way of saying it, whatever the punctuation."""
    assert remark(text) == kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_of_its_own_is_none(text: str) -> None:
    """A question that begins or reads like a remark is looked up."""
    assert remark(text) == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("第二个是干什么的？", "押金条是干什么的"),
        ("上面第一条是什么意思", "身份证是什么意思"),
        ("第二个多少钱？", "押金条多少钱"),
        ("你说的第三点再展开说说", "体检表"),
        ("最后一个呢", "体检表"),
        ("第三样是什么", ""),
        ("第四个呢", ""),
        ("第二条", ""),
        ("第二个任务是什么", ""),
    ],
)
def test_what_an_answer_lists_is_asked_by_its_name(question: str, told: str) -> None:
    """Counted as the answer tells it; what it does not count, and a name, stand as they are."""
    assert of_item(question, "住院要带哪些东西？", LISTED) == told


def test_things_side_by_side_are_counted_if_asked_for() -> None:
    """Those of a sentence that answers something else may be anything."""
    answer = "门口的摊位卖豆浆、油条、烧卖等早点。[1]"
    assert of_item("第二个呢", "摊位有哪些？", answer) == "油条"
    assert of_item("第三个是什么点心", "摊位有哪些？", answer) == "烧卖是什么点心"
    assert of_item("第二个呢", "摊位几点开？", answer) == ""


def test_who_counts_himself_is_not_counted_in_the_answer() -> None:
    """第三条 of the rules, not of what the second says."""
    assert of_item("第三条呢", "守则第二条是什么？", LISTED) == ""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """One page of rules."""
    folder: Path = tmp_path_factory.mktemp("rules") / "kb"
    text = (
        "# 游泳馆须知\n\n泳池每周一换水。年卡每张 800 元，限本人使用。"
        "年卡丢失可补办一次。补办收 20 元。\n\n泳帽在前台出售。\n"
    )
    return build_kb({"须知.md": text}, folder)


ASKED = "游泳馆的年卡多少钱？"


def told(rules: KnowledgeBase, question: str) -> tuple[str, str]:
    """What is answered and noted after a question and small talk."""
    answer = rules.ask(question, [(ASKED, ""), ("谢谢", ""), ("真的吗", "")])
    assert answer.question_resolved == ASKED
    return answer.text, answer.notice


def test_more_is_told_of_what_stands_around(rules: KnowledgeBase) -> None:
    """The sentences before and behind, in their order."""
    once = rules.ask(ASKED).text
    text, notice = told(rules, "再详细一点")
    assert "800 元" in once
    assert len(text) > len(once)
    assert text.index("泳池每周一换水") < text.index("800 元") < text.index("可补办一次")
    assert "前后文" in notice


def test_what_cannot_be_done_is_said(rules: KnowledgeBase) -> None:
    """Nothing is translated, judged or made up; the source is named."""
    assert "不翻译" in told(rules, "用英文再说一遍")[1]
    assert "核实" in told(rules, "你确定吗")[1]
    assert "游泳馆须知" in told(rules, "这是哪篇文章说的")[1]
    assert told(rules, "再说一遍")[1] == ""
    text, notice = told(rules, "说短一点")
    assert text.count("。") == 1
    assert "不概括" in notice


@pytest.mark.parametrize("said", ["再详细一点", "你确定吗？", "为什么这么说", "再说一遍"])
def test_a_remark_on_no_answer_asks_nothing(said: str, rules: KnowledgeBase) -> None:
    """Where nothing was answered no passage is quoted at random; after a question it is met."""
    alone = rules.ask(said)
    assert (alone.refused, alone.reason, alone.citations) == (True, "unasked", ())
    assert rules.ask(said, [("补办收多少钱？", "")]).reason != "unasked"


def test_a_remark_after_nothing_is_looked_up(rules: KnowledgeBase) -> None:
    """Where there is no last answer, nothing is said of it."""
    assert rules.ask("补办收多少钱？再说一遍").notice == ""
    assert rules.ask("你确定吗").notice == ""
    assert rules.ask("你确定吗", [("你好", "")]).notice == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in REMARKS if kind != "again"])
def test_every_kind_has_a_notice(kind: str, language: str) -> None:
    """In each language."""
    assert notice_texts([Notice(f"remark {kind}", "须知")], language)


@pytest.mark.parametrize(
    ("answer", "question", "told"),
    [
        ("今年的虫害有蚜虫、红蜘蛛、食心虫三种害虫。[1]", "最后一个怎么办", "食心虫怎么办"),
        ("可报名的有国有企业、民营企业和外资企业。[1]", "第一个呢", "国有企业"),
        ("国有企业、民营企业和外资企业可以报名。[1]", "第一个呢", "国有企业"),
        ("要带身份证、押金条和体检表。[1]早点来。[1]", "第二个是什么", "押金条是什么"),
    ],
)
def test_names_in_a_sentence_are_not_cut(answer: str, question: str, told: str) -> None:
    """What sums them up is no part of the last, 有 of 国有 begins no list, and 和 joins two."""
    assert of_item(question, "有哪些？", answer) == told
