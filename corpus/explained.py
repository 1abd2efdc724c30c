"""Why an answer is what it is: as a record, and as text to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.claims import Ground
from corpus.normalize import fold

if TYPE_CHECKING:
    from corpus.records import Answer, Hit, Passage

_MOST = 6  # signals of a sentence in the text
_SHOWN = 80  # characters of a sentence or passage in the text
_NAMES = {
    "bm25": "词语（BM25）", "dense": "向量", "fused": "融合", "rerank": "重排",
    "coverage": "含问题的词",
    "context_coverage": "标题和上文含问题的词", "neighbour_coverage": "邻句含问题的词",
    "pair_coverage": "相同的字对", "interaction": "词义相近", "cosine": "句义相近",
    "passage_score": "段落得分", "passage_first": "在首位段落", "asked_present": "有所问的那类信息",
    "asked_missing": "缺所问的那类信息", "is_question": "是问句", "is_heading": "是标题",
    "is_short": "太短", "length": "长度", "novelty": "有新的词",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HitReason:
    """Why a passage was found.

    Attributes:
        signals: What produced its score: BM25, cosine, fusion, reranker, ranks.
        matched: Words of the question that stand in it or above it, and what each counts; those
            that count most first.
        missing: Words of the question that do not.
    """

    rank: int
    source: str
    locator: str
    passage_id: str
    text: str
    score: float
    signals: Mapping[str, float]
    matched: Mapping[str, float]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceReason:
    """Why a sentence was chosen as evidence, or passed over.

    Attributes:
        number: The [n] under which it is cited; 0 if it is not.
        ground: The sentence with its score and what speaks for it.
        parts: What each signal adds to the score, most first.
    """

    number: int
    ground: Ground
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AnswerExplanation:
    """Why an answer is what it is.

    ``print`` shows it as text; :func:`corpus.records.plain` gives what ``json`` writes.

    Attributes:
        question: As understood.
        words: Its words that were searched for, and what each counts.
        confidence: Estimated probability that the documents answer.
        hits: The passages, best first.
        evidence: Sentences, best first.
    """

    question: str
    words: Mapping[str, float]
    confidence: float
    refused: bool
    hits: tuple[HitReason, ...]
    evidence: tuple[EvidenceReason, ...]

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def explain_answer(answer: Answer) -> AnswerExplanation:
    """The explanation of an answer, from what it holds."""
    cited = {
        (citation.passage.document_id, citation.start, citation.end): citation.number
        for citation in answer.citations
    }
    return AnswerExplanation(
        question=answer.question_resolved,
        words=answer.words,
        confidence=answer.confidence,
        refused=answer.refused,
        hits=tuple(_hit_reason(hit, answer.words) for hit in answer.hits),
        evidence=tuple(_evidence_reason(ground, cited) for ground in answer.grounds),
    )


def _hit_reason(hit: Hit, words: Mapping[str, float]) -> HitReason:
    passage = hit.passage
    held = _holds(passage)
    matched = {word: count for word, count in words.items() if _stands_in(word, held)}
    return HitReason(
        rank=hit.rank,
        source=passage.source,
        locator=passage.locator,
        passage_id=passage.id,
        text=passage.text,
        score=hit.score,
        signals=hit.signals,
        matched=dict(sorted(matched.items(), key=lambda item: -item[1])),
        missing=tuple(word for word in words if word not in matched),
    )


def _holds(passage: Passage) -> str:
    return fold("\n".join((passage.title, *passage.headings, *passage.context, passage.text)))


def _stands_in(word: str, folded: str) -> bool:
    """Whether a word stands in a text; one of letters and digits only by itself."""
    if not word.isascii():
        return word in folded
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", folded) is not None


def _evidence_reason(ground: Ground, cited: Mapping[tuple[str, int, int], int]) -> EvidenceReason:
    number = next(
        (
            number
            for (document_id, start, end), number in cited.items()
            if document_id == ground.document_id and start <= ground.start and ground.end <= end
        ),
        0,
    )
    parts = {name: round(value * weight, 4) for name, (value, weight) in ground.signals.items()}
    return EvidenceReason(number, ground, dict(sorted(parts.items(), key=lambda i: -abs(i[1]))))


def _lines(explanation: AnswerExplanation) -> Iterator[str]:
    yield f"理解为：{explanation.question}"
    if explanation.words:
        words = sorted(explanation.words.items(), key=lambda item: -item[1])
        yield f"检索的词和权重：{'，'.join(f'{word} {count:.2f}' for word, count in words)}"
    verdict = "，不够作答" if explanation.refused else ""
    yield f"把握：{explanation.confidence:.0%}{verdict}"
    if explanation.hits:
        yield "\n命中的段落"
    for hit in explanation.hits:
        place = " · ".join(filter(None, (hit.source, hit.locator)))
        yield f"{hit.rank}. {hit.score:.3f}  {place}"
        yield f"   {_short(hit.text)}"
        yield f"   {'；'.join(_signals(hit.signals))}"
        if hit.matched:
            matched = (f"{word} {count:.2f}" for word, count in hit.matched.items())
            yield f"   命中：{'，'.join(matched)}"
        if hit.missing:
            yield f"   没有：{'，'.join(hit.missing)}"
    if explanation.evidence:
        yield "\n依据的句子（得分 = 信号 × 权重之和）"
    for item in explanation.evidence:
        mark = f"[{item.number}]" if item.number else "未用"
        yield f"{mark} {item.ground.score:.3f}  {_short(item.ground.text)}"
        parts = [(name, part) for name, part in item.parts.items() if part][:_MOST]
        if parts:
            yield f"   {'，'.join(f'{_NAMES.get(name, name)} {part:+.2f}' for name, part in parts)}"


def _signals(known: Mapping[str, float]) -> Iterator[str]:
    for name, value in known.items():
        if not name.endswith("_rank"):
            rank = known.get(f"{name}_rank")
            yield f"{_NAMES.get(name, name)} {value:g}{f'，第 {rank:.0f} 名' if rank else ''}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:_SHOWN]}…" if len(line) > _SHOWN else line
