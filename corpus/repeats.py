"""Lines that stand at the edges of many documents: learned from them, marked in later ones.

What is learned is deliberately little: a line that many rule books share (``本制度自发布之日起
施行。``) answers a question about each of them. So it must stand among the first or last lines, be
no sentence unless it speaks as publishers do, and hold neither a label, a number nor a procedure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from corpus.fences import Fences
from corpus.normalize import squeeze
from corpus.notices import NOTICE_LENGTH, carries_fact
from corpus.reasons import CleanSettings
from corpus.records import Document, Mark

REASON = "repeated line"
_FIRST, _LAST = 4, 8  # lines with text at the two edges
_SHORTEST = 6
_STRUCTURE = re.compile(
    r"[#|]|\s*(?:[-*+•]|[(（]?[\d一二三四五六七八九十]+[.、)）]|第.{1,4}[章节条])"
)
_LABEL = re.compile(r".{1,12}[:：]")
_SENTENCE = re.compile(r"[。！？；]\W*\Z")
_PUBLISHER = re.compile(
    "公众号|微信|微博|扫码|二维码|转载|投稿|来稿|关注|订阅|点赞|分享|社群|读者群|客户端|小编|欢迎|原创|版权|免责"
    "|我们(?:专注|致力|团队|每天)|更多(?:内容|资讯|精彩|文章)|作者简介|责任编辑|廣告|广告|赞助|轉載|關注|訂閱"
)


def edge_lines(document: Document) -> frozenset[str]:
    """The lines of a document that may be boilerplate: squeezed, for counting over documents.

    Lines that are marked already for another reason are left out.
    """
    return frozenset(key for key, _, _ in _candidates(document))


def learned(documents: Mapping[str, int], settings: CleanSettings) -> frozenset[str]:
    """The lines to mark, from how often they occur.

    Args:
        documents: For each line of :func:`edge_lines`, in how many documents it occurs.
        settings: ``repeated`` says how many make a rule; 0 learns none.
    """
    if not settings.repeated or {REASON, "all"} & settings.kept():
        return frozenset()
    return frozenset(line for line, count in documents.items() if count >= settings.repeated)


def count_lines(documents: Iterable[Document]) -> dict[str, int]:
    """In how many documents each line of :func:`edge_lines` occurs."""
    counts: dict[str, int] = {}
    for document in documents:
        for line in edge_lines(document):
            counts[line] = counts.get(line, 0) + 1
    return counts


def mark_repeated(document: Document, rules: Set[str]) -> Document:
    """The document with its edge lines that are among ``rules`` marked."""
    found = [Mark(start, end, REASON) for key, start, end in _candidates(document) if key in rules]
    if not found:
        return document
    marks = sorted((*document.marks, *found), key=lambda mark: mark.start)
    return replace(document, marks=tuple(marks))


def _candidates(document: Document) -> Iterator[tuple[str, int, int]]:
    """Squeezed text and span of each line at an edge that could be boilerplate."""
    lines = list(_lines(document))
    edges = lines if len(lines) <= _FIRST + _LAST else lines[:_FIRST] + lines[-_LAST:]
    for line, start, end in edges:
        if _is_candidate(line):
            yield squeeze(line), start, end


def _lines(document: Document) -> Iterator[tuple[str, int, int]]:
    """Lines with text that are neither marked nor code."""
    marked = iter((*document.marks, Mark(len(document.text) + 1, len(document.text) + 1, "")))
    mark = next(marked)
    fences = Fences()
    position = 0
    for line in document.text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        while mark.end <= start and mark.reason:
            mark = next(marked)
        is_code = fences.holds(line)
        if line.strip() and not is_code and not mark.start <= start < mark.end:
            yield line, start, end


def _is_candidate(line: str) -> bool:
    bare = line.strip()
    return (
        _SHORTEST <= len(bare) <= NOTICE_LENGTH
        and not _STRUCTURE.match(bare)
        and not carries_fact(bare)
        and (
            _PUBLISHER.search(bare) is not None
            or not (_LABEL.match(bare) or _SENTENCE.search(bare))
        )
    )
