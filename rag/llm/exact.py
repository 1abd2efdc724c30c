"""What of a sentence must stand in a source exactly as it is written, and whether it does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.normalize import fold
from corpus.quantities import Quantity, quantities
from corpus.records import Passage
from rag.cutting import Cutter
from rag.features import Candidate

# 一 counts only within a numeral, a date or an order: elsewhere it is an article.
_HAN = "〇零一二三四五六七八九十百千万亿"
_ONE = re.compile(rf"(?<![{_HAN}两第])一(?![{_HAN}年月日号])")
_NUMERAL = re.compile(rf"[\d.,{_HAN}两]+[年月日号度个元%]?")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.+\-'][A-Za-z0-9]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s（）()，。；、]+", re.IGNORECASE)
_QUOTED = re.compile(r"《([^》]+)》|“([^”]{4,})”|「([^」]{4,})」|\"([^\"]{4,})\"")
_NEGATED = re.compile(r"(?:没有?|[不未无非])(?:[能会可曾再必得])?([\u4e00-\u9fff]{2})")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that must occur as it is written: a quantity, or a name, title or quotation."""

    quantity: Quantity | None = None
    name: str = ""

    def within(self, told: Told) -> bool:
        """Whether a text holds it."""
        if self.quantity is not None:
            return any(self.quantity.equals(other) for other in told.quantities)
        return self.name in told.squeezed


def quotations(words: str) -> tuple[Piece, ...]:
    """Titles and quotations of a sentence, and addresses."""
    found = [text for match in _QUOTED.findall(words) for text in match if text]
    found += _ADDRESS.findall(words)
    return tuple(Piece(name=name) for name in dict.fromkeys(map(_squeezed, found)))


def figures_and_names(words: str) -> tuple[Piece, ...]:
    """Quantities of a sentence, and its names in Latin letters."""
    plain = _ADDRESS.sub(" ", unicodedata.normalize("NFKC", words))
    names = set()
    for match in _WORD.finditer(plain):
        word = match.group()
        # In the middle of a sentence a capital marks a name; at its beginning only a second one.
        begins = not plain[: match.start()].strip(" \"'“‘(")
        if any(map(str.isdigit, word)) or any(map(str.isupper, word[begins:])):
            names.add(_squeezed(word))
    amounts = dict.fromkeys(quantities(_ONE.sub("", plain)))
    pieces = [Piece(quantity=item) for item in amounts]
    return (*pieces, *(Piece(name=name) for name in sorted(names)))


def is_numeral(term: str) -> bool:
    """Whether a term is a number, which is compared as a quantity."""
    return _NUMERAL.fullmatch(term) is not None


class Told:
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

    def share_of(self, weights: Mapping[str, float]) -> float:
        """The share of some weighted words that it holds; 1 if there are none."""
        total = sum(weights.values())
        return sum(w for term, w in weights.items() if self.holds(term)) / total if total else 1.0

    def holds(self, term: str) -> bool:
        """Whether a term occurs in it, be it as part of a longer word."""
        return term in self._terms or (len(term) > 1 and term in self.squeezed)


def _above(passage: Passage) -> str:
    return "\n".join((passage.title, *passage.headings, *passage.context, passage.published))


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def denies(words: str, quoted: str) -> bool:
    """Whether one denies what the other asserts: 不发酵 against 发酵."""
    denied, other = set(_NEGATED.findall(words)), set(_NEGATED.findall(quoted))
    return any(_asserted(item, quoted) and item not in other for item in denied) or any(
        _asserted(item, words) and item not in denied and not _asserted(item, quoted)
        for item in other
    )


def _asserted(item: str, text: str) -> bool:
    return item in _NEGATED.sub("", text)
