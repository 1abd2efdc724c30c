"""What the browser chat says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.languages import in_language
from corpus.parts import PLACES


@dataclass(frozen=True, slots=True)
class Text:
    """All words of the page in one language; ``{names}`` are filled in."""

    language: str
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
    drop: str
    adding: str
    added: str
    updated: str
    already_there: str
    not_added: str
    switched: str
    understood: str
    related: str
    confidence: str
    written_by: str
    writing: str
    stop: str
    stopped: str
    unsupported: str
    marked: str
    shortened: str
    changed: str
    back: str
    failed: str
    unreachable: str
    serving: str
    sample: str
    own: str
    contents: str
    stages: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=lambda: PLACES)
    reasons: Mapping[str, str] = field(default_factory=dict)


CHINESE = Text(
    language="zh-CN",
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
        "GPT-4o 的新词典大约有多少个词条？",
        "Sora 的 Plus 用户每个月能生成多少条？",
        "iPhone 16 用视觉智能要长按哪个按钮？",
    ),
    examples_label="试着问",
    add="添加文档",
    drop="把 PDF、Word、PPT、Excel、网页、Markdown、文本等文件拖到这里，或点击选择"
    "（每个不超过 {limit} MB）",
    adding="正在处理 {count} 个文件…",
    added="已添加",
    updated="已更新",
    already_there="已在库中，未变",
    not_added="未添加",
    switched="已切换到你自己的文档；示例文章不再参与回答。",
    understood="理解为：{question}",
    related="相关段落",
    confidence="把握 {percent}%",
    written_by="由 {model} 作答",
    writing="语言模型正在作答，文字尚未核对…",
    stop="停止",
    stopped="已停止；以上文字没有核对过。",
    unsupported="未见依据",
    marked="灰色文字（{reasons}）只显示，不参与检索",
    shortened="文档较长，只显示所引位置前后的部分。",
    changed="这篇文档在作答之后变了，所引的句子已不在原处，请重新提问。",
    back="↑ 回到答案",
    failed="出错了：{error}",
    unreachable="连不上服务，它可能已经停止。",
    serving="引据已启动：{url}（按 Ctrl+C 停止）",
    sample="示例文章",
    own="我的文档",
    contents="{name}：{documents} 篇文档，{passages} 个段落",
    stages={"read": "读取文档", "cut": "切分段落", "embed": "计算向量", "index": "建立索引"},
    places={
        "page": "第 {} 页",
        "sheet": "工作表“{}”",
        "slide": "第 {} 张幻灯片",
        "chapter": "章节“{}”",
        "cell": "第 {} 个单元格",
        "record": "第 {} 条记录",
        "line": "第 {} 行",
        "row": "第 {} 行",
        "within": "",
    },
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
        "navigation": "导航",
        "repeated line": "多篇重复的行",
        "page header": "页眉",
        "page footer": "页脚",
        "page number": "页码",
    },
)

ENGLISH = Text(
    language="en",
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
    drop="Drop PDF, Word, PowerPoint, Excel, web page, Markdown, text or other files here, "
    "or click to choose ({limit} MB each at most)",
    adding="Working on {count} files…",
    added="added",
    updated="updated",
    already_there="already there, unchanged",
    not_added="not added",
    switched="Now answering from your own documents; the sample articles are left out.",
    understood="Understood as: {question}",
    related="Related passages",
    confidence="{percent}% confident",
    written_by="written by {model}",
    writing="The language model is writing; nothing is checked yet…",
    stop="Stop",
    stopped="Stopped; what stands above has not been checked.",
    unsupported="not in the documents",
    marked="Grey text ({reasons}) is shown but not searched",
    shortened="A long document: only the part around the quotation is shown.",
    changed="This document has changed since the answer was given; please ask again.",
    back="↑ Back to the answer",
    failed="Something went wrong: {error}",
    unreachable="The server cannot be reached; it may have been stopped.",
    serving="Yinju is running at {url} (Ctrl+C stops it)",
    sample="sample articles",
    own="my documents",
    contents="{name}: {documents} documents, {passages} passages",
    stages={
        "read": "Reading",
        "cut": "Cutting into passages",
        "embed": "Computing vectors",
        "index": "Indexing",
    },
    places=PLACES,
)

LANGUAGES: Mapping[str, Text] = {"zh": CHINESE, "en": ENGLISH}


def text_in(language: str) -> Text:
    """The words of a language.

    Raises:
        SettingsError: There is no such translation.
    """
    return in_language(LANGUAGES, language)
