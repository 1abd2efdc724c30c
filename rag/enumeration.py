"""What one sentence names side by side: 甲、乙和丙, or clauses that are counted out."""

from __future__ import annotations

import re

from corpus.normalize import fold
from rag.features import Candidate
from rag.numerals import asked_count, number_of
from rag.outline import Listing

_ENUMERATED = re.compile(
    r"(?:[^、，。；：:！？,;|｜（）()\s][^、，。；：:！？,;|｜]{0,23}、)+[^、，。；：:！？,;|｜]{1,40}"
)
_CLAUSE = re.compile(
    r"(?:(?<=[：:，,；;])|^)\s*([一二三四五六七八九])[是要、，]?(?=[^\d\s月日号年周天个点时分秒季条项种类级家名位人次届期线等楼层班组室车部队般旦直起切共手流代])"
)
_LAST = re.compile(r"\s*(?:以及|和|与|及|或者?|、|\band\b)\s*")
_OPENS = re.compile(
    r".*(?:包括|包含|分别是|分别为|分为|例如|比如|(?:有|是|为|用|在)(?!的)|可选|支[持援]|推出|公布|发布|涵盖|涉及|覆盖|加上)\s*"
)
_TAIL = re.compile(r"(?:等等?|之类|在内).*$|[一二三四五六七八九十两\d]+[个项种款类家点样]$")
_MORE = re.compile(r"^(?:以及|或者?|其中|加上)(?:多数|部分|全部|所有)?\s*(?=.{2})")
_NO_NAME = re.compile(r"[把让将被的不没谁哪要会能]|只好|如果")
_LONGEST_PART = 16  # of what a sentence names beside others
_CLAUSES = 3  # that semicolons part: two are often but opposed
_BRIEF = 20  # characters of a sentence that says but how many there are


def enumeration(item: Candidate, before: Candidate | None = None, least: int = 2) -> Listing | None:
    """What one sentence names side by side (A、B和C), if it names so many at least.

    The sentence before leads in if it says nothing but how many there are: 有三件事。
    """
    best = _clauses(item.text)
    for match in _ENUMERATED.finditer(item.text):
        *first, last = match.group().split("、")
        parts = [*first, *_LAST.split(last, maxsplit=1)]
        parts[0] = _OPENS.sub("", parts[0]) or parts[0]
        names = [_TAIL.sub("", part).strip("“”「」《》 ") for part in parts]
        names = [_MORE.sub("", name) for name in _up_to_of(names)]
        names = [name for name in names if name and number_of(name) is None]
        things = not any(len(n) > _LONGEST_PART or _NO_NAME.match(n) for n in names)
        if things and len(names) > len(best):
            best = names
    if len(best) < least:
        return None
    counts = before and item.follows(before) and asked_count(fold(before.text)) == len(best)
    short = before is not None and len(before.text) <= _BRIEF
    return Listing(before if counts and short else None, (item,), tuple(best))


def _as_many_as_said(text: str, behind: str) -> list[str]:
    """The parts between commas if what leads in counts as many: 三条：不开，不看，不问."""
    parts = re.split("[，,、]", behind)
    lead = text[: len(text) - len(behind)]
    return parts if len(parts) >= _CLAUSES and asked_count(fold(lead)) == len(parts) else []


def _up_to_of(names: list[str]) -> list[str]:
    """The names up to the one that says of what they are: 甲, 乙 of 甲、乙的丙、丁."""
    place = next((number for number, name in enumerate(names) if "的" in name[1:-1]), 0)
    if not place or place + 1 == len(names):
        return names
    return [*names[:place], names[place].split("的")[0]]


def _clauses(text: str) -> list[str]:
    """Clauses side by side: 一不…，二不…，三要…, or what semicolons part, behind a colon if any."""
    counted = list(_CLAUSE.finditer(text))
    ones = [place for place, match in enumerate(counted) if match.group(1) == "一"]
    counted = counted[ones[-1] :] if ones else []
    numbers = [number_of(match.group(1)) for match in counted]
    if len(counted) > 1 and numbers == list(range(1, len(counted) + 1)):
        ends = [*(match.start() for match in counted[1:]), len(text)]
        found = [text[match.end() : end] for match, end in zip(counted, ends, strict=True)]
    else:
        behind = re.split(r"(?<!\d)[：:]|[：:](?!\d)", text, maxsplit=1)[-1]
        found = re.split("[；;]", behind)
        found = found if len(found) >= _CLAUSES else _as_many_as_said(text, behind)
    return [name for part in found if (name := part.strip("，,；;。 \n"))]
