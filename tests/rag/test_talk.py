"""Small talk is told from questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import KnowledgeBase
from rag.answer import LANGUAGES, phrase
from rag.talk import small_talk, without_greeting

TALK = {
    "greeting": ["你好", "你好呀", "您好！", "哈喽～", "hello", "Hi there", "在吗", "在么？",
                 "早上好", "大家好啊", "喂"],
    "thanks": ["谢谢", "谢谢你", "非常感谢您的帮助", "好的，谢谢！", "多谢了", "太感谢了",
               "Thanks a lot", "thank you"],
    "farewell": ["再见", "拜拜啦", "bye", "明天见"],
    "identity": ["你是谁", "你是谁呀？", "你叫什么名字", "请问你是什么", "Who are you?",
                 "介绍一下你自己"],
    "ability": ["你能做什么", "你都能干什么？", "你有什么功能", "怎么用你", "我能问你什么",
                "What can you do?"],
    "approval": ["好的", "嗯嗯", "OK", "知道了", "明白了", "哈哈"],
}  # fmt: skip
QUESTIONS = [
    "你好，请问图书馆几点开门？", "谢谢参与的有哪些人", "你是谁写的书里的人物", "早班几点",
    "在吗？我想问报销流程", "早上好几点开饭", "好的产品有什么特点", "感谢信写给谁", "谢先生是谁",
    "你能做什么菜", "喂猫要注意什么", "再见是什么意思", "hello world 怎么写",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in TALK.items() for t in texts])
def test_small_talk_is_known(kind: str, text: str) -> None:
    """Each way of saying it is known, whatever the punctuation."""
    assert small_talk(text) == kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_no_small_talk(text: str) -> None:
    """A question that begins or reads like small talk is looked up."""
    assert small_talk(text) == ""


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("你好，请问图书馆几点开门？", "图书馆几点开门？"),
        ("您好！图书馆在哪", "图书馆在哪"),
        ("请问一下，怎么报销", "怎么报销"),
        ("你好", "你好"),
        ("请问", "请问"),
        ("有没有人知道，会员多少钱？", "会员多少钱？"),
        ("有人知道会员多少钱吗", "有人知道会员多少钱吗"),
        ("你好世界是什么", "你好世界是什么"),
        ("会员有哪些？我要写进对比表，列全", "会员有哪些？"),
        ("会员多少钱？谢谢", "会员多少钱？"),
        ("会员多少钱？我用的是年卡", "会员多少钱？我用的是年卡"),
        ("会员多少钱？那年卡呢", "会员多少钱？那年卡呢"),
        ("什么时候上线？我用年卡一个月多少钱", "什么时候上线？我用年卡一个月多少钱"),
    ],
)
def test_a_greeting_before_a_question_is_left_out(text: str, asked: str) -> None:
    """What is looked for is the question alone."""
    assert without_greeting(text) == asked


@given(st.text(max_size=50))
def test_no_text_is_lost(text: str) -> None:
    """Leaving out a greeting never leaves nothing of a text."""
    assert bool(without_greeting(text)) == bool(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TALK)
def test_every_kind_has_a_reply(kind: str, language: str) -> None:
    """A short human sentence in each language."""
    assert 0 < len(phrase(kind, language)) < 150


def test_a_reply_cites_nothing(kb: KnowledgeBase) -> None:
    """Small talk is answered without documents."""
    answer = kb.ask("谢谢你")
    assert (answer.reason, answer.citations, answer.hits) == ("thanks", (), ())
