"""Search terms: Chinese words by jieba's dictionary, run by rjieba."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata

from corpus.dates import date_terms
from corpus.errors import SettingsError
from corpus.normalize import fold, without_accents
from corpus.records import content_id

_HAS_WORD = re.compile(r"[^\W_]")
# Patterns begin with a character class where they can: a search skips to it.
_JOINT = re.compile(r"[a-z0-9](?<![a-z0-9]{2})[a-z0-9]*+(?:[-._+/][a-z0-9]++)+")
_LETTER_BESIDE_DIGIT = re.compile(r"[a-z](?:(?=\d)|(?<=\d[a-z]))")
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
_FREQUENT = 1_000_000  # makes a word of the user win over any other segmentation


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
            if any(character.isspace() for character in word):
                raise SettingsError(f"dictionary word {word!r} contains white space; remove it")
        self._jieba = rjieba.Jieba()
        self._is_word = _IsWord()
        self._own = frozenset(self.words)
        if self.words:
            self._with_own = rjieba.Jieba()
            for word in self.words:
                self._with_own.add_word(word, _FREQUENT, None)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may be cut differently."""
        return content_id("terms-4", metadata.version("rjieba"), *self.words)

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

    def tagged(self, text: str) -> list[tuple[str, str]]:
        """Words of a text as it stands, each with its part of speech in jieba's notation."""
        return list(self._jieba.tag(text, False))

    def _terms(self, folded: str) -> list[str]:
        tokens = self._cut(folded)
        terms = list(filter(self._is_word.__getitem__, tokens))
        folded = _DASHES.sub("-", folded)
        if _LETTER_BESIDE_DIGIT.search(folded):
            for token in list(filter(str.isascii, terms)):
                terms += _glued_parts(token)
        joint = _JOINT.findall(folded)
        figures = [found.replace(",", "") for found in _FIGURE.findall(folded)]
        dates = date_terms(folded) + date_terms(" ".join(joint))
        return terms + joint + figures + dates

    def _cut(self, folded: str) -> list[str]:
        """Tokens, long ones with those within them.

        Every word that a dictionary gains makes all others a little rarer, and so might cut text
        that does not hold it in another way. So the user's words are only looked for with it, and
        what stands between them is cut without.
        """
        if not self._own:
            return list(self._jieba.cut_for_search(folded, False))
        tokens: list[str] = []
        between: list[str] = []
        for token in self._with_own.cut(folded, False):
            if token not in self._own:
                between.append(token)
                continue
            tokens += self._jieba.cut_for_search("".join(between), False)
            between.clear()
            tokens += [part for part in self._jieba.cut_for_search(token, False) if part != token]
            tokens.append(token)
        return tokens + list(self._jieba.cut_for_search("".join(between), False))

    def _foreign_terms(self, folded: str) -> list[str]:
        """Terms of a text that holds more than Chinese and plain Latin letters."""
        folded = without_accents(folded)
        terms = [term for term in self._terms(folded) if not _ALPHABETIC.fullmatch(term)]
        return terms + _ALPHABETIC.findall(folded) + _SYLLABIC.findall(folded)


class _IsWord(dict[str, bool]):
    """Whether a token holds a letter, digit or character; looked up far more than worked out."""

    def __missing__(self, token: str) -> bool:
        word = token.isalnum() or _HAS_WORD.search(token) is not None
        if len(self) < _REMEMBERED:
            self[token] = word
        return word


@lru_cache(_REMEMBERED)
def _glued_parts(token: str) -> tuple[str, ...]:
    """``iphone16pro``: ``iphone16``, ``pro``, ``iphone``, ``16``; ``4o`` has no parts."""
    match = _GLUED.fullmatch(token)
    parts = tuple(part for part in match.groups() if part) if match else ()
    return parts + tuple(inner for part in parts for inner in _glued_parts(part))
