"""What several documents say of the same: the same, or values that cannot both be true.

Careful rather than complete: a contradiction is claimed only where two sentences have the same
subject, time and unit, and nothing in them tells that they speak of different things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.normalize import fold, squeeze
from corpus.quantities import Quantity, quantities
from corpus.titles import names_of
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.features import Candidate
from rag.numerals import ordinals
from rag.query import Query

_LOOKED_AT = 40  # sentences
_AS_MUCH = 0.75  # of the question's words that the first sentence stands under
_SOMETHING = 0.15  # of the question's words, without which a value is no answer to it
_NEAR = 3.0  # a sentence that answers scores this little less than the first
_ALIKE = 0.45  # cosine of two sentences without their values
_MOST = 3  # documents cited for one fact, or against it
_DATE = re.compile(
    r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?|(\d{4})\s*年"
    r"|(\d{4})-(\d{1,2})-(\d{1,2})"
)
_NAME = re.compile(r"[a-z][a-z0-9.+-]*(?:\s\d[\d.]*)?|《[^》]+》")
_TIME = re.compile(
    r"\d{4}\s*年|\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|[一二三四1-4]季度|[上下]半年"
    r"|[今去明前]年|[上下本]个?月|周[一二三四五六日]"
)
_ASKS = re.compile(r"[？?]\W*$")
_HEDGED = re.compile(
    r"原价|原来|以前|此前|曾|旧|上一?代|预计|计划|目标|最多|至少|不到|超过|以上|以下|左右|从.{1,12}到"
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Sentences of other documents about what the first sentence says.

    Attributes:
        same: Those that say it too, one for each document.
        against: Those that give another value.
    """

    same: tuple[Candidate, ...] = ()
    against: tuple[Candidate, ...] = ()


def agreement(
    query: Query,
    evidence: Evidence,
    first: Candidate,
    value: str,
    cutter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> Agreement:
    """What other documents say about the value that answers a question.

    A sentence that merely holds the value agrees in nothing: the value is news, what it is of
    stands there too, and the sentence is nearly as good.

    Args:
        query: The question.
        evidence: The sentences of the best passages, weighed.
        first: The sentence that answers it.
        value: The answering words in it.
        cutter: Cuts text into terms.
        idf: Inverse document frequency of a term.
        words: Tells how like two sentences are.
    """
    weights = {term: idf(term) for term in query.terms}

    def share(item: Candidate) -> float:
        passage = item.hit.passage
        names = names_of(passage.source, passage.title)
        above = " ".join((*names, *passage.headings, *passage.context))
        held = set(cutter.terms(f"{above} {item.text}"))
        return sum(weight for term, weight in weights.items() if term in held)

    least = _AS_MUCH * share(first)
    same: dict[str, Candidate] = {}
    against: dict[str, Candidate] = {}
    for number in evidence.order[:_LOOKED_AT]:
        item = evidence.candidates[number]
        document = item.hit.passage.document_id
        if document == first.hit.passage.document_id or document in same or item.is_heading:
            continue
        says = _says(item.text, value, query.kind)
        rivals = not says and _rivals(query.kind, first.text, item.text, value) is not None
        if not (says or rivals) or not least or share(item) < least:
            continue
        if says:
            same[document] = item
            against.pop(document, None)
        elif document not in against and _contradict(query, first, item, words):
            against[document] = item
    news = query.kind == "yesno" or squeeze(value) not in squeeze(query.text)
    news = news and share(first) >= _SOMETHING * sum(weights.values())
    near = _not_much_worse(evidence, first, tuple(same.values())) if news else ()
    return Agreement(near[:_MOST], tuple(against.values())[:_MOST])


def _not_much_worse(
    evidence: Evidence, first: Candidate, others: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    scores, place = evidence.scores, evidence.candidates.index
    return tuple(item for item in others if scores[place(item)] >= scores[place(first)] - _NEAR)


def _says(text: str, value: str, kind: str) -> bool:
    """Whether a sentence gives the value, amounts and dates in any form."""
    if kind == "number":
        wanted = [item for item in quantities(value) if item.unit]
        given = quantities(text)
        return bool(wanted) and all(any(w.equals(g) and g.unit for g in given) for w in wanted)
    if kind == "date":
        wanted_dates = _dates(value)
        return bool(wanted_dates) and wanted_dates <= _dates(text)
    return len(squeeze(value)) > 1 and squeeze(value) in squeeze(text)


def _contradict(query: Query, first: Candidate, other: Candidate, words: StaticEmbedder) -> bool:
    """Whether two sentences with different values cannot both be true of what is asked."""
    if any(_HEDGED.search(item.text) or _ASKS.search(item.text) for item in (first, other)):
        return False
    if not _same_subject(first, other, query):
        return False
    left, right = (_without_values(item.text, query.kind) for item in (first, other))
    vectors = words.encode_queries([left, right])
    return float(np.dot(vectors[0], vectors[1])) >= _ALIKE


def _rivals(kind: str, first: str, other: str, value: str) -> tuple[object, object] | None:
    """The values that stand against each other, if each sentence gives exactly one of the kind."""
    if kind == "date":
        one, two = _dates(first), _dates(other)
        if len(one) == len(two) == 1 and one != two and _as_exact(*one, *two):
            return one, two
    if kind == "number":
        unit = _unit(value, first)
        lone, lone_other = _of_unit(first, unit), _of_unit(other, unit)
        if unit and lone and lone_other and not lone.equals(lone_other):
            return lone, lone_other
    return None


def _unit(value: str, sentence: str) -> str:
    """The unit of the value, looked for in its sentence if it was marked without."""
    wanted = quantities(value)
    whole = [item for item in quantities(sentence) if any(item.equals(w) for w in wanted)]
    return next((item.unit for item in (*wanted, *whole) if item.unit), "")


def _of_unit(text: str, unit: str) -> Quantity | None:
    """The only amount in a unit; None if there are several, or none."""
    found = [item for item in quantities(text) if item.unit == unit]
    return found[0] if len(found) == 1 else None


def _as_exact(one: tuple[int, int, int], two: tuple[int, int, int]) -> bool:
    """Whether two dates differ in what both of them tell."""
    return any(a and b and a != b for a, b in zip(one, two, strict=True))


def _dates(text: str) -> set[tuple[int, int, int]]:
    """Year, month and day of the dates in a text; 0 for what is not told."""
    found = set()
    for match in _DATE.finditer(fold(text)):
        year, month, day, lone, *iso = match.groups()
        parts = iso if iso[0] else (year or lone, month, day)
        found.add(tuple(int(part or 0) for part in parts))
    return {(parts[0], parts[1], parts[2]) for parts in found}


def _same_subject(first: Candidate, other: Candidate, query: Query) -> bool:
    """Whether two sentences, and what stands above them, tell of no different things or times."""
    sides = [_with_above(item) for item in (first, other)]
    names = [set(_NAME.findall(text)) for text in sides]
    if names[0] - names[1] and names[1] - names[0]:
        return False
    if ordinals(sides[0]) != ordinals(sides[1]):
        return False
    if query.kind == "date":  # its times are the values
        sides = [_with_above(item, sentence=False) for item in (first, other)]
    times = [set(_TIME.findall(text)) for text in sides]
    return times[0] == times[1]


def _with_above(item: Candidate, *, sentence: bool = True) -> str:
    passage = item.hit.passage
    own = (item.text,) if sentence else ()
    return fold(" ".join((passage.title, *passage.headings, *passage.context, *own)))


def _without_values(text: str, kind: str) -> str:
    pattern = _DATE.pattern if kind == "date" else r"[\d一二三四五六七八九十百千万亿两.,%]+"
    return re.sub(pattern, " ", fold(text))
