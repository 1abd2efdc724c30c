"""Search terms: Chinese words by jieba's dictionary, run by rjieba."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import accumulate, chain, pairwise

from corpus.dates import date_terms
from corpus.errors import SettingsError
from corpus.normalize import fold, without_accents
from corpus.records import content_id

_HAS_WORD = re.compile(r"[^\W_]")
# Patterns begin with a character class where they can: a search skips to it.
_JOINT = re.compile(r"[a-z0-9](?<![a-z0-9]{2})[a-z0-9]*+(?:[-._+/][a-z0-9]++)+")
_GLUED = re.compile(r"([a-z]*\d+)([a-z]{2,})|([a-z]{2,})(\d+)")
_DASHES = re.compile(r"[‐–—](?<=[a-z0-9].)(?=[a-z0-9])")
_FIGURE = re.compile(
    r"[0-9](?<![0-9]{2})(?:[0-9]{0,2}(?:,[0-9]{3})++(?:\.[0-9]++)?(?![,0-9])"
    r"|[0-9.]*+%|[0-9]?:[0-9]{2}(?![0-9]))"
)
_FOREIGN = re.compile("[\u00df-\u052f\u0530-\u1fff\u3040-\u30ff\uac00-\ud7a3]")
_ALPHABETIC = re.compile("[\u0250-\u02af\u0370-\u1dff\u1f00-\u1fff]+")
_SYLLABIC = re.compile("[\u3040-\u30ff]{2,}|[\uac00-\ud7a3]{2,}")
_REMEMBERED = 300_000
_SMALLPOX = "天花"
_COUNTS = re.compile(r"[\d一二三四五六七八九十百千两几每半整多数当同头]$")

BETWEEN = "\0"
"""Stands between two texts that are cut together; in a text it counts as a blank."""
_FREQUENT = 1_000_000  # makes a word of the user win over any other segmentation

DICTIONARY_TOTAL = 60_101_967
"""What the words of jieba's dictionary count together."""


@dataclass(frozen=True, slots=True)
class CutTexts:
    """What several texts have been cut into.

    Together the tokens, their parts (:meth:`Segmenter.within`) and the further terms of a text are
    its terms; tokens that are no words (:func:`is_word`) are among the tokens.

    Attributes:
        folded: The texts as they were cut; "" for one of those apart.
        apart: Numbers of the texts that hold other alphabets; all their terms are further ones.
        tokens: Text by text, ``BETWEEN`` between two of them.
        further: Number of the text, and term.
    """

    folded: tuple[str, ...]
    apart: tuple[int, ...]
    tokens: list[str]
    further: list[tuple[int, str]]


class Segmenter:
    """Cuts text into search terms.

    Args:
        words: Words of the user's own, kept whole wherever they occur.

    Raises:
        SettingsError: A word contains white space.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        import rjieba

        self.words = tuple(sorted({fold(word).strip() for word in words} - {""}))
        for word in self.words:
            if any(character.isspace() or character == BETWEEN for character in word):
                raise SettingsError(f"dictionary word {word!r} contains white space; remove it")
        self._jieba = rjieba.Jieba()
        self._terms_of = _TermsOf(self)
        self._own = frozenset(self.words)
        if self.words:
            self._with_own = rjieba.Jieba()
            for word in self.words:
                self._with_own.add_word(word, _FREQUENT, None)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may be cut differently."""
        return content_id("terms-6", metadata.version("rjieba"), *self.words)

    def terms(self, text: str) -> list[str]:
        """The search terms of a text, repeated as they occur.

        The text is folded (width, case, script, accents) first. A long Chinese word also yields
        the words within it; a joint token (``gpt-4o``, ``3.5``, ``o1pro``), a figure (``3.5%``,
        ``1,234``) and a date come whole and in parts; words of other alphabets come whole.
        Words are cut by the dictionary alone: jieba's guesses at unknown words depend on what
        stands around them, and so differ between a question and the passage that answers it.
        Punctuation yields nothing.
        """
        folded = fold(text)
        if _FOREIGN.search(folded):
            return self._foreign_terms(folded)
        return self._terms(folded)

    def cut_many(self, texts: Sequence[str]) -> CutTexts:
        """Several texts at once, for a caller that does the rest faster by number."""
        folded = [fold(text).replace(BETWEEN, " ") for text in texts]
        apart = [number for number, text in enumerate(folded) if _FOREIGN.search(text)]
        further = [(at, term) for at in apart for term in self._foreign_terms(folded[at])]
        for number in apart:
            folded[number] = ""
        joined = BETWEEN.join(folded)
        tokens = self.split(joined)
        joined = _DASHES.sub("-", joined)
        begins = list(accumulate((len(text) + 1 for text in folded), initial=0))
        joint: dict[int, list[str]] = {}
        for match in _JOINT.finditer(joined):
            joint.setdefault(bisect_right(begins, match.start()) - 1, []).append(match.group())
        for match in _FIGURE.finditer(joined):
            number = bisect_right(begins, match.start()) - 1
            further.append((number, match.group().replace(",", "")))
        for number, found in joint.items():
            further += [(number, term) for term in found + date_terms(" ".join(found))]
        for number, text in enumerate(joined.split(BETWEEN)):
            further += [(number, term) for term in date_terms(text)]
        return CutTexts(tuple(folded), tuple(apart), tokens, further)

    def tagged(self, text: str) -> list[tuple[str, str]]:
        """Words of a text as it stands, each with its part of speech in jieba's notation."""
        tagged = list(self._jieba.tag(text, False))
        for at in _days_spent([word for word, _ in tagged]):
            tagged[at : at + 1] = [("天", "q"), ("花", "v")]
        return tagged

    def within(self, token: str) -> list[str]:
        """The terms that a token yields besides itself."""
        inner: list[str] = []
        if len(token) > 2 or token in self._own:
            cut = self._jieba.cut_for_search(token, False)
            inner = [part for part in cut if part != token and is_word(part)]
        glued = (_glued_parts(part) for part in (token, *inner) if part.isascii())
        return [*inner, *chain.from_iterable(glued)]

    def split(self, folded: str) -> list[str]:
        """A folded text, cut into words and what lies between: joined, they are the text again.

        Every word that a dictionary gains makes all others a little rarer, and so might cut text
        that does not hold it in another way. So the user's words are only looked for with it, and
        what stands between them is cut without.
        """
        if not self._own:
            return _day_apart(self._jieba.cut(folded, False))
        tokens: list[str] = []
        between: list[str] = []
        for token in (*self._with_own.cut(folded, False), None):
            if token is not None and token not in self._own:
                between.append(token)
                continue
            tokens += _day_apart(self._jieba.cut("".join(between), False))
            between.clear()
            tokens += [token] if token else []
        return tokens

    def _terms(self, folded: str) -> list[str]:
        terms = list(chain.from_iterable(map(self._terms_of.__getitem__, self.split(folded))))
        folded = _DASHES.sub("-", folded)
        joint = _JOINT.findall(folded)
        figures = [found.replace(",", "") for found in _FIGURE.findall(folded)]
        dates = date_terms(folded) + date_terms(" ".join(joint))
        return terms + joint + figures + dates

    def _foreign_terms(self, folded: str) -> list[str]:
        """Terms of a text that holds more than Chinese and plain Latin letters."""
        folded = without_accents(folded)
        terms = [term for term in self._terms(folded) if not _ALPHABETIC.fullmatch(term)]
        words = filter(is_word, _ALPHABETIC.findall(folded))
        return [*terms, *words, *_SYLLABIC.findall(folded)]


def is_word(token: str) -> bool:
    """Whether a token holds a letter, digit or character."""
    return token.isalnum() or _HAS_WORD.search(token) is not None


def _day_apart(tokens: Sequence[str]) -> list[str]:
    """Tokens in which 一天花多少 speaks of no smallpox."""
    parted = list(tokens)
    for at in _days_spent(parted):
        parted[at : at + 1] = ["天", "花"]
    return parted


def _days_spent(tokens: Sequence[str]) -> list[int]:
    """Where the 天 of 天花 is counted, last place first."""
    if _SMALLPOX not in tokens:
        return []
    pairs = enumerate(pairwise(tokens), start=1)
    found = [at for at, (one, word) in pairs if word == _SMALLPOX and _COUNTS.search(one)]
    return found[::-1]


class _TermsOf(dict[str, tuple[str, ...]]):
    """The terms of a token, itself among them; looked up far more than worked out."""

    def __init__(self, segmenter: Segmenter) -> None:
        super().__init__()
        self._segmenter = segmenter

    def __missing__(self, token: str) -> tuple[str, ...]:
        terms = (token, *self._segmenter.within(token)) if is_word(token) else ()
        if len(self) < _REMEMBERED:
            self[token] = terms
        return terms


def _glued_parts(token: str) -> tuple[str, ...]:
    """``iphone16pro``: ``iphone16``, ``pro``, ``iphone``, ``16``; ``4o`` has no parts."""
    match = _GLUED.fullmatch(token)
    parts = tuple(part for part in match.groups() if part) if match else ()
    return parts + tuple(inner for part in parts for inner in _glued_parts(part))
