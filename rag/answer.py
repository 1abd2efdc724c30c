"""Evidence to an answer: its text, its citations, or what to say instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.records import Answer, Hit

_SOFT_BREAK = re.compile(r"(?<=[\u2e80-\uffef])\s*\n\s*|\s*\n\s*(?=[\u2e80-\uffef])")
_QUOTED_QUESTION = 100
_PHRASES = {
    "zh": {
        "greeting": "你好！请直接问关于这些文档的问题，我会给出带出处的回答。",
        "thanks": "不客气。还想知道文档里的什么，接着问就好。",
        "farewell": "再见！",
        "identity": "我是引据，只根据你的文档回答问题，每句话都注明出处，资料不离开这台电脑。",
        "ability": "可以问文档里的事实、数字、日期、清单、对比，或一篇文档讲了什么，都注明出处。",
        "approval": "好的。还想知道文档里的什么，接着问就好。",
        "empty": "请输入一个问题。",
        "unasked": "还没有问过什么。请先问一个关于这些文档的问题。",
        "no evidence": "文档中没有找到能回答“{question}”的内容。",
        "related": "下面是最接近的段落，供参考。",
        "contradiction": "各文档的说法不一致，新的在前：",
        "summary": "各部分要点：",
        "record author": "作者（文件信息）：{value}。文件开头",
        "record published": "发布日期（文件信息）：{value}。文件开头",
        "record source": "来源（文件信息）：{value}。文件开头",
        "record url": "链接（文件信息）：{value} 。文件开头",
    },
    "en": {
        "greeting": "Hello! Ask about these documents; every answer names its sources.",
        "thanks": "You are welcome. Ask on if there is more you want to know.",
        "farewell": "Goodbye!",
        "identity": "I am Yinju. I answer from your documents alone and name the source of every "
        "sentence; nothing leaves this computer.",
        "ability": "Ask for facts, numbers, dates, lists, comparisons, or what a document says; "
        "every sentence names its source.",
        "approval": "All right. Ask on if there is more you want to know.",
        "empty": "Please type a question.",
        "unasked": "Nothing has been asked yet. Please ask about these documents first.",
        "no evidence": "The documents hold nothing that answers “{question}”.",
        "related": " These passages come closest.",
        "contradiction": "The documents disagree; the newest comes first:",
        "summary": "Section by section:",
        "record author": "Author (file information): {value}. It opens",
        "record published": "Published (file information): {value}. It opens",
        "record source": "Source (file information): {value}. It opens",
        "record url": "Address (file information): {value} . It opens",
    },
}
LANGUAGES = tuple(_PHRASES)
"""Languages in which refusals and greetings are worded; answers are quoted as they stand."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        asked: As typed.
        resolved: As it is searched: understood from the conversation, and in the documents' words.
        understood: In the words of the one who asked, if that is something else.
    """

    asked: str
    resolved: str
    understood: str = ""

    @property
    def told(self) -> str:
        """How it is told back, and put to a language model."""
        return self.understood or self.resolved


def refuse(
    question: Question,
    confidence: float,
    hits: Sequence[Hit],
    timings_ms: Mapping[str, float],
    language: str,
) -> Answer:
    """A refusal that says what was looked for; its hits are related reading."""
    phrases = _PHRASES[language]
    asked = readable("".join(filter(_is_shown, question.told)))
    if len(asked) > _QUOTED_QUESTION:
        asked = f"{asked[:_QUOTED_QUESTION]}…"
    text = phrases["no evidence"].format(question=asked)
    if hits:
        text += phrases["related"]
    return Answer(
        question=question.asked,
        question_resolved=question.resolved,
        text=text,
        refused=True,
        reason="no evidence",
        confidence=confidence,
        hits=tuple(hits),
        timings_ms=timings_ms,
    )


def reply(question: str, kind: str, timings_ms: Mapping[str, float], language: str) -> Answer:
    """A short human reply to a greeting, thanks, a farewell or nothing at all."""
    return Answer(
        question=question,
        question_resolved=question,
        text=_PHRASES[language][kind],
        refused=True,
        reason=kind,
        timings_ms=timings_ms,
    )


def readable(text: str) -> str:
    """A quoted span on one line: a break between Chinese characters goes, any other is a blank."""
    return " ".join(_SOFT_BREAK.sub("", text).split())


def _is_shown(character: str) -> bool:
    """Whether a character may be told back: it controls no terminal and no writing direction."""
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def phrase(name: str, language: str) -> str:
    """What is told in words of our own."""
    return _PHRASES[language][name]
