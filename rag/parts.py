"""Questions that ask several things: each part as a question of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.dialogue import readings
from rag.phrases import named, topic

_CLAUSES = re.compile(r"(?<=[？?；;，,。])")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+ -]*")
"""A name in Latin letters and figures."""

ANSWER = "\0"
"""Stands in a part for what answers the part before."""

_ASKS = re.compile(
    r"多少|几(?!乎|何|经)|什么|谁|哪|怎么|怎样|如何|为何|吗\W*$|何时|多[大长高远久快宽深重贵]"
    r"|\b(?:what|who|when|where|why|how|which)\b"
)
_ADDS = re.compile(
    r"^\s*(?:那么?|而|并且|以及|另外|还有|同时|又|and)?\s*|又(?=[是有说在叫])|还(?=[有说在叫])|则(?=是)"
)
_COMPARES = re.compile(
    r"分别|各自(?!的)|区别|不同|差别|差异|相比|对比|哪个更|谁更|vs|\b(?:differ|compare)"
)
_DIFFERENCE = re.compile(
    r"(?:之间)?(?:的|有|有着)?(?:什么|哪些|何|多大)?(?:主要|本质|明显)?的?(?:区别|不同|差别|差异|(?<=的)分别)(?:之处)?(?:是什么|在哪[里儿]?|有哪些|在于什么)?|相比\w*|哪个更\w*|谁更\w*"
)
_EACH = re.compile(r"分别|各自|都|两者|二者")
_SO_MANY = re.compile(  # 甲和乙两次故障
    r"\s*[这那]?(?P<count>[两二三四])(?:个人|[次个场款位篇份本家届轮项种人门科季条名起])(?!小时|星期|月)"
)
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4}
_OF = re.compile(r"[^的]{1,12}的[^的]{1,8}")
_EACH_ONE = re.compile("各(?!自)")
_DOES = frozenset(("v", "r", "d", "m", "p", "mq"))
_JOINED = re.compile(r"\s*(?:和|与|跟|同|、|以及|还是|对比|vs\.?|\band\b)\s*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
_UP_TO_BOTH = re.compile(r"[^的]{2,8}?(?=都|均|分别|各)")
_DATE = re.compile(r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|\d{4}\s*年")
_STOPS = re.compile(r"[，,；;。？?！!：:]")
_WHO = re.compile(r"谁|哪位|哪个人|什么人")
_THAT_PERSON = re.compile(
    r"(?:这|那|此|该)(?:个|位)?人(?![类员工])|(?<![其吉])[他她](?!们|人)|这位(?!.{0,3}的)"
)
_IT = re.compile("它(?!们)")
_WHICH = re.compile(r"(?:哪一?[个款种家台]|什么(?!时候|样|都|地方|意思|原因))([\u4e00-\u9fff]{2})")
_MOST = 4
_SHORT, _WHOLE = 12, 2  # characters
_LONGEST = 300  # characters; more than that is a pasted text


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked.

    Attributes:
        label: Names it among the others.
        text: Asks it alone.
        source: Of the only document that it is asked of; empty if of all.
        sure: Whether that document is meant for sure.
        after: The same, with :data:`ANSWER` for what answers the part before; empty if it does not
            point at that.
    """

    label: str
    text: str
    source: str = ""
    sure: bool = True
    after: str = ""


def parts_of(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    """The parts of a question that asks several things; empty for one that asks one.

    “o1 和 o3 分别多少钱” asks of each name; “A 多少钱，B 什么时候开门？” asks two things.
    """
    if len(question) > _LONGEST:
        return ()
    question = _marked(question, segmenter)
    return _compared(question, segmenter) or _clauses(question, segmenter)


def _marked(question: str, segmenter: Segmenter) -> str:
    """A question with 分别 for 各 where a verb or what asks follows: 各支持什么, not 各部门."""
    found = question
    for match in reversed(list(_EACH_ONE.finditer(question))):
        behind = segmenter.tagged(fold(question[match.end() :]))[:1]
        if behind and behind[0][1] in _DOES:
            found = f"{found[: match.start()]}分别{found[match.end() :]}"
    return found


def is_difference(question: str) -> bool:
    """Whether things are compared (区别, 不同) rather than asked about one after the other."""
    return bool(_DIFFERENCE.search(fold(question)))


def asks_something(text: str) -> bool:
    """Whether a text holds a word that asks."""
    return bool(_ASKS.search(fold(text)))


def _compared(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    marked = _COMPARES.search(fold(question))
    if not marked:
        return ()
    for joint in _JOINED.finditer(question):
        names, start, end = _names_around(question, joint.start(), segmenter)
        if 2 <= len(names) <= _MOST:
            before, after = question[:start], question[end:]
            together = _SO_MANY.match(after)
            if together and _COUNTS[together["count"]] == len(names):
                after = after[together.end() :]
            return tuple(Part(name, _alone(before, name, after)) for name in names)
    return ()


def _names_around(question: str, joint: int, segmenter: Segmenter) -> tuple[list[str], int, int]:
    """The names joined at a place, and the span that they take up."""
    left = max((m.end() for m in _STOPS.finditer(question[:joint])), default=0)
    stop = _STOPS.search(question, joint)
    right = stop.start() if stop else len(question)
    clause = question[left:right]
    marked = _COMPARES.search(fold(clause)) if len(fold(clause)) == len(clause) else None
    body = clause[: marked.start()] if marked and marked.start() > joint - left else clause
    pieces = _JOINED.split(body)
    if len(pieces) < 2:
        return [], 0, 0
    if len(pieces) == 2 and all(_OF.fullmatch(piece.strip()) for piece in pieces):
        start = left + body.index(pieces[0].strip())  # 甲的成本和乙的花费, each by itself
        return [piece.strip() for piece in pieces], start, left + len(body.rstrip())
    first = named(pieces[0], segmenter, at_end=True)
    if len(first) < len(pieces[0]) <= _SHORT and len(first) < _WHOLE:  # of a name cut to pieces
        first = pieces[0].strip()
    whole = _UP_TO_BOTH.match(pieces[-1])
    dated = _DATE.match(pieces[-1]) if _DATE.fullmatch(first) else None
    last = dated.group() if dated else named(pieces[-1], segmenter, at_end=False)
    if whole and len(last) < _WHOLE:
        last = whole.group().strip()
    if NAME.fullmatch(first) and (name := NAME.match(pieces[-1].lstrip())):
        last = name.group().strip()
    if first[-1:] and pieces[-1].startswith(f"{last}{first[-1]}"):  # A款和B款
        last += first[-1]
    # 甲和乙的价格: what is asked of both stands behind the last.
    if "的" in last and "的" not in first:
        last = last.split("的", 1)[0].rstrip()
    together = _SO_MANY.search(last)
    if together and together.start() and _COUNTS[together["count"]] == len(pieces):
        last = last[: together.start()]
    names = [first, *(piece.strip() for piece in pieces[1:-1]), last]
    if not all(names) or len(set(names)) < len(names):
        return [], 0, 0
    start = left + body.index(pieces[0]) + pieces[0].rindex(first)
    end = left + body.rindex(pieces[-1]) + pieces[-1].index(last) + len(last)
    return names, start, end


def _alone(before: str, name: str, after: str) -> str:
    rest = _EACH.sub("", _DIFFERENCE.sub("", after), count=2)
    text = f"{before}{name}{rest}".strip(" ，,")
    return text if asks_something(text) else f"{text.rstrip('？?。 ')}是什么？"


def _clauses(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    """Clauses that each ask; one that asks nothing goes with the next."""
    clauses: list[str] = []
    open_clause = ""
    for piece in _CLAUSES.split(question):
        open_clause += piece
        if asks_something(piece):
            clauses.append(open_clause.strip(" ，,；;"))
            open_clause = ""
    if not 2 <= len(clauses) <= _MOST or len(open_clause.strip()) > 1:
        return ()
    alone = _standing_alone(clauses, segmenter)
    pointing = ["", *(_pointing(*pair) for pair in pairwise(clauses))]
    return tuple(Part("", text, after=after) for text, after in zip(alone, pointing, strict=True))


def _pointing(before: str, clause: str) -> str:
    """A clause with :data:`ANSWER` for what it calls the answer of the one before; else empty.

    谁主讲的，这个人哪天离职 asks when that one left; 支持哪个模型？这个模型多少钱, what that costs.
    """
    plain = _ADDS.sub("", clause)
    if _WHO.search(before):
        return _THAT_PERSON.sub(ANSWER, plain, count=1) if _THAT_PERSON.search(plain) else ""
    noun = _WHICH.search(before)
    if noun is None:
        return ""
    again = re.search(rf"[这那该此][个款种家台]?{noun.group(1)}", plain)
    if again is None and re.search(rf"哪一?[个款种家台]{noun.group(1)}", plain):
        again = _IT.search(plain)  # 用的是哪个模型？后来哪个模型取代了它
    return f"{plain[: again.start()]}{ANSWER}{plain[again.end() :]}" if again else ""


def _standing_alone(clauses: Sequence[str], segmenter: Segmenter) -> list[str]:
    """Each clause as a question: what the later ones leave out is in the first."""
    first = clauses[0]
    alone = [first]
    for clause in clauses[1:]:
        plain = _ADDS.sub("", clause)
        meant = readings(plain, [first], segmenter)
        if meant:
            alone.append(meant[0].text)
        elif _names_something(plain, segmenter) or not topic(first, segmenter):
            alone.append(plain)
        else:
            about = topic(first, segmenter)
            # 没用完能留到下个月吗 names nothing that it could be about.
            if not any(tag in ("n", "vn", "l", "nr") for _, tag in segmenter.tagged(plain)):
                others = [name for name in _LATIN.findall(first) if name not in about]
                about = " ".join([about, *others])
            gap = " " if about[-1:].isascii() else ""
            alone.append(f"{about}{gap}{plain}")
    return alone


def _names_something(text: str, segmenter: Segmenter) -> bool:
    return bool(re.search(r"[A-Za-z]{2}|[A-Za-z]\d|《|“", text)) or any(
        tag in ("ns", "nt", "nz", "eng") for _, tag in segmenter.tagged(text)
    )
