"""Names that a sentence holds only as what something else is compared with: 是 Plus 的十倍."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.normalize import fold
from rag.evidence import Evidence
from rag.query import Query

_NAME = re.compile(r"(?<![a-z0-9.-])[a-z]{2,}(?![a-z0-9.-])")
_COMPARES = re.compile(r"[比倍差较]|区别|不同|than|compare|differ|times")
_WORTH = 3.0  # how much worse a sentence may score that tells of the name itself
_DOUBT = 0.2  # what is left of the confidence if there is none


def not_compared(query: Query, evidence: Evidence) -> tuple[Evidence, float]:
    """Evidence whose first sentence is not of something compared with the name asked for.

    What Pro costs, ten times Plus, is not what Plus costs. The best sentence that holds the name
    otherwise comes first, if it is hardly worse; a question that compares is left alone.

    Returns:
        The evidence, and what its confidence is to be multiplied with.
    """
    asked = fold(query.text)
    if not evidence.order or _COMPARES.search(asked):
        return evidence, 1.0
    names = _NAME.findall(asked)
    first = evidence.order[0]
    told = fold(evidence.candidates[first].text)
    names = [name for name in names if _held(told, name) and not _of_itself(told, name)]
    if not names:
        return evidence, 1.0
    floor = evidence.scores[first] - _WORTH
    for number in evidence.order[1:]:
        text = fold(evidence.candidates[number].text)
        if evidence.scores[number] >= floor and all(_of_itself(text, name) for name in names):
            order = (number, *(other for other in evidence.order if other != number))
            return replace(evidence, order=order), 1.0
    return evidence, _DOUBT


def _held(text: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", text) is not None


def _of_itself(text: str, name: str) -> bool:
    """Whether a text holds a name other than as what is compared with."""
    whole = rf"(?:[a-z0-9.-]+ )?{name}(?![a-z0-9])"
    times = r"\s*的\s*[\d.一二两三四五六七八九十百千几数半]+\s*(?:多\s*)?(?:倍|分之|成)"
    compared = rf"比起?\s*{whole}|[与跟和同]\s*{whole}\s*相?比|{whole}{times}"
    return _held(re.sub(compared, " ", text), name)
