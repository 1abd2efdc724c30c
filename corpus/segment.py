"""Search terms: Chinese words by jieba's dictionary, run by rjieba."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

from corpus.errors import SettingsError
from corpus.normalize import fold
from corpus.records import content_id

_HAS_WORD = re.compile(r"\w")
# Begins with a character class, which a search skips to; so do the others.
_JOINT = re.compile(r"[a-z0-9](?<![a-z0-9]{2})[a-z0-9]*+(?:[-._+/][a-z0-9]++)+")
_LETTER_BESIDE_DIGIT = re.compile(r"[a-z](?:(?=\d)|(?<=\d[a-z]))")
_GLUED = re.compile(r"([a-z]*\d+)([a-z]{2,})|([a-z]{2,})(\d+)")
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
        for word in self.words:
            self._jieba.add_word(word, _FREQUENT, None)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may be cut differently."""
        return content_id("terms-2", metadata.version("rjieba"), *self.words)

    def terms(self, text: str) -> list[str]:
        """The search terms of a text, repeated as they occur.

        The text is folded (width, case, script) first. A long Chinese word also yields the words
        within it; a joint token (``gpt-4o``, ``3.5``, ``o1pro``) comes whole and in parts.
        Words are cut by the dictionary alone: jieba's guesses at unknown words depend on what
        stands around them, and so differ between a question and the passage that answers it.
        Punctuation yields nothing.
        """
        folded = fold(text)
        tokens = self._jieba.cut_for_search(folded, False)
        terms = [token for token in tokens if token.isalnum() or _HAS_WORD.search(token)]
        if _LETTER_BESIDE_DIGIT.search(folded):
            for token in [token for token in terms if token.isascii()]:
                if match := _GLUED.fullmatch(token):
                    terms += [part for part in match.groups() if part]
        return terms + _JOINT.findall(folded)
