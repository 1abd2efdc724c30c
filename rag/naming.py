"""Documents that a question names: 冷泉那篇评论里, 员工手册和考勤办法分别规定, 《…》一文.

A name counts only if it can mean one document, and if the question shows that a document is meant:
it is pointed at (那篇), is a file or a title, or is of a genre (纪要, 手册) and something is said
to stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import PurePosixPath

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.catalogue import MANY, Entry, holds, letters, sole
from rag.genres import DISTINCT, NOUN, TEXTS, called_like
from rag.phrases import words_of

_ANY = re.compile(rf"篇|《|\.[a-z]{{2,5}}(?![a-z])|一文|{NOUN}")
_FILE = r"(?P<file>\w[\w.-]*\.(?:md|txt|pdf|docx?|xlsx?|pptx?|html?|csv|epub)(?![a-z0-9]))"
_TITLE = rf"(?P<title>《[^《》]+》)(?P<text>一文|(?:[这那]一?[篇份本])?(?:{NOUN})?)"
_POINTED = rf"(?P<pointed>[这那]一?(?:篇(?:{NOUN})?|[份本张则个]{NOUN}))"
_TOLD = (
    r"(?P<told>[这那]一?篇(?:讲|说|写|谈|聊|介绍|关于)(?:的?是)?"
    rf"(?P<topic>[^，。；？,;?]+?)的{NOUN})"
)
_NAMED = re.compile(rf"{_FILE}|{_TITLE}|{_TOLD}|{_POINTED}|(?P<genre>{NOUN})")
_BEFORE = re.compile(
    r"(?:按照?|依照?|根据|参照|请?看|请?查|翻|据|在|从|照|而|那么?|关于|有关|讲|谈|介绍|比起|(?<![^，,。；;])[和与跟同]|[\s“「‘])+$"
)
_AFTER = re.compile(
    r"[\s”」’\"]*(?:相比(?:之下)?|比起来|(?:的?(?:里面?|里头|当中|之?中(?![国文华])|上面|上(?![个次周月]))))?[\s,，:：]*"
    r"(?:(?:又|都|也|则|里|是|分别|各自?)*"
    r"(?:认为|觉得|指出|提到|写到|说到|谈到|规定|要求|记载|记录|写着|记着|说(?!法|明(?![年天日早晚]))|写(?![作字])|列出|给出)"
    r"(?:的|了|到|过)?)?[\s,，:：]*"
)
_GIVES = re.compile(r"[\s”」’\"]*(?:把|将|对|给|各|分别|都|怎么|如何|怎样|呢|又)")
_JOINS = re.compile(
    r"[\s”」’\"]*(?:和|与|跟|同|、|以及|及|还是|vs\.?|对比|[,，]\s*(?:还有|以及|和))\s*"
)
_STOPS = re.compile(r"[，,；;。？?！!：:\n《》]")
_LINKS = frozenset("的之那这")
_FULL = 4  # letters of a title that need nothing around them
_WORK = 10  # letters of a title in 《》 that is hardly that of a book or a film
_NOMINAL = re.compile(r"n\w*|eng|vn|[jil]|ag")


@dataclass(frozen=True, slots=True)
class Naming:
    """A place where a question names a document.

    Attributes:
        start: Where the words that name it begin; likewise ``end``.
        reach: Where what is said of it begins before them (the office of 办公室的纪要).
        entry: The document.
        sure: Whether nothing but a document can be meant, as with 那篇.
        marked: Whether the question shows that one is meant.
        bare: Whether it is called by no more than what others may be called too (通知, 规定).
    """

    start: int
    end: int
    reach: int
    entry: Entry
    sure: bool
    marked: bool
    bare: bool = False


def may_name(question: str) -> bool:
    """Whether a question holds any word that names documents: cheap, and mostly false."""
    return _ANY.search(fold(question)) is not None


def namings(
    question: str,
    catalogue: Sequence[Entry],
    segmenter: Segmenter,
    text_of: Callable[[Entry], str],
) -> list[list[Naming]]:
    """The documents that a question names, in its order; those joined by conjunctions together.

    Args:
        question: As understood.
        catalogue: All documents that may be meant.
        segmenter: Cuts the question into words.
        text_of: All that a document says, in letters.
    """
    folded = fold(question)
    if len(folded) != len(question):
        return []  # places in one are not those in the other
    namer = _Namer(folded, catalogue, _placed(words_of(folded, segmenter)), text_of)
    found: list[Naming] = []
    for match in _NAMED.finditer(folded):
        named = namer.read(match)
        if named and (not found or named.start >= found[-1].end):
            found.append(_with_reach(folded, named, found[-1].end) if found else named)
    return [group for group in _groups(folded, found) if _shows(group)]


def _with_reach(folded: str, one: Naming, last: int) -> Naming:
    """With what is said of it, where that opens a clause or is joined to the last that is named."""
    between = folded[last : max(one.reach, last)]
    opens = _JOINS.fullmatch(between) or re.search(rf"{_STOPS.pattern}\s*$", between)
    return replace(one, start=one.reach) if opens else one


def _placed(words: Sequence[tuple[str, str]]) -> list[tuple[int, str, str]]:
    starts = accumulate((len(word) for word, _ in words), initial=0)
    return [(at, word, tag) for at, (word, tag) in zip(starts, words, strict=False)]


def _groups(folded: str, found: Sequence[Naming]) -> list[list[Naming]]:
    """Those joined by conjunctions (员工手册和考勤办法) together."""
    groups: list[list[Naming]] = []
    for one in found:
        last = groups[-1][-1] if groups else None
        if last and last.entry is not one.entry and _JOINS.fullmatch(folded[last.end : one.start]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _shows(group: Sequence[Naming]) -> bool:
    return any(one.marked for one in group) and (len(group) > 1 or not group[0].bare)


@dataclass(frozen=True, slots=True)
class _Namer:
    folded: str
    catalogue: Sequence[Entry]
    words: Sequence[tuple[int, str, str]]
    text_of: Callable[[Entry], str]

    def read(self, match: re.Match[str]) -> Naming | None:
        """The document that some words name; None if none is, or several may be."""
        start, entry = match.start(), None
        if match["file"]:
            start, entry = self._file(match)
        elif match["title"]:
            entry = self._title(match)
        elif match["told"]:
            entry = self._told(match["topic"])
        elif match["pointed"] or self._ends_word(match.end()):
            start, entry = self._reached(match)
        if entry is None:
            return None
        genre = match["genre"] or ""
        before, after = _BEFORE.search(self.folded[:start]), _AFTER.match(self.folded, match.end())
        end = match.end()
        if after and (after[0][-1:] not in ("中", "上") or self._ends_word(after.end())):
            end = after.end()
        called = letters(self.folded[start : match.end()])
        marked = (
            not genre
            or (len(called) >= _FULL and called in entry.whole())
            or re.search(r"\w", self.folded[match.end() : end]) is not None
            or _GIVES.match(self.folded, end) is not None
            or (before is not None and re.search(r"\w", before[0]) is not None)
        )
        bare = start == match.start() and genre != "" and not re.fullmatch(DISTINCT, genre)
        begin = before.start() if before else start
        reach = min(begin, self._reach(start, entry))
        return Naming(begin, end, reach, entry, not genre, marked, bare)

    def _reach(self, start: int, entry: Entry) -> int:
        """Where words begin that stand right before a name and in the document's text."""
        text = ""
        for at, word, _ in reversed([item for item in self.words if item[0] < start]):
            if word in _LINKS or not word.strip():
                continue
            text = text or self.text_of(entry)
            if len(word) < 2 or letters(word) not in text:
                break
            start = at
        return start

    def _ends_word(self, place: int) -> bool:
        return any(at + len(word) == place for at, word, _ in self.words)

    def _file(self, match: re.Match[str]) -> tuple[int, Entry | None]:
        """A file, whose name other words may run into."""
        files = [(fold(PurePosixPath(entry.source).name), entry) for entry in self.catalogue]
        found = [(name, entry) for name, entry in files if match["file"].endswith(name)]
        longest = max((len(name) for name, _ in found), default=0)
        best = [entry for name, entry in found if len(name) == longest]
        start = match.end() - longest
        apart = start == match.start() or _BEFORE.search(self.folded[:start])  # no 销售报告.docx
        return start, best[0] if len(best) == 1 and apart else None

    def _title(self, match: re.Match[str]) -> Entry | None:
        """What stands in title marks, unless it may be a work that documents tell of."""
        title = letters(match["title"])
        is_text = bool(match["text"]) or re.search(rf"{NOUN}》$", match["title"])
        if not title or not (is_text or len(title) >= _WORK):
            return None
        return sole([entry for entry in self.catalogue if title in entry.names], title)

    def _told(self, topic: str) -> Entry | None:
        words = [letters(word) for at, word, _ in self.words if word in topic and len(word) > 1]
        held = [e for e in self.catalogue if all(holds(e.names, word) for word in words)]
        return held[0] if len(held) == 1 and words else None

    def _reached(self, match: re.Match[str]) -> tuple[int, Entry | None]:
        """The document that the words before a genre, or before 那篇, call; where they begin."""
        genre = match["genre"] or ""
        genre = "" if re.fullmatch(TEXTS, genre) else genre
        alive = _of_genre(self.catalogue, genre) if genre else self.catalogue
        start, chunk = match.start(), letters(genre)
        for at, word, tag in reversed([item for item in self.words if item[0] < start]):
            word = word[: match.start() - at]
            if _STOPS.search(word):
                break
            if word in _LINKS or not letters(word):
                chunk = ""
                continue
            joint = _holding(alive, letters(word) + chunk)
            told = len(word) > 1 or (not genre and start < match.start())
            held = joint or (_holding(alive, letters(word)) if told else [])
            if not held:
                if _JOINS.fullmatch(word):
                    break
                if _NOMINAL.fullmatch(tag) and len(word) > 1:
                    few = alive if len(alive) <= MANY else []
                    alive = [entry for entry in few if letters(word) in self.text_of(entry)]
                break
            alive, start = held, at
            chunk = letters(word) + chunk if joint else letters(word)
        called = self.folded[start : match.start()] + genre
        if len(letters(called)) < 2:
            return start, None
        return start, sole(alive, letters(called))


def _of_genre(entries: Sequence[Entry], genre: str) -> list[Entry]:
    """The documents that are called by a genre, or by what that is called elsewhere."""
    others = called_like(genre) - {genre}
    return [
        entry
        for entry in entries
        if genre in entry.names or (others and any(name in entry.names for name in others))
    ]


def _holding(entries: Sequence[Entry], wanted: str) -> list[Entry]:
    return [entry for entry in entries if wanted in entry.names and holds(entry.names, wanted)]
