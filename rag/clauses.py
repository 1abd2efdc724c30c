"""Questions of several clauses that each ask: every one completed from those before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from corpus.segment import Segmenter
from rag.asking import ANSWER, Part, as_question, asks_something
from rag.elliptic import SAYS, completed, goes_on, without_lead

_ENDS = re.compile(r"(?<=[？?；;，,。])")
_JOINTS = re.compile(r"(?<=、)|(?<=\S)(?=以及|还有)")
_ADDS = re.compile(
    r"^\s*(?:那么?(?![个些种款年天篇台家位座本部场条里儿边次批份])|而|并且|以及|另外|还有|同时|又|再|and)?"
    r"(?:[一二三]是|其[一二三]|告诉我)?\s*|又(?=[是有说在叫])|还(?=[有说在叫])|则(?=是)"
)
_ASKED_TO = re.compile(
    r"^\s*(?:(?:请问|听说|(?:我|就|只)?(?:想|要)(?:先|再)?(?:问|知道|了解|写|查|看){1,2}(?:一下|下)?"
    r"|帮我?(?:查|看|找|问){1,2}(?:一下|下)?|先?(?:说|讲){1,2}|告诉我"
    r"|有(?:没有)?(?:哪[位个])?[人谁位](?:能|可以|会)?(?:帮我?|给我)?"
    r"(?:知道|了解|清楚|晓得|懂|告诉我?|说说|讲讲|看看|查查)(?:一下)?[吗么]?"
    r"|我?(?:这里|还)?有(?=[一两二三四几]\w{0,6}(?:事|问题)))\s*)"
    r"(?:[两二三四几]\w{0,6}(?:事|问题|数)(?:情|字)?)?[，,：:。]?\s*(?:[一二三]是|其[一二三])?"
)
_ALSO = re.compile(r"\s*(?:另外|还有|以及|再(?:加上|就是))(?=\S{2})")
_BIDS = re.compile(
    r"\s*(?:请|麻烦|帮我|都|也|一起|一并|分别)*(?:告诉|列|说|讲|查|回答|介绍|谢)\S{0,5}"
)
_BID_FOR = re.compile(
    r"\s*(?P<bid>(?:请|麻烦|帮我|给我|顺便|想|先)*)"
    r"(?P<verb>告诉我|(?:查|看|说|讲|列|找|了解)[查看说讲找出]?(?:一下|下)?)(?=\S{3})"
)
_BARE = ("查", "看", "说", "讲", "列", "找", "了解")
_WHO = re.compile(r"谁|哪位|哪个人|什么人")
_THAT_PERSON = re.compile(
    r"(?:这|那|此|该)(?:个|位)?人(?![类员工])|(?<![其吉])[他她](?!们|人)|这位(?!.{0,3}的)"
)
_WHERE = re.compile(r"哪[里儿]|什么地方|哪一?[个座家]?[\u4e00-\u9fff]{0,3}[站店馆城市镇村县省国校]")
_THERE = re.compile(r"[那这][里儿](?!的?(?:说|写|提))")
_IT = re.compile("它(?!们)")
_WHICH = re.compile(r"(?:哪一?[个款种家台]|什么(?!时候|样|都|地方|意思|原因))([\u4e00-\u9fff]{2})")
_NUMBERED = re.compile(r"[几哪]号")
_OPENS = re.compile(r".*[，,](?=.)")
_MOST = 4
_LEAD, _LONGEST = 30, 60  # characters


def clauses_of(question: str, segmenter: Segmenter) -> tuple[Part, ...]:
    """The clauses of a question that ask, if several do; else empty.

    One that asks nothing goes with the next. What a later one leaves out is in those before it.
    """
    clauses = _asking(question, segmenter)
    if not 2 <= len(clauses) <= _MOST:
        return ()
    if said := _said_of(clauses):
        return said
    first = _ASKED_TO.sub("", clauses[0])
    own = without_lead(first)
    parts = [Part("", first, others=(own,) if own != first else ())]
    for before, clause in pairwise(clauses):
        plain = _plain(clause)
        alone, *others = completed(plain, first, segmenter)
        others = [o for o in dict.fromkeys([*others, *_led(first, plain)]) if o != alone]
        after, whole = _pointing(before, plain), _behind(clauses[0], plain)
        parts.append(Part("", alone, after=after, others=tuple(others), whole=whole))
    return tuple(parts)


def _led(first: str, clause: str) -> Iterator[str]:
    """A clause behind what leads to the first one: 那份合同上，总价是多少？签字的又是谁."""
    lead = _OPENS.match(first)
    if lead and len(lead.group()) <= _LEAD:
        yield f"{lead.group()}{clause}"


def _behind(first: str, clause: str) -> str:
    return f"{first.rstrip('？?。 ')}，{clause}" if len(first) <= _LONGEST else ""


def _asking(question: str, segmenter: Segmenter) -> list[str]:
    """The clauses that ask, each with those before it that do not; empty if any is left over."""
    clauses: list[str] = []
    lead = ""
    pieces = list(_pieces(question))
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if asks_something(piece) or (clauses and not lead and goes_on(piece)):
            clauses.append(f"{lead}{piece}".strip(" ，,；;、"))
            lead = ""
        elif not last and _ALSO.match(pieces[number + 1]) and (bid := _bid_for(piece, segmenter)):
            clauses.append(f"{lead}{as_question(bid)}")
            lead = ""
        elif clauses and last and not lead and _ALSO.match(piece):
            clauses.append(as_question(_ALSO.sub("", piece).strip()))
        else:
            lead += piece
    left = lead.strip()
    return clauses if len(left) < 2 or _BIDS.fullmatch(left.strip("？?。！! ")) else []


def _bid_for(piece: str, segmenter: Segmenter) -> str:
    """What one is bid to look up or to tell, else empty: 帮我查余额, but not 查体要空腹.

    The verb is a word of its own (not 说明书, 请讲师); one that nobody bids stands before nouns.
    """
    match = _BID_FOR.match(piece)
    words = segmenter.tagged(piece)
    if not match or match.end() not in accumulate(len(word) for word, _ in words):
        return ""
    behind = segmenter.tagged(piece[match.end() :])
    bidden = match["bid"] or match["verb"] not in _BARE
    tells = any(tag in ("v", "m", "a", "y", "ul") for _, tag in behind)
    return "" if tells and not bidden else piece[match.end() :].strip()


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
    said = [SAYS.fullmatch(_plain(clause).strip("？?。 ")) for clause in later]
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
