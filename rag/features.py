"""What speaks for a sentence as evidence: signals between 0 and 1, mostly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from corpus.records import Hit, Passage
from corpus.sentences import leans
from corpus.titles import names_of
from index.asked import content_terms
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.interaction import interactions
from rag.query import Query
from rag.wanted import wanted

FEATURES = (
    "coverage", "context_coverage", "neighbour_coverage", "pair_coverage", "interaction",
    "interaction_above", "interaction_around", "cosine", "passage_score", "passage_first",
    "asked_present", "asked_missing", "is_question", "is_heading", "is_short", "length", "novelty",
)  # fmt: skip
"""Names of the columns of :func:`sentence_features`."""

_REMEMBERED = 4_000  # sentences
_GAP = 2  # characters between sentences that follow each other
_ITEM = re.compile(r"[-*+•·●▪◦]|\d{1,3}[.)、）]")
_BEHIND_ITEM = re.compile(r"(?:[-*+•·●▪◦]\s|\d{1,3}[.)、）](?!\d))\s*\S")
_RULE = re.compile(r"[ \t|]*\n[ \t|]*:?-{2,}:?[ \t]*\|")  # below a table's header
_SIGNS = re.compile(r"[\W_]+")
_ASKS = re.compile(
    r"[？?][”」』\"]?$"
    # 有记者问会不会涨价。
    r"|^[^，,。；;：:“「]{0,10}(?<![访顾学疑慰审盘查责询过提反质自不])"
    r"问(?![题世卷候答鼎号津诊询责句道过了])[^，,。；;：:]{0,30}"
    r"(?:(?P<verb>.)不(?P=verb)|有没有|是否|为什么|怎么|什么时候|多少|几[点号]|哪[天里儿])"
    r"[^，,。；;：:后了]{0,24}。?$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be evidence.

    Attributes:
        hit: The passage it stands in.
        index: Its number among the passage's sentences.
        text: Equal to ``document.text[start:end]``.
    """

    hit: Hit
    index: int
    text: str
    start: int
    end: int

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading line."""
        passage = self.hit.passage
        line = passage.text.rfind("\n", 0, self.start - passage.start) + 1
        return passage.text.startswith("#", line) and self.text in (
            *passage.headings,
            passage.text[line : self.end - passage.start].lstrip("# "),
        )

    @property
    def is_header(self) -> bool:
        """Whether it names the columns of a table."""
        passage = self.hit.passage
        return _RULE.match(passage.text, self.end - passage.start) is not None

    def follows(self, other: Candidate) -> bool:
        """Whether it is the next sentence of the same document."""
        same = self.hit.passage.document_id == other.hit.passage.document_id
        return same and 0 <= self.start - other.end <= _GAP

    @property
    def is_question(self) -> bool:
        """Whether it asks, or tells what somebody asked."""
        return _ASKS.search(self.text.rstrip()) is not None

    @property
    def leans(self) -> bool:
        """Whether it begins with a word for what the sentence before it names."""
        return leans(self.text)

    @property
    def is_item(self) -> bool:
        """Whether it opens a list item."""
        return _ITEM.fullmatch(self._before()) is not None

    @property
    def follows_item(self) -> bool:
        """Whether it goes on with a list item that an earlier sentence of the line opened."""
        return _BEHIND_ITEM.match(self._before()) is not None

    def _before(self) -> str:
        """What stands before it on its line."""
        passage = self.hit.passage
        line = passage.text.rfind("\n", 0, self.start - passage.start) + 1
        return passage.text[line : self.start - passage.start].strip()


def ends_with_question(passage: Passage) -> bool:
    """Whether the last sentence of a passage asks."""
    return _ASKS.search(passage.text.rstrip()) is not None


def candidates_of(hits: Sequence[Hit]) -> list[Candidate]:
    """All sentences of some passages, in order; a sentence two passages share comes once."""
    seen: set[tuple[str, int]] = set()
    found = []
    for hit in hits:
        passage = hit.passage
        for index, (start, end) in enumerate(passage.sentences):
            if (passage.document_id, start) not in seen:
                seen.add((passage.document_id, start))
                text = passage.text[start - passage.start : end - passage.start]
                found.append(Candidate(hit, index, text, start, end))
    return found


def sentence_features(
    query: Query,
    candidates: Sequence[Candidate],
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> NDArray[np.float32]:
    """Signals of each candidate, shape ``(len(candidates), len(FEATURES))``.

    Args:
        query: The question.
        candidates: Sentences, those of one passage next to each other.
        segmenter: Cuts them into terms.
        idf: Inverse document frequency of a term in the knowledge base.
        words: The static model whose word vectors are compared.
    """
    weights = {term: idf(term) for term in query.terms}
    total = sum(weights.values()) or 1.0
    leaning = _leaning(candidates)
    own = [set(segmenter.terms(item.text)) for item in candidates]
    for row in leaning:
        own[row] = own[row] | own[row - 1]
    hits = list({id(item.hit): item.hit for item in candidates}.values())
    place = {id(hit): number for number, hit in enumerate(hits)}
    lines = [_above(hit.passage) for hit in hits]
    passage = np.array([place[id(item.hit)] for item in candidates], np.int64)
    texts = [item.text for item in candidates]
    near = interactions(query.text, texts, lines, passage, leaning, words)
    aboves = [set(segmenter.terms(line)) for line in lines]
    pairs = _pairs(query.text)
    top = max((item.hit.score for item in candidates), default=1.0) or 1.0
    asked_for = wanted(query.text)
    table = np.zeros((len(candidates), len(FEATURES)), np.float32)
    for row, item in enumerate(candidates):
        above = aboves[passage[row]]
        beside: set[str] = set()
        for other in (row - 1, row + 1):
            if 0 <= other < len(candidates) and candidates[other].hit is item.hit:
                beside |= own[other]
        met = own[row]
        holds = asked_for.is_told(candidates[row - 1].text if item.index and row else "", item.text)
        text_pairs = _pairs(item.text)
        if row in leaning:
            text_pairs = text_pairs | _pairs(candidates[row - 1].text)
        fresh = [term for term in content_terms(sorted(met)) if term not in weights]
        table[row] = (
            sum(weights[t] for t in weights if t in met) / total,
            sum(weights[t] for t in weights if t in above and t not in met) / total,
            sum(weights[t] for t in weights if t in beside - above and t not in met) / total,
            len(pairs & text_pairs) / max(len(pairs), 1),
            *near[row],
            item.hit.score / top,
            float(item.hit.rank == 1),
            float(holds is True),
            float(holds is False and asked_for.decides),
            float(item.is_question),
            float(item.is_heading),
            float(len(item.text) < 8),
            min(math.log1p(len(item.text)) / 6, 1.0),
            min(len(fresh) / 6, 1.0),
        )
    return table


def _leaning(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """Rows of the sentences that speak of what the sentence before them names, in order."""
    return tuple(
        row
        for row, item in enumerate(candidates)
        if item.leans
        and row
        and item.index == candidates[row - 1].index + 1
        and candidates[row - 1].hit is item.hit
        and not (item.is_item or candidates[row - 1].is_heading)
    )


def _above(passage: Passage) -> str:
    """What stands above a passage's sentences."""
    names = (*names_of(passage.source, passage.title), passage.author)
    return " ".join((*names, *passage.headings, *passage.context))


@lru_cache(_REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, white space and punctuation left out."""
    kept = _SIGNS.sub("", fold(text))
    return frozenset(map(add, kept, kept[1:])) or frozenset({kept})
