"""Questions for what a number names: 第七天发布了什么."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.normalize import fold
from corpus.records import Hit, Passage
from corpus.segment import Segmenter
from index.asked import content_terms
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.features import Candidate, candidates_of
from rag.numerals import ordinals
from rag.query import Query

_WHAT = re.compile(r"什么|啥|哪些|内容|主题|\bwhat\b")
_SAYS_NOTHING_LIST = """
发布 公布 推出 宣布 发生 介绍 更新 上线 带来 讲 讲述 说 写 做 内容 主题 主要
new released announced launched about happened topic day chapter part section step episode
"""
_SAYS_NOTHING = frozenset(_SAYS_NOTHING_LIST.split())
_NAMING = "nijl"  # tags of nouns, idioms, abbreviations
_IN_ORDER = frozenset("天日章节回集期届课讲幕卷")
_DOCUMENTS = 5  # whose headings are looked at
_PASSAGES = 8  # of a section
_SENTENCES = 60
_SAYS_LITTLE = 6  # characters beside the date and the number
_OPENS = 3  # characters before the number of a sentence that opens with it, a date left out
_SHORTEST = 10  # characters of a sentence that tells what a section is about
_COVERED = 0.5
_SURE, _LIKELY = 0.7, 0.4
_DATES = re.compile(r"\d+\s*[年月日号]|\s+")
_NUMBERS = re.compile(r"\d+\s*[年月日号]|第\s*\w{1,4}?[天日章节步讲课期集届]|[\W_]+")
_NUMBER_ASKED = re.compile(
    r"第\s*\w{1,4}?[天日章节步讲课期集届个条项点款部回幕篇]|\b(?:day|chapter|part|section|step|episode)\s*\d+"
)
_NUMBER_BEFORE = re.compile(
    r"^\W*(?:(?:day|chapter|part|section|step|episode)\s*\d+|第\s*\w{1,4}?[^\W\d_])\W*", re.I
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What stands under a number: sentences, what they call it, how sure that it is meant."""

    sentences: tuple[Candidate, ...]
    short: str
    sure: float


def asked_number(query: Query) -> set[tuple[int, str]]:
    """The number that a question asks about, with its unit; empty if it asks about none."""
    folded = fold(query.text)
    found = ordinals(folded)
    asks_what = query.kind != "reason" and _WHAT.search(folded)
    return found if len(found) == 1 and asks_what else set()


def lacks_number(query: Query, hits: Sequence[Hit]) -> bool:
    """Whether a question asks about a day, chapter, … of a number that no passage names."""
    wanted = ordinals(fold(query.text))
    if not wanted:
        return False
    told = [ordinals(fold(_whole(hit.passage))) for hit in hits]
    counted = {unit for found in told for _, unit in found}  # 第三点 of what is not so numbered
    # 第一座 may be told as 首座.
    wanted = {(n, unit) for n, unit in wanted if unit in _IN_ORDER or (unit in counted and n > 1)}
    return bool(wanted) and not any(wanted <= found for found in told)


def _whole(passage: Passage) -> str:
    names = (passage.title, PurePosixPath(passage.source).stem)
    return "\n".join((*names, *passage.headings, *passage.context, passage.text))


def find_numbered(
    query: Query,
    hits: Sequence[Hit],
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    segmenter: Segmenter,
    cutter: Cutter,
    idf: Callable[[str], float],
) -> Numbered | None:
    """What the documents put under the number that a question asks about; None if nothing.

    A heading that carries it with the first sentence of its section, a sentence that opens with it
    (and the one behind it if it says nothing else), the best one of a document whose title carries
    it, or any other with it, in this order; what else the question names must be near.

    Args:
        query: The question.
        hits: The passages found.
        evidence: The sentences of the best of them, weighed.
        passages_of: All passages of a document by its id.
        segmenter: Tells names from verbs.
        cutter: Cuts text into terms.
        idf: Inverse document frequency of a term.
    """
    wanted = asked_number(query)
    if not wanted:
        return None
    about = _About(query, segmenter, cutter, idf)
    if about.share("\n".join(_whole(hit.passage) for hit in hits)) < _COVERED:
        return None
    documents = list(dict.fromkeys(hit.passage.document_id for hit in hits))[:_DOCUMENTS]
    found = [
        *(item for name in documents for item in _sections(wanted, passages_of(name), about)),
        *_in_sentences(wanted, evidence, passages_of, about),
    ]
    return max(found, key=lambda item: item[0], default=(0.0, None))[1]


class _About:
    """How much of what a question names beside the number a text holds.

    Verbs are left out: 第二天安排了什么 and 第二天发生了什么 ask the same.
    """

    def __init__(
        self, query: Query, segmenter: Segmenter, cutter: Cutter, idf: Callable[[str], float]
    ) -> None:
        self._cut = cutter.terms
        words = segmenter.tagged(_NUMBER_ASKED.sub(" ", fold(query.text)))
        named = " ".join(word for word, tag in words if tag[:1] in _NAMING or tag == "eng")
        terms = content_terms(cutter.terms(named))
        self._weights = {term: idf(term) for term in terms if term not in _SAYS_NOTHING}

    def share(self, text: str) -> float:
        """From 0 to 1; 1 too if nothing else is named."""
        total = sum(self._weights.values())
        if not total:
            return 1.0
        held = set(self._cut(text))
        return sum(weight for term, weight in self._weights.items() if term in held) / total


def _sections(
    wanted: set[tuple[int, str]], passages: Sequence[Passage], about: _About
) -> Iterator[tuple[float, Numbered]]:
    """The section of a document whose heading carries the number."""
    path = next(
        (
            passage.headings[: level + 1]
            for passage in passages
            for level, heading in enumerate(passage.headings)
            if wanted <= ordinals(fold(heading))
        ),
        None,
    )
    if path is None:
        return
    section = [passage for passage in passages if passage.headings[: len(path)] == path]
    head = section[0]
    covered = about.share("\n".join((head.title, *path, *(passage.text for passage in section))))
    lines = candidates_of([Hit(1, passage, 0.0) for passage in section[:_PASSAGES]])
    heads = [item for item in lines if item.is_heading and wanted <= ordinals(fold(item.text))][:1]
    told = [item for item in lines if not item.is_heading and len(item.text) >= _SHORTEST]
    # What the question names beside the number may stand further down: 第九天新出了哪些 SDK.
    told = sorted(told, key=lambda item: -about.share(item.text))[:1]
    if heads:
        name = _NUMBER_BEFORE.sub("", " ".join(heads[0].text.split()))
        yield 3.0 + covered, Numbered((*heads, *told), name, _SURE)


def _in_sentences(
    wanted: set[tuple[int, str]],
    evidence: Evidence,
    passages_of: Callable[[str], Sequence[Passage]],
    about: _About,
) -> Iterator[tuple[float, Numbered]]:
    """Sentences with the number, and of documents whose title carries it the best sentence."""
    titled: set[str] = set()
    for rank, number in enumerate(evidence.order[:_SENTENCES]):
        item = evidence.candidates[number]
        folded, passage = fold(item.text), item.hit.passage
        names = fold(f"{passage.title}\n{PurePosixPath(passage.source).stem}")
        in_title = passage.document_id not in titled and wanted <= ordinals(names)
        carries = wanted <= ordinals(folded)
        if item.is_heading or folded.rstrip().endswith(("？", "?")) or not (carries or in_title):
            continue
        covered = about.share(_whole(passage))
        opens = carries and len(ordinals(folded)) == 1 and _opens_with(folded)
        behind = _behind(item, passages_of) if opens else ()
        if in_title:
            titled.add(passage.document_id)
        kind = 2.5 if behind else 2.0 if opens else 1.0 if in_title else 0.0
        short = behind[0].text.strip().rstrip("。；.;") if behind else ""
        found = Numbered((item, *behind), short, _LIKELY if opens else 0.0)
        yield kind + covered - rank / _SENTENCES, found


def _opens_with(folded: str) -> bool:
    plain = _DATES.sub("", folded)
    match = _NUMBER_ASKED.search(plain)
    return match is not None and match.start() <= _OPENS


def _behind(
    item: Candidate, passages_of: Callable[[str], Sequence[Passage]]
) -> tuple[Candidate, ...]:
    """The sentence behind one that says nothing but the number."""
    if len(_NUMBERS.sub("", item.text)) > _SAYS_LITTLE:
        return ()
    near = [
        Hit(1, passage, 0.0)
        for passage in passages_of(item.hit.passage.document_id)
        if passage.end > item.end
    ][:2]
    behind = (other for other in candidates_of(near) if other.follows(item))
    return tuple(other for other in behind if not other.is_heading)[:1]
