"""Follow-up questions, understood without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind
from rag.leaning import about, names_little
from rag.numerals import ordinals
from rag.phrases import ATTRIBUTES, before_asking, persons, phrases, topic, without_time
from rag.remarks import remark
from rag.substitute import UNDER, Alike, put
from rag.taking_up import opening, taken_up

_PRONOUN = re.compile(
    r"(?<![其吉维排利])[它他她]们?(?!汀)|(?<![尤极与])其(?![他它她实余次中间])|\b(?:it|they|them|he|him|she|her)\b"
)
_POINTS = re.compile(r"[它他她]们?(?![我你您们])")  # nothing before them that they might mean
_BOTH = re.compile(
    "[两二]者|[它他她]们(?:俩个?|两(?:个人?|人|位)(?!月|小时|星期))|这两[个者种款家位项]"
)
_REPLACED = re.compile(
    r"[两二]者|这两[个者种款家位项](?=[有的谁哪之,，])|[该此](?:公司|机构|模型|产品|功能|项目|作品|书|片|剧|人|校|地|城|店|馆)|上述|前者|后者|\b(?:its|their|his)\b"
)
_POINTED = re.compile(r"这[个些种款项次家位件座本部台篇条场届首只]|那篇|其中")
_OPEN = re.compile(
    r"(?:能用|可用|可以用|支持|包括|包含|需要|可以|能|行|有|会|算)(?:了|的)?(?:吗|么)\W*$"
)
_OPENS = re.compile(r"(?:还|都|一共)?有(?:多少|哪些|几|什么)|(?:后来|现在|当时|最后)(?!的)")
_TIMES = re.compile("每.*|[一两三四五六七八九十]个?[天日周月年次]|一般")
_TIMING = {"t", "m", "mq", "q", "f", "x"}
_PLACE = 3  # words within which a question says where: 网页版里
_PREDICATE = re.compile(
    r"(?P<cut>能(?=带)|(?:为什么|怎么|怎样|如何|干嘛)(?:才?能|会|不|没|要))"  # else whole words
    r"|能不能|可不可以|会不会|要不要|需不需要|能够?|可以|会|还?要|需要|允许|支持"
)
_ASKING = re.compile("什么|谁|哪|几|多少|多久|多[大长高远]|怎么|怎样|如何")
_WHOLE = re.compile("什么(?:是|叫)|谁|哪一?[个家位]")  # may be what the question is about
_DONE = re.compile(r"[的了过]\W*$")  # 哪天上线的: what is done has no subject before it
_WHEN = ("date", "place", "reason", "method")
_SHORT = 3  # words of content
_FEW = 3  # English words: a longer question after a Chinese one stands for itself
_LOOKED_BACK = 3  # questions
_IT = re.compile("它们?(?!们)")
_WHERE = re.compile(r"在[^，,]{1,8}?[上里中下]")
_PERSON = re.compile(r"[他她]们?|这(?:个人|位)(?!.{0,3}的)|这家(?!.{0,3}的)")
_HUMAN = re.compile("[他她]")
_PLACES = 3  # names that may take the place of a pronoun
_NAMED = re.compile(r"谁|哪一?[位家个所支]|什么人")


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
    answered: Callable[[str], str] | None = None,
) -> list[Reading]:
    """What a question may mean after the questions before it, likeliest first.

    Empty for one that names what it is about, or stands under its topic already. One that goes on
    (那 … 呢) puts its words in the place of those of their kind in the last question; a pronoun is
    replaced by what the last questions were about, or by what answers the last one; a question
    without a subject is given it; and what asks for more of the last answer (继续) asks it again.

    Args:
        question: The question asked now.
        history: The questions before it, oldest first, as understood.
        segmenter: Cuts questions into words.
        alike: Compares words by meaning; by their form alone if None.
        answered: Tells the name that answers a question, for 他 after 谁; empty if none does.
    """
    turns = [turn for turn in history[-_LOOKED_BACK:] if topic(turn, segmenter)]
    turns = [turn for turn in turns if not _POINTS.match(fold(turn))] or turns
    if not turns or UNDER.match(question):
        return []
    topics = list(dict.fromkeys(topic(turn, segmenter) for turn in reversed(turns)))
    shown = question.strip()
    shown = shown if len(fold(shown)) == len(shown) else fold(shown)
    if remark(shown):
        return [Reading(turns[-1], True)] if turns[-1] != question else []
    cut, goes_on = opening(shown, segmenter)
    shown, plain = shown[cut:], fold(shown[cut:])
    asked = [
        text
        for last in _counting_alike(plain, turns)
        for text in taken_up(shown, goes_on, last, topics[0], segmenter, alike)
    ]
    if asked:
        return [Reading(text, True) for text in asked if text != question]
    names = [*topics[:2], " ".join(reversed(topics[:2]))] if len(topics) > 1 else topics
    if found := points_back(plain, segmenter):
        begins = not found[0] and _IT.match(plain) is not None
        sure = goes_on or begins or shown.startswith("那篇", found[0])
        both = _BOTH.match(plain, found[0]) if topics[1:] else None
        if both:
            names, sure = [f"{topics[1]}和{topics[0]}"], sure or not found[0]
            found = both.span()
        elif _HUMAN.match(plain, found[0]):
            people = [who for turn in reversed(turns) for who in persons(turn, segmenter)]
            names = list(dict.fromkeys(people))[:_PLACES] or names
        given = [put(shown, *found, name) for name in names]
        person = _PERSON.match(plain, found[0])
        if (
            answered
            and person
            and not both
            and _NAMED.search(turns[-1])
            and (name := answered(turns[-1]))
        ):
            given.insert(0, put(shown, *person.span(), name))
        return [Reading(text, sure) for text in given]
    other_language = plain.isascii() and not turns[-1].isascii() and len(plain.split()) > _FEW
    if not other_language and (missing := _lacks_subject(plain, segmenter)):
        if missing == "all" and question_kind(plain) == "reason":
            names = list(filter(None, [before_asking(turns[-1])])) or names
        sure = goes_on or missing == "all" or _begins_asking(plain, segmenter)
        timeless = dict.fromkeys(without_time(name, plain, segmenter) for name in names)
        return [Reading(put(shown, 0, 0, name), sure) for name in timeless]
    sure = goes_on and names_little(shown, segmenter)
    return [Reading(about(shown, name), True) for name in names] if sure else []


def _counting_alike(plain: str, turns: Sequence[str]) -> list[str]:
    """The last question, behind an earlier one that counts what this one does: 第十天呢."""
    counted = {unit for _, unit in ordinals(plain)}
    alike = (turn for turn in reversed(turns) if counted & {u for _, u in ordinals(fold(turn))})
    return list(dict.fromkeys((next(alike, turns[-1]), turns[-1])))


def points_back(plain: str, segmenter: Segmenter) -> tuple[int, int] | None:
    """The words that the topic takes the place of, or the place before which it goes.

    Behind a noun of its own (吉他它, GPT-4o 这个模型, 杨先生和她) they point within the question,
    unless that only tells where (在手机上用它).
    """
    for pattern in (_PRONOUN, _REPLACED, _POINTED):
        match = pattern.search(plain)
        if match and pattern is _PRONOUN and not _stands_alone(match, segmenter):
            continue
        if match and not _things(_WHERE.sub("", plain[: match.start()]), segmenter):
            return match.start(), match.start() if pattern is _POINTED else match.end()
    return None


def _things(text: str, segmenter: Segmenter) -> list[str]:
    """The noun phrases of a text that are no times: none in 2020 年春天."""
    found = phrases(text, segmenter)
    return [one for one in found if not {tag for _, tag in segmenter.tagged(one)} <= _TIMING]


def _stands_alone(pronoun: re.Match[str], segmenter: Segmenter) -> bool:
    """Whether a pronoun is a word of its own, not cut out of one: 维他命."""
    at = 0
    for word, tag in segmenter.tagged(pronoun.string):
        if at == pronoun.start():
            return pronoun[0].isascii() or (tag == "r" and word.rstrip("俩家") == pronoun[0])
        at += len(word)
    return pronoun[0].isascii()


def _begins_asking(plain: str, segmenter: Segmenter) -> bool:
    """Whether a short question tells nothing before it asks: 哪天上线的, but not 谁发明了."""
    told, asked = (content_terms(segmenter.terms(t)) for t in (before_asking(plain), plain))
    return not told and len(asked) <= _SHORT and not _WHOLE.match(plain)


def _lacks_subject(plain: str, segmenter: Segmenter) -> str:
    """``all`` if a question names nothing, ``object`` if its verb lacks one, else empty."""
    content = [term for term in content_terms(segmenter.terms(plain)) if term not in ATTRIBUTES]
    own = phrases(plain, segmenter)
    words = segmenter.tagged(plain)
    if words and _PREDICATE.fullmatch(words[0][0]) and _is_of_a_name(words[1:]):
        return ""
    if not own and question_kind(plain) != "other" and len(content) <= 2:
        return "object" if content else "all"
    if _opens_with_predicate(plain, segmenter):
        return "object" if own else "all"
    done = len(own) == 1 and question_kind(plain) in _WHEN and _DONE.search(plain)
    if _OPENS.match(plain) or (done and _begins_asking(plain, segmenter)):
        return "object"
    return "object" if len(own) == 1 and len(content) <= 3 and _OPEN.search(plain) else ""


def _opens_with_predicate(plain: str, segmenter: Segmenter) -> bool:
    """Whether a question tells at most when or where before its predicate: 网页版里能导出吗.

    What stands where before another verb than 能 or the like may well be what it is about.
    """
    words = segmenter.tagged(plain)
    place = next((n for n, (_, tag) in enumerate(words[:_PLACE]) if tag in "fs"), -1)
    ends = set(accumulate(len(word) for word, _ in words))
    at, timed = 0, False
    for number, (word, tag) in enumerate(words):
        predicate = _PREDICATE.match(plain, at)
        if predicate and (predicate["cut"] or predicate.end() in ends):
            return not _is_of_a_name(words[number + 1 :])
        when = tag == "t" or _TIMES.fullmatch(word) is not None
        if number > place and not when and tag not in ("d", "ad"):
            return timed and place < 0 and tag[0] in "vp" and not _asks_by_noun(words[number:])
        timed |= when
        at += len(word)
    return False


def _is_of_a_name(behind: Sequence[tuple[str, str]]) -> bool:
    """Whether the words behind a verb make it part of a name: 会飞的鱼叫什么."""
    if behind and (behind[0][1] == "b" or behind[0][0] == "所"):  # 会 cut off from 会所
        return True
    for (word, tag), (after, other) in pairwise(behind):
        if tag == "p" or _ASKING.match(word):
            return False
        named = word == "的" and other[0] == "n"
        if (named or (tag[0] == "n" and after == "是")) and any(
            _ASKING.match(asking) for asking, _ in behind
        ):
            return True
    return False


def _asks_by_noun(words: Sequence[tuple[str, str]]) -> bool:
    """Whether what is asked for is named by a noun of its own: 发布了什么政策."""
    return any(
        word in ("什么", "哪些") and tag[0] == "n" for (word, _), (_, tag) in pairwise(words)
    )
