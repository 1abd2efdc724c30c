"""Which sentences carry the answer, and how likely it is that any does."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from corpus.normalize import fold
from corpus.records import Hit
from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, confidence_features, probability
from rag.cutting import Cutter
from rag.features import FEATURES, Candidate, candidates_of, sentence_features
from rag.query import Query
from rag.reader import Span

READING_FEATURES = ("score", "span", "unread")
"""What a sentence is ranked by once the best have been read: by its signals, by the reader, and
whether it was not read."""

_WEIGHTS = Path(__file__).parent / "weights.json"
_LEADS = ("：", ":")
_LEANS = re.compile(
    r"(?:但|而|不过|同时|此外|另外|随后|后来|之后|因此|所以|于是|然而|当时|最后)?[，,]?"
    r"(?:他|她|它|其(?!他|实|中|余|它|次)|该|此(?!外|后|前|次)|这(?!样|时)|那(?!么|时)|两者|二者|前者|后者|双方"
    r"|本(?:人|书|作|片|剧|校|站|品|案|院|公司))"
)
_LIKELY = 0.0  # log odds


@dataclass(frozen=True, slots=True)
class Weights:
    """Learnt by ``python -m rag.train``.

    Attributes:
        sentence: One weight for each of ``FEATURES``.
        reading: One weight for each of ``READING_FEATURES``.
        confidence: One weight for each of ``CONFIDENCE_FEATURES``.
        bias: Of the confidence.
    """

    sentence: tuple[float, ...]
    reading: tuple[float, ...]
    confidence: tuple[float, ...]
    bias: float


def load_weights(path: Path = _WEIGHTS) -> Weights:
    """Read the learnt weights.

    Raises:
        CorruptError: The file does not fit this version's signals.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        weights = Weights(
            tuple(float(data["sentence"][name]) for name in FEATURES),
            tuple(float(data["reading"][name]) for name in READING_FEATURES),
            tuple(float(data["confidence"][name]) for name in CONFIDENCE_FEATURES),
            float(data["bias"]),
        )
        numbers = (*weights.sentence, *weights.reading, *weights.confidence, weights.bias)
        if not all(map(math.isfinite, numbers)):
            raise ValueError("a weight is not a finite number")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptError(
            f"{path}: not the weights of this version ({error!r}); install yinju again"
        ) from None
    return weights


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences of the best passages, weighed.

    Attributes:
        candidates: Every sentence, in the order of the passages.
        scores: How well each answers the question, shape ``(len(candidates),)``.
        order: Numbers of the candidates, best first.
        confidence: Estimated probability that the passages answer the question; 0 until it is
            estimated by :func:`with_confidence`.
        spans: By number of a candidate that was read, the words of it that answer best; places
            are those in the document.
        table: The signals of each candidate, shape ``(len(candidates), len(FEATURES))``,
        weights: and what each is multiplied by; both empty if they are not known.
    """

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float32]
    order: tuple[int, ...]
    confidence: float
    spans: Mapping[int, Span] = field(default_factory=dict)
    table: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    weights: tuple[float, ...] = ()

    def signals_of(self, row: int) -> dict[str, tuple[float, float]]:
        """The signals of a candidate that are not zero, each with its weight."""
        values = self.table[row].tolist() if row < len(self.table) else []
        named = zip(FEATURES, values, self.weights, strict=False)
        return {name: (round(value, 4), weight) for name, value, weight in named if value}

    def words(self, chosen: Sequence[Candidate]) -> str:
        """The words that answer best in some of the sentences; empty if none likely does."""
        best: tuple[Candidate, Span] | None = None
        for number, span in self.spans.items():
            item = self.candidates[number]
            better = best is None or span.score > best[1].score
            if better and any(item is other for other in chosen):
                best = item, span
        if best is None or best[1].score < _LIKELY:
            return ""
        passage = best[0].hit.passage
        return passage.text[best[1].start - passage.start : best[1].end - passage.start]

    def only(self, keep: Callable[[Candidate], bool]) -> Evidence:
        """The same of some of the candidates."""
        kept = [number for number, item in enumerate(self.candidates) if keep(item)]
        places = {number: place for place, number in enumerate(kept)}
        order = tuple(places[number] for number in self.order if number in places)
        candidates = tuple(self.candidates[number] for number in kept)
        spans = {places[n]: span for n, span in self.spans.items() if n in places}
        table = self.table[kept] if len(self.table) else self.table
        return replace(
            self,
            candidates=candidates,
            scores=self.scores[kept],
            order=order,
            spans=spans,
            table=table,
        )


def weigh(
    query: Query,
    hits: Sequence[Hit],
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
    weights: Weights,
) -> Evidence:
    """Weigh every sentence of some passages as evidence for a question."""
    candidates = candidates_of(hits)
    if not candidates:
        empty = np.zeros(0, np.float32)
        return Evidence((), empty, (), 0.0)
    table = sentence_features(query, candidates, segmenter, idf, words)
    scores = (table @ np.asarray(weights.sentence, np.float32)).astype(np.float32)
    order = tuple(int(row) for row in np.argsort(-scores, kind="stable"))
    return Evidence(tuple(candidates), scores, order, 0.0, {}, table, weights.sentence)


def with_confidence(
    query: Query,
    hits: Sequence[Hit],
    evidence: Evidence,
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
    weights: Weights,
) -> Evidence:
    """Evidence with the probability that the passages it was taken from answer the question."""
    if not evidence.candidates:
        return evidence
    span = evidence.spans.get(evidence.order[0])
    signals = confidence_features(
        query, hits, evidence.candidates, evidence.scores, span.score if span else None,
        segmenter, idf, words,
    )  # fmt: skip
    chance = probability(signals, weights.confidence, weights.bias, vague=query.vague)
    return replace(evidence, confidence=chance)


@dataclass(frozen=True, slots=True)
class Selection:
    """How many sentences an answer may take.

    Attributes:
        sentences: At most this many that are not items of one list.
        items: At most this many items of a list.
        gain: A further sentence must cover at least this share of the question beyond the others.
        doubt: A second sentence that scores this little less may as well be the one that answers;
            on CMRC 2018's trial questions one of five answers then takes two.
    """

    sentences: int = 3
    items: int = 12
    gain: float = 0.18
    doubt: float = 1.0


def choose(query: Query, evidence: Evidence, selection: Selection) -> list[Candidate]:
    """The fewest sentences that carry the answer, best first.

    The best sentence; with it the list it opens or belongs to, if a list is asked for or it ends
    in a colon; the one before it, if it speaks of something named there; the second best, if it
    is as good as the best; then sentences that cover much of the question that is still uncovered
    and score nearly as well.
    """
    candidates = evidence.candidates
    if query.kind == "list":
        for number in evidence.order[:2]:
            items = _list_around(candidates, number)[: selection.items]
            if items:
                return [candidates[item] for item in items]
    prose = [number for number in evidence.order if not candidates[number].is_heading]
    order = prose or list(evidence.order)
    best = order[0]
    if candidates[best].text.rstrip().endswith(_LEADS):
        items = _list_around(candidates, best)[: selection.items]
        if items:
            return [candidates[item] for item in items]
    chosen = [best, *_leans_on(candidates, best)][: selection.sentences]
    covered = _joint_coverage(evidence, chosen, query)
    spread = float(np.std(evidence.scores)) or 1.0
    for number in order[1:8]:
        if len(chosen) == selection.sentences:
            break
        if number in chosen:
            continue
        together = _joint_coverage(evidence, [*chosen, number], query)
        behind = evidence.scores[best] - evidence.scores[number]
        adds = behind < 1.2 * spread and together - covered >= selection.gain
        if adds or (number == order[1] and behind < selection.doubt):
            chosen.append(number)
            covered = together
    return [evidence.candidates[number] for number in chosen]


def _leans_on(candidates: Sequence[Candidate], number: int) -> list[int]:
    """The sentence before one that begins with a word for something named there; else nothing."""
    item, before = candidates[number], number - 1
    if before < 0 or item.is_item or not _LEANS.match(item.text):
        return []
    named = candidates[before]
    near = named.hit is item.hit and not named.is_heading and named.index == item.index - 1
    return [before] if near else []


def _joint_coverage(evidence: Evidence, numbers: Sequence[int], query: Query) -> float:
    """Upper estimate of the share of the question that several sentences cover together."""
    text = fold(" ".join(evidence.candidates[number].text for number in numbers))
    lengths = {term: len(term) for term in query.terms}
    total = sum(lengths.values()) or 1
    return sum(length for term, length in lengths.items() if term in text) / total


def _list_around(candidates: Sequence[Candidate], number: int) -> list[int]:
    """The list a sentence opens (as heading or lead-in) or belongs to; empty if there is none.

    Of each item the sentence that opens it. With the list's lead-in, but without its heading, which
    the citation's place names anyway.
    """
    anchor = candidates[number]
    opens = anchor.is_heading or anchor.text.rstrip().endswith(_LEADS)
    if not (opens or _is_in_list_of(anchor, anchor)):
        return []
    first = last = number
    while not opens and first > 0 and _is_in_list_of(candidates[first - 1], anchor):
        first -= 1
    lead = candidates[first - 1] if first > 0 and not opens else None
    if lead and lead.hit is anchor.hit and lead.text.rstrip().endswith(_LEADS):
        first -= 1
    while last + 1 < len(candidates) and _is_in_list_of(candidates[last + 1], anchor):
        last += 1
    found = [row for row in range(first, last + 1) if not candidates[row].follows_item]
    return found[anchor.is_heading :] if len(found) > 1 else []


def _is_in_list_of(item: Candidate, anchor: Candidate) -> bool:
    return item.hit is anchor.hit and (item.is_item or item.follows_item)
