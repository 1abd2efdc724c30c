"""What a user typed, read as a query: words, phrases that must stand just so, words excluded.

    什么叫“量子优势” -谷歌

A phrase stands in double quotes (``"…"``, ``“…”``) or corner brackets (``「…」``, ``『…』``);
titles in 《…》 are words like any other. A hyphen behind a blank or at the beginning, with nothing
but a word or a phrase after it, excludes. ``GPT-4o`` and ``2020-2024`` are no exclusions, for no
blank stands before the hyphen; neither is ``-5度``, a number, nor ``-p``, an option of a command.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from corpus.normalize import fold
from index.asked import in_writing

LONGEST = 1_000
"""Characters of a query that are read; what follows is cut off, and a notice says so."""

MOST = 16
"""Phrases and exclusions of a query that count; further ones are read as text, with a notice."""

_DOUBLE = '"“”„＂'
_CLOSING = {**dict.fromkeys(_DOUBLE, _DOUBLE), "「": "」", "『": "』"}
_MINUS = re.compile(r"(?<!\S)[-－]")
# A letter first, for a number may be negative; then what words are made of.
_WORD = re.compile(r"([^\W\d_]\w*(?:[-.+#/·'’&]+\w+)*[+#]*)[,.;:!?，。；：！？、…]*(?!\S)")
_OPTION = re.compile("[a-zA-Z]")
_BLANK = " "


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a query that is compared with the text of passages as it stands.

    Attributes:
        text: Without its quotes; holds a letter, digit or character.
        start: Where it begins in the query's text, its quotes and hyphen included; likewise
            ``end``.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know about how a query was read or what became of it.

    Attributes:
        kind: ``cut``, ``open quote``, ``too many``, ``no words``, ``only excluded``,
            ``phrase not found``, ``phrase relaxed``, ``nothing left``, or ``remark`` and its kind.
        about: The piece of the query in question.
    """

    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read.

    Attributes:
        text: As typed; control characters are blanks, what follows ``LONGEST`` is gone.
        words: What is searched by words and by meaning: the text without exclusions and without
            the quotes of phrases, question words of speech (啥) as they are written.
        phrases: What must stand in a passage.
        excluded: What must not.
    """

    text: str
    words: str
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing to search for."""
        return not has_word(self.words)

    def relaxed(self) -> Query:
        """The same words, none of which must stand in a passage just so."""
        notices = (Notice("phrase relaxed", phrase.text) for phrase in self.phrases)
        return replace(self, phrases=(), notices=(*self.notices, *notices))


def parse_query(text: str) -> Query:
    """Read a query; any text is one."""
    readable = "".join(map(_readable, text[:LONGEST]))
    notices = [Notice("cut", str(LONGEST))] if len(text) > LONGEST else []
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    removed: list[tuple[int, int]] = []
    at = 0
    while at < len(readable):
        minus = _MINUS.match(readable, at)
        start = minus.end() if minus else at
        found = _quoted(readable, start) or (_excluded_word(readable, at, start) if minus else None)
        if found is None:
            if readable[at] in _CLOSING and _opens(readable, at):
                notices.append(Notice("open quote", readable[at]))
            at += 1
            continue
        if len(phrases) + len(excluded) == MOST:
            notices.append(Notice("too many", str(MOST)))
        elif minus:
            excluded.append(replace(found, start=at))
            removed.append((at, found.end))
        else:
            phrases.append(found)
            removed += [(found.start, found.start + 1), (found.end - 1, found.end)]
        at = found.end
    words = _without(readable, removed)
    if not has_word(words):
        notices.append(Notice("only excluded" if excluded else "no words"))
    told = tuple(dict.fromkeys(notices))
    return Query(readable, in_writing(words), tuple(phrases), tuple(excluded), told)


def has_word(text: str) -> bool:
    """Whether a text holds a letter, digit or character once it is folded."""
    return any(character.isalnum() for character in fold(text))


def _quoted(text: str, start: int) -> Phrase | None:
    """The phrase whose opening quote stands at a place."""
    if start >= len(text) or text[start] not in _CLOSING or not _opens(text, start):
        return None
    closing = _CLOSING[text[start]]
    end = next((at for at in range(start + 1, len(text)) if text[at] in closing), None)
    if end is None or not has_word(text[start + 1 : end]):
        return None
    return Phrase(text[start + 1 : end], start, end + 1)


def _opens(text: str, at: int) -> bool:
    """Whether a quote may open a phrase: one behind a letter or digit is a sign of inches."""
    before = text[at - 1] if at else _BLANK
    return not (text[at] == '"' and before.isascii() and before.isalnum())


def _excluded_word(text: str, at: int, start: int) -> Phrase | None:
    match = _WORD.match(text, start)
    if match is None or _OPTION.fullmatch(match[1]):
        return None
    return Phrase(match[1], at, match.end(1))


def _readable(character: str) -> str:
    """The character, or a blank for one that steers a terminal, a lone surrogate, ..."""
    if character.isprintable():
        return character
    return _BLANK if unicodedata.category(character) in _UNREADABLE else character


_UNREADABLE = frozenset(("Cc", "Cs", "Zl", "Zp", "Cn", "Co"))


def _without(text: str, removed: list[tuple[int, int]]) -> str:
    if not removed:
        return text
    kept, at = [], 0
    for start, end in removed:
        kept.append(text[at:start])
        at = end
    return " ".join(" ".join([*kept, text[at:]]).split())
