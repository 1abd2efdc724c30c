"""Whether a sentence that a language model wrote stands in the passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from corpus.normalize import fold
from corpus.quantities import Quantity, quantities
from corpus.records import Passage
from rag.cutting import Cutter
from rag.features import Candidate
from rag.query import content_terms

SUPPORTED = 0.7
"""Of the words of a sentence, weighted by their rarity, the cited text must hold this share."""

MOST_QUOTES = 3
_GAIN = 0.08  # a further quote must hold at least this share of the sentence
# 一 counts only within a numeral, a date or an order: elsewhere it is an article.
_HAN = "〇零一二三四五六七八九十百千万亿"
_ONE = re.compile(rf"(?<![{_HAN}两第])一(?![{_HAN}年月日号])")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.+\-'][A-Za-z0-9]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s（）()，。；、]+", re.IGNORECASE)
_QUOTED = re.compile(r"《([^》]+)》|“([^”]{4,})”|「([^」]{4,})」|\"([^\"]{4,})\"")
_NEGATED = re.compile(r"(?:没有?|[不未无非])(?:[能会可曾再必得])?([\u4e00-\u9fff]{2})")
_NOTHING_SAID = re.compile(
    r"(?:资料|文档|文章|文中|材料|上文|documents?|passages?|text)(?:里|中|内|本身)?[^，。；]{0,8}?"
    r"(?:没有?|未|无法|不能|does not|do not|did not|doesn't|don't|cannot)"
    r"[^，。；]{0,4}?(?:提|说|写|回答|给出|包含|涉及|找到|明确|answer|mention|say|state|contain|provide)",
    re.IGNORECASE,
)
_ABOUT_ITSELF = frozenset(
    (
        "根据",
        "依据",
        "资料",
        "文档",
        "文中",
        "如下",
        "以下",
        "回答",
        "答案",
        "问题",
        "总结",
        "总之",
        "综上",
        "所述",
        "内容",
        "信息",
        "提供",
        "according",
        "passages",
        "passage",
        "documents",
        "document",
        "answer",
        "question",
        "summary",
        "following",
        "based",
    )
)
_BUT = re.compile(r"但|不过|然而|只是|\bbut\b|\bhowever\b|\bonly\b")

State = Literal["supported", "unsupported", "neutral"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a sentence.

    Attributes:
        state: ``neutral`` if it states nothing that could stand in a passage.
        share: Of its words, weighted by rarity, how many the quotes hold.
        quotes: The sentences it stands on, in the order of their passages; empty unless supported.
    """

    state: State
    share: float = 0.0
    quotes: tuple[Candidate, ...] = ()


def says_nothing_is_said(words: str) -> bool:
    """Whether a sentence says of the documents that they do not tell something, and no more."""
    return _NOTHING_SAID.search(words) is not None and not _BUT.search(fold(words))


class Support:
    """Checks the sentences of one answer.

    A sentence is supported if every number, name, title and quotation in it occurs in the cited
    text, nothing is denied in one and asserted in the other, and the cited text holds most of its
    words. The cited text is the quotes with what stands above them: title, headings, date, context.
    Words are compared, not meanings: a wrong sentence made of the right words passes.

    Args:
        question: Search terms of the question.
        cutter: Cuts text into terms.
        idf: Inverse document frequency of a term in the knowledge base.
    """

    def __init__(
        self, question: Iterable[str], cutter: Cutter, idf: Callable[[str], float]
    ) -> None:
        self._question = frozenset(question)
        self._cutter = cutter
        self._idf = idf

    def check(self, words: str, pool: Sequence[Candidate]) -> Verdict:
        """Look for a sentence in others, and choose the fewest of those that it stands on."""
        terms = content_terms(list(dict.fromkeys(self._cutter.terms(words))))
        terms = [term for term in terms if term not in _ABOUT_ITSELF]
        exact = _exact(words)
        leads = words.endswith(("：", ":")) and self._question.issuperset(terms)
        if leads or says_nothing_is_said(words) or not (terms or exact.all):
            return Verdict("neutral")
        weights = {term: self._idf(term) for term in terms}
        quotes = self._quotes(weights, exact, pool)
        told = _Told(quotes, self._cutter)
        total = sum(weights.values()) or 1.0
        share = sum(weight for term, weight in weights.items() if told.holds(term)) / total
        right = exact.within(told) and not _denies(fold(words), told.quoted)
        if quotes and right and (share >= SUPPORTED or not terms):
            return Verdict("supported", share, tuple(quotes))
        return Verdict("unsupported", share)

    def _quotes(
        self, weights: dict[str, float], exact: _Exact, pool: Sequence[Candidate]
    ) -> list[Candidate]:
        """Sentences that together hold most of what is to be found, each adding much."""
        worth = max(weights.values(), default=1.0)
        total = sum(weights.values()) + worth * len(exact.all)
        told = [(item, _Told([item], self._cutter)) for item in pool]
        left_terms, left_exact = dict(weights), list(exact.all)
        chosen: list[tuple[int, Candidate]] = []
        while told and len(chosen) < MOST_QUOTES and (left_terms or left_exact):
            gains = [
                sum(weight for term, weight in left_terms.items() if text.holds(term))
                + worth * sum(item.within(text) for item in left_exact)
                for _, text in told
            ]
            best = max(range(len(gains)), key=gains.__getitem__)
            if gains[best] < _GAIN * total:
                break
            item, text = told[best]
            chosen.append((best, item))
            left_terms = {t: weight for t, weight in left_terms.items() if not text.holds(t)}
            left_exact = [item for item in left_exact if not item.within(text)]
        return [item for _, item in sorted(chosen, key=lambda pair: pair[0])]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something that must occur as it is written: a quantity, or a name, title or quotation."""

    quantity: Quantity | None = None
    name: str = ""

    def within(self, told: _Told) -> bool:
        if self.quantity is not None:
            return any(self.quantity.equals(other) for other in told.quantities)
        return self.name in told.squeezed


@dataclass(frozen=True, slots=True)
class _Exact:
    """All of them."""

    all: tuple[_Piece, ...]

    def within(self, told: _Told) -> bool:
        return all(piece.within(told) for piece in self.all)


def _exact(words: str) -> _Exact:
    plain = unicodedata.normalize("NFKC", words)
    names = {match.group() for match in _ADDRESS.finditer(plain)}
    for match in _WORD.finditer(plain):
        word = match.group()
        # In the middle of a sentence a capital marks a name; at its beginning only a second one.
        begins = not plain[: match.start()].strip(" \"'“‘(")
        if any(map(str.isdigit, word)) or any(map(str.isupper, word[begins:])):
            names.add(word)
    names.update(filter(None, (text for match in _QUOTED.findall(words) for text in match)))
    amounts = dict.fromkeys(quantities(_ONE.sub("", _ADDRESS.sub("", words))))
    pieces = [_Piece(quantity=item) for item in amounts]
    return _Exact((*pieces, *(_Piece(name=name) for name in sorted(map(_squeezed, names)))))


class _Told:
    """What some sentences tell, with what stands above them."""

    def __init__(self, quotes: Sequence[Candidate], cutter: Cutter) -> None:
        passages = {item.hit.passage.id: item.hit.passage for item in quotes}
        self._texts = [*map(_above, passages.values()), *(item.text for item in quotes)]
        self._cutter = cutter
        self.quoted = fold(" ".join(item.text for item in quotes))

    @cached_property
    def squeezed(self) -> str:
        """Its folded text without white space."""
        return _squeezed("\n".join(self._texts))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The amounts in it."""
        return [item for text in self._texts for item in quantities(text)]

    @cached_property
    def _terms(self) -> frozenset[str]:
        return frozenset(term for text in self._texts for term in self._cutter.terms(text))

    def holds(self, term: str) -> bool:
        """Whether a term occurs in it, be it as part of a longer word."""
        return term in self._terms or (len(term) > 1 and term in self.squeezed)


def _above(passage: Passage) -> str:
    return "\n".join((passage.title, *passage.headings, *passage.context, passage.published))


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def _denies(words: str, quoted: str) -> bool:
    """Whether one denies what the other asserts: 不发酵 against 发酵."""
    denied, other = set(_NEGATED.findall(words)), set(_NEGATED.findall(quoted))
    return any(_asserted(item, quoted) and item not in other for item in denied) or any(
        _asserted(item, words) and item not in denied and not _asserted(item, quoted)
        for item in other
    )


def _asserted(item: str, text: str) -> bool:
    return item in _NEGATED.sub("", text)
