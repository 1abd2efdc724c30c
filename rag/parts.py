"""Questions that ask several things: each part as a question of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.asking import Part, as_question, asks_something
from rag.clauses import clauses_of
from rag.phrases import ATTRIBUTES, SURNAMES, named, without_time

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+ -]*")
"""A name in Latin letters and figures."""


_COMPARES = re.compile(
    r"分别|各自(?!的)|区别|不同(?![\u4e00-\u9fff])|不同(?=[之点的在是吗])|差别|差异|相比|对比|哪个更|谁更|vs"
    r"|\b(?:differ|compare)"
)
_DIFFERENCE = re.compile(
    r"(?:之间)?(?:的|有|有着)?(?:什么|哪些|何|多大)?(?:主要|本质|明显)?的?(?:区别|不同|差别|差异|(?<=的)分别)(?:之处)?(?:是什么|在哪[里儿]?|有哪些|在于什么)?|相比[之起]?[下来]?|(?:哪个|谁)更(?=\w)"
)
_WHICH_MORE = re.compile(r"(?:哪个|谁)更(?=\w)")
_BOTH = re.compile(r"[都也](?:帮我|给我)?(?:列|告诉|说说|讲讲|查)\w{0,3}(?=\W*$)")
_BID_BOTH = re.compile(  # 把甲和乙的价格都找出来，各年多少
    r"^(?:请|麻烦|帮忙|帮我|给我|你|您)*把(?P<what>[^，,。；;？?]{3,40}?)都(?:给我|帮我)?"
    r"[找列查写说报算标](?:出来|一下|下|一遍|清楚|给我)(?=\W*$|[，,])"
)
_EACH = re.compile(rf"分别|各自|{_BOTH.pattern}|都|两者|二者")
_ONE_BY_ONE = re.compile(r"(?<!的)分别|各自|各(?=[有是多要能用花])")
_THEY = re.compile(
    r"[，,；;。？?]\s*(?:(?:他|她|它)们|(?:这|那)?(?:两|三|四)[\u4e00-\u9fff]{1,4}|(?:二|两|三)者)(?=分别|各自?|都|又)"
)
_ORDINAL = r"第?[一二三四五六七八九十\d]+"
_ONE_OF = re.compile(rf"{_ORDINAL}(?P<unit>[\u4e00-\u9fff]{{1,3}})$")  # 一等奖
_HEAD = re.compile(r"(?<=的)[^的]{1,6}$")
_SO_MANY = re.compile(  # 甲和乙两次故障
    r"\s*[这那]?(?P<count>[两二三四])(?:个人|[次个场款位篇份本家届轮项种人门科季条名起])(?!小时|星期|月)"
)
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4}
_OF = re.compile(r"[^的]{1,12}的[^的]{1,8}")
_EACH_ONE = re.compile("各(?!自)")
_EACH_ASKED = re.compile(
    r"各[占有收卖花要用需付给报写说讲得拿开切分估买建招派出交放加减涨赚赔做吃喝走跑]\s*(?:多少|几|什么|哪|谁)"
)
_NAME_ENDS = frozenset(("a", "ag", "g", "n", "ng", "nr", "nz", "t", "tg", "vg", "zg"))
_DOES = frozenset(("v", "r", "d", "m", "p", "mq"))
_JOINED = re.compile(
    r"\s*(?:和|与|跟|(?<![不相共一合陪])同(?![一时样事意学类步期等])|、|以及|还是|对比(?!一?下)|vs\.?|\band\b)\s*"
)
_UP_TO_BOTH = re.compile(r"[^的]{2,8}?(?=都|均|分别|各)")
_DATE = re.compile(r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|\d{4}\s*年")
_STOPS = re.compile(r"[，,；;。？?！!：:]")
_MOST = 4
_SHORT, _WHOLE, _CUT = 12, 2, 6  # characters
_LONGEST = 300  # characters; more than that is a pasted text


def parts_of(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    """The parts of a question that asks several things; empty for one that asks one.

    “o1 和 o3 分别多少钱” asks of each name; “A 多少钱，B 什么时候开门？” asks two things.
    """
    if len(question) > _LONGEST:
        return ()
    question = _BID_BOTH.sub(r"\g<what>分别", _marked(question, segmenter))
    return _compared(question, segmenter) or clauses_of(question, segmenter)


def _marked(question: str, segmenter: Segmenter) -> str:
    """A question with 分别 for 各 where a verb or what asks follows: 各支持什么, not 各部门."""
    found = question
    for match in reversed(list(_EACH_ONE.finditer(question))):
        behind = segmenter.tagged(fold(question[match.end() :]))[:1]
        if behind and (behind[0][1] in _DOES or _EACH_ASKED.match(question, match.start())):
            found = f"{found[: match.start()]}分别{found[match.end() :]}"
    return found


def is_difference(question: str) -> bool:
    """Whether things are compared (区别, 不同) rather than asked about one after the other."""
    folded = fold(question)
    return bool(_DIFFERENCE.search(folded)) and not _ONE_BY_ONE.search(folded)


def _compared(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    folded = fold(question)
    if not (_COMPARES.search(folded) or (_BOTH.search(folded) and not asks_something(folded))):
        return ()
    for joint in _JOINED.finditer(question):
        names, start, end = _names_around(question, joint.start(), segmenter)
        if 2 <= len(names) <= _MOST:
            before, after = question[:start], question[end:]
            together = _SO_MANY.match(after)
            if together and _COUNTS[together["count"]] == len(names):
                after = after[together.end() :]
            they = _THEY.search(after)
            behind = after[they.end() :] if they else ""
            after = f"{after[: they.start()]}，{behind}" if they else after
            return tuple(
                Part(name, _alone(before, name, after), others=_others(before, name, behind))
                for name in names
            )
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
    if whole := _each_whole(pieces):  # 甲的成本和乙的花费, each by itself
        return whole, left + body.index(whole[0]), left + len(body.rstrip())
    first = named(pieces[0], segmenter, at_end=True)
    if len(first) < len(pieces[0]) <= _SHORT and (
        len(first) < _WHOLE or _is_cut(pieces[0], first, segmenter)
    ):
        first = pieces[0].strip()
    if _DATE.match(pieces[-1].strip()):  # “甲馆 12 月 11 日”和“12 月 26 日”: the days are compared
        ends = (match.group() for match in _DATE.finditer(first) if match.end() == len(first))
        first = next(ends, first)
    one_by_one = marked is not None and bool(_ONE_BY_ONE.match(marked.group()))
    last = _last(pieces[-1], first, segmenter, whole=one_by_one)
    if (again := pieces[0][: pieces[0].rindex(first)].rstrip()[-1:]) and last[:1] == again:
        last = last[1:].strip()  # 在东馆和在西馆
    one = _ONE_OF.search(first) if len(pieces) == 2 and not _DATE.fullmatch(first) else None
    two = re.match(rf"\s*({_ORDINAL}{one['unit']})", pieces[-1]) if one else None
    if one and two:  # 书法赛一等奖和二等奖奖金
        first, last = one.group(), two.group(1)
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


def _last(piece: str, first: str, segmenter: Segmenter, *, whole: bool) -> str:
    """The last of things that are joined, at the beginning of what stands behind the conjunction.

    What is asked of all of them may follow at once: 普通会员和黄金会员年费. If ``whole``, what
    stands there ends before 分别.
    """
    up_to = _UP_TO_BOTH.match(piece)
    dated = _DATE.match(piece) if _DATE.fullmatch(first) else None
    last = dated.group() if dated else named(piece, segmenter, at_end=False)
    if up_to and len(last) < _WHOLE:
        last = up_to.group().strip()
    if whole and (_is_person(piece.strip(), segmenter) or not last):  # 李立春; 最后中标总价
        last = piece.strip() if len(piece.strip()) <= _SHORT else last
    if NAME.fullmatch(first) and (name := NAME.match(piece.lstrip())):
        last = name.group().strip()
    ends = (first[-length:] for length in (3, 2, 1))  # A款和B款
    last += next((end for end in ends if last and piece.startswith(f"{last}{end}")), "")
    words = segmenter.tagged(first)
    kind = words[-1][0] if words else ""
    if len(kind) >= _WHOLE and (at := last.find(kind, 1)) > 0:
        return last[: at + len(kind)]
    ending = segmenter.tagged(last)[-1][0] if last else ""
    timed = len(ending) >= _WHOLE and ending not in ATTRIBUTES and words[-1:] != []
    return without_time(last, last, segmenter) if timed and words[-1][1] != "t" else last


def _is_person(piece: str, segmenter: Segmenter) -> bool:
    """Whether a piece is a full name, of which the dictionary may know but a part."""
    ending = segmenter.tagged(piece)[-1][1] if piece else ""
    return len(piece) in (2, 3) and piece[0] in SURNAMES and ending in _NAME_ENDS


def _each_whole(pieces: Sequence[str]) -> list[str]:
    """Two things that are each asked of something else, 估的总价和最后花掉的; else empty."""
    names = [piece.strip() for piece in pieces]
    head = _HEAD.search(names[0])
    if len(names) == 2 and head and names[1].endswith("的"):
        names[1] += head.group()
    return names if len(names) == 2 and all(map(_OF.fullmatch, names)) else []


def _is_cut(piece: str, name: str, segmenter: Segmenter) -> bool:
    """Whether a name lacks its beginning: 灯塔 of 纸上灯塔."""
    before = segmenter.tagged(piece[: piece.rindex(name)].strip()) if name in piece else []
    return bool(before) and len(piece.strip()) <= _CUT and all(t in ("n", "f") for _, t in before)


def _others(before: str, name: str, behind: str) -> tuple[str, ...]:
    return (_alone(before, name, behind),) if behind else ()


def _alone(before: str, name: str, after: str) -> str:
    rest = _EACH.sub("", _DIFFERENCE.sub("", after), count=2)
    text = f"{before}{name}{rest}".strip(" ，,")
    if _WHICH_MORE.search(after) and not asks_something(text):
        return f"{text.rstrip('？?。，, ')}吗？"
    return text if asks_something(text) else as_question(text.rstrip("？?。，, "))
