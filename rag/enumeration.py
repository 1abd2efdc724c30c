"""What one sentence names side by side: 甲、乙和丙, or clauses that are counted out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, islice

from corpus.normalize import fold
from rag.features import Candidate
from rag.numerals import NUMERAL, asked_count, number_of
from rag.outline import Listing

_UNITS = "个家户位名人件种类款项座所台辆艘条只头棵间套本份篇幅张"
_ENUMERATED = re.compile(
    r"(?:[^、，。；：:！？,;|｜（）()\s][^、，。；：:！？,;|｜]{0,23}、)+[^、，。；：:！？,;|｜]{1,40}"
)
_CLAUSE = re.compile(
    r"(?:(?<=[：:，,；;])|^)\s*([一二三四五六七八九])[是要、，]?(?=[^\d\s月日号年周天个点时分秒季条项种类级家名位人次届期线等楼层班组室车部队般旦直起切共手流代])"
)
_COLON = re.compile(r"(?<!\d)[：:]|[：:](?!\d)")
_LEADS_IN = re.compile(rf"{_COLON.pattern}|——")
_LAST = re.compile(r"\s*(?:以及|和|与|及|或者?|、|\band\b)\s*")
_OPENS = re.compile(
    r".*(?:包括|包含|分别是|分别为|分为|例如|比如|(?:(?<![国所私公])有|是|为|用于?|在)(?!的)|可选|支[持援]|推出|公布|发布|涵盖|涉及|覆盖|加上)\s*"
)
_TAIL = re.compile(r"(?:等等?|之类|在内).*$|[一二三四五六七八九十两\d]+[个项种款类家点样]$")
_SUM = re.compile(rf"(?<=\S)\s*({NUMERAL})[{_UNITS}]\S+$")
_COUNTED = re.compile(rf"[”」》]?等?\s*({NUMERAL})\s*[{_UNITS}](\w{{2}})")
_RULE = re.compile(rf"[“「《]({NUMERAL})[^“”「」《》]{{1,8}}[”」》]\W*$")
_MORE = re.compile(r"^(?:以及|还有|或者?|其中|加上)(?:多数|部分|全部|所有)?\s*(?=.{2})")
_RANK = re.compile(r"(?:排名?|列|位?居)?第([一二三四五六七八九])$")
_RANK_FIRST = re.compile(r"\s*第([一二三四五六七八九])(?:则?是|为)(?=.)")
_ASIDE = re.compile(
    r"(?<=[，；]第[二三四五六七八九])[^，；、。]{1,8}，(?=是)"
)  # 第三你猜不到，是丙
_SHARE = re.compile(
    rf"\s*(?:其中|另外?有?|还有|以及|有|剩下)?\s*({NUMERAL})\s*([{_UNITS}])(?=.{{2}})"
    rf"(?<!个(?=月|[小钟][时头]|星期|礼拜|世纪|季度|学期))(?!\s*{NUMERAL}\s*[{_UNITS}口岁])"
)
_RANKED = re.compile(r"[^，。；：、\s]第一(?=[，、；])")
_NO_NAME = re.compile(r"[把让将被的不没谁哪要会能]|只好|如果")
_STOPS = 8  # colons of a sentence that are tried: each costs a look at all of it
_LONGEST_PART = 16  # of what a sentence names beside others
_CLAUSES = 3  # that semicolons part: two are often but opposed
_BRIEF = 20  # characters of a sentence that says but how many there are


def enumeration(item: Candidate, before: Candidate | None = None, least: int = 2) -> Listing | None:
    """What one sentence names side by side (A、B和C), if it names so many at least.

    The sentence before leads in if it says nothing but how many there are: 有三件事。
    """
    best = _ranked(item.text) or shared_out(item.text) or _clauses(item.text)
    best = max(best, side_by_side(item.text), key=len)
    if len(best) < least:
        return None
    counts = before and item.follows(before) and asked_count(fold(before.text)) == len(best)
    short = before is not None and len(before.text) <= _BRIEF
    return Listing(before if counts and short else None, (item,), tuple(best))


def side_by_side(text: str) -> list[str]:
    """The most names that a text tells side by side: A、B和C."""
    best: list[str] = []
    for match in _ENUMERATED.finditer(text):
        *first, last = _within_quotes(match.group()).split("、")
        parts = [*first, *_LAST.split(last, maxsplit=1)]
        parts[0] = _OPENS.sub("", parts[0]) or parts[0]
        parts[-1] = _without_sum(parts[-1], len(parts))
        names = [_TAIL.sub("", part).strip("“”「」《》 ") for part in parts]
        names = [_MORE.sub("", name) for name in _up_to_of(names)]
        names = [name for name in names if name and number_of(name) is None]
        things = not any(len(n) > _LONGEST_PART or _NO_NAME.match(n) for n in names)
        if things and len(names) > len(best):
            best = names
    return best


def noun_counted(listing: Listing) -> str | None:
    """How the noun begins in which a sentence counts its names: 情形 of 甲、乙和丙三种情形."""
    text, names = listing.items[0].text, listing.names
    found = _COUNTED.match(text, text.rfind(names[-1]) + len(names[-1]))
    return found[2] if found and number_of(found[1]) == len(names) else None


def _without_sum(last: str, count: int) -> str:
    """The last of some names without what sums them up: 丙 of 丙三种情形, if they are three."""
    found = _SUM.search(last)
    return last[: found.start()] if found and number_of(found[1]) == count else last


def _within_quotes(run: str) -> str:
    """What stands in the quotation marks that names side by side share: 甲、乙 of 按“甲、乙”记."""
    opens, closes = run.find("“", 0, run.find("、")), run.find("”", run.rfind("、"))
    shared = opens >= 0 and closes > 0 and not re.search("[“”]", run[opens + 1 : closes])
    return run[opens + 1 : closes] if shared else run


def is_ranking(text: str) -> bool:
    """Whether a text says what is first, second, …: 甲第一，乙第二."""
    return bool(_ranked(text))


def _ranked(text: str) -> list[str]:
    """Clauses that end with their places, the last of which may begin with it: 第三是丙."""
    if not _RANKED.search(text):
        return []
    clauses = re.split("[，；、]", _ASIDE.sub("", text.strip("。 \n")))
    ranks = [
        (number_of(match[1]), clause.replace(match[0], ""))
        for clause in clauses
        if (match := _RANK.search(clause) or _RANK_FIRST.match(clause))
    ]
    counted_out = [rank for rank, _ in ranks] == list(range(1, len(ranks) + 1))
    return [name for _, name in ranks] if len(ranks) > 1 and counted_out else []


def shared_out(text: str) -> list[str]:
    """Clauses side by side that count parts of one whole: 四家做茶，三家做瓷，一家做纸."""
    best: list[str] = []
    for unit, run in groupby(re.split("[，；：]", text.strip("。 \n")), _unit):
        clauses = [_MORE.sub("", clause) for clause in run]
        best = clauses if unit and len(clauses) >= max(_CLAUSES, len(best) + 1) else best
    return best


def total(clauses: Sequence[str]) -> int:
    """How many such clauses count together; 0 if any counts nothing."""
    counts = [number_of(match[1]) if (match := _SHARE.match(part)) else None for part in clauses]
    return sum(count for count in counts if count) if all(counts) else 0


def _unit(clause: str) -> str:
    match = _SHARE.match(clause)
    return match[2] if match else ""


def _as_many_as_said(text: str) -> list[str]:
    """The parts between commas if what leads in counts as many: 三条：不开，不看，不问."""
    for stop in islice(_LEADS_IN.finditer(text), _STOPS):
        parts = re.split("[，,、]", text[stop.end() :])
        if len(parts) >= _CLAUSES and _said(text[: stop.start()]) == len(parts):
            return [*parts[:-1], _MORE.sub("", parts[-1])]
    return []


def _said(lead: str) -> int | None:
    """How many what leads in counts, in the name of a rule too: “三不准”."""
    named = _RULE.search(lead)
    return number_of(named[1]) if named else asked_count(fold(lead))


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
        behind = _COLON.split(text, maxsplit=1)[-1]
        found = re.split("[；;]", behind)
        found = found if len(found) >= _CLAUSES else _as_many_as_said(text)
    return [name for part in found if (name := part.strip("，,；;。 \n"))]
