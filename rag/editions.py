"""Editions of one thing: which of them a question means.

Folders hold the rules of 2023 and those of 2025 side by side, in nearly the same words. A question
that tells which it means is answered from that one; one that does not is answered from all, and
what they contradict each other in is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from corpus.normalize import fold
from corpus.records import Hit, Passage

_KIND = r"(?:版|款|修订|规定|规矩|办法|制度|手册|标准|方案|条例|政策)"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR = re.compile(rf"(?<![\d.])(\d\d)(?:[版款]|年(?=的?(?:{_KIND}|那|这|[新旧老]规)))")
_EDITION_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d\d)年?的?(?:那一?|这一?)?{_KIND}")
_EVENT_YEAR = re.compile(
    r"(?:19|20)\d\d年(?:\d+月)?(?:以?[前后])?(?:入职|进|买|购|签|毕业|参加|办理)"
)
# Of what is revised nothing is named: 修订后, 办法调整后, but not 价格调整后.
_REVISED = (
    r"(?:^|(?<=[规定法度准册案例策版年\d\s，,（(]))(?:修订|调整|修改|更新|改版)(?:了|完)?(?:之|以)?"
)
_LATEST = re.compile(
    r"新版(?![权图面])|新规(?![划格模律则范])|新(?:办法|制度|手册|标准(?!化))|(?<!创)新方案"
    r"|新政(?![府治务协])|最新|现行|现在|目前|如今|眼下|当前"
    rf"|{_REVISED}后|\b(?:latest|newest|current(?:ly)?|now)\b"
)
_EARLIEST = re.compile(
    r"旧版|老版|旧规(?![划格模律则范])|老规|[旧老](?:办法|制度|手册|标准|方案)|原先|原来(?!的)|从前"
    r"|最初|初版|(?<![号日月年点时期天职一二三四五六])以前|过去的|^过去"
    rf"|{_REVISED}前|\b(?:old|previous|former) (?:rules?|versions?|polic(?:y|ies)|editions?)\b"
)
_SAID = re.compile(
    r"(?:按照?|依照?|根据)?(?:(?<!创)最?新|[旧老]|现行|(?:19|20)?\d\d年?的?(?:那一?|这一?)?)(?:修订)?"
    r"(?:版(?:本|(?![权面块式图]))|规(?:定|矩|(?![划模格范程律章则]))|办法|制度|政(?:策|(?![府治务协]))"
    r"|手册|标准(?!化)|方案)(?:的?规[定矩])?的?(?:里面?|中|下|上)?[，,、:：]?"
)
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*(?:\d|[版稿]|修订|试行|废止)[^）)\]】]*[）)\]】]")
_MARKS = re.compile(
    rf"\d+\s*(?:年度?|月)?|[\W_]|第?[一二三四五六七八九十]+(?=版|稿|期)|[新旧老](?={_KIND})"
    r"|修订|试行|暂行|征求意见|版|稿"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says about editions: years, the latest, the earliest; or nothing."""

    years: frozenset[int]
    latest: bool
    earliest: bool


def asked_edition(question: str) -> Asked:
    """Which edition a question means."""
    folded = fold(question)
    latest, earliest = bool(_LATEST.search(folded)), bool(_EARLIEST.search(folded))
    told = _EVENT_YEAR.sub(" ", folded)
    years = {int(year) for year in (_EDITION_YEAR if latest else _YEAR).findall(told)}
    years |= {2000 + int(year) for year in _SHORT_YEAR.findall(told)}
    return Asked(frozenset(years), latest, earliest)


def of_edition(question: str, hits: Sequence[Hit]) -> tuple[list[Hit], str]:
    """Hits without those from other editions than the one that a question means.

    Nothing is left out unless the edition meant is among them too.

    Args:
        question: As understood.
        hits: Passages, best first.

    Returns:
        The hits, and the question; where they are all of the edition meant, without the words for
        it: what tells of an edition as such would seem to answer otherwise.
    """
    asked = asked_edition(question)
    if asked.earliest and (asked.years or asked.latest):
        return list(hits), question  # several are meant
    if not (asked.years or asked.latest or asked.earliest):
        return list(hits), question
    editions = {hit.passage.document_id: _edition(hit.passage) for hit in hits}
    names = {hit.passage.document_id: _name(hit.passage) for hit in hits}
    dropped: set[str] = set()
    for one, (year, published) in editions.items():
        rivals = [editions[other] for other in editions if names[other] == names[one] != ""]
        if asked.years:
            meant = any(rival[0] in asked.years for rival in rivals)
            other_edition = year and year not in asked.years and meant
        elif asked.latest:
            other_edition = any((year, published) < rival for rival in rivals)
        else:
            other_edition = any((0, "") < rival < (year, published) for rival in rivals)
        if other_edition and (year or published):
            dropped.add(one)
    if not dropped:
        return list(hits), question
    kept = [hit for hit in hits if hit.passage.document_id not in dropped]
    rest = _SAID.sub("", question)
    asks = rest if any(map(str.isalnum, rest)) else question
    return [replace(hit, rank=rank) for rank, hit in enumerate(kept, 1)], asks


def _edition(passage: Passage) -> tuple[int, str]:
    """The year in the title or the name of the file, 0 without one, and when it was published."""
    years = _YEAR.findall(_title(passage))
    return (int(years[0]) if years else int(passage.published[:4] or 0)), passage.published


def _title(passage: Passage) -> str:
    return fold(f"{passage.title} {PurePosixPath(passage.source).stem}")


def _name(passage: Passage) -> str:
    """The title without what tells editions apart; what differs in more is no edition of it."""
    title = passage.title or PurePosixPath(passage.source).stem
    return _MARKS.sub("", _BRACKETS.sub("", fold(title)))
