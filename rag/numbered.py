"""Questions for what a number names: 第七天发布了什么."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from corpus.normalize import fold
from corpus.records import Passage
from rag.evidence import Evidence
from rag.features import Candidate
from rag.numerals import ordinals
from rag.outline import lines_of
from rag.query import Query

_WHAT = re.compile(r"什么|啥|哪些|内容|主题|\bwhat\b")
_LOOKED_AT = 30  # sentences
_SAYS_LITTLE = 6  # characters beside the date and the number
_DATES = re.compile(r"\d+\s*[年月日号]|第\s*\w{1,4}?[天日章节步讲课期]|[\W_]+")


def find_numbered(
    query: Query, evidence: Evidence, passages_of: Callable[[str], Sequence[Passage]]
) -> tuple[Candidate, ...]:
    """What the documents put under the number that a question asks about; empty if nothing.

    Under a heading that carries it, the heading and the best sentence of its section; otherwise
    the best sentence with it, and the one behind it if it says nothing but the number.

    Args:
        query: The question.
        evidence: The sentences of the best passages, weighed.
        passages_of: All passages of a document by its id.
    """
    wanted = ordinals(fold(query.text))
    if len(wanted) != 1 or not _WHAT.search(fold(query.text)):
        return ()
    for number in evidence.order[:_LOOKED_AT]:
        item = evidence.candidates[number]
        if wanted <= ordinals(fold(item.text)):
            return (item, *_behind(item, evidence, passages_of))
    return ()


def _behind(
    item: Candidate, evidence: Evidence, passages_of: Callable[[str], Sequence[Passage]]
) -> tuple[Candidate, ...]:
    if not item.is_heading and len(_DATES.sub("", item.text)) > _SAYS_LITTLE:
        return ()
    lines = lines_of(passages_of(item.hit.passage.document_id))
    places = [line.candidate.start for line in lines]
    if item.start not in places:
        return ()
    place = places.index(item.start)
    level = lines[place].level
    if not level:
        return tuple(line.candidate for line in lines[place + 1 : place + 2] if not line.level)
    section = []
    for line in lines[place + 1 :]:
        if line.level and line.level <= level:
            break
        section.append(line.candidate)
    ranks = {evidence.candidates[n].start: rank for rank, n in enumerate(evidence.order)}
    prose = [line for line in section if not line.is_heading]
    return tuple(sorted(prose, key=lambda line: ranks.get(line.start, len(ranks)))[:1])
