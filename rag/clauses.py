"""Questions of several clauses that each ask: every one completed from those before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.segment import Segmenter
from index.asked import content_terms
from rag.asking import ANSWER, Part, as_question, asks_something
from rag.dialogue import points_back, readings
from rag.phrases import named, names_in, topic

_ENDS = re.compile(r"(?<=[？?；;，,。])")
_JOINTS = re.compile(r"(?<=、)|(?<=\S)(?=以及|还有)")
_LEAD = re.compile(r".*(?:[：。？！?!]|:(?!\d))\s*(?=\S)", re.DOTALL)
_ADDS = re.compile(
    r"^\s*(?:那么?(?![个些种款年天篇台家位座本部场条里儿边次批份])|而|并且|以及|另外|还有|同时|又|and)?\s*|又(?=[是有说在叫])|还(?=[有说在叫])|则(?=是)"
)
_ALSO = re.compile(r"\s*(?:另外|还有|以及|再(?:加上|就是))(?=\S{2})")
_BIDS = re.compile(
    r"\s*(?:请|麻烦|帮我|都|也|一起|一并|分别)*(?:告诉|列|说|讲|查|回答|介绍|谢)\S{0,5}"
)
_SAYS = re.compile(r"(?P<who>\S.{0,16}?)(?:又|则|却|又是)?(?:怎么|如何|怎样)[说写讲记提](?:的|呢)?")
_WHO = re.compile(r"谁|哪位|哪个人|什么人")
_THAT_PERSON = re.compile(
    r"(?:这|那|此|该)(?:个|位)?人(?![类员工])|(?<![其吉])[他她](?!们|人)|这位(?!.{0,3}的)"
)
_WHERE = re.compile(r"哪[里儿]|什么地方|哪一?[个座家]?[\u4e00-\u9fff]{0,3}[站店馆城市镇村县省国校]")
_THERE = re.compile(r"[那这][里儿](?!的?(?:说|写|提))")
_IT = re.compile("它(?!们)")
_WHICH = re.compile(r"(?:哪一?[个款种家台]|什么(?!时候|样|都|地方|意思|原因))([\u4e00-\u9fff]{2})")
_NUMBERED = re.compile(r"[几哪]号")
_OWN = re.compile(r"[我你咱您]")
_LINKS = re.compile(r"[和跟与比被把]")
_SAME = re.compile(r"同一?[个项场款种类届家位本次门]\S?|相同的?")
_MOST = 4
_TELLING = 3  # words
_NAMES = 3


def clauses_of(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    """The clauses of a question that ask, if several do; else empty.

    One that asks nothing goes with the next. What a later one leaves out is in those before it.
    """
    clauses = _asking(question)
    if not 2 <= len(clauses) <= _MOST:
        return ()
    if said := _said_of(clauses):
        return said
    first = clauses[0]
    own = _LEAD.sub("", first)
    parts = [Part("", first, others=(own,) if own != first else ())]
    for before, clause in pairwise(clauses):
        plain = _plain(clause)
        parts.append(replace(_completed(plain, first, segmenter), after=_pointing(before, plain)))
    return tuple(parts)


def _asking(question: str) -> list[str]:
    """The clauses that ask, each with those before it that do not; empty if any is left over."""
    clauses: list[str] = []
    lead = ""
    pieces = list(_pieces(question))
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if asks_something(piece):
            clauses.append(f"{lead}{piece}".strip(" ，,；;、"))
            lead = ""
        elif clauses and last and not lead and _ALSO.match(piece):
            clauses.append(as_question(_ALSO.sub("", piece).strip()))
        else:
            lead += piece
    left = lead.strip()
    return clauses if len(left) < 2 or _BIDS.fullmatch(left.strip("？?。！! ")) else []


def _pieces(question: str) -> Iterator[str]:
    for piece in _ENDS.split(question):
        joined = _JOINTS.split(piece)
        yield from joined if all(map(asks_something, joined)) else (piece,)


def _plain(clause: str) -> str:
    return _ADDS.sub("", clause)


def _said_of(clauses: Sequence[str]) -> tuple[Part, ...]:
    """What is asked first, as it is asked of each of those that say it; empty if of none.

    每月免费多久？甲怎么说，乙又怎么写 asks of 甲 and of 乙.
    """
    first, *later = clauses
    said = [_SAYS.fullmatch(_plain(clause).strip("？?。 ")) for clause in later]
    who = [match["who"].strip(" ，,的") for match in said if match]
    if len(who) < 2 or len(who) < len(later):
        return ()
    return tuple(Part("", f"{name}说，{first}") for name in who)


def _pointing(before: str, plain: str) -> str:
    """A clause with :data:`ANSWER` for what it calls the answer of the one before; else empty.

    谁主讲的，这个人哪天离职 asks when that one left; 支持哪个模型？这个模型多少钱, what that costs.
    """
    if _WHO.search(before):
        return _THAT_PERSON.sub(ANSWER, plain, count=1) if _THAT_PERSON.search(plain) else ""
    if _WHERE.search(before) and _THERE.search(plain):
        return _THERE.sub(ANSWER, plain, count=1)
    noun = _WHICH.search(before)
    again = re.search(rf"[这那该此][个款种家台]?{noun.group(1)}", plain) if noun else None
    if noun and again is None and re.search(rf"哪一?[个款种家台]{noun.group(1)}", plain):
        again = _IT.search(plain)  # 用的是哪个模型？后来哪个模型取代了它
    if _NUMBERED.search(before):
        again = _IT.search(plain)
    return f"{plain[: again.start()]}{ANSWER}{plain[again.end() :]}" if again else ""


def _completed(plain: str, first: str, segmenter: Segmenter) -> Part:
    """A clause as a question: with what the first is about, as it is, or with a name of that."""
    about, points = topic(first, segmenter), points_back(plain, segmenter)
    if meant := readings(plain, [first], segmenter):
        text = meant[0].text
    elif about and not _names_something(plain, segmenter):
        # 没用完能留到下个月吗 names nothing that it could be about.
        if not any(tag in ("n", "vn", "l", "nr") for _, tag in segmenter.tagged(plain)):
            others = [name for name in names_in(first) if name not in about]
            about = " ".join([about, *others])
        text = _with(about, plain)
    else:
        text = plain
    says = len(content_terms(segmenter.terms(plain)))
    texts = [text] if points or says < _TELLING or _LINKS.match(plain) else [text, plain]
    if _has_subject(plain, segmenter):
        texts.reverse()
    names = [name for name in names_in(first) if name not in plain]
    place = points or _span(_SAME, plain) or ((0, 0) if text != plain else None)
    if place:
        start, end = place
        texts += [f"{plain[:start]}{_with(name, plain[end:])}" for name in names[:_NAMES]]
    likeliest, *others = dict.fromkeys(texts)
    return Part("", likeliest, others=tuple(others))


def _has_subject(text: str, segmenter: Segmenter) -> bool:
    """Whether a clause begins with what it is about, which is no time: 出版社哪天收到."""
    tags = [tag for _, tag in segmenter.tagged(text)[:1]]
    own = bool(named(text, segmenter, at_end=False)) and tags[0] not in ("t", "m")
    return bool(_OWN.match(text)) or own


def _span(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    match = pattern.search(text)
    return match.span() if match else None


def _with(name: str, plain: str) -> str:
    gap = " " if name[-1:].isascii() and name[-1:].isalnum() else ""
    return f"{name}{gap}{plain}"


def _names_something(text: str, segmenter: Segmenter) -> bool:
    return bool(re.search(r"[A-Za-z]{2}|[A-Za-z]\d|《|“", text)) or any(
        tag in ("ns", "nt", "nz", "eng") for _, tag in segmenter.tagged(text)
    )
