"""Whether a sentence that a language model wrote stands in the passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.normalize import fold
from index.asked import content_terms
from rag.cutting import Cutter
from rag.features import Candidate
from rag.llm.exact import Piece, Told, denies, figures_and_names, is_numeral, quotations

SUPPORTED = 0.7
"""Of the words of a sentence, weighted by their rarity, the cited text must hold this share."""

MOST_QUOTES = 4
_OF_A_CLAUSE = 0.5  # a clause with a figure or name must have this share of its words beside it
_AS_GOOD = 0.75  # a quote that says this share of what the best one says spares another quote
_SLIGHT = 0.3  # how much a word of one Chinese character counts: many are scraps of others
_CLAUSE = re.compile(r"[^，；;。！？!?]+?(?:[，；;。！？!?]|,\s|$)")
_NOTHING_SAID = re.compile(
    r"(?:资料|文档|文章|文中|材料|上文|documents?|passages?|text)(?:里|中|内|本身)?[^，。；]{0,8}?"
    r"(?:没有?|未|无法|不能|does not|do not|did not|doesn't|don't|cannot)"
    r"[^，。；]{0,4}?(?:提|说|写|回答|给出|包含|涉及|找到|明确|answer|mention|say|state|contain|provide)",
    re.IGNORECASE,
)
_ABOUT_ITSELF = """
根据 依据 资料 文档 文中 如下 以下 回答 答案 问题 总结 总之 综上 所述 内容 信息 提供 希望
好 好的 帮助 according passages passage documents document answer question summary following
based sure okay hope
"""
_SAYS_NOTHING = frozenset(_ABOUT_ITSELF.split())
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

    A sentence is supported if for each of its clauses there is a sentence that holds all its
    numbers and names and half of its words; if these sentences together hold every title and
    quotation and most of its words; and if nothing is denied in one and asserted in the other. A
    sentence is read with what stands above it: title, headings, date, context. Words are compared,
    not meanings: a wrong sentence made of the right words passes.

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
        weights = self._weights(words)
        clauses = [self._clause(text) for text in _CLAUSE.findall(words)]
        quoted = quotations(words)
        leads = words.endswith(("：", ":")) and self._question.issuperset(weights)
        empty = not weights and not quoted and not any(clause.pieces for clause in clauses)
        if leads or empty or says_nothing_is_said(words):
            return Verdict("neutral")
        texts = [Told([item], self._cutter) for item in pool]
        chosen: list[int] = []
        stands = [_stands(clause, texts, chosen) for clause in clauses]
        quotes = [pool[number] for number in sorted(chosen)]
        told = Told(quotes, self._cutter)
        share = told.share_of(weights)
        if (
            quotes
            and all(stands)
            and share >= SUPPORTED
            and all(piece.within(told) for piece in quoted)
            and not denies(fold(words), told.quoted)
        ):
            return Verdict("supported", share, tuple(quotes))
        return Verdict("unsupported", share)

    def _clause(self, words: str) -> _Clause:
        return _Clause(self._weights(words), figures_and_names(words))

    def _weights(self, words: str) -> dict[str, float]:
        """What each word that states something counts; numerals are compared as quantities."""
        terms = content_terms(list(dict.fromkeys(self._cutter.terms(words))))
        return {
            term: self._idf(term) * (_SLIGHT if len(term) == 1 and not term.isascii() else 1)
            for term in terms
            if term not in _SAYS_NOTHING and not is_numeral(term)
        }


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause: its words with their weights, and what must stand exactly."""

    weights: Mapping[str, float]
    pieces: tuple[Piece, ...]

    def gain(self, told: Told) -> float:
        """How much of it a text holds; a figure or a name counts like its weightiest word."""
        worth = max(self.weights.values(), default=1.0)
        words = sum(weight for term, weight in self.weights.items() if told.holds(term))
        return words + worth * sum(piece.within(told) for piece in self.pieces)


def _stands(clause: _Clause, texts: Sequence[Told], chosen: list[int]) -> bool:
    """Whether a clause stands in one text, which is added to those chosen if it has to be."""
    gains = [clause.gain(text) for text in texts]
    best = max(range(len(gains)), key=gains.__getitem__, default=None)
    if best is None or not gains[best]:
        return not clause.pieces
    enough = [number for number in chosen if gains[number] >= _AS_GOOD * gains[best]]
    for number in enough:
        if _holds(clause, texts[number]):
            return True
    if best not in chosen and len(chosen) < MOST_QUOTES:
        chosen.append(best)
    return _holds(clause, texts[best])


def _holds(clause: _Clause, told: Told) -> bool:
    if not clause.pieces:
        return True
    share = told.share_of(clause.weights)
    return share >= _OF_A_CLAUSE and all(piece.within(told) for piece in clause.pieces)
