"""Questions about a document's own data: who wrote it, when it was published, where it is from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.asked import content_terms
from index.catalogue import letters, titles_of
from rag.genres import GENRES, TEXTS, THINGS
from rag.phrases import holds_asking

_WHEN = r"(?:什么时[候间]|啥时候|何时|几月几[号日]|几[月号日]|哪年哪月|哪个?月|哪一?[天日年])"
_WHO = r"(?:谁|哪位(?:作者|老师|同事)?|哪个(?:作者|人)?|什么人)"
_WHERE = r"(?:哪里|哪儿|何处|什么地方|哪个(?:网站|公众号|平台|媒体))"
_OUT = r"(?:发布|发表|公布|刊登|刊发|印发|下发|撰?写|发|登)(?:出来)?"
_PREDICATES = {
    "author": rf"(?:是|由|是由)?{_WHO}(?:撰?写|编写|执笔|起草|{_OUT})(?:出来)?[的了]?"
    r"|的?原?(?:作者|撰稿人|执笔人)(?:的?(?:名字|姓名|笔名))?(?:是|叫|为)?"
    rf"(?:{_WHO}|什么(?:名字)?)?",
    "published": rf"(?:是|在|于|是在)?{_WHEN}{_OUT}[的了]?"
    r"|的?(?:发布|发表|刊登|刊发|发文|印发|成文)(?:时间|日期|日)(?:是|在|为)*"
    rf"(?:{_WHEN}|什么|多少)?",
    "source": rf"的?(?:来源|出处)(?:是|在)*(?:{_WHERE}|什么|哪)?|出自{_WHERE}"
    rf"|(?:是|从|在)*{_WHERE}(?:来|转来|转载|{_OUT})的",
    "url": rf"的?(?:原文)?(?:链接|网址|url)(?:地址)?(?:是|在)*(?:{_WHERE}|什么|多少|哪)?",
}
_ASKS = {
    datum: re.compile(rf"(?P<subject>.*?)[\s,，:：]*(?:{asks})", re.DOTALL)
    for datum, asks in _PREDICATES.items()
}
_ASKS_FIRST = re.compile(r"是?谁(?:撰?写|发|发布|发表)[的了](?P<subject>.+)", re.DOTALL)
_POLITE = re.compile(
    r"^(?:你好|请问|请|麻烦|帮我|帮忙|告诉我|我?想知道|问一下|查一?下|一下|[\s,，:：])+"
    r"|[\s?？。!！吗呢啊呀]+$"
)
_POINTED = re.compile(
    r"(?P<topic>.*?)\s*的?\s*(?P<how>[这那]|(?<!\w)[本该此])(?:一?[篇份则条个])?\s*的?"
    rf"(?:(?P<text>{TEXTS}|文)|(?P<thing>{THINGS})|(?<=篇))",
    re.DOTALL,
)
_UNPOINTED = re.compile(rf"(?P<topic>.*?)\s*的?\s*(?P<text>{TEXTS})", re.DOTALL)
_PIECES = re.compile(
    r"\s*[,;?。]\s*(?:又是?|还有|以及|那)?|(?:和|跟|与|、|以?及)(?=作者|来源|出处|链接|网址|原文|[发刊成印]\w{1,2}[时日])"
)
_QUOTED = re.compile(r"(?:《(?P<a>[^》]+)》|[“「『\"](?P<b>.+?)[”」』\"])(?P<rest>.*)", re.DOTALL)
_ABOUT = re.compile(r"^(?:(?:讲|说|写|谈|聊|介绍|讨论|分析|关于|有关)(?:述|的是|到|了)?)+|的$")
_TELLING = frozenset(  # 沈砚秋写强化微调的那篇
    ("讲", "说", "写", "谈", "聊", "发", "介绍", "讨论", "分析", "关于", "那篇", "这篇", "篇")
)
_GENRE = re.compile(rf"(?:{GENRES})(?:[（(].*[）)])?$")
_SENTENCE = re.compile(r"\w\s*[：:，,？?！!；;|｜—]+\s*\w")
_LONGEST = 300  # characters; more than that is a pasted text
_FILE = re.compile(r"\w\.[a-z]{2,5}$")
_ENGLISH = re.compile(
    r"(?:(?P<author>who (?:wrote|published|(?:is|was) the author of)|what is the author of)"
    r"|(?P<published>when was|what is the (?:publication )?date of)"
    r"|(?P<source>where (?:was|is)|what is the source of)"
    r"|(?P<url>what is the (?:url|link|address) of))"
    r" (?P<how>this|that|the) (?:(?P<text>article|(?:blog )?post|note)"
    r"|(?P<thing>report|document|paper|file))"
    r"(?: (?:about|on|titled) (?P<topic>.+?))?(?: (?:published|posted|written|released|from))?"
)


@dataclass(frozen=True, slots=True)
class About:
    """What is asked of which document; texts are folded.

    Attributes:
        datum: ``author``, ``published``, ``source`` or ``url``.
        subject: How the question names the document, as a whole.
        topic: What the document is about, or its title; empty if it is only pointed at.
        noun: Whether it is called a text (文章) or pointed at (那篇); else its title must be whole.
        loose: Whether it is both, so that what it is about need not stand in its title.
        quoted: Whether the topic stands in quotation marks.
    """

    datum: str
    subject: str
    topic: str
    noun: bool
    loose: bool = False
    quoted: bool = False


def asked_about(question: str) -> tuple[About, ...]:
    """What a question asks of a document as such; empty if it asks what is written there.

    Several things are asked of the same document: 那篇文章的作者和发布时间.
    """
    if len(question) > _LONGEST:
        return ()
    folded = _POLITE.sub("", fold(question).strip())
    first, *others = _PIECES.split(folded)
    about = _asked(first) if others else None
    data = [next((n for n, asks in _ASKS.items() if _is_bare(asks, o)), "") for o in others]
    if about and all(data):
        return (about, *(replace(about, datum=datum) for datum in data))
    if about and not any(holds_asking(other) for other in others):  # 哪天发的？我要标来源
        return (about,)
    about = _asked(folded)
    return (about,) if about else ()


def _is_bare(asks: re.Pattern[str], clause: str) -> bool:
    match = asks.fullmatch(clause)
    return match is not None and not match["subject"].strip()


def _asked(folded: str) -> About | None:
    if match := _ENGLISH.fullmatch(folded):
        return _pointed(next(name for name in _ASKS if match[name]), match, match["topic"] or "")
    if match := _ASKS_FIRST.fullmatch(folded):
        return _named("author", match["subject"])
    for datum, asks in _ASKS.items():
        if (match := asks.fullmatch(folded)) and (found := _named(datum, match["subject"])):
            return found
    return None


def _named(datum: str, subject: str) -> About | None:
    subject = subject.strip()
    if match := _QUOTED.fullmatch(subject):
        rest = match["rest"].strip()
        noun = bool(_POINTED.fullmatch(rest) or _UNPOINTED.fullmatch(rest) or rest == "一文")
        if noun or not rest:
            return About(datum, subject, match["a"] or match["b"], noun, quoted=True)
    if match := _POINTED.fullmatch(subject):
        return _pointed(datum, match, _topic(match))
    if match := _UNPOINTED.fullmatch(subject):
        return About(datum, subject, _topic(match), True)
    return About(datum, subject, subject, False) if _reads_as_title(subject) else None


def _topic(match: re.Match[str]) -> str:
    """What the text is about; a question may have been given 那篇文章 by the conversation too."""
    while again := _POINTED.fullmatch(match["topic"].strip()):
        match = again
    return _ABOUT.sub("", match["topic"].strip())


def _pointed(datum: str, match: re.Match[str], topic: str) -> About:
    thing = match["thing"]
    if thing and (topic or match["how"] not in ("这", "本", "此", "this")):
        return About(datum, match[0], f"{topic} {thing}".strip(), True)
    return About(datum, match[0], topic, True, loose=not thing)


def _reads_as_title(words: str) -> bool:
    """Whether words without quotation marks name a text, and not what a text may tell of."""
    named = any(form.search(words) for form in (_GENRE, _SENTENCE, _FILE))
    return len(words) > 4 and named


def document_meant(
    about: About, hits: Sequence[Hit], terms: Callable[[str], Collection[str]]
) -> str:
    """The document that a question names; empty if none is, or several may be.

    It has the title named, or is the only one in whose title, file name or author all words stand;
    or else, pointed at as a text, the only one that holds them in one passage.

    Args:
        about: With a topic.
        hits: What was found for the topic, best first.
        terms: Cuts text into terms.
    """
    passages = {hit.passage.document_id: hit.passage for hit in reversed(hits)}
    wanted = {letters(about.subject), letters(about.topic)}
    whole = [name for name, item in passages.items() if wanted & titles_of(item.title, item.source)]
    if whole or not about.noun:
        return whole[0] if len(whole) == 1 else ""
    if about.quoted:
        held = [n for n, p in passages.items() if letters(about.topic) in letters(p.title)]
        return held[0] if len(held) == 1 else ""
    words = [term for term in content_terms(list(terms(about.topic))) if term not in _TELLING]
    named = {name for name, item in passages.items() if _holds(_name(item), words, terms)}
    if about.loose and not named:
        named = {hit.passage.document_id for hit in hits if _holds(hit.passage.text, words, terms)}
    return named.pop() if len(named) == 1 and words else ""


def _holds(text: str, words: Sequence[str], terms: Callable[[str], Collection[str]]) -> bool:
    held, whole = set(terms(text)), letters(text)
    return all(word in held or (not word.isascii() and word in whole) for word in words)


def _name(passage: Passage) -> str:
    return f"{passage.title} {PurePosixPath(passage.source).stem} {passage.author}"
