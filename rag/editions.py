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

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<![\d.])(\d\d)(?:版|款|年)(?![以之]|的?工龄|[内后前起多来])(?<!满\d\d年)(?<!作\d\d年)"
)
_LATEST = re.compile(
    r"新版|新规|新办法|新制度|新政|新手册|新标准|新方案|最新|现行|现在|目前|如今|眼下|当前"
    r"|(?:修订|调整|修改|更新|改版|改)(?:了|完)?(?:之|以)?后|\b(?:latest|newest|current|now)\b"
)
_EARLIEST = re.compile(
    r"旧版|老版|旧规|老规|旧办法|旧制度|旧标准|旧方案|原先|原来|以前|过去|从前|最初|初版|老的?规矩"
    r"|(?:修订|调整|修改|更新|改版|改)(?:之|以)?前|\b(?:old|oldest|previous|former)\b"
)
_SAID = re.compile(
    r"(?:按照?|依照?|根据)?(?:最?新|[旧老]|现行|(?:19|20)?\d\d年?的?(?:那一?|这一?)?)(?:修订)?"
    r"(?:版本?|规[定矩]?|办法|制度|政策?|手册|标准|方案)(?:的?规[定矩])?的?(?:里面?|中|下|上)?[，,、:：]?"
)
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_MARKS = re.compile(
    r"[\d\W_]|第?[一二三四五六七八九十]+(?=版|稿|期)|修订|试行|暂行|征求意见|[新旧老年月版稿]"
)
_ALIKE = 0.5  # share of the pairs of characters of both titles that they have in common


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says about editions: years, the latest, the earliest; or nothing."""

    years: frozenset[int]
    latest: bool
    earliest: bool


def asked_edition(question: str) -> Asked:
    """Which edition a question means."""
    folded = fold(question)
    years = {int(year) for year in _YEAR.findall(folded)}
    years |= {2000 + int(year) for year in _SHORT_YEAR.findall(folded)}
    return Asked(frozenset(years), bool(_LATEST.search(folded)), bool(_EARLIEST.search(folded)))


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
    if not asked.years and asked.latest == asked.earliest:
        return list(hits), question
    editions = {hit.passage.document_id: _edition(hit.passage) for hit in hits}
    names = {hit.passage.document_id: _pairs(hit.passage) for hit in hits}
    dropped: set[str] = set()
    for one, (year, published) in editions.items():
        rivals = [
            editions[other]
            for other in editions
            if other != one and _alike(names[one], names[other])
        ]
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


def _pairs(passage: Passage) -> frozenset[str]:
    """Pairs of characters of the title, without what tells editions apart."""
    title = passage.title or PurePosixPath(passage.source).stem
    name = _MARKS.sub("", _BRACKETS.sub("", fold(title)))
    return frozenset(name[at : at + 2] for at in range(max(len(name) - 1, 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)
