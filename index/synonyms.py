"""Words that mean the same: a plain text file, a line for each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import DocumentError, InputError, SettingsError
from corpus.normalize import fold
from corpus.readers.decode import decode
from corpus.segment import Segmenter
from index.layout import SYNONYMS

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words that mean the same.

    Attributes:
        others: For the terms of each word, in their order, the terms of the others of its group.
    """

    others: Mapping[Terms, tuple[Terms, ...]] = field(default_factory=dict)

    def found(self, terms: Sequence[str]) -> Iterator[tuple[Terms, Terms]]:
        """Each word that occurs in a query, given its terms, with each other of its group."""
        for word, others in self.others.items():
            if _occurs(word, terms):
                yield from ((word, other) for other in others)


def synonyms_of(folder: Path, segmenter: Segmenter) -> Synonyms:
    """The synonyms of a knowledge base; none if it has no ``synonyms.txt``.

    Raises:
        SettingsError: The file cannot be decoded, or a line of it holds a single word.
    """
    path = folder / SYNONYMS
    if not path.is_file():
        return Synonyms()
    try:
        text = decode(path.read_bytes())[0]
    except DocumentError as error:
        raise SettingsError(f"{path}: {error}") from None
    others: dict[Terms, list[Terms]] = {}
    for words in word_groups(path, text, ","):
        cut = [tuple(segmenter.terms(word)) for word in words]
        for word in filter(None, cut):
            others.setdefault(word, []).extend(other for other in cut if other != word)
    return Synonyms({word: tuple(dict.fromkeys(rest)) for word, rest in others.items()})


def groups_in(path: Path, between: str) -> Iterator[tuple[str, ...]]:
    """The groups of a file of ours, see :func:`word_groups`.

    Raises:
        InputError: It cannot be read, or a line holds a single word.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    return word_groups(path, text, between)


def word_groups(path: Path, text: str, between: str) -> Iterator[tuple[str, ...]]:
    """The words of each line, folded, each once; ``#`` begins a comment.

    Args:
        path: The file, named in messages.
        text: What it holds.
        between: A sign that parts words as blanks do.

    Raises:
        SettingsError: A line holds a single word.
    """
    for number, line in enumerate(text.splitlines(), 1):
        words = tuple(dict.fromkeys(fold(line.split("#")[0]).replace(between, " ").split()))
        if len(words) == 1:
            raise SettingsError(
                f"{path}, line {number}: {words[0]!r} stands alone; write words that mean the same "
                "on one line, with blanks or commas between them"
            )
        if words:
            yield words


def _occurs(word: Terms, terms: Iterable[str]) -> bool:
    """Whether a word's terms stand in a query, neighbours in the same order."""
    sequence = list(terms)
    return any(
        tuple(sequence[at : at + len(word)]) == word for at in range(len(sequence) - len(word) + 1)
    )
