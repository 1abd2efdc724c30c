"""What is told of one of several things: the sentences about what labels a part of a question."""

from __future__ import annotations

from functools import cache, partial

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.dates import DAY, names, told_of
from rag.evidence import Evidence
from rag.features import Candidate
from rag.find import Desk
from rag.phrases import NOUNS

_MARKS = " \t\u3000*_#-•·>《“「【["  # before the name of an entry
_TELLS = frozenset(("f", "v", "d", "ad"))


def told_about(desk: Desk, name: str, evidence: Evidence) -> Evidence:
    """The sentences that name something; if none does, those of documents that do."""
    is_day = DAY.fullmatch(name) is not None
    about = told_of(evidence, name) if is_day else evidence.only(partial(is_about, name))
    if about.candidates:
        return about

    @cache
    def is_of(document: str) -> bool:
        passages = desk.searcher.passages(document)
        return any(names(name, passage.text) for passage in passages)

    return evidence.only(lambda item: is_of(item.hit.passage.document_id))


def is_about(name: str, item: Candidate) -> bool:
    """Whether a sentence, what stands above it or its entry names something, not as part of a name.

    **石碇** 系在木碇上的条石。一件重 174 公斤 tells of 石碇 to its end.
    """
    passage = item.hit.passage
    above = "\n".join((passage.title, passage.author, *passage.headings, *passage.context))
    line = passage.text[: item.start - passage.start].rpartition("\n")[2]
    return _opens(name, line) or names(name, item.text) or names(name, above)


def _opens(name: str, line: str) -> bool:
    """Whether a line is the entry of something, by a mark, a gap or a colon."""
    opened = fold(line).lstrip(_MARKS)
    behind = opened[len(name) :]
    gap = "" if name[-1:].isascii() else " "  # T3 卖 5 元 has one anyhow
    set_off = line.lstrip()[:1] in _MARKS or behind[:1] in f":—{gap}"
    return set_off and opened.startswith(fold(name)) and names(name, opened[: len(name) + 2])


def describes(label: str, segmenter: Segmenter) -> bool:
    """Whether a label tells what is meant rather than names it: 最后中标总价."""
    words = segmenter.tagged(fold(label))
    return len(words) > 2 and words[0][1] in _TELLS and words[-1][1] in NOUNS
