"""The structure of a document as lists: of items, of headings, of numbered sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.records import Hit, Passage
from rag.features import Candidate, candidates_of
from rag.numerals import NUMERAL, number_of

_HASHES = re.compile(r"#{1,6}(?=[ \t])")
_LEADS = re.compile(r"[：:]$|如下[。.]?$")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_COUNTED = re.compile(
    rf"(?:第({NUMERAL})(?!\s*[天日年月章节季届次场名])|([一二三四五六七八九十])[是、，]|([{_STEMS}])、)"
)
_COUNTED_OUT = re.compile(rf"(\D{{1,6}}?)\s*{NUMERAL}\s*[：:、.\s]")
_LABELLED = re.compile(rf"((?!第)[^\W\d]{{1,4}}?)({NUMERAL})[：:](?!(?<=\d[：:])\d\d(?!\d))")
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
_HEADING = 20
_SAME_WORDS, _TITLE_LINES = 4, 3
_MARK = re.compile(r"(?:(?:part|no)\.?\s*)?(\d{1,2}|[一二三四五六七八九十]{1,2})", re.I)


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
    yield from _labelled_sentences(lines)
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
    """Sentences that begin with 第一, 第二, … or 甲、, 乙、, …, and the one before the first."""
    items: list[Candidate] = []
    lead: Candidate | None = None
    for number, line in enumerate(lines):
        match = _COUNTED.match(line.candidate.text)
        count = _count(match) if match else None
        if line.level or count == 1 or (count and count != len(items) + 1):
            if len(items) > 1:
                yield Listing(lead, tuple(items), tuple(name_of(item.text) for item in items))
            items, lead = [], None
        if count == len(items) + 1 and not line.level:
            lead = lines[number - 1].candidate if count == 1 and number else lead
            items.append(line.candidate)
    if len(items) > 1:
        yield Listing(lead, tuple(items), tuple(name_of(item.text) for item in items))


def _count(match: re.Match[str]) -> int | None:
    stem = match.group(3)
    return _STEMS.index(stem) + 1 if stem else number_of(match.group(1) or match.group(2))


def _labelled_sentences(lines: Sequence[Line]) -> Iterator[Listing]:
    """Sentences that begin with a word and its number: 方案一：…, further on 方案二：…."""
    series: dict[str, list[Candidate]] = {}
    for line in lines:
        if line.level:
            yield from _labelled(series)
            series = {}
        elif match := _LABELLED.match(line.candidate.text):
            items = series.setdefault(match.group(1), [])
            number = number_of(match.group(2))
            if number == 1 and items:
                yield from _labelled({"": items})
                items.clear()
            if number == len(items) + 1:
                items.append(line.candidate)
    yield from _labelled(series)


def _labelled(series: Mapping[str, Sequence[Candidate]]) -> Iterator[Listing]:
    for items in series.values():
        if len(items) > 1:
            yield Listing(None, tuple(items), tuple(name_of(item.text) for item in items))


def name_of(text: str) -> str:
    """What an item is called: what stands before its first colon or stop, without its number."""
    plain = _PREFIX.sub("", " ".join(text.split())).lstrip("★☆✓√· ")
    return _short(_NAME_ENDS.split(plain, maxsplit=1)[0], plain)


def label_of(text: str) -> str:
    """The word that counts out what a text begins: 方案 of 方案一：…; empty if none does."""
    return match[1] if (match := _COUNTED_OUT.match(text)) else ""


def heading_name(text: str) -> str:
    """What a heading says, without its number."""
    plain = _PREFIX.sub("", " ".join(text.split()))
    return _short(plain, plain)


def _short(name: str, plain: str) -> str:
    bare = name.strip("*_ ")
    if quoted := _QUOTED.fullmatch(bare):
        bare = quoted.group(1)
    return bare if 0 < len(bare) <= _LONGEST_NAME else plain[:_LONGEST_NAME]
