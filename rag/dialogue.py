"""Follow-up questions, understood without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind
from rag.phrases import ATTRIBUTES, before_asking, phrases, topic
from rag.substitute import Alike, put, substituted

_OPENED = re.compile(r"换成|(?:what|how) about\b")
_CLOSED = re.compile(r"[呢咧]\W*$")
_COUNTED = re.compile(r"[几两三四五六七八九十晚]|[篇款种块把次场条件台]$")  # 那把 points
_AGAIN = re.compile(r"(?<=[呢咧])[，,]\s*(?:也|又|还).{1,8}$")  # 查重呢，也是他们？
_CONTINUES = re.compile(
    r"(?:然后|还有|另外|以及|换成|如果是|and\b|(?:what|how) about\b)?\s*"
    r"(?:对于?|在|是|说到)?\s*(?P<new>.*?)\s*(?:这?[上里中边]|方面)?\s*(?:又|的话|怎么样|如何)?(?:呢|咧)?\W*",
    re.DOTALL,
)
_PRONOUN = re.compile(
    r"(?<![其吉])[它他她]们?|(?<![尤极与])其(?![他它她实余次中间])|\b(?:it|they|them|he|him|she|her)\b"
)
_REPLACED = re.compile(
    r"[该此](?:公司|机构|模型|产品|功能|项目|作品|书|片|剧|人|校|地|城|店|馆)|上述|前者|后者|\b(?:its|their|his)\b"
)
_POINTED = re.compile(r"这[个些种款项次家位件座本部台篇条场届首只]|那篇|其中")
_OPEN = re.compile(
    r"(?:能用|可用|可以用|支持|包括|包含|需要|可以|能|行|有|会|算)(?:了|的)?(?:吗|么)\W*$"
)
_LONGEST = 8  # words that can take the place of others
_OPENS = re.compile(r"(?:还|都|一共)?有(?:多少|哪些|几|什么)|(?:后来|现在|当时|最后)(?!的)")
_FEW = 3  # English words: a longer question after a Chinese one stands for itself
_LOOKED_BACK = 3  # questions
_PERSON = re.compile(r"[他她]们?|这(?:个人|位)(?!.{0,3}的)|这家(?!.{0,3}的)")
_NAMED = re.compile(r"谁|哪一?[位家个所支]|什么人")
_UNDER = re.compile(r"关于[^：]*：")
_ASKS = re.compile(r"[不没]\W*$")
_OWN = 3  # characters of nouns: a question that has more names something of its own


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question may mean; ``sure`` if its form alone tells that it goes on from the last."""

    text: str
    sure: bool


def readings(
    question: str,
    history: Sequence[str],
    segmenter: Segmenter,
    alike: Alike | None = None,
    answered: Callable[[], str] | None = None,
) -> list[Reading]:
    """What a question may mean after the questions before it, likeliest first.

    Empty for one that names what it is about. One that goes on (那 … 呢) puts its words in the
    place of those of their kind in the last question; a pronoun is replaced by what the last
    questions were about, and a question without a subject is given it.

    Args:
        question: The question asked now.
        history: The questions before it, oldest first, as understood.
        segmenter: Cuts questions into words.
        alike: Compares words by meaning; by their form alone if None.
        answered: Tells what answers the last question, for 他 after 谁; empty if that is not known.
    """
    turns = [turn for turn in history[-_LOOKED_BACK:] if topic(turn, segmenter)]
    if not turns:
        return []
    topics = list(dict.fromkeys(topic(turn, segmenter) for turn in reversed(turns)))
    shown = question.strip()
    shown = shown if len(fold(shown)) == len(shown) else fold(shown)
    then = _then(shown, segmenter)
    shown, plain = shown[then:], fold(shown[then:])
    opened, brief = bool(then or _OPENED.match(plain)), _AGAIN.sub("", plain)
    if (opened or _CLOSED.search(brief)) and (match := _CONTINUES.fullmatch(brief)):
        new = shown[slice(*match.span("new"))]
        if new and not _asks(new) and len(segmenter.tagged(new)) <= _LONGEST:
            under = _UNDER.match(turns[-1])
            above, last = (under[0], turns[-1][under.end() :]) if under else ("", turns[-1])
            about = [topic(last, segmenter) or topics[0]]
            filled = [above + text for text in substituted(new, last, about, segmenter, alike)]
            return [Reading(text, True) for text in filled if text != question]
    names = [*topics[:2], " ".join(reversed(topics[:2]))] if len(topics) > 1 else topics
    if found := _points_back(plain, segmenter):
        sure = opened or shown.startswith("那篇", found[0])
        given = [put(shown, *found, name) for name in names]
        person = _PERSON.match(plain, found[0])
        if answered and person and _NAMED.search(turns[-1]) and (name := answered()):
            given.insert(0, put(shown, *person.span(), name))
        return [Reading(text, sure) for text in given]
    other_language = plain.isascii() and not turns[-1].isascii() and len(plain.split()) > _FEW
    if not other_language and (missing := _lacks_subject(plain, segmenter)):
        if missing == "all" and question_kind(plain) == "reason":
            names = list(filter(None, [before_asking(turns[-1])])) or names
        return [Reading(put(shown, 0, 0, name), opened or missing == "all") for name in names]
    sure = opened and _names_little(shown, segmenter)
    return [Reading(_about(shown, name), True) for name in names] if sure else []


def under_topic(question: str, last: str, segmenter: Segmenter) -> str:
    """A question under what the last one was about; empty if it names something of its own."""
    name = topic(last, segmenter)
    little = not question.isascii() and _names_little(question, segmenter)
    return _about(question, name) if name and little else ""


def _names_little(question: str, segmenter: Segmenter) -> bool:
    return sum(map(len, phrases(question, segmenter))) <= _OWN


def _about(question: str, name: str) -> str:
    return f"关于{' ' * name[0].isascii()}{name}：{question}"


def _then(question: str, segmenter: Segmenter) -> int:
    """How long the 那 is that a question goes on with; 0 if it points at something (那里)."""
    first, second, *_ = *segmenter.tagged(fold(question))[:2], ("", "q"), ("", "q")
    points = not _CLOSED.search(question) and (second[1] == "q" or _COUNTED.match(second[0]))
    return len(first[0]) if first[0] in ("那", "那么") and not points else 0


def _asks(text: str) -> bool:
    """Whether what a question goes on with is a question by itself."""
    return question_kind(text) != "other" or bool(_ASKS.search(text))


def _points_back(plain: str, segmenter: Segmenter) -> tuple[int, int] | None:
    """The words that the topic takes the place of, or the place before which it goes.

    Behind a noun of its own (吉他它, GPT-4o 这个模型, 杨先生和她) they point within the question.
    """
    for pattern in (_PRONOUN, _REPLACED, _POINTED):
        if (match := pattern.search(plain)) and not phrases(plain[: match.start()], segmenter):
            return match.start(), match.start() if pattern is _POINTED else match.end()
    return None


def _lacks_subject(plain: str, segmenter: Segmenter) -> str:
    """``all`` if a question names nothing, ``object`` if its verb lacks one, else empty."""
    content = [term for term in content_terms(segmenter.terms(plain)) if term not in ATTRIBUTES]
    own = phrases(plain, segmenter)
    if not own and question_kind(plain) != "other" and len(content) <= 2:
        return "object" if content else "all"
    if _OPENS.match(plain):
        return "object"
    return "object" if len(own) == 1 and len(content) <= 3 and _OPEN.search(plain) else ""
