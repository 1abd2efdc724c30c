"""Questions for what two sources each say of the same: 东楼哪天启用的？院报和总结各是哪天."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Passage
from corpus.titles import file_title
from index.query import parse_query
from rag.asking import Part, asks_something
from rag.columns import named
from rag.find import Desk
from rag.genres import NOUN
from rag.wanted import wanted

_NAME = "[^，,。；;？?！!、]"
_TOLD = "(?:的(?:说法|报道|口径|版本|规则|规定|文章)|(?:里|中|上)?所?(?:写|说|讲|报|记|给|登)的)"
_SIDES = re.compile(
    rf"(?P<before>.+?)[，,；;。？?！!]\s*(?P<one>{_NAME}{{2,16}}?)(?P<told>{_TOLD})?\s*(?:和|与|跟|同|、)\s*"
    rf"(?P<other>{_NAME}{{2,16}}?)(?P<tells>{_TOLD})?"
    r"(?:好像|似乎)?(?P<differ>不一样|对不上|不一致|不同|有出入)?吧?[，,？?]?\s*"
    r"(?:两[边处者份篇])?(?:各自?|分别)都?(?P<verb>[是写说讲报记给为]|怎么)(?:的是|了|的|成)?"
    r"(?P<rest>[^，,。；;]{0,12}?)(?:啊|呢|的)?[？?。]?"
)
_VIEW = "(?:说法|看法|观点|口径|报道|写法|结论)"
_BOTH_VIEWS = re.compile(
    rf"(?P<before>.+?)[，,；;。？?！!]\s*(?:麻烦|请|帮我|帮忙|我|想)*(?P<bids>(?:对比|比较|对照|比|对)一?下)?\s*"
    rf"(?P<one>{_NAME}{{2,16}}?)(?:(?:里面?|中)?的{_VIEW})?\s*(?:和|与|跟|同|、)\s*"
    rf"(?P<other>{_NAME}{{2,16}}?)(?P<two>两[家边处者份篇方])?(?:里面?|中)?的{_VIEW}"
    r"(?P<asks>我?想?(?:对|比|看|核对)一?下|(?:都|也)?(?:给|告诉)我|都(?:说说|列出来|要))?[？?。]?"
)
_SPOKEN = frozenset("写说讲报记")
_WRITING = re.compile(rf"[报稿]$|新闻|专栏|日志|{NOUN}")
_ITS_OWN = re.compile(
    r"自己$|[在于]会$|(?:在|于)?(?:会上|会议[上中里]|开会时|(?:接受)?采访[时中里])$|(?:那|这)(?:篇|份|边)(?:文章|稿子?|报道)?$|^(?:那|这)(?:篇|份)"
)
_DIFFER = re.compile(
    r"(?:说法|[写说讲报记给]的|数字?|口径|版本).{0,3}(?:不一[样致]?|对不上|不同|有出入|不[太大]一样)"
    r"|一个数.{1,10}一个数"
)
_CLAUSE = re.compile(r"[^，,。；;？?！!]+[，,。；;？?！!]*")
_MARKS = ("各", "分别", "法", "观点", "口径", "报道", "结论")
_TWO = 2
_OPENING = 200  # characters of a document that say whose it is
_FOUND = 10  # passages
_LEAST = 0.3  # of a name, which a document must hold
_CALLED = 0.01  # what a document counts more that is called so than one that tells of it


@dataclass(frozen=True, slots=True)
class Sides:
    """Two sources by their names, and what both are asked."""

    names: tuple[str, str]
    asked: str


def sides_of(question: str) -> Sides | None:
    """The two sources that a question asks the same of; None for another question.

    >>> sides_of("东楼哪天启用的？院报和年度总结的说法好像不一样，各是哪天")
    Sides(names=('院报', '年度总结'), asked='东楼哪天启用的')
    >>> sides_of("上市一天的订单，晚报和公关稿各写了多少台？")
    Sides(names=('晚报', '公关稿'), asked='上市一天的订单多少台')
    """
    if (both := _BOTH_VIEWS.fullmatch(question.strip())) and asks_something(both["before"]):
        bidden = both["bids"] or both["two"] or both["asks"]
        return Sides(_own_names(both), both["before"].rstrip("？?，, ")) if bidden else None
    found = _SIDES.fullmatch(question.strip())
    if found is None or not _tell(found):
        return None
    before, rest = found["before"].rstrip("？?，, "), found["rest"]
    if not asks_something(before):
        if not asks_something(rest):
            return None
        before += rest
    return Sides(_own_names(found), before)


def _own_names(found: re.Match[str]) -> tuple[str, str]:
    one, other = (_ITS_OWN.sub("", found[side]) or found[side] for side in ("one", "other"))
    return one, other


def _tell(sides: re.Match[str]) -> bool:
    """Whether the sides are what tells, and not what is told of: Plus 和 Pro 各是多少."""
    marked = sides["told"] or sides["tells"] or sides["differ"] or sides["verb"] in _SPOKEN
    return bool(marked or any(_WRITING.search(sides[name]) for name in ("one", "other")))


def sides_asked(desk: Desk, question: str, filters: Filters | None) -> tuple[Part, ...]:
    """What a question asks of each of two documents; empty if it names no two that tell of it.

    The documents are those found for the question whose names, or what they tell, are most like
    what the question calls them.
    """
    sides = _sides(question)
    return _by_names(desk, sides, filters) if sides else ()


def tellers_asked(
    desk: Desk, question: str, filters: Filters | None, *, is_named: bool
) -> tuple[Part, ...]:
    """What a question asks of two sources, asked of the two documents that answer it best.

    Empty for one that does not ask it of two, nor say that they differ, and if fewer answer.

    Args:
        desk: What it is answered with.
        question: As understood.
        filters: Conditions that the documents must meet.
        is_named: Whether it names one document, so that only what it says of others counts.
    """
    sides = None if is_named else _sides(question)
    asked = sides.asked if sides else _asked_of_several(question)
    return _by_what_they_tell(desk, asked, filters) if asked else ()


def _sides(question: str) -> Sides | None:
    return sides_of(question) if any(mark in question for mark in _MARKS) else None


def _asked_of_several(question: str) -> str:
    """What is asked before it is said that sources tell it differently; empty if that is not."""
    differ = _DIFFER.search(question)
    before = question[: differ.start()] if differ else ""
    return "".join(_CLAUSE.findall(before)[:-1] if asks_something(before) else ()).rstrip("，,？? ")


def _by_what_they_tell(desk: Desk, asked: str, filters: Filters | None) -> tuple[Part, ...]:
    """The same asked of the two documents that answer it best; empty if fewer do."""
    found = desk.retrieve(parse_query(asked), 0, filters)
    evidence, asked_for = desk.weigh(found.query, found.hits), wanted(asked)
    titles: dict[str, str] = {}
    for number in evidence.order:
        item = evidence.candidates[number]
        told = asked_for.is_in(item.text) if asked_for.decides else not item.is_question
        if told and not item.is_heading and len(titles) < _TWO:
            titles.setdefault(item.hit.passage.source, item.hit.passage.title)
    if len(titles) < _TWO:
        return ()
    if len(set(titles.values())) < _TWO:  # two of 会议纪要
        titles = {name: file_title(name) for name in titles}
    if len(set(titles.values())) < _TWO:
        titles = {name: name for name in titles}
    return tuple(Part(f"《{title}》", asked, source=name) for name, title in titles.items())


def _by_names(desk: Desk, sides: Sides, filters: Filters | None) -> tuple[Part, ...]:
    """What two sources are asked, by their names; empty if no two documents are called so."""
    told: dict[str, list[Passage]] = {}
    for text in (sides.asked, *(f"{name} {sides.asked}" for name in sides.names)):
        for hit in desk.retrieve(parse_query(text), _FOUND, filters).hits[:_FOUND]:
            told.setdefault(hit.passage.source, []).append(hit.passage)
    likeness = [_likeness(desk, name, told) for name in sides.names]
    pairs = (
        (likeness[0][one] + likeness[1][other], one, other)
        for one in told
        for other in told
        if one != other and min(likeness[0][one], likeness[1][other]) >= _LEAST
    )
    best = max(pairs, key=lambda pair: pair[0], default=None)
    if best is None:
        return ()
    return tuple(
        Part(name, sides.asked, source=source)
        for name, source in zip(sides.names, best[1:], strict=True)
    )


def _likeness(desk: Desk, name: str, told: Mapping[str, list[Passage]]) -> dict[str, float]:
    """How much of a name each document is called by, or else tells in the passages found."""
    found = {}
    for source, passages in told.items():
        opening = desk.searcher.passages(passages[0].document_id)[0]
        head = opening.text[:_OPENING]
        called = "\n".join((PurePosixPath(source).stem, opening.title, opening.author, head))
        text = "\n".join(passage.text for passage in passages)
        by_name, by_text = (named(name, fold(held)) for held in (called, text))
        found[source] = max(by_name, by_text) + _CALLED * by_name
    return found
