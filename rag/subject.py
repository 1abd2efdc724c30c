"""Questions that leave their subject to the conversation: 哪天上线的, 网页版里能导出吗."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from corpus.segment import Segmenter
from index.asked import content_terms, question_kind
from rag.phrases import ATTRIBUTES, before_asking, phrases

_OPEN = re.compile(
    r"(?:能用|可用|可以用|支持|包括|包含|需要|可以|能|行|有|会|算)(?:了|的)?(?:吗|么)\W*$"
)
_OPENS = re.compile(r"(?:还|都|一共)?有(?:多少|哪些|几|什么)|(?:后来|现在|当时|最后)(?!的)")
_TIMES = re.compile("每.*|[一两三四五六七八九十]个?[天日周月年次]|一般")
_PLACE = 3  # words within which a question says where: 网页版里
_PREDICATE = re.compile(
    r"(?P<cut>能(?=带)|(?:为什么|怎么|怎样|如何|干嘛)(?:才?能|会|不|没|要))"  # else whole words
    r"|能不能|可不可以|会不会|要不要|需不需要|能够?|可以|会|还?要|需要|允许|支持"
)
_ASKING = re.compile("什么|谁|哪|几|多少|多久|多[大长高远]|怎么|怎样|如何")
_WHOLE = re.compile("什么(?:是|叫)|谁|哪一?[个家位]")  # may be what the question is about
_DONE = re.compile(r"[的了过]\W*$")  # 哪天上线的: what is done has no subject before it
_WHEN = ("date", "place", "reason", "method")
_SHORT = 3  # words of content
_BY_WHOM = re.compile(  # 是哪位建筑师设计的
    r"(?:是|由|归|被)(?:谁|哪|什么人).*(?:的|过|负责|管)\W*$"
)


def begins_asking(plain: str, segmenter: Segmenter) -> bool:
    """Whether a short question tells nothing before it asks: 哪天上线的, but not 谁发明了."""
    told, asked = (content_terms(segmenter.terms(t)) for t in (before_asking(plain), plain))
    return not told and len(asked) <= _SHORT and not _WHOLE.match(plain)


def lacks_subject(plain: str, segmenter: Segmenter) -> str:
    """``all`` if a question names nothing, ``object`` if its verb lacks one, else empty."""
    content = [term for term in content_terms(segmenter.terms(plain)) if term not in ATTRIBUTES]
    own = phrases(plain, segmenter)
    words = segmenter.tagged(plain)
    if words and _PREDICATE.fullmatch(words[0][0]) and _is_of_a_name(words[1:]):
        return ""
    if not own and question_kind(plain) != "other" and len(content) <= 2:
        return "object" if content else "all"
    if opens_with_predicate(plain, segmenter):
        return "object" if own else "all"
    done = len(own) == 1 and question_kind(plain) in _WHEN and _DONE.search(plain)
    by_whom = _BY_WHOM.match(plain) and len(own) <= 1 and len(content) <= _SHORT
    if _OPENS.match(plain) or by_whom or (done and begins_asking(plain, segmenter)):
        return "object"
    return "object" if len(own) == 1 and len(content) <= 3 and _OPEN.search(plain) else ""


def opens_with_predicate(plain: str, segmenter: Segmenter) -> bool:
    """Whether a question tells at most when or where before its predicate: 网页版里能导出吗.

    What stands where before another verb than 能 or the like may well be what it is about.
    """
    words = segmenter.tagged(plain)
    place = next((n for n, (_, tag) in enumerate(words[:_PLACE]) if tag in "fs"), -1)
    ends = set(accumulate(len(word) for word, _ in words))
    tags = [tag for _, tag in words]
    at, timed = 0, False
    for number, (word, tag) in enumerate(words):
        predicate = _PREDICATE.match(plain, at)
        if predicate and (predicate["cut"] or predicate.end() in ends):
            return not _is_of_a_name(words[number + 1 :])
        if word == "用" and 0 <= place < number and tags[number + 1 :][:1] == ["v"]:
            return True  # 在手机上用起来
        when = tag == "t" or _TIMES.fullmatch(word) is not None
        if number > place and not when and tag not in ("d", "ad"):
            return timed and place < 0 and tag[0] in "vp" and not _asks_by_noun(words[number:])
        timed |= when
        at += len(word)
    return False


def _is_of_a_name(behind: Sequence[tuple[str, str]]) -> bool:
    """Whether the words behind a verb make it part of a name: 会飞的鱼叫什么."""
    if behind and (behind[0][1] == "b" or behind[0][0] == "所"):  # 会 cut off from 会所
        return True
    for (word, tag), (after, other) in pairwise(behind):
        if tag == "p" or _ASKING.match(word):
            return False
        named = word == "的" and other[0] == "n"
        if (named or (tag[0] == "n" and after == "是")) and any(
            _ASKING.match(asking) for asking, _ in behind
        ):
            return True
    return False


def _asks_by_noun(words: Sequence[tuple[str, str]]) -> bool:
    """Whether what is asked for is named by a noun of its own: 发布了什么政策."""
    return any(
        word in ("什么", "哪些") and tag[0] == "n" for (word, _), (_, tag) in pairwise(words)
    )
