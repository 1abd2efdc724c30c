"""What the browser chat says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Text:
    """All words of the page in one language; ``{names}`` are filled in."""

    title: str
    subtitle: str
    ask: str
    placeholder: str
    empty_chat: str
    send: str
    clear: str
    panel_hint: str
    no_document: str
    examples: tuple[str, ...]
    examples_label: str
    add: str
    add_hint: str
    adding: str
    added: str
    updated: str
    already_there: str
    not_added: str
    switched: str
    understood: str
    related: str
    confidence: str
    marked: str
    shortened: str
    failed: str
    sample: str
    contents: str
    reasons: Mapping[str, str] = field(default_factory=dict)


CHINESE = Text(
    title="引据 Yinju",
    subtitle="向自己的文档提问，答案句句有出处，数据不出本机。",
    ask="提问",
    placeholder="输入问题，回车发送",
    empty_chat="问一个关于文档的问题；点答案里的编号，右侧会显示原文。",
    send="发送",
    clear="清空对话",
    panel_hint="点答案里的编号，这里会打开原文并标出所引的句子。",
    no_document="找不到这篇文档，它可能已被移除。",
    examples=(
        "ChatGPT Pro 每月多少钱？",
        "Canvas 可以把代码改写成哪些编程语言？",
        "强化微调适合哪些领域？",
        "o3 是哪一天发布的？",
    ),
    examples_label="试着问",
    add="添加文档",
    add_hint="把 .md、.markdown、.txt 文件拖到这里，每个不超过 {limit} MB",
    adding="正在处理 {count} 个文件…",
    added="已添加",
    updated="已更新",
    already_there="已在库中，未变",
    not_added="未添加",
    switched="已切换到你自己的文档；示例文章不再参与回答。",
    understood="理解为：{question}",
    related="相关段落",
    confidence="把握 {percent}%",
    marked="灰色文字（{reasons}）只显示，不参与检索",
    shortened="文档较长，只显示所引位置前后的部分。",
    failed="出错了：{error}",
    sample="示例文章",
    contents="{name}：{documents} 篇文档，{passages} 个段落",
    reasons={
        "front matter": "文件头",
        "header line": "题头信息",
        "title": "标题",
        "template tag": "模板标记",
        "rule": "分隔线",
        "credits": "署名",
        "end sign": "结束标记",
        "after the end": "文末附注",
        "link": "链接",
        "statistics line": "阅读统计",
        "advertisement": "广告",
        "promotion": "推广",
        "caption": "图片说明",
        "related articles": "往期文章",
    },
)

ENGLISH = Text(
    title="Yinju 引据",
    subtitle="Ask your own documents: every sentence of the answer cites its source, "
    "and nothing leaves this machine.",
    ask="Ask",
    placeholder="Type a question and press Enter",
    empty_chat="Ask about the documents; click a number in the answer to see the source.",
    send="Send",
    clear="Clear",
    panel_hint="Click a number in an answer: its source opens here, the sentence highlighted.",
    no_document="This document cannot be found; it may have been removed.",
    examples=CHINESE.examples,
    examples_label="Try",
    add="Add documents",
    add_hint="Drop .md, .markdown or .txt files here, {limit} MB each at most",
    adding="Working on {count} files…",
    added="added",
    updated="updated",
    already_there="already there, unchanged",
    not_added="not added",
    switched="Now answering from your own documents; the sample articles are left out.",
    understood="Understood as: {question}",
    related="Related passages",
    confidence="{percent}% confident",
    marked="Grey text ({reasons}) is shown but not searched",
    shortened="A long document: only the part around the quotation is shown.",
    failed="Something went wrong: {error}",
    sample="sample articles",
    contents="{name}: {documents} documents, {passages} passages",
)

LANGUAGES: Mapping[str, Text] = {"zh": CHINESE, "en": ENGLISH}


def text_in(language: str) -> Text:
    """The words of a language.

    Raises:
        SettingsError: There is no such translation.
    """
    try:
        return LANGUAGES[language]
    except KeyError:
        known = ", ".join(LANGUAGES)
        raise SettingsError(f"language {language!r} is not known; use one of {known}") from None
