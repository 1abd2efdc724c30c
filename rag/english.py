"""English questions about Chinese documents, put into Chinese word by word.

A dictionary's translation is no sentence, but holds the words that the documents would use
(dictionary-based cross-language retrieval, Ballesteros and Croft 1997). Each word takes that one of
its meanings that fits the others best where the documents hold most of them; what they write in
English stays English, and names in pinyin are looked for by their sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.normalize import fold
from rag.figures import ways_to_write
from rag.interrogatives import asked, asks_yes_or_no, is_asked, is_in_english
from rag.lexicon import SAYS_LITTLE, UNITS, bases, names, senses
from rag.meanings import Documents, chosen
from rag.pinyin import syllables, written

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-zA-Z'’]+")
_QUOTED = re.compile(r'("[^"]*"|“[^”]*”)')
_CLAUSE = re.compile(r"(?<=[?!;])\s+|(?<=[a-z\d%\u4e00-\u9fff]\.)\s+")
_ASKS = "(?:提前)?(?:哪|什么|多|谁|怎么|为什么)"
_ALSO = re.compile(  # and how many; and for what stake
    rf"(?<={_HAN.pattern})(.{{0,200}}?),?\s+and\s+((?:(?:in|on|at|for|by|to|from|with|under)\s+)?{_ASKS})"
)
_SHORTENED = re.compile(r"(?:['’](?:s|re|ve|ll|d|m)|^\w+n['’]t|(?<=s)['’])$", re.IGNORECASE)
_TITLES = {
    "mr": "先生", "ms": "女士", "mrs": "太太", "miss": "小姐", "dr": "医生", "doctor": "医生",
    "prof": "教授", "professor": "教授", "teacher": "老师", "boss": "老板", "manager": "经理",
    "director": "主任", "master": "师傅", "engineer": "工", "captain": "队长", "coach": "教练",
    "lawyer": "律师", "nurse": "护士", "grandpa": "爷爷", "grandma": "奶奶", "uncle": "叔",
    "aunt": "阿姨",
}  # fmt: skip
_PARTICLES = frozenset(
    {"in", "on", "out", "up", "off", "over", "for", "to", "down", "away", "back", "from"}
    | {"with", "at", "of", "by", "into"}
)
_SIGNS = "?!,;:\"()'’.“”‘"
_MOST = 8  # meanings of a word that are compared
_PHRASE = 3  # words
_OWNED, _OWNER = 2, 2  # phrases before and behind "of"
_SOUGHT = 24  # names in pinyin, or ways to order them, that one question is searched for

_Write = Callable[[Sequence[str], str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or phrase of a question: its meanings, or how it is told if that is clear."""

    text: str
    meanings: tuple[str, ...] = ()


def in_chinese(question: str, documents: Documents) -> str:
    """An English question with the words that the documents say in Chinese put into Chinese.

    Args:
        question: In any language.
        documents: Which words they use, and which of them together.

    Returns:
        Empty if the question is no English one, or the documents are.
    """
    idf = documents.idf
    if not is_in_english(question) or idf("的") >= idf("the"):
        return ""
    # A phrase in quotes is looked for as it stands.
    parts = [part if _QUOTED.fullmatch(part) else asked(part) for part in _QUOTED.split(question)]
    asks = asks_yes_or_no(question)
    if "".join(parts) == question and not asks and not is_asked(question):
        return ""
    words: list[_Word] = []
    write = _writer(documents)
    for part in parts:
        if _QUOTED.fullmatch(part):
            words.append(_Word(part))
        else:
            words += _words(part, documents, write)
    return _joined(_told(words, documents)) + ("吗" if asks else "")


def _writer(documents: Documents) -> _Write:
    """Finds how the documents write names, so often: each takes a search."""
    left = iter(range(_SOUGHT))
    return lambda name, title: (
        written(name, documents.idf, documents.find, title) if next(left, None) is not None else ()
    )


def _words(text: str, documents: Documents, write: _Write) -> Iterator[_Word]:
    """The words of a text that say something, each sentence after a comma."""
    for number, sentence in enumerate(filter(str.strip, _CLAUSE.split(_ALSO.sub(r"\1; \2", text)))):
        if number:
            yield _Word("，")
        yield from _named(_owners_first(list(_phrases(sentence, documents))), documents, write)


def _phrases(text: str, documents: Documents) -> Iterator[str]:
    """The words of a text, those together that mean something together: knowledge cutoff.

    A word with a hyphen that neither the dictionary nor the documents know is two.
    """
    idf, known = documents.idf, senses()
    words: list[str] = []
    for word in filter(None, (_SHORTENED.sub("", one.strip(_SIGNS)) for one in text.split())):
        folded = fold(word)
        parts = word.split("-") if folded not in known and idf(folded) >= idf("") else [word]
        words += parts if all(part.lower() in known for part in parts) else [word]
    place = 0
    while place < len(words):
        for size in range(_PHRASE, 0, -1):
            phrase = " ".join(words[place : place + size])
            if size == 1 or any(base in known for base in bases(fold(phrase))):
                yield phrase
                place += size
                break


def _owners_first(phrases: list[str]) -> list[str]:
    """Phrases in the order of Chinese: the lease 's term for the term of the lease."""
    for place in range(len(phrases) - 2, 0, -1):
        if fold(phrases[place]) != "of":
            continue
        start = place
        while start > max(place - _OWNED, 0) and _says_much(phrases[start - 1]):
            start -= 1
        begin = place + 1
        while begin < len(phrases) - 1 and fold(phrases[begin]) in SAYS_LITTLE:
            begin += 1
        end = begin
        while end < min(begin + _OWNER, len(phrases)) and _says_much(phrases[end]):
            end += 1
        if start < place and begin < end:
            moved = (*phrases[begin:end], *phrases[start:place])
            phrases[start:end] = moved
    return phrases


def _says_much(phrase: str) -> bool:
    return fold(phrase) not in SAYS_LITTLE and not _HAN.search(phrase)


def _named(phrases: list[str], documents: Documents, write: _Write) -> Iterator[_Word]:
    """Words with their meanings; several in a row that are a name in pinyin as one."""
    place = 0
    while place < len(phrases):
        if ways := _titled(phrases[place : place + 2], write):
            yield _Word(" ".join(phrases[place : place + 2]), ways)
            place += 2
            continue
        for size in (3, 2, 1):
            words = phrases[place : place + size]
            if len(words) == size and _is_name(words, documents):
                ways = _ways_to_write(words, write)
                if ways or size == 2:
                    yield _Word(" ".join(words), ways)
                    place += size
                    break
        else:
            yield _word(phrases[place], documents, first=place == 0)
            place += 1


def _titled(words: list[str], write: _Write) -> tuple[str, ...]:
    """How the documents write a surname in pinyin behind a title: Professor Yi."""
    title = _TITLES.get(fold(words[0]), "")
    if not title or not words[1:] or not words[1][:1].isupper() or not syllables(words[1]):
        return ()
    return write(syllables(words[1]), title)


def _is_name(words: list[str], documents: Documents) -> bool:
    """Whether words may be a name in pinyin, one of them neither English nor in the documents."""
    return (
        all(word[:1].isupper() and word[1:].islower() and syllables(word) for word in words)
        and any(fold(word) not in senses() for word in words)
        and any(documents.idf(fold(word)) >= documents.idf("") for word in words)
    )


def _ways_to_write(words: list[str], write: _Write) -> tuple[str, ...]:
    """How the documents write a name in pinyin, its surname first or last."""
    for order in (words, words[::-1])[: len(words)]:
        name = [one for word in order for one in syllables(word)]
        if ways := write(name, ""):
            return ways
    return ()


def _word(word: str, documents: Documents, *, first: bool) -> _Word:
    """A word with its meanings; without text if it says little."""
    idf, folded = documents.idf, fold(word)
    if ways := ways_to_write(word):
        return _Word(word, ways)
    if _HAN.search(word) or not _LATIN.fullmatch(word.replace(" ", "").replace("-", "")):
        return _Word(word)
    if folded in SAYS_LITTLE:
        return _Word("")
    held = idf(folded) < idf("")
    if held and word[0].isupper() and not first:
        return _Word(word)  # a name that the documents write in Latin letters
    for base in bases(folded):
        if base in UNITS:
            return _Word(UNITS[base])
        if base in names() and all(documents.rarity(one) >= idf("") for one in names()[base]):
            return _Word(word)
        if meanings := _meanings(base):
            # What left may be what leaves, or what is not right.
            meanings = tuple(dict.fromkeys((*meanings, *senses().get(folded, ())[:_MOST])))
            return _Word(word, (*meanings, folded) if held else meanings)
    # A word of small letters that nothing knows says nothing; any other may be a name.
    return _Word("" if word.islower() and len(word) > 1 and not held else word)


def _meanings(phrase: str) -> tuple[str, ...]:
    """What a phrase means, and what its verb does if it ends with a preposition.

    What is checked in a list checks in nowhere.
    """
    verb, _, last = phrase.rpartition(" ")
    found = senses().get(phrase, ())[:_MOST]
    if not found or last not in _PARTICLES or " " in verb:
        return found
    others = next((senses()[base] for base in bases(verb) if base in senses()), ())
    return tuple(dict.fromkeys((*found, *others[:_MOST])))


def _told(words: list[_Word], documents: Documents) -> list[str]:
    """What is said for each word."""
    best = iter(chosen([word.meanings for word in words if word.meanings], documents))
    told = []
    for word in words:
        one = next(best) if word.meanings else word.text
        told.append(word.text if one == fold(word.text) else one)
    return list(filter(None, told))


def _joined(words: list[str]) -> str:
    """Words in a row, with blanks around what is not Chinese."""
    text = ""
    for word in words:
        parted = text and not (_HAN.match(word) and _HAN.match(text[-1])) and word != "，"
        text += f" {word}" if parted else word
    return text
