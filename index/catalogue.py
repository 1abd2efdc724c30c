"""What the documents of a state may be called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.normalize import fold

OPENING = 200
"""Characters of a document's text in which its first line is looked for."""

MANY = 20
"""Documents of one name that are looked into."""

_LONGEST = 60  # characters of a first line that may be a title
_TAGGED = re.compile(r"^\s*[【\[][^】\]]*[】\]]")
_ADDED = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_NUMBERS = re.compile(r"[\d_\s.-]+")
_BETWEEN = "\0"
_NO_LETTER = re.compile(r"[^\w\n\0]|_")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it may be called.

    Attributes:
        id: Of the document.
        source: Where it is from.
        title: Its title; may be empty, like author, date and publisher.
        author: Who wrote it.
        published: ISO date.
        publisher: The outlet that it is from.
        first: A first line that may be its title; empty if it has one, or none that may be.
        names: Title, file name, author, date, publisher and first line, folded, one a line;
            letters and digits alone.
    """

    id: str
    source: str
    title: str
    author: str
    published: str
    publisher: str
    first: str
    names: str

    @property
    def name(self) -> str:
        """Its title, or else the name of its file."""
        return self.title or PurePosixPath(self.source).stem

    def whole(self) -> frozenset[str]:
        """What calls it in full: its title or file name, also without what is added to it."""
        stem = PurePosixPath(self.source).stem
        called = {self.title, self.first, stem, *map(_bare, (self.title, stem))}
        called |= {_ADDED.sub("", name) for name in called}
        return frozenset(map(letters, called)) - {""} | titles_of(self.title, self.source)


def entries_of(rows: Iterable[tuple[str, str, str, str, str, str, str]]) -> list[Entry]:
    """The entries of documents, folded together, which is faster.

    Args:
        rows: Of each its id, source, title, author, ISO date, publisher, and the first characters
            of its text.
    """
    told = []
    for document_id, source, title, author, published, publisher, opening in rows:
        stem = PurePosixPath(source).stem
        line = opening.strip().partition("\n")[0].lstrip("#> ")
        first = line if title in ("", stem) and len(line) <= _LONGEST else ""
        told.append((document_id, source, title, author, published, publisher, first))
    texts = [
        "\n".join((title, PurePosixPath(source).stem, author, _spoken(published), publisher, first))
        for _, source, title, author, published, publisher, first in told
    ]
    names = _NO_LETTER.sub("", fold(_BETWEEN.join(texts))).split(_BETWEEN) if texts else []
    return [Entry(*known, name) for known, name in zip(told, names, strict=True)]


def titles_of(title: str, source: str) -> frozenset[str]:
    """The title of a document and the name of its file, in their letters."""
    file = PurePosixPath(source)
    names = (title, _TAGGED.sub("", title), file.stem, file.name)
    return frozenset(map(letters, names)) - {""}


def letters(text: str) -> str:
    """What of a name counts when it is compared."""
    return re.sub(r"[\W_]", "", fold(text))


def holds(text: str, wanted: str) -> bool:
    """Whether a text holds some letters, figures not as a part of longer ones."""
    if not wanted or wanted not in text:
        return False
    before = r"(?<!\d)" if wanted[0].isdigit() else ""
    after = r"(?!\d)" if wanted[-1].isdigit() else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", text) is not None


def _bare(text: str) -> str:
    return _NUMBERS.sub("", text)


def sole(entries: Sequence[Entry], called: str) -> Entry | None:
    """The only one, or the only one that is called just so."""
    if len(entries) == 1:
        return entries[0]
    held = [entry for entry in entries if called in entry.names]
    shortest = sorted(held, key=lambda entry: len(entry.names))[:MANY]
    whole = [entry for entry in shortest if called in entry.whole()]
    return whole[0] if len(whole) == 1 else None


def _spoken(day: str) -> str:
    """A date as it is said: 2024年3月5日."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", day)
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else ""
