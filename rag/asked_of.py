"""Questions asked of documents that they name: what is asked of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from corpus.normalize import fold
from index.asked import content_terms
from rag.naming import Naming
from rag.parts import Part, asks_something

_CLAUSE = re.compile(r"[，,；;。？?！!：:\n]")
_SAYS = re.compile(
    r"^[\s,，:：]*(?:各自?|分别|都|又|是|又是|则是|里)*(?:怎么|如何|怎样|什么样)(?:说|写|规定|讲|提|记|算)?(?:的|呢)?"
    r"|^[\s,，:：]*(?:各自?|分别|都|两者)(?:的|是)*"
    r"|^[\s,，:：]*(?:又|则|却)(?=是|有|说|要)"
    r"|(?:说的?|的)?(?:是否|是不是|都)?(?:一样|相同|一致)(?:吗|么|不)?(?=\W*$)"
    r"|(?:之间)?(?:有|有着)?(?:什么|哪些|何)?(?:的?(?:区别|不同|差别|差异|出入))(?:是什么|在哪里?|吗)?(?=\W*$)"
)
_AMOUNT = re.compile(r"(?:数|率|额|价|量|费|值|分|价格|多少)\W*$")


def asked_of(
    question: str, named: Sequence[Naming], terms: Callable[[str], Sequence[str]]
) -> tuple[Part, ...]:
    """What a question asks of each document it names, without the words that name it.

    What is asked before the first of them is asked of all; what stands behind one, or several
    joined by a conjunction, of these; and of one behind which nothing is asked (…呢), what is
    asked of the first.

    Args:
        question: As understood.
        named: What it names, in its order.
        terms: Cuts text into terms.

    Returns:
        The parts, each with the source of its document; empty if nothing is left to ask.
    """

    def says(text: str) -> bool:
        return bool(content_terms(terms(text)))

    groups: list[list[Naming]] = []
    for one, last in zip(named, [None, *named[:-1]], strict=True):
        if last is not None and last.joined:
            groups[-1].append(one)
        else:
            groups.append([one])
    if not groups:
        return ()
    places = [0, *(place for g in groups for place in (g[0].start, g[-1].end)), len(question)]
    between = [question[start:end] for start, end in list(pairwise(places))[::2]]
    lead, opening = _cut(between[0])
    asked: dict[str, Part] = {}
    first = ""
    for number, group in enumerate(groups):
        behind = between[number + 1]
        tail, following = _cut(behind) if number + 1 < len(groups) else (behind, "")
        tail = _SAYS.sub("", tail).strip(" ，,；;：:")
        before = lead + opening
        if not says(tail) and not (asks_something(tail) and says(before)):
            tail = tail if not first else first
        text = _asking(f"{before}{tail}")
        first = first or tail
        opening = following if says(following) else opening
        if not says(text):
            return ()
        for one in group:
            entry = one.entry
            asked.setdefault(entry.id, Part(entry.name, text, entry.source, one.sure))
    return tuple(asked.values())


def _cut(text: str) -> tuple[str, str]:
    """The clauses that end before the end, and the one that goes on."""
    place = max((match.end() for match in _CLAUSE.finditer(text)), default=0)
    return text[:place], text[place:]


def _asking(text: str) -> str:
    plain = text.strip(" ，,；;：:")
    if asks_something(plain):
        return plain
    plain = plain.rstrip("？?。！! ，,的")
    return f"{plain}是{'多少' if _AMOUNT.search(fold(plain)) else '什么'}？"
