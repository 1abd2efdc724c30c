"""The structure of a document as lists: of items, of headings, of numbered sentences, of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.normalize import fold
from corpus.records import Hit, Passage
from rag.features import Candidate, candidates_of
from rag.numerals import NUMERAL, asked_count, number_of

_HASHES = re.compile(r"#{1,6}(?=[ \t])")
_LEADS = re.compile(r"[：:]$|如下[。.]?$")
_COUNTED = re.compile(
    rf"(?:第({NUMERAL})(?!\s*[天日年月章节季届次场名])|([一二三四五六七八九十])[是、，])"
)
_COUNTED_OUT = re.compile(rf"(\D{{1,6}}?)\s*{NUMERAL}\s*[：:、.\s]")
_NO_NAME = re.compile(r"[把让将被的不没谁哪要会能]|只好|如果")
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
_QUOTED = re.compile(r"“([^“”]+)”")
_NAME_ENDS = re.compile(r"[：:；;。！？!?，,]|——|→")
_PREFIX = re.compile(
    rf"^(?:第{NUMERAL}[^\s，、：:]{{0,3}}[，、：:\s]+|第{NUMERAL}[^\s，、：:]{{0,3}}是"
    rf"|[^\s，、：:]{{0,4}}{NUMERAL}[：:]\s*|(?:[Dd]ay|[Cc]hapter|[Pp]art|[Ss]tep)\s*\d+[：:.]?\s*"
    rf"|{NUMERAL}[、.．)）]\s*|[甲乙丙丁戊己庚辛壬癸]、)"
)
_FRAME = re.compile(
    r"[【\[]?(?:写在(?:最后|前面|后面)|[结前引序后]言|结[语论]|结束语|引子|总结|小结|后记|参考(?:文献|资料)|附录|致谢|往期)"
)
_LONGEST_NAME = 40
_LONGEST_PART = 16  # of what a sentence names beside others
_HEADING = 20
_SAME_WORDS = 4
_TITLE_LINES = 3
_MARK = re.compile(r"(?:(?:part|no)\.?\s*)?(\d{1,2}|[一二三四五六七八九十]{1,2})", re.I)
_CLAUSES = 3  # that semicolons part: two are often but opposed


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a document; ``level`` is 1–6 of a heading, 0 otherwise."""

    candidate: Candidate
    level: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things a document puts side by side.

    Attributes:
        lead: What introduces them: a sentence with a colon, or a heading; None without one.
        items: The sentences that name them, in order; one sentence if it names them all.
        names: The name of each.
        divides: Whether the items are the headings of a whole document.
    """

    lead: Candidate | None
    items: tuple[Candidate, ...]
    names: tuple[str, ...]
    divides: bool = False


def without_closing(listing: Listing) -> Listing:
    """A list of headings without those that only close a text (写在最后) or open it (前言)."""
    kept = [number for number, name in enumerate(listing.names) if not _FRAME.match(name)]
    if len(kept) < 2 or len(kept) == len(listing.names) or not listing.items[0].is_heading:
        return listing
    items = tuple(listing.items[number] for number in kept)
    names = tuple(listing.names[number] for number in kept)
    return Listing(listing.lead, items, names, listing.divides)


def lines_of(passages: Sequence[Passage]) -> list[Line]:
    """All sentences of a document, in order, each once."""
    candidates = candidates_of([Hit(1, passage, 0.0) for passage in passages])
    return [Line(item, _level(item)) for item in candidates]


def _level(item: Candidate) -> int:
    if not item.is_heading:
        return 0
    passage = item.hit.passage
    line = passage.text.rfind("\n", 0, item.start - passage.start) + 1
    hashes = _HASHES.match(passage.text, line)
    return len(hashes.group()) if hashes else 0


def listings(lines: Sequence[Line]) -> Iterator[Listing]:
    """Every list of a document that spans several sentences."""
    yield from _runs_of_items(lines)
    yield from _headings_below(lines)
    yield from _numbered_sentences(lines)
    yield from _marked_sections(lines)


def _runs_of_items(lines: Sequence[Line]) -> Iterator[Listing]:
    """Items next to each other, with the sentence or heading before them."""
    for in_list, run in groupby(
        range(len(lines)), lambda n: lines[n].candidate.is_item or lines[n].candidate.follows_item
    ):
        numbers = list(run)
        items = [lines[n].candidate for n in numbers if lines[n].candidate.is_item]
        if in_list and len(items) > 1:
            before = lines[numbers[0] - 1] if numbers[0] else None
            leads = before and (before.level or _leads_in(before.candidate.text))
            lead = before.candidate if before and leads else _heading_above(lines, numbers[0])
            yield Listing(lead, tuple(items), tuple(name_of(item.text) for item in items))


def _leads_in(text: str) -> bool:
    """Whether a line introduces what follows: with a colon or 如下, or like a heading."""
    line = text.rstrip()
    return bool(_LEADS.search(line)) or (len(line) <= _HEADING and line[-1:] not in "。！？；!?;…")


def _heading_above(lines: Sequence[Line], number: int) -> Candidate | None:
    return next((line.candidate for line in reversed(lines[:number]) if line.level), None)


def _headings_below(lines: Sequence[Line]) -> Iterator[Listing]:
    """The headings one level below each heading, or of the whole document."""
    heads = [(number, line) for number, line in enumerate(lines) if line.level]
    for place in range(-1, len(heads)):
        level = heads[place][1].level if place >= 0 else 0
        below = []
        for _, line in heads[place + 1 :]:
            if line.level <= level:
                break
            below.append(line)
        top = min((line.level for line in below), default=0)
        items = [line.candidate for line in below if line.level == top]
        lead = heads[place][1].candidate if place >= 0 else None
        for run in ([tuple(items)] if len(items) > 1 else []) + _series(items):
            names = tuple(heading_name(item.text) for item in run)
            yield Listing(lead, run, names, lead is None)


def _series(items: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    """Headings among others that are counted out in one word, or begin with the same words.

    影响一, 影响二, …; or 缺的是钱, 缺的是人, ….
    """
    counted: dict[str, list[Candidate]] = {}
    alike: dict[str, list[Candidate]] = {}
    for item in items:
        if match := _COUNTED_OUT.match(item.text):
            counted.setdefault(match.group(1), []).append(item)
        alike.setdefault(heading_name(item.text)[:_SAME_WORDS], []).append(item)
    runs = [*counted.values(), *(run for run in alike.values() if len(run) > 2)]
    return [tuple(run) for run in runs if 1 < len(run) < len(items)]


def _marked_sections(lines: Sequence[Line]) -> Iterator[Listing]:
    """What stands, as a line of its own, below lines that are but a number: 01, 02, …."""
    items: list[Candidate] = []
    for number, line in enumerate(lines):
        mark = _MARK.fullmatch(line.candidate.text.strip())
        if mark is None or number_of(mark.group(1).lstrip("0")) != len(items) + 1:
            continue
        if title := _title(lines[number + 1 : number + 1 + _TITLE_LINES]):
            items.append(title)
    if len(items) > 1:
        yield Listing(None, tuple(items), tuple(heading_name(item.text) for item in items), True)


def _title(lines: Sequence[Line]) -> Candidate | None:
    """The lines, up to the first that ends with no comma, as one; None if that is no title."""
    first = lines[0].candidate if lines else None
    for line in lines:
        item, text = line.candidate, line.candidate.text.rstrip()
        if first is None or item.hit is not first.hit or len(text) > _LONGEST_NAME:
            return None
        if not text.endswith(("，", ",")):
            passage = item.hit.passage
            whole = passage.text[first.start - passage.start : item.end - passage.start]
            titled = not text.endswith(("。", "；", "：", ":", ";"))
            return replace(first, text=whole, end=item.end) if titled else None
    return None


def _numbered_sentences(lines: Sequence[Line]) -> Iterator[Listing]:
    """Sentences that begin with 第一, 第二, …, with the sentence before the first."""
    items: list[Candidate] = []
    lead: Candidate | None = None
    for number, line in enumerate(lines):
        match = _COUNTED.match(line.candidate.text)
        count = number_of(match.group(1) or match.group(2)) if match else None
        if line.level or count == 1 or (count and count != len(items) + 1):
            if len(items) > 1:
                yield Listing(lead, tuple(items), tuple(name_of(item.text) for item in items))
            items, lead = [], None
        if count == len(items) + 1 and not line.level:
            lead = lines[number - 1].candidate if count == 1 and number else lead
            items.append(line.candidate)
    if len(items) > 1:
        yield Listing(lead, tuple(items), tuple(name_of(item.text) for item in items))


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
    short = before is not None and len(before.text) <= _HEADING
    return Listing(before if counts and short else None, (item,), tuple(best))


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
        found = found if len(found) >= _CLAUSES else []
    return [name for part in found if (name := part.strip("，,；;。 \n"))]


def name_of(text: str) -> str:
    """What an item is called: what stands before its first colon or stop, without its number."""
    plain = _PREFIX.sub("", " ".join(text.split())).lstrip("★☆✓√· ")
    return _short(_NAME_ENDS.split(plain, maxsplit=1)[0], plain)


def heading_name(text: str) -> str:
    """What a heading says, without its number."""
    plain = _PREFIX.sub("", " ".join(text.split()))
    return _short(plain, plain)


def _short(name: str, plain: str) -> str:
    bare = name.strip("*_ ")
    if quoted := _QUOTED.fullmatch(bare):
        bare = quoted.group(1)
    return bare if 0 < len(bare) <= _LONGEST_NAME else plain[:_LONGEST_NAME]
