"""Questions asked of documents that they name: what is asked of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from index.asked import content_terms, question_kind
from rag.asking import Part, as_question, asks_something
from rag.naming import Naming

_CLAUSE = re.compile(r"[，,；;。？?！!：:\n]")
_TELL = r"(?:怎么|如何|怎样|什么样)(?:说|写|规定|讲|提|记|算)?(?:的|呢)?"
_SAYS = re.compile(
    rf"^[\s,，:：]*(?:又|都|是|则|分别|各自?)*{_TELL}(?=\W|$)"
    rf"|(?:分别|各自?|都)(?:是|又)*{_TELL}(?=\W*$)"
    r"|^[\s,，:：]*(?:各自?|分别|都|两者)(?:的|是)*|^[\s,，:：]*(?:又|则|却)(?=是|有|说|要)"
    r"|分别|各自|(?<![\w])各(?=\w)|各(?=[是有为要在多几什得花用])"
    r"|(?:说的?|的)?(?:是否|是不是|都)?(?:一样|相同|一致)(?:吗|么|不)?(?=\W*$)"
    r"|(?:之间)?(?:有|有着)?(?:什么|哪些|何)?(?:的?(?:区别|不同|差别|差异|出入))(?:是什么|在哪里?|吗)?(?=\W*$)"
)
_TOLD = re.compile(rf"^[\s,，:：]*(?:又|是|则)*{_TELL}(?=\W|$)")
_ASKED_TO = re.compile(
    r"^(?:请|麻烦|帮我|帮忙|给我)*(?:对比|比较|对照|看看|说说|讲讲|总结|概括)(?:一下|下)?[\s,，:：]*"
)
_WHATEVER = re.compile(r"是(?:什么|多少|什么时候)？$")
_AGAIN = re.compile(r"\s*[又则]")


def asked_of(
    question: str, groups: Sequence[Sequence[Naming]], terms: Callable[[str], Sequence[str]]
) -> tuple[Part, ...]:
    """What a question asks of each document it names, without the words that name it.

    What is asked before the first of them is asked of all; what stands behind one, or several
    joined by a conjunction, of these; and of one behind which nothing is asked (…呢), what is
    asked of the first.

    Args:
        question: As understood.
        groups: What it names, in its order; those joined by a conjunction together.
        terms: Cuts text into terms.

    Returns:
        The parts, each with the source of its document; empty if nothing is left to ask.
    """

    def says(text: str) -> bool:
        return bool(content_terms(terms(text)))

    if not groups:
        return ()
    places = [0, *(place for g in groups for place in (g[0].start, g[-1].end)), len(question)]
    between = [question[start:end] for start, end in list(pairwise(places))[::2]]
    lead, opening = _cut(between[0])
    cut = [_cut(text) for text in between[1:-1]] + [(between[-1], "")]
    tails = [_plain(tail, several=len(groups) > 1 or len(groups[0]) > 1) for tail, _ in cut]
    first = next(filter(says, tails), "")
    asked: dict[str, Part] = {}
    for group, (raw, following), tail in zip(groups, cut, tails, strict=True):
        before = lead + opening
        goes_on = says(tail) and (says(before) or not _AGAIN.match(raw))
        if not goes_on and not (asks_something(tail) and says(before)):
            tail = first
        text = _asking(_ASKED_TO.sub("", f"{before}{tail}"))
        if not says(text) or not says(_WHATEVER.sub("", text)):
            return ()
        opening = following if says(following) else opening
        for one in group:
            entry = one.entry
            asked.setdefault(entry.id, Part(f"《{entry.name}》", text, entry.source, one.sure))
    return tuple(asked.values())


def _plain(tail: str, *, several: bool) -> str:
    """What is asked behind a name, without the words that ask it of several."""
    return (_SAYS.sub("", tail) if several else _TOLD.sub("", tail)).strip(" ，,；;：:的")


def _cut(text: str) -> tuple[str, str]:
    """The clauses that end before the end, and the one that goes on."""
    place = max((match.end() for match in _CLAUSE.finditer(text)), default=0)
    return text[:place], text[place:]


def _asking(text: str) -> str:
    plain = text.strip(" ，,；;：:")
    if asks_something(plain) or question_kind(plain) == "yesno":
        return plain
    return as_question(plain)
