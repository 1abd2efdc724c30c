"""Names that no document holds: what Grok costs is not told where nothing speaks of Grok."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from corpus.normalize import fold
from corpus.records import Hit
from rag.english import is_english

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"(?<![a-z0-9.])[a-z]+(?![a-z0-9])")
_SHORTEST = 4  # letters: shorter ones (led, app, gps) name things that documents call otherwise
_MISSPELT = 0.8  # likeness of chatgtp and chatgpt
_DOUBT = 0.3  # what is left of the confidence


def doubt_of_strangers(question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> float:
    """What the confidence is to be multiplied with for names in Latin letters that nothing holds.

    Ordinary English words, and what is but misspelt, are no such names; nor are those of a question
    without Chinese, whose words may be any. Of 615 questions of ours and 1,835 of the folders left
    out, 13 hold such a name, and none of them can be answered.

    Args:
        question: As it is understood.
        hits: The passages found, the names of whose files count.
        idf: Inverse document frequency of a term in the knowledge base.
    """
    folded = fold(question)
    if not _HAN.search(folded):
        return 1.0
    unknown = idf("")
    names = [
        word
        for word in _WORD.findall(folded)
        if len(word) >= _SHORTEST and idf(word) >= unknown and not is_english(word)
    ]
    if not names:
        return 1.0
    told = {word for hit in hits for word in _WORD.findall(_whole(hit))}
    return _DOUBT if any(not _is_among(name, told) for name in names) else 1.0


def _is_among(name: str, told: set[str]) -> bool:
    return any(SequenceMatcher(None, name, word).ratio() >= _MISSPELT for word in told)


def _whole(hit: Hit) -> str:
    passage = hit.passage
    above = (passage.source, passage.title, *passage.headings, *passage.context)
    return fold("\n".join((*above, passage.text)))
