"""Follow-up questions, understood without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind
from rag.phrases import ATTRIBUTES, phrases, same_sort, topic, units

Alike = Callable[[str, str], float]
"""How near two words are in meaning, in [-1, 1]."""

_MARKED = re.compile(r"^(?:那(?![个些种款年天篇])|换成|(?:what|how) about\b)|[呢咧]\W*$")
_CONTINUES = re.compile(
    r"(?:那么?|然后|还有|另外|以及|换成|如果是|and\b|(?:what|how) about\b)?\s*"
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
_SAME = 0.5  # likeness from which one name takes the other's place
_OPENS = re.compile(r"(?:还|都|一共)?有(?:多少|哪些|几|什么)|(?:后来|现在|当时|最后)(?!的)")
_FEW = 3  # English words: a longer question after a Chinese one stands for itself
_SORT = 0.3  # for two places, two persons, two times
_LOOKED_BACK = 3  # questions


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question may mean; ``sure`` if its form alone tells that it goes on from the last."""

    text: str
    sure: bool


def readings(
    question: str, history: Sequence[str], segmenter: Segmenter, alike: Alike | None = None
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
    """
    turns = [turn for turn in history[-_LOOKED_BACK:] if topic(turn, segmenter)]
    if not turns:
        return []
    topics = list(dict.fromkeys(topic(turn, segmenter) for turn in reversed(turns)))
    plain = fold(question).strip()
    shown = question.strip() if len(question.strip()) == len(plain) else plain
    if _MARKED.search(plain) and (match := _CONTINUES.fullmatch(plain)):
        new = shown[slice(*match.span("new"))]
        if new and len(segmenter.tagged(new)) <= _LONGEST:
            filled = _substituted(new, turns[-1], topics, segmenter, alike)
            return [Reading(text, True) for text in filled if text != question]
    names = [*topics[:2], " ".join(reversed(topics[:2]))] if len(topics) > 1 else topics
    if found := points_back(plain, segmenter):
        sure = shown.startswith("那篇", found[0])
        return [Reading(_put(shown, *found, name), sure) for name in names]
    other_language = plain.isascii() and not turns[-1].isascii() and len(plain.split()) > _FEW
    if not other_language and (missing := _lacks_subject(plain, segmenter)):
        return [Reading(_put(shown, 0, 0, name), missing == "all") for name in names]
    return []


def points_back(plain: str, segmenter: Segmenter) -> tuple[int, int] | None:
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


def _put(question: str, start: int, end: int, name: str) -> str:
    rest = question[end:]
    gap = " " if name[-1:].isascii() and rest[:1].isalnum() and rest[:1].isascii() else ""
    return f"{question[:start]}{name}{gap}{rest}"


def _substituted(
    new: str, last: str, topics: Sequence[str], segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question with the new words in the place of those most like them."""
    if new in ATTRIBUTES:
        return [f"{topics[0]}的{new}"]
    scored = [
        (_likeness(new, unit, alike) + _SORT * same_sort(new, unit, segmenter), unit)
        for unit in units(last, segmenter)
    ]
    score, unit = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    head = topics[0].split("的", 1)[0]  # 红茶 of 红茶的产量
    filled = last.replace(unit if score >= _SAME else head, new, 1)
    return [filled, _put(last, 0, 0, new)]


def _likeness(new: str, unit: str, alike: Alike | None) -> float:
    """Likeness of meaning, and of form: letters for letters, figures for figures, same ending."""
    one, other = fold(new), fold(unit)
    ending = one[-1:] == other[-1:] and not one[-1:].isdigit()
    form = (
        0.25 * (one.isascii() == other.isascii())
        + 0.15 * (one + other).isascii()
        + 0.35 * (ending or one[:1] == other[:1])
    )
    form += 0.15 * (one.isascii() and any(map(str.isdigit, one)) == any(map(str.isdigit, other)))
    return form + (max(alike(new, unit), 0.0) if alike else 0.0)
