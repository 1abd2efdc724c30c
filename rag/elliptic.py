"""Clauses that leave out what the question before them names."""

from __future__ import annotations

import re

from corpus.segment import Segmenter
from index.asked import content_terms
from rag.asking import as_question
from rag.dialogue import points_back, readings
from rag.phrases import ATTRIBUTES, named, names_in, topic, without_time

_LEAD = re.compile(r".*(?:[：。？！?!]|:(?!\d))\s*(?=\S)", re.DOTALL)
_OPENS = re.compile(r".*[，,](?=.)")
_CLOSED = re.compile(r"[？?。！!]\s*$")
_THEN = re.compile(r"(?P<what>\S.{0,15}?)\s*[呢咧][？?。！!]?")
_NOT = re.compile(
    r"哪(?:些|几?[\u4e00-\u9fff])[\u4e00-\u9fff]{0,2}?(?P<no>不|没有?)(?P<verb>[\u4e00-\u9fff]{1,4}?)[的了过]?\W*"
)
SAYS = re.compile(
    r"(?P<who>\S.{0,16}?)(?:又|则|却|又是|是)?(?:怎么|如何|怎样)[说写讲记提](?:的|呢)?"
)
"""Asks what somebody says of what was asked before."""

_OWN = re.compile(r"[我你咱您]")
_LINKS = re.compile(r"[和跟与比被把]")
_SAME = re.compile(r"(?<!不)同一[个项场款种类届家位本次门]?|相同的?")
_OPENING = 20  # characters
_TELLING = 3  # words: a clause of fewer does not stand by itself
_NAMES = 3


def goes_on(clause: str) -> bool:
    """Whether a clause without a word that asks asks the same again: Pro 呢."""
    return bool(_THEN.fullmatch(clause))


def without_lead(question: str) -> str:
    """A question without the sentence, or what ends with a colon, before it."""
    return _LEAD.sub("", question)


def completed(clause: str, first: str, segmenter: Segmenter) -> list[str]:
    """What a clause may ask, likeliest first: with what the first is about, as it is, with a name.

    Args:
        clause: One of a question that asks several things, but for the first.
        first: The first of them, with what leads to it.
        segmenter: Cuts them into words.
    """
    if denied := _denied(clause, without_lead(first)):
        return [denied, clause]
    about = without_time(topic(first, segmenter), clause, segmenter)
    meant = [reading.text for reading in readings(clause, [first], segmenter)[:1]]
    if then := _THEN.fullmatch(clause):
        of_it = as_question(f"{about.split('的', 1)[0]}的{then['what']}")  # 总价呢
        return [*meant, of_it] if _names_something(clause, segmenter) else [of_it, *meant]
    if about in ATTRIBUTES:  # 价格多少，什么时候上线
        return [clause]
    points = points_back(clause, segmenter)
    subject = not SAYS.fullmatch(clause.strip("？?。 ")) and _has_subject(clause, segmenter)
    opening = "" if subject or points else _opening(first)
    if opening:
        text = f"{opening}{clause}"
    else:
        text = meant[0] if meant else _with_topic(clause, about, first, segmenter)
    few = len(content_terms(segmenter.terms(clause))) < _TELLING
    shared = opening and not _CLOSED.search(first)  # 那件事，甲怎么说，乙怎么说
    texts = [text] if points or few or shared or _LINKS.match(clause) else [text, clause]
    if subject:
        texts.reverse()
    same = _SAME.search(clause)
    if text == clause and not same and about not in clause:  # 预售时多少钱，正式上市多少钱
        texts.append(_with(_at_any_time(about, segmenter), clause))
    if points or same or text != clause:
        start, end = points or (same.span() if same else (0, 0))
        names = [name for name in names_in(first) if name not in clause]
        texts += [f"{clause[:start]}{_with(name, clause[end:])}" for name in names[:_NAMES]]
    return list(dict.fromkeys(texts))


def _at_any_time(about: str, segmenter: Segmenter) -> str:
    """What a question is about without what was then done with it: 新车 of 新车预售时."""
    words = [word for word, _ in segmenter.tagged(about)]
    timed = len(words) > 2 and words[-1] == "时"
    return about[: -len("".join(words[-2:]))].strip() if timed else about


def _denied(clause: str, first: str) -> str:
    """The first question with its verb denied, if a clause asks that: 哪些支持乙，哪些不支持."""
    match = _NOT.fullmatch(clause)
    at = first.find(match["verb"], 1) if match else -1
    if not match or at < 0 or "哪" not in first[:at] or first[at - 1] in "不没":
        return ""
    said = first[at:]
    if match["no"] != "不":  # 没来 of 来了
        said = re.sub(rf"^{match['verb']}[了过]", match["verb"], said)
    return f"{first[:at]}{match['no']}{said}"


def _opening(first: str) -> str:
    """What a question says before it asks, which holds for what is asked later: 停水那天，几点…."""
    opens = _OPENS.match(without_lead(first))
    return opens.group() if opens and len(opens.group()) <= _OPENING else ""


def _with_topic(clause: str, about: str, first: str, segmenter: Segmenter) -> str:
    if not about or _names_something(clause, segmenter):
        return clause
    # 没用完能留到下个月吗 names nothing that it could be about.
    if not any(tag in ("n", "vn", "l", "nr") for _, tag in segmenter.tagged(clause)):
        others = [name for name in names_in(first) if name not in about]
        about = " ".join([about, *others])
    return _with(about, clause)


def _has_subject(clause: str, segmenter: Segmenter) -> bool:
    """Whether a clause begins with what it is about, which is no time: 出版社哪天收到."""
    first = [tag for _, tag in segmenter.tagged(clause)[:1]]
    own = bool(named(clause, segmenter, at_end=False)) and first[0] not in ("t", "m")
    return own or bool(_OWN.match(clause))


def _with(name: str, clause: str) -> str:
    gap = " " if name[-1:].isascii() and name[-1:].isalnum() else ""
    return f"{name}{gap}{clause}"


def _names_something(text: str, segmenter: Segmenter) -> bool:
    return bool(re.search(r"[A-Za-z]{2}|[A-Za-z]\d|《|“", text)) or any(
        tag in ("ns", "nt", "nz", "eng") for _, tag in segmenter.tagged(text)
    )
