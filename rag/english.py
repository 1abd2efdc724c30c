"""English questions about Chinese documents, put into Chinese word by word.

A dictionary's translation is no sentence, but holds the words that the documents would use
(dictionary-based cross-language retrieval, Ballesteros and Croft 1997). Each word takes that one of
its meanings that the documents have most of; what they write in English stays English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from corpus.normalize import fold
from index import thesaurus
from index.asked import FUNCTION_WORDS

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-zA-Z'’]+")
_PERSONS = "scientist|engineer|person|man|woman|actor|actress|doctor|teacher|speaker|author|founder"
_NO_PLURALS = (
    r"is|was|has|does|costs|comes|supports|works|offers|needs|gives|makes|goes|news|\w*sis"
)
_KINDS = "paid|free|new|main|major|other|different|official|two|three|four|five|first|european"
_ASKING = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), f" {chinese} ")
    for pattern, chinese in (
        (r"how much (?:do|does|did|is|are|was|were|will)", "多少钱"),
        (r"how (?:many|much)", "多少"),
        (r"how (?:long|soon)", "多久"),
        (r"how old", "多大"),
        (r"how (?:big|large)", "多大"),
        (r"when|(?:what|which) (?:date|day|time|year|month)", "什么时候"),
        (r"who|whom|whose", "谁"),
        (r"where", "哪里"),
        (r"why", "为什么"),
        (rf"(?:which|what) (?=(?:[\w-]+ )?(?:{_PERSONS})\b)", "哪位 "),
        (rf"which(?= (?:(?:{_KINDS}) )?(?!(?:{_NO_PLURALS})\b)\w*(?<![su])s\b)", "哪些"),
        (r"which(?= (?:[\w-]+ ){1,3}(?:are|do|have|were)\b)", "哪些"),
        (r"which", "哪个"),
        (r"how", "怎么"),
        (r"what", "什么"),
        (r"per|each|every", "每"),
        (r"stands? for", "代表"),
    )
)
_QUOTED = re.compile(r'("[^"]*"|“[^”]*”)')
_COUNTED = {"day": "天", "week": "周", "chapter": "章", "article": "条", "step": "步"}
_NUMBERED = re.compile(rf"\b({'|'.join(_COUNTED)}) (\d+)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|should)\b", re.IGNORECASE
)
_LITTLE = """
be been being am i'm it's he she his her him them there here these those some any much many more
most very so if then than also just about into over after before between during without within will
went would could should may might must shall have has had not no yes please tell me us our your
their its
"""
_SAYS_LITTLE = FUNCTION_WORDS.union(_LITTLE.split())
_UNITS = {
    "second": "秒", "minute": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "月",
    "year": "年", "hundred": "百", "thousand": "千", "million": "百万", "billion": "十亿",
    "percent": "%", "dollar": "美元", "yuan": "元", "euro": "欧元", "token": "token",
    "people": "人", "meter": "米", "degree": "度",
}  # fmt: skip
_ENDINGS = (
    ("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"), ("d", ""),
    ("ing", ""), ("ing", "e"), ("ion", "e"), ("ion", ""), ("er", ""), ("ly", ""),
)  # fmt: skip
_FORMS = {
    form: base
    for base, forms in {
        "hold": "held", "pay": "paid", "make": "made", "sell": "sold", "buy": "bought",
        "give": "gave given", "take": "took taken", "begin": "began begun", "build": "built",
        "lead": "led", "lose": "lost", "meet": "met", "run": "ran", "say": "said", "send": "sent",
        "spend": "spent", "win": "won", "write": "wrote written", "grow": "grew grown",
        "fall": "fell fallen", "rise": "rose risen", "choose": "chose chosen", "know": "knew known",
        "become": "became", "show": "shown", "bring": "brought", "teach": "taught", "get": "got",
        "keep": "kept", "mean": "meant", "use": "used", "find": "found",
        "speak": "spoke spoken", "break": "broke broken",
    }.items()
    for form in forms.split()
}  # fmt: skip
_SIGNS = "?!,;:\"()'’.“”‘"
_MOST = 6  # senses of a word that are compared
_PHRASE = 3  # words
_DICTIONARY = Path(__file__).parent / "english.tsv"


def in_chinese(question: str, idf: Callable[[str], float]) -> str:
    """An English question with the words that the documents say in Chinese put into Chinese.

    Args:
        question: In any language.
        idf: Inverse document frequency of a term in the documents: which words they use.

    Returns:
        Empty if the question is no English one, or the documents are.
    """
    if _HAN.search(question) or not _LATIN.search(question) or idf("的") >= idf("the"):
        return ""
    # A phrase in quotes is looked for as it stands.
    parts = [part if _QUOTED.fullmatch(part) else _asked(part) for part in _QUOTED.split(question)]
    asks = _YES_OR_NO.match(question)
    if "".join(parts) == question and not asks and not question.rstrip().endswith("?"):
        return ""
    unknown = idf("")
    told: list[str] = []
    for part in parts:
        if _QUOTED.fullmatch(part):
            told.append(part)
        else:
            told += [_told(words, idf, unknown) for words in _phrases(part, idf, unknown)]
    return _joined(list(filter(None, told))) + ("吗" if asks else "")


def is_english(word: str) -> bool:
    """Whether a folded word is one that the dictionary or the thesaurus puts into Chinese."""
    return any(base in _senses() or base in _UNITS for base in _bases(word))


def _asked(text: str) -> str:
    """A text with what asks and what counts put into Chinese."""
    for pattern, chinese in _ASKING:
        text = pattern.sub(chinese, text)
    return _NUMBERED.sub(lambda found: f" 第{found[2]}{_COUNTED[found[1].lower()]} ", text)


def _phrases(text: str, idf: Callable[[str], float], unknown: float) -> Iterator[str]:
    """The words of a text, those together that mean something together: knowledge cutoff.

    A word with a hyphen that neither the dictionary nor the documents know is two.
    """
    words: list[str] = []
    for word in (one.strip(_SIGNS) for one in text.split()):
        folded = fold(word)
        parts = word.split("-") if folded not in _senses() and idf(folded) >= unknown else [word]
        words += parts if all(part.lower() in _senses() for part in parts) else [word]
    place = 0
    while place < len(words):
        for size in range(_PHRASE, 0, -1):
            phrase = " ".join(words[place : place + size])
            if size == 1 or any(base in _senses() for base in _bases(fold(phrase))):
                yield phrase
                place += size
                break


def _told(word: str, idf: Callable[[str], float], unknown: float) -> str:
    """What is said for a word; nothing if it says little."""
    folded = fold(word)
    if not _HAN.search(word) and folded in _SAYS_LITTLE:
        return ""
    for base in _bases(folded) if _LATIN.fullmatch(word.replace(" ", "").replace("-", "")) else ():
        if base in _UNITS:
            return _UNITS[base]
        senses = _senses().get(base, ())[:_MOST]
        best = min(senses, key=idf, default="")
        if best and (idf(best) < idf(folded) or idf(folded) >= unknown):
            return best
    return word


def _bases(word: str) -> Iterator[str]:
    """What a word may be a form of, and itself."""
    if word in _FORMS:
        yield _FORMS[word]
    yield word
    for ending, other in _ENDINGS:
        base = word.removesuffix(ending) + other
        if word.endswith(ending) and len(base) > 2:
            yield base
            if len(base) > 3 and base[-1] == base[-2] and not other:
                yield base[:-1]  # stopped, running


@cache
def _senses() -> dict[str, tuple[str, ...]]:
    """What English words and phrases mean.

    The Chinese of the dictionary, then the first Chinese word of each group of the thesaurus that
    an English word belongs to, commonest first.
    """
    own = dict(line.split("\t") for line in _DICTIONARY.read_text(encoding="utf-8").splitlines())
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
        word: tuple(dict.fromkeys((*own.get(word, "").split(), *ordered.get(word, ()))))
        for word in (*own, *ordered)
    }


def _joined(words: list[str]) -> str:
    """Words in a row, with blanks around what is not Chinese."""
    text = ""
    for word in words:
        parted = text and not (_HAN.match(word) and _HAN.match(text[-1]))
        text += f" {word}" if parted else word
    return text
