"""Chinese names in Latin letters, found where the documents write them in characters.

The readings in ``pinyin.tsv`` are those that pypinyin (MIT) lists, without tones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product
from pathlib import Path

from corpus.normalize import fold

_CHARACTERS = Path(__file__).parent / "pinyin.tsv"
_LONGEST = 6  # letters of a syllable
_MOST = 4  # syllables of a name
_KEPT = 4  # ways to write a name
_APOSTROPHES = re.compile("['’]")
_JOINS = frozenset(
    "的了是在和与及或而也都就还又很被把给对从向到由于以为之其这那有没不会能可要一个上下中里"
)
"""Rarely in a name of two characters, and often beside words that only sound like one."""


def syllables(name: str) -> tuple[str, ...]:
    """The syllables of a name in pinyin without tones; empty if it is none, or longer than names.

    >>> syllables("Xi'an"), syllables("Xiaoman"), syllables("Smith")
    (('xi', 'an'), ('xiao', 'man'), ())
    """
    parts = [_cut(part) for part in _APOSTROPHES.split(fold(name.replace("ü", "v"))) if part]
    return tuple(one for part in parts for one in part) if all(parts) else ()


def written(
    name: Sequence[str],
    idf: Callable[[str], float],
    find: Callable[[Mapping[str, float]], list[str]],
    title: str = "",
) -> tuple[str, ...]:
    """How the documents write a name, commonest first.

    Args:
        name: Its syllables.
        idf: Inverse document frequency of a term; the largest for one that occurs nowhere.
        find: The folded texts of the best passages for some terms and their weights.
        title: What must stand behind it: 教授.
    """
    sounds = [_characters().get(syllable, "") for syllable in name]
    if not (1 if title else 2) <= len(name) <= _MOST or not all(sounds):
        return ()
    unknown = idf("")
    pairs = ("".join(pair) for left, right in pairwise(sounds) for pair in product(left, right))
    terms = [term for term in (*"".join(sounds), *pairs) if idf(term) < unknown]
    terms += [title] * bool(title)
    pattern = re.compile("".join(f"[{characters}]" for characters in sounds) + title)
    counts = Counter(
        found for text in find(dict.fromkeys(terms, 1.0)) for found in set(pattern.findall(text))
    )
    if len(name) == 2:
        counts = Counter({word: n for word, n in counts.items() if not _JOINS & set(word)})
    return tuple(word for word, _ in counts.most_common(_KEPT))


def _cut(text: str) -> tuple[str, ...]:
    return next(_ways(text, _MOST), ())


def _ways(text: str, most: int) -> Iterator[tuple[str, ...]]:
    """The ways to cut letters into so many syllables at most, longest first syllables first."""
    if not text:
        yield ()
    if len(text) > most * _LONGEST:
        return
    for size in range(min(_LONGEST, len(text)), 0, -1):
        if text[:size] in _characters():
            yield from ((text[:size], *rest) for rest in _ways(text[size:], most - 1))


@cache
def _characters() -> dict[str, str]:
    """The characters of each syllable."""
    lines = _CHARACTERS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)
