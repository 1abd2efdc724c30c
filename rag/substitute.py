"""The last question, asked of something else: its words that another takes the place of."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import question_kind
from rag.phrases import ATTRIBUTES, NOUNS, asking, holds_asking, phrases, same_sort, topic, units

Alike = Callable[[str, str], float]
"""How near two words are in meaning, in [-1, 1]."""

UNDER = re.compile(r"关于[^：]*：")
"""Stands before a question that was put under a topic."""

_OPENED = re.compile(r"换成|(?:what|how) about\b")
_CLOSED = re.compile(r"[呢咧]\W*$")
_POINTS = re.compile(r"[几两三四五六七八九十晚篇]|[款种块把次场条件台]$")  # 那把 is one
_AGAIN = re.compile(r"(?<=[呢咧])[，,]\s*(?P<rest>[^，,]{1,10})$")  # 查重呢，也是他们？
_TOO = re.compile("[也又还]")
_ONE = re.compile("[那这][个位家].+的")  # 那个拍照的呢, after 谁
_WHO = re.compile("谁|哪一?[个位家]")
_ALSO = re.compile(r"(?P<new>.*?)(?:[上里中]|那边|这边)?\s*也(?:都|会|是)?(?:行|可以|能|一样|算|这样|是|有)[吗么不]?\W*")
_CHANGED = re.compile(
    r"(?:新的?|后来|现在|如今|目前|最新的?|[新后]来?[版规].?)?(?:又|都|给|是)?"
    r"(?:[改换变调提降升涨增减放]|提高|降低|调整|增加|减少)[成为到至]了?"
    r"(?:谁|什么样?|多[少长久大高]|几.?|哪.?).{0,3}?\W*"
)
_EDITION = re.compile(r"(?:(?:19|20)?\d\d\s*年?(?:那|这)?|[旧老原])版")
_ASKS = re.compile(r"[不没]\W*$")
_CONTINUES = re.compile(
    r"(?:然后|还有|另外|以及|换成|如果是|and\b|(?:what|how) about\b)?\s*"
    r"(?:对于?|在|是|说到)?\s*(?P<new>.*?)\s*(?:这?[上里中边]|方面)?\s*(?:又|的话|怎么样|如何)?(?:呢|咧)?\W*",
    re.DOTALL,
)
_OWN = 3  # characters of nouns in what only asks again
_PROPER = ("nr", "ns", "nt", "nz", "nrt", "eng")
_LONGEST = 8  # words that can take the place of others
_SAME = 0.5  # likeness from which one name takes the other's place
_SORT = 0.3  # for two places, two persons, two times


def opening(question: str, segmenter: Segmenter) -> tuple[int, bool]:
    """How long the 那 is that a question begins with, and whether it goes on from the last.

    A 那 that points at something (那里, 那几张) belongs to the question.
    """
    first, second, *_ = *segmenter.tagged(fold(question))[:2], ("", "q"), ("", "q")
    points = not _CLOSED.search(question) and (second[1] == "q" or _POINTS.match(second[0]))
    cut = len(first[0]) if first[0] in ("那", "那么") and not points else 0
    return cut, bool(cut or _OPENED.match(fold(question)))


def taken_up(
    question: str, goes_on: bool, last: str, about: str, segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question asked of what this one names (… 呢), likeliest first; empty if it asks.

    Args:
        question: As asked, without the 那 that it begins with.
        goes_on: Whether it began with one, or the like.
        last: The question before it.
        about: What that was about.
        segmenter: Cuts questions into words.
        alike: Compares words by meaning; by their form alone if None.
    """
    brief = _brief(fold(question), fold(last), segmenter)
    match = _CONTINUES.fullmatch(brief) if goes_on or _CLOSED.search(brief) else None
    if not match and _EDITION.search(last) and _CHANGED.fullmatch(brief):
        return [_EDITION.sub("新版", last, count=1)]
    also = _ALSO.fullmatch(brief)
    match = match or also
    new = question[slice(*match.span("new"))] if match else ""
    if not new or _asks(new) or len(segmenter.tagged(new)) > _LONGEST:
        return []
    if new in ATTRIBUTES:
        return [f"{about}的{new}"]
    above = under[0] if (under := UNDER.match(last)) else ""
    last = last[len(above) :]
    if also:
        return [above + put(last, 0, 0, new)]
    about = topic(last, segmenter) or about
    return [above + text for text in _substituted(new, last, about, segmenter, alike)]


def _brief(question: str, last: str, segmenter: Segmenter) -> str:
    """A question without what it asks a second time as the last one did: o1 呢，差多少."""
    again = _AGAIN.search(question)
    if not again or sum(map(len, phrases(again["rest"], segmenter))) > _OWN:
        return question
    asked = asking(again["rest"])
    same = _TOO.match(again["rest"]) or asked in ("", asking(last))
    return question[: again.start()] if same else question


def _asks(text: str) -> bool:
    return holds_asking(text) or question_kind(text) != "other" or bool(_ASKS.search(text))


def _substituted(
    new: str, last: str, about: str, segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question with the new words in the place of those most like them."""
    who = _WHO.search(fold(last)) if _ONE.fullmatch(fold(new)) else None
    if who and len(fold(last)) == len(last):
        return [put(last, *who.span(), new)]
    scored = [
        (_likeness(new, unit, alike) + _SORT * same_sort(new, unit, segmenter), unit)
        for unit in units(last, segmenter)
    ]
    score, unit = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    head = about.split("的", 1)[0]  # 红茶 of 红茶的产量
    named = new.removesuffix("的").rstrip()  # 那 o3 的呢
    if named and segmenter.tagged(fold(named))[-1][1] in NOUNS:
        new = named
    if score >= _SAME:
        return [_replaced(last, _with_owner(unit, new, last, segmenter), new)]
    other = _replaced(last, _with_owner(head, new, last, segmenter), new)
    alone = _is_name(new, segmenter) and _is_name(head, segmenter)
    return [other] if alone else [other, put(last, 0, 0, new)]


def _replaced(text: str, old: str, new: str) -> str:
    """A text with one name for another, and no 的 twice."""
    owned = new.endswith("的") and f"{old}的" in text
    return text.replace(old, new.removesuffix("的") if owned else new, 1)


def _is_name(text: str, segmenter: Segmenter) -> bool:
    """Whether the dictionary takes a text for a name, or does not know it."""
    words = segmenter.tagged(fold(text))
    proper = any(tag in _PROPER for _, tag in words)
    return proper or (len(words) > 1 and all(len(word) == 1 for word, _ in words))


def _with_owner(name: str, new: str, text: str, segmenter: Segmenter) -> str:
    """A name as 甲的乙 where it stands so in a text and 丙的丁 takes its place."""
    if "的" not in new[:-1]:
        return name
    owned = re.search(rf"[^，,。：？?\s的]{{1,8}}的{re.escape(name)}", text)
    wholes = (phrase for phrase in phrases(text, segmenter) if name in phrase and "的" in phrase)
    return owned[0] if owned else next(wholes, name)


def put(question: str, start: int, end: int, name: str) -> str:
    """A question with a name in the place of some of its words, or between them."""
    rest = question[end:]
    gap = " " if name[-1:].isascii() and rest[:1].isalnum() and rest[:1].isascii() else ""
    return f"{question[:start]}{name}{gap}{rest}"


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
