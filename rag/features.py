"""What speaks for a sentence as evidence: signals between 0 and 1, mostly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

from corpus.load import titles_of
from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.asked import content_terms
from index.embed import StaticEmbedder, Vectors, normalize
from rag.cutting import Cutter
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
_LEANS = re.compile(
    r"(?:但|而|不过|同时|此外|另外|随后|后来|之后|因此|所以|于是|然而|当时|最后)?[，,]?"
    r"(?:他|她|它|其(?!他|实|中|余|它|次)|该|此(?!外|后|前|次)|这(?!样|时)|那(?!么|时)|两者|二者|前者|后者|双方"
    r"|本(?:人|书|作|片|剧|校|站|品|案|院|公司)"
    r"|同一?(?:天|日(?![语文])|年(?![级龄])|月(?!饼))|当[天日晚](?![起达到])|[次隔]日(?![达送发]))"
)
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
        """Whether it is a heading line, or the title that a plain text begins with."""
        passage = self.hit.passage
        if self.text == passage.title:
            return True
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
        return _LEANS.match(self.text) is not None

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
    above_of = {id(item.hit): set(segmenter.terms(_above(item.hit.passage))) for item in candidates}
    near = _vector_signals(query.text, candidates, words, leaning)
    pairs = _pairs(query.text)
    top = max((item.hit.score for item in candidates), default=1.0) or 1.0
    asked_for = wanted(query.text)
    table = np.zeros((len(candidates), len(FEATURES)), np.float32)
    for row, item in enumerate(candidates):
        above = above_of[id(item.hit)]
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


def _vector_signals(
    question: str,
    candidates: Sequence[Candidate],
    words: StaticEmbedder,
    leaning: Sequence[int],
) -> Vectors:
    """Late interaction of a question with each sentence, and their cosine, shape (sentences, 4).

    Late interaction: for each word of the question the most similar word of the sentence, weighted
    by the length of the question word's vector, which grows with how much the word says (after
    ColBERT's MaxSim, Khattab & Zaharia 2020, with static vectors). Then how much more the lines
    above the sentence match, and how well it matches together with those and with the sentences
    beside it.
    """
    hits = list({id(item.hit): item.hit for item in candidates}.values())
    place = {id(hit): number for number, hit in enumerate(hits)}
    lines = [_above(hit.passage) for hit in hits]
    rows, counts = words.token_rows([question, *(item.text for item in candidates), *lines])
    asked, told = rows[: counts[0]], rows[counts[0] :]
    found = np.zeros((len(candidates), 4), np.float32)
    if not len(asked) or not len(told):
        return found
    lengths = words.lengths(asked)
    likeness = words.likeness(asked, told)
    weights = lengths / max(float(lengths.sum()), 1e-9)
    best = _most(likeness, counts[1:])
    own, lead = best[:, : len(candidates)], best[:, len(candidates) :]
    for row in leaning:
        own[:, row] = np.maximum(own[:, row], own[:, row - 1])
    above = lead[:, [place[id(item.hit)] for item in candidates]]
    together = np.maximum(own, above)
    (behind,) = np.nonzero(np.array([one.hit is two.hit for one, two in pairwise(candidates)]))
    around = together.copy()
    around[:, behind + 1] = np.maximum(around[:, behind + 1], own[:, behind])
    around[:, behind] = np.maximum(around[:, behind], own[:, behind + 1])
    found[:, 0] = weights @ own
    found[:, 1] = weights @ (together - own)
    found[:, 2] = weights @ around
    # A mean and a sum have the same direction.
    sums = _sums(words.rows(told), counts[1 : 1 + len(candidates)])
    for row in leaning:
        sums[row] += sums[row - 1]
    found[:, 3] = normalize(sums) @ normalize(words.rows(asked).sum(axis=0, keepdims=True))[0]
    return found


def _most(likeness: Vectors, counts: NDArray[np.int64]) -> Vectors:
    """The greatest likeness to each word of the question within each text; 0 without a word."""
    most = np.zeros((len(likeness), len(counts)), np.float32)
    (wordy,) = np.nonzero(counts)
    begins = (np.cumsum(counts) - counts)[wordy]
    most[:, wordy] = np.maximum(np.maximum.reduceat(likeness, begins, axis=1), 0)
    return most


def _sums(told: Vectors, counts: NDArray[np.int64]) -> Vectors:
    """The sum of the word vectors of each text."""
    sums = np.zeros((len(counts), told.shape[1]), np.float32)
    (wordy,) = np.nonzero(counts)
    if len(wordy):
        begins = (np.cumsum(counts) - counts)[wordy]
        sums[wordy] = np.add.reduceat(told[: int(counts.sum())], begins, axis=0)
    return sums


def _above(passage: Passage) -> str:
    """What stands above a passage's sentences."""
    titles = titles_of(passage.source, passage.title)
    return " ".join((*titles, *passage.headings, *passage.context))


@lru_cache(_REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, white space and punctuation left out."""
    kept = _SIGNS.sub("", fold(text))
    return frozenset(map(add, kept, kept[1:])) or frozenset({kept})
