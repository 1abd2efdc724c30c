"""Names that must be exactly the same: K5 is not K7, 2021 is not 2023, March is not February."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePosixPath

from corpus.normalize import fold
from corpus.quantities import quantities
from corpus.records import Passage
from rag.evidence import Evidence
from rag.numerals import number_of
from rag.places import names_place
from rag.query import Query

_MODEL = re.compile(
    r"(?<![a-z0-9.-])(?!(?:day|part|chapter|section|step|episode)\b|q[1-4]\b)"
    r"(?:[a-z]+[ -]?\d[a-z0-9]*(?:[.-][a-z0-9]+)*|\d+(?:\.\d+){2,}"
    r"|\d{2,}-(?!(?:19|20)\d\d)\d{4,}(?:-\d+)*)(?![a-z0-9])"
)
_COUNT = re.compile(  # of ChatGPT 12 月 11 日, Plus 20 美元, OpenAI 12 场
    r"\s*(?:年(?![费版])|月(?![费租])|日(?!历)|[号秒%元]|天(?!气)|美元|分钟|小时|[万亿]"
    r"|[个种款条次场张位名家人块周](?!人|性化))"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_MONTH = re.compile(r"(?<![\d.])(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?!亮|球|饼|经|嫂)")
_COUNTED_TIME = re.compile("个(?=小时|钟头|月|星期|工作日)")  # 50 个小时 are 50 小时
_COUNT_THINGS = frozenset("个条项种款类点件位名人次样大步年月日号")  # and name dates: no amounts
_QUARTER = re.compile(r"(?:第?([一二三四1-4])季度|\bq([1-4])\b)")
_FESTIVAL = re.compile(
    r"春节|元旦|清明(?!上河)|(?<![期周十百])五一(?![起早个点次样般种定百千万])|端午|中秋|国庆|圣诞(?!老人)|元宵|七夕"
    r"|重阳|除夕|暑假|寒假"
)
_SAME_DAYS = {  # what the days of a festival are called, where not by its name alone
    "春节": r"春节|过年|除夕|大年|初一|新年|正月", "元旦": r"元旦|新年|(?<!\d)1\s*月\s*1\s*日",
    "清明": r"清明|4\s*月", "五一": r"五一|劳动节|5\s*月", "国庆": r"国庆|十一|10\s*月",
    "圣诞": r"圣诞|12\s*月", "元宵": r"元宵|正月", "除夕": r"除夕|春节|过年",
    "暑假": r"暑|[78]\s*月", "寒假": r"寒假|[12]\s*月|春节",
}  # fmt: skip
_WORTH = 5.5  # how much worse a sentence may score that stands by the name asked for
_NEAR = 2.0  # how much worse the sentence may score that holds the name itself
_DOUBT = 0.2  # what is left of the confidence in a sentence that stands by another name


@dataclass(frozen=True, slots=True)
class Names:
    """What a text names exactly.

    Attributes:
        models: Letters with figures: k5, gpt-4o; without blanks and hyphens.
        times: By sort (year, month, quarter) the numbers that are named.
        festivals: 春节 and the like.
    """

    models: frozenset[str]
    times: tuple[frozenset[int], frozenset[int], frozenset[int]]
    festivals: frozenset[str] = frozenset()


def names_in(text: str) -> Names:
    """The exact names of a text."""
    folded = fold(text)
    models = frozenset(
        _compact(name.group())
        for name in _MODEL.finditer(folded)
        if " " not in name.group() or not _COUNT.match(folded, name.end())
    )
    months = (number_of(month) for month in _MONTH.findall(folded))
    quarters = (number_of(one or other) for one, other in _QUARTER.findall(folded))
    return Names(
        models,
        (
            frozenset(map(int, _YEAR.findall(folded))),
            frozenset(month for month in months if month is not None and 1 <= month <= 12),
            frozenset(quarter for quarter in quarters if quarter is not None),
        ),
        frozenset(_FESTIVAL.findall(folded)),
    )


def exactly(
    query: Query,
    evidence: Evidence,
    places: frozenset[str] = frozenset(),
    rare: frozenset[str] = frozenset(),
) -> tuple[Evidence, float]:
    """Evidence that stands by what a question names exactly, and what its confidence is worth.

    The best sentence whose passage holds the names comes first, if it is not much worse; if none
    does, little is left of the confidence: the less, the fewer of the names stand by the best. A
    passage without any year does not contradict one.

    Args:
        query: The question.
        evidence: Its sentences, ranked.
        places: That the question names, folded.
        rare: Its :func:`rag.strangers.rare_names`.

    Returns:
        The evidence, and what its confidence is to be multiplied with.
    """
    asked, evidence = names_in(query.text), _as_much(query, evidence)
    if not evidence.order or not (
        places or rare or asked.models or asked.festivals or any(asked.times)
    ):
        return evidence, 1.0
    known: dict[str, float] = {}
    floor = evidence.scores[evidence.order[0]] - _WORTH
    for number in evidence.order:
        if evidence.scores[number] < floor:
            break
        passage = evidence.candidates[number].hit.passage
        if passage.id not in known:
            known[passage.id] = _lacks(asked, places, rare, passage)
        if not known[passage.id]:
            first = _itself(evidence, number, places) if places else number
            order = (first, *(other for other in evidence.order if other != first))
            return replace(evidence, order=order), 1.0
    return evidence, _DOUBT ** min(known.values())


def _as_much(query: Query, evidence: Evidence) -> Evidence:
    """Evidence led by the sentence that holds the amount asked about, not by one of another.

    Of 服务满 50 小时 and 服务满 100 小时 below each other that which 满 50 个小时 names.
    """
    asked = _amounts(query.text)
    if not asked or not evidence.order:
        return evidence
    first = evidence.order[0]
    best, units = evidence.candidates[first], {unit for _, unit in asked}
    told = _amounts(best.text)
    if asked & told or not units & {unit for _, unit in told}:
        return evidence
    for number in evidence.order[1:]:
        item = evidence.candidates[number]
        if evidence.scores[number] < evidence.scores[first] - _NEAR:
            break
        if item.hit is best.hit and asked <= _amounts(item.text):
            order = (number, *(other for other in evidence.order if other != number))
            return replace(evidence, order=order)
    return evidence


def _amounts(text: str) -> set[tuple[Decimal, str]]:
    told = _COUNTED_TIME.sub("", fold(text))
    found = ((item.value, item.unit) for item in quantities(told))
    return {(value, unit) for value, unit in found if unit and unit not in _COUNT_THINGS}


def _itself(evidence: Evidence, number: int, places: frozenset[str]) -> int:
    """The sentence of a passage that itself names the places, if it is hardly worse than its best.

    Of a table's rows that of the country asked for, not the line above the table.
    """
    best = evidence.candidates[number]
    near = (
        other
        for other in evidence.order
        if evidence.candidates[other].hit is best.hit
        and evidence.scores[other] >= evidence.scores[number] - _NEAR
    )
    texts = ((other, fold(evidence.candidates[other].text)) for other in near)
    held = (other for other, text in texts if all(names_place(text, one) for one in places))
    return next(held, number)


def _lacks(asked: Names, places: frozenset[str], rare: frozenset[str], passage: Passage) -> float:
    """The share of the names that a passage does not hold; all of them if its times are others."""
    stem = PurePosixPath(passage.source).stem
    above = (passage.title, stem, passage.published, *passage.headings, *passage.context)
    text = fold("\n".join((*above, passage.text)))
    told = names_in(text)
    for wanted, held in zip(asked.times, told.times, strict=True):
        if held and not wanted <= held:
            return 1.0
    if any(not re.search(_SAME_DAYS.get(name, name), text) for name in asked.festivals):
        return 1.0
    missing = sum(not names_place(text, place) for place in places) / max(len(places), 1)
    others = sum(not _names(model, text, told) for model in asked.models)
    unnamed = any(not _holds(text, word) for word in rare)
    return max(missing, others / max(len(asked.models), 1), float(unnamed))


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", text) is not None


def _names(model: str, text: str, told: Names) -> bool:
    """Whether a text names a model, written with or without blanks, or a dated version of it."""
    if any(other == model or _is_version(other, model) for other in told.models):
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(model)}(?![a-z0-9])", _compact(text)) is not None


def _is_version(other: str, model: str) -> bool:
    return (
        other.startswith(model)
        and re.fullmatch(r"(?:19|20)\d{4,6}", other[len(model) :]) is not None
    )


def _compact(text: str) -> str:
    return re.sub(r"[\s-]+", "", text)
