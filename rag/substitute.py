"""The last question, asked of something else: its words that another takes the place of."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.phrases import NOUNS, phrases, units, words_of

Alike = Callable[[str, str], float]
"""How near two words are in meaning, in [-1, 1]."""

UNDER = re.compile(r"关于[^：]*：")
"""Stands before a question that was put under a topic."""

_ONE = re.compile("[那这][个位家].+的")  # 那个拍照的呢, after 谁
_WHO = re.compile("谁|哪一?[个位家]")
_SORTS = {"ns", "nr", "nt", "nz", "t", "m"}
_PROPER = ("nr", "ns", "nt", "nz", "nrt")
_ENDS_KIND = re.compile(r"[^\u4e00-\u9fff]|^[的是在有把对给和与]$")
_SAME = 0.5  # likeness from which one name takes the other's place
_KIND = 0.3  # for what another kind of the same is asked of
_SORT = 0.3  # for two places, two persons, two times


def substituted(
    new: str, last: str, about: str, segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question with the new words in the place of those most like them."""
    who = _WHO.search(fold(last)) if _ONE.fullmatch(fold(new)) else None
    if who and len(fold(last)) == len(last):
        return [put(last, *who.span(), new)]
    scored = [
        (_likeness(new, unit, alike) + _SORT * _same_sort(new, unit, segmenter), unit)
        for unit in units(last, segmenter)
    ]
    score, unit = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    head = about.split("的", 1)[0]  # 红茶 of 红茶的产量
    named = new.removesuffix("的").rstrip()  # 那 o3 的呢
    if named and segmenter.tagged(fold(named))[-1][1] in NOUNS:
        new = named
    if score >= _SAME:
        kinds = _with_kind(unit, new, last, segmenter)
        return [_replaced(last, _with_owner(one, new, last, segmenter), new) for one in kinds]
    other = _replaced(last, _with_owner(head, new, last, segmenter), new)
    alone = _is_name(new, segmenter) and _is_name(head, segmenter)
    return [other] if alone else [other, put(last, 0, 0, new)]


def _replaced(text: str, old: str, new: str) -> str:
    """A text with one name for another, and no 的 twice."""
    owned = new.endswith("的") and f"{old}的" in text
    return text.replace(old, new.removesuffix("的") if owned else new, 1)


def _with_kind(head: str, new: str, text: str, segmenter: Segmenter) -> list[str]:
    """A head word with what tells its kind, where another kind takes the place: 长续航版.

    Its first word may be the name of what is of that kind: 银杉智享版.
    """
    if len(head) >= len(new) or not new.endswith(head):
        return [head]
    words = words_of(text[: text.find(head)], segmenter)
    kind = list(takewhile(lambda pair: not _ENDS_KIND.search(pair[0]), words[::-1]))[::-1]
    opens = len(kind) == len(words)
    wholes = ["".join(word for word, _ in said) + head for said in (kind, kind[1:] * opens)]
    if opens and kind[1:] and len(kind[0][0]) > 1:  # a name rather than 长 of 长续航版
        wholes.reverse()
    return [whole for whole in dict.fromkeys(wholes) if whole in text] or [head]


def _same_sort(one: str, other: str, segmenter: Segmenter) -> bool:
    """Whether two words name things of one sort: places, persons, organisations, times."""
    sorts = [{tag for _, tag in words_of(text, segmenter)[-1:]} for text in (one, other)]
    return bool(sorts[0] & sorts[1] & _SORTS)


def _is_name(text: str, segmenter: Segmenter) -> bool:
    """Whether the dictionary takes a text for a name, or does not know it."""
    words = segmenter.tagged(fold(text))
    if len(words) == 1:
        return words[0][1] in _PROPER
    return all(len(word) == 1 for word, _ in words)


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
    form += _KIND * (len(other) < len(one) and one.endswith(other))
    form += 0.15 * (one.isascii() and any(map(str.isdigit, one)) == any(map(str.isdigit, other)))
    return form + (max(alike(new, unit), 0.0) if alike else 0.0)
