"""What no document holds: names (what Grok costs is not told then), and whole matters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from corpus.normalize import fold
from corpus.records import Hit
from corpus.segment import Segmenter
from rag.asking import asks_something
from rag.lexicon import is_english

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"(?<![a-z0-9.])[a-z]+(?![a-z0-9])")
_GLOSS = re.compile(r"[\u4e00-\u9fff][（(]([a-z][^（）()]*)[）)]")
_CLAUSE = re.compile(r"[，。；？！,;?!]")
_SHORTEST = 4  # letters: shorter ones (led, app, gps) name things that documents call otherwise
_EDITIONS = {"plus", "pro", "mini", "max", "lite"}
_EDITION = re.compile(r"(?<=[a-z0-9]) (pro|mini|turbo|plus|max|lite|ultra|nano)(?![a-z0-9])")
_RARE = 0.65  # of the weight of a word that nothing holds, from which one names something
_MANY = 3  # clauses from which what those name that ask nothing is but told
_MISSPELT = 0.8  # likeness of chatgtp and chatgpt
_CODE = re.compile(r"[<>{}\\|;=]|\.\./|--\s*$|\b(?:SELECT|FROM|WHERE|DROP|TABLE|INSERT|UNION)\b")
_SIGNS = 2  # of code, from which a text without Chinese is no question
_DOUBT, _FOREIGN, _IN_CODE = 0.3, 0.5, 0.15  # what is left of the confidence


def doubt_of_strangers(question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> float:
    """What the confidence is to be multiplied with for names in Latin letters that nothing holds.

    Names of a clause that asks nothing beside one that names something (我用 figma 画图，Canvas
    怎么画) do not matter, nor do words that the dictionary puts into Chinese, what is but misspelt
    or run together, and a question without Chinese, whose words may be any.

    Args:
        question: As it was asked, with what it leaves to earlier ones.
        hits: The passages found, the names of whose files count.
        idf: Inverse document frequency of a term in the knowledge base.
    """
    folded = fold(question)
    if not _HAN.search(folded):
        return 1.0
    unknown = idf("")
    names = [
        word
        for word in _WORD.findall(_naming(folded))
        if len(word) >= _SHORTEST and idf(word) >= unknown and not is_english(word)
    ]
    if not names:
        return 1.0
    told = {word for hit in hits for word in _WORD.findall(_whole(hit))}
    return _DOUBT if any(not _is_among(name, told) for name in names) else 1.0


def doubt_of_matter(question: str, segmenter: Segmenter, idf: Callable[[str], float]) -> float:
    """What the confidence is to be multiplied with if no word of a question says what documents do.

    What is like it may be told all the same (快递 of a 包裹), but mostly (今年高考是哪天) a passage
    happens to tell something of the kind asked for. A question without such words asks of anything.

    Args:
        question: As it was asked, with what it leaves to earlier ones.
        segmenter: Says which words are nouns, verbs and adjectives.
        idf: Inverse document frequency of a term in the knowledge base.
    """
    folded, unknown = fold(question), idf("")
    if not _HAN.search(folded):
        return 1.0
    tagged = [(word, tag) for word, tag in segmenter.tagged(folded) if len(word) > 1]
    words = [word for word, tag in tagged if tag == "eng" or tag[0] in "nva"]
    return 1.0 if not words or any(idf(word) < unknown for word in words) else _FOREIGN


def doubt_of_code(question: str) -> float:
    """What the confidence is to be multiplied with for code or markup in the place of a question.

    <script>, SQL and the like hold words and figures that a passage may hold too, and ask nothing.

    Args:
        question: As it was typed.
    """
    signs = len(_CODE.findall(question))
    return _IN_CODE if signs >= _SIGNS and not _HAN.search(question) else 1.0


def rare_names(question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> frozenset[str]:
    """Names in Latin letters that few passages hold, and editions: pro of o1 pro.

    Those that nothing holds, which may be misspelt, are for :func:`doubt_of_strangers`; those that
    a passage glosses a Chinese name with, 西湖（West Lake）, may be told by that alone.
    """
    folded, unknown = fold(question), idf("")
    if not _HAN.search(folded):
        return frozenset()
    many = len(list(filter(None, _CLAUSE.split(folded)))) >= _MANY
    asking = _asking(folded) if many else _naming(folded)
    rare = {
        word
        for word in _WORD.findall(asking)
        if len(word) >= _SHORTEST
        and _RARE * unknown <= idf(word) < unknown
        and not is_english(word)
    }
    rare.update(_EDITION.findall(asking))
    if not rare:
        return frozenset()
    glosses = " ".join(gloss for hit in hits for gloss in _GLOSS.findall(fold(hit.passage.text)))
    return frozenset(rare.difference(_WORD.findall(glosses)))


def _naming(folded: str) -> str:
    """The clauses that ask, if they name something; else all."""
    asking = _asking(folded)
    return asking if _WORD.search(asking) else folded


def _asking(folded: str) -> str:
    return " ".join(clause for clause in _CLAUSE.split(folded) if asks_something(clause))


def _is_among(name: str, told: set[str]) -> bool:
    """Whether a name is one of some words, misspelt, or two run together: chatgptplus."""
    ends = told | _EDITIONS
    if any(name[:size] in told and name[size:] in ends for size in range(1, len(name))):
        return True
    matcher = SequenceMatcher(b=name)
    for word in told:
        matcher.set_seq1(word)
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # cheapest first
        if all(bound() > _MISSPELT for bound in bounds):
            return True
    return False


def _whole(hit: Hit) -> str:
    passage = hit.passage
    above = (passage.source, passage.title, *passage.headings, *passage.context)
    return fold("\n".join((*above, passage.text)))
