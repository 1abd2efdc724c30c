"""English words and what they mean in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from index import thesaurus
from index.asked import FUNCTION_WORDS

_LITTLE = """
be been being am i'm it's he she his her him them there here these those some any much many more
most very so if then than also just about into over after before between during without within will
went would could should may might must shall have has had not no yes please tell me us our your
their its
"""
SAYS_LITTLE = FUNCTION_WORDS.union(_LITTLE.split())
UNITS = {
    "second": "秒", "minute": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "月",
    "year": "年", "hundred": "百", "thousand": "千", "million": "百万", "billion": "十亿",
    "percent": "%", "dollar": "美元", "yuan": "元", "euro": "欧元", "token": "token",
    "people": "人", "meter": "米", "degree": "度",
}  # fmt: skip
_ENDINGS = (  # what keeps most of a word first: rates are no rats
    ("ies", "y"), ("s", ""), ("es", ""), ("ied", "y"), ("d", ""), ("ed", ""), ("ing", "e"),
    ("ing", ""), ("ion", "e"), ("ion", ""), ("er", ""), ("ly", ""), ("ily", "y"), ("est", "e"),
    ("est", ""), ("iest", "y"), ("ier", "y"), ("er", "e"),
)  # fmt: skip
_FORMS = {
    form: base
    for base, forms in {
        "hold": "held", "pay": "paid", "make": "made", "sell": "sold", "buy": "bought",
        "give": "gave given", "take": "took taken", "begin": "began begun", "build": "built",
        "lead": "led", "lose": "lost", "meet": "met", "run": "ran", "say": "said", "send": "sent",
        "spend": "spent", "win": "won", "write": "wrote written", "grow": "grew grown",
        "fall": "fell fallen", "rise": "rose risen", "choose": "chose chosen", "know": "knew known",
        "become": "became", "show": "shown", "bring": "brought", "teach": "taught",
        "get": "got gotten", "keep": "kept", "mean": "meant", "use": "used", "find": "found",
        "speak": "spoke spoken", "break": "broke broken", "catch": "caught", "come": "came",
        "do": "did done", "draw": "drew drawn", "drink": "drank drunk", "drive": "drove driven",
        "eat": "ate eaten", "feed": "fed", "feel": "felt", "fight": "fought", "fly": "flew flown",
        "forget": "forgot forgotten", "freeze": "froze frozen", "go": "went gone", "hang": "hung",
        "hear": "heard", "hide": "hid hidden", "lay": "laid", "leave": "left", "lend": "lent",
        "lie": "lain lying", "light": "lit", "ride": "rode ridden", "ring": "rang rung",
        "see": "saw seen", "seek": "sought", "shake": "shook shaken", "shoot": "shot",
        "shrink": "shrank shrunk", "sing": "sang sung", "sink": "sank sunk", "sit": "sat",
        "sleep": "slept", "stand": "stood", "steal": "stole stolen", "stick": "stuck",
        "strike": "struck", "swear": "swore sworn", "sweep": "swept", "swim": "swam swum",
        "tear": "tore torn", "tell": "told", "think": "thought", "throw": "threw thrown",
        "understand": "understood", "wake": "woke woken", "wear": "wore worn", "bear": "borne",
        "withdraw": "withdrew withdrawn", "overtake": "overtook overtaken", "bend": "bent",
        "undertake": "undertook undertaken", "oversee": "oversaw overseen", "dig": "dug",
        "bite": "bit bitten", "blow": "blew blown", "burn": "burnt", "deal": "dealt",
        "forbid": "forbade forbidden", "learn": "learnt", "spin": "spun",
        "person": "persons", "child": "children", "man": "men", "woman": "women",
        "foot": "feet", "tooth": "teeth", "mouse": "mice", "wolf": "wolves",
        "criterion": "criteria", "analysis": "analyses", "crisis": "crises", "knife": "knives",
        "shelf": "shelves", "half": "halves", "wife": "wives", "thief": "thieves",
    }.items()
    for form in forms.split()
}  # fmt: skip
_DICTIONARY = Path(__file__).parent / "english.tsv"
_NAMES = Path(__file__).parent / "names.tsv"


def is_english(word: str) -> bool:
    """Whether a folded word is one that the dictionary or the thesaurus puts into Chinese."""
    return any(base in _words() or base in UNITS for base in bases(word))


def bases(word: str) -> Iterator[str]:
    """What a word may be a form of, and itself; of a phrase its first word as well."""
    if word in _FORMS:
        yield _FORMS[word]
    yield word
    for ending, other in _ENDINGS:
        base = word.removesuffix(ending) + other
        if word.endswith(ending) and len(base) > 2:
            yield base
            if len(base) > 3 and base[-1] == base[-2] and not other:
                yield base[:-1]  # stopped, running
    first, _, rest = word.partition(" ")
    if rest:
        yield from (f"{base} {rest}" for base in bases(first) if base != first)  # turned down


@cache
def senses() -> dict[str, tuple[str, ...]]:
    """What English words, phrases and names mean, commonest first."""
    return {**names(), **_words()}


@cache
def names() -> dict[str, tuple[str, ...]]:
    """How Chinese texts write names of persons, places and companies that are no words."""
    return _read(_NAMES)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """What English words and phrases mean.

    The Chinese of the dictionary, then the first Chinese word of each group of the thesaurus that
    an English word belongs to, commonest first.
    """
    own = _read(_DICTIONARY)
    found: dict[str, dict[str, int]] = {}
    for group in thesaurus.read().groups:
        for word in group:
            if word.isascii() and not group[0].isascii():
                counts = found.setdefault(word, {})
                counts[group[0]] = counts.get(group[0], 0) + 1
    ordered = {
        word: tuple(sorted(counts, key=lambda sense: -counts[sense]))
        for word, counts in found.items()
    }
    return {
        word: tuple(dict.fromkeys((*own.get(word, ()), *ordered.get(word, ()))))
        for word in (*own, *ordered)
    }


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {word: tuple(told.split()) for word, told in (line.split("\t") for line in lines)}
