"""Follow-up questions, understood without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import question_kind
from rag.leaning import about, names_little
from rag.numerals import ordinals
from rag.phrases import before_asking, persons, phrases, topic, without_time
from rag.remarks import remark
from rag.subject import begins_asking, lacks_subject
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
_TIMING = {"t", "m", "mq", "q", "f", "x"}
_FEW = 3  # English words: a longer question after a Chinese one stands for itself
_LOOKED_BACK = 3  # questions
_IT = re.compile("它们?(?!们)")
_WHERE = re.compile(r"在[^，,]{1,8}?[上里中下]")
_PERSON = re.compile(r"[他她]们?|这(?:个人|位)(?!.{0,3}的)|这家(?!.{0,3}的)")
_HUMAN = re.compile("[他她]|[这那](?:个人|位)(?!.{1,3}的)")
_SOMEBODY = re.compile("(?:[人户客员者生师友们]|家长|老板|同学|孩子)$")  # no 它
_BEFORE_IT = frozenset("pvtdfrcum")  # tags of what may stand before a pronoun: 离它多远, 当初她
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
    said = _Said(shown, plain, goes_on, turns, topics)
    if found := points_back(plain, segmenter):
        return _pointed(said, found, segmenter, answered)
    return _unnamed(said, segmenter)


@dataclass(frozen=True, slots=True)
class _Said:
    """A question without what opens it, as typed and folded, the last ones and their topics."""

    shown: str
    plain: str
    goes_on: bool
    turns: Sequence[str]
    topics: Sequence[str]

    @property
    def names(self) -> list[str]:
        """What it may be about, likeliest first."""
        topics = self.topics
        return [*topics[:2], " ".join(reversed(topics[:2]))] if topics[1:] else list(topics)


def _pointed(
    said: _Said,
    found: tuple[int, int],
    segmenter: Segmenter,
    answered: Callable[[str], str] | None,
) -> list[Reading]:
    """A question with what its pronoun may stand for in its place."""
    shown, plain, names = said.shown, said.plain, said.names
    begins = _begins(plain, found, segmenter)
    sure = said.goes_on or begins or shown.startswith("那篇", found[0])
    both = _BOTH.match(plain, found[0]) if said.topics[1:] else None
    if both:
        names, sure = [f"{said.topics[1]}和{said.topics[0]}"], sure or not found[0]
        found = both.span()
    elif _HUMAN.match(plain, found[0]):
        people = [who for turn in reversed(said.turns) for who in persons(turn, segmenter)]
        names = list(dict.fromkeys(people))[:_PLACES] or names
    given = [put(shown, *found, name) for name in names]
    person = _PERSON.match(plain, found[0])
    if answered and person and not both and _NAMED.search(said.turns[-1]):
        name = answered(said.turns[-1])
        given[:0] = [put(shown, *person.span(), name)] if name else []
    return [Reading(text, sure) for text in given]


def _begins(plain: str, found: tuple[int, int], segmenter: Segmenter) -> bool:
    """Whether a question begins with its pronoun, or with what names nothing: 离它多远."""
    if not found[0]:
        return bool(_IT.match(plain) or _HUMAN.match(plain))
    before = segmenter.tagged(plain[: found[0]])
    bare = found[0] <= _FEW and all(tag[0] in _BEFORE_IT for _, tag in before)
    whose = bool(before) and all(map(_SOMEBODY.search, _things(plain[: found[0]], segmenter)))
    if _IT.match(plain, found[0]):
        return bare or whose
    return bare and _HUMAN.match(plain, found[0]) is not None


def _unnamed(said: _Said, segmenter: Segmenter) -> list[Reading]:
    """A question given the subject that it lacks, or put under the topic if it names little."""
    shown, plain, last, names = said.shown, said.plain, said.turns[-1], said.names
    other_language = plain.isascii() and not last.isascii() and len(plain.split()) > _FEW
    if not other_language and (missing := lacks_subject(plain, segmenter)):
        if missing == "all" and question_kind(plain) == "reason":
            names = list(filter(None, [before_asking(last)])) or names
        sure = said.goes_on or missing == "all" or begins_asking(plain, segmenter)
        timeless = dict.fromkeys(without_time(name, plain, segmenter) for name in names)
        return [Reading(put(shown, 0, 0, name), sure) for name in timeless]
    sure = said.goes_on and names_little(shown, segmenter)
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
        if not match:
            continue
        things = _things(_WHERE.sub("", plain[: match.start()]), segmenter)
        if not things or (_IT.match(match[0]) and all(map(_SOMEBODY.search, things))):
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
