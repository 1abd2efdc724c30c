"""What a document says: the sentence of each section that stands for it best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np

from corpus.normalize import fold, squeeze
from corpus.records import Hit, Passage
from index.embed import StaticEmbedder, Vectors, normalize
from rag.features import Candidate
from rag.finding import Finding, Line
from rag.outline import Line as Sentence
from rag.outline import lines_of, name_of

_ASKS = re.compile(
    r"(?:讲|说|写|谈|介绍|讨论|主张|表达)(?:了|的|述)?(?:是|些)*(?:什么|啥|哪些)(?:内容|事情?|东西)?\W*$"
    r"|(?<!了什么)(?<!了哪些)(?:内容|大意|主旨|要点|观点|中心思想)(?:是|有)?(?:什么|哪些)?\W*$"
    r"|(?:总结|概括|概述|归纳|摘要)(?![^。？?]*(?:哪|多少|几[个点条种项]|为什么))(?:一下|下)?"
    r"|\b(?:summari[sz]e|summary|what is .* about)\b"
)
_DOCUMENT = re.compile(
    r"(?:这|那|本|该)(?:篇|份|本|个)?(?:文章|文档|文件|报告|论文|书|材料|笔记|访谈|纪要|小说|帖子|文)|全文|本文"
    r"|(?:文章|文档|报告|论文|访谈|纪要|笔记|一文|那?篇)|(?:这|那|本|该)(?:次|场|个)?(?:会议?|例会|讲座|培训)"
    r"|\b(?:this|the) (?:article|document|paper|report)\b"
)
_TITLE = re.compile(r"《([^》]+)》|“([^”]+)”")
_SECTIONS = 8
_STRETCHES = 5  # of a document without headings
_SHORTEST, _LONGEST = 6, 220


def asks_for_summary(question: str) -> bool:
    """Whether it is asked what a document, named or pointed at, says as a whole."""
    folded = fold(question)
    names = _TITLE.search(question) is not None
    return bool(_ASKS.search(folded)) and (names or bool(_DOCUMENT.search(folded)))


def named_title(question: str) -> str:
    """The title in quotation marks, empty without one."""
    match = _TITLE.search(question)
    return next(filter(None, match.groups()), "") if match else ""


def with_title(wanted: str, titles: Iterable[tuple[str, str]]) -> str:
    """The document whose title is, or holds, the one wanted; empty if none or several do.

    Args:
        wanted: A title, or a part of one.
        titles: Id and title, or file name, of documents.
    """
    asked = squeeze(wanted)
    known = [(document, squeeze(title)) for document, title in titles]
    for fits in (
        asked.__eq__,
        lambda title: asked in title,
        lambda title: title and title in asked,
    ):
        found = {document for document, title in known if fits(title)}
        if len(found) == 1:
            return found.pop()
    return ""


def summarise(passages: Sequence[Passage], words: StaticEmbedder) -> Finding | None:
    """For each section the sentence nearest to what the section and the document are about.

    Centrality is the cosine of a sentence's vector with those of its section and of the document,
    a little more for the section's first sentence (after Radev et al., Centroid-based
    summarization of multiple documents, 2004). None if there is no sentence.
    """
    sections = [(head, body) for head, body in _sections(lines_of(passages)) if body]
    if not sections:
        return None
    vectors = normalize(words.encode_passages([i.text for _, body in sections for i in body]))
    whole = normalize(vectors.sum(axis=0, keepdims=True))[0]
    sizes = [len(body) for _, body in sections]
    # A long document is told by its longest sections, in its order.
    floor = sorted(sizes, reverse=True)[:_SECTIONS][-1]
    lines: list[Line] = []
    at = 0
    for head, body in sections:
        own = vectors[at : at + len(body)]
        at += len(body)
        if len(body) >= floor and len(lines) < _SECTIONS:
            sentence = body[_most_central(own, whole)]
            label = name_of(head.text) if head else ""
            lines.append(Line((sentence,), label=label, bullet=len(sections) > 1))
    return Finding(tuple(lines), "", "summary")


def _most_central(own: Vectors, whole: Vectors) -> int:
    centre = normalize(own.sum(axis=0, keepdims=True))[0]
    scores = own @ centre + 0.5 * (own @ whole)
    scores[0] += 0.15
    return int(np.argmax(scores))


def _sections(lines: Sequence[Sentence]) -> list[tuple[Candidate | None, list[Candidate]]]:
    """The sentences below each heading that divides the document, or stretches of it."""
    levels = [line.level for line in lines if line.level]
    dividing = [level for level in sorted(set(levels)) if levels.count(level) > 1]
    top = dividing[0] if dividing else 0
    found: list[tuple[Candidate | None, list[Candidate]]] = [(None, [])]
    for line in lines:
        if top and line.level == top:
            found.append((line.candidate, []))
        elif not line.level and _is_prose(line.candidate.text):
            found[-1][1].append(line.candidate)
    if top or not found[0][1]:
        return found
    body = found[0][1]
    size = max(1, -(-len(body) // _STRETCHES))
    return [(None, body[start : start + size]) for start in range(0, len(body), size)]


def _is_prose(text: str) -> bool:
    """Whether it is a sentence that may stand for others: no row, no question, not too long."""
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and "|" not in text
        and not text.rstrip().endswith(("？", "?", "：", ":"))
    )


def document_asked(question: str, hits: Sequence[Hit]) -> str:
    """The id of the document that is meant: by its title, else the only one, else the likeliest.

    Args:
        question: As understood.
        hits: What was found for it, best first, in the documents that may be meant.
    """
    passages = [hit.passage for hit in hits]
    names = [(item.document_id, item.title) for item in passages if item.title]
    names += [(item.document_id, PurePosixPath(item.source).stem) for item in passages]
    title = named_title(question)
    if title:
        return with_title(title, names)
    return passages[0].document_id if passages else ""
