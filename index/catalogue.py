"""What the documents of a state may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.normalize import fold

OPENING = 200
"""Characters of a document's text in which its first line is looked for."""

_LONGEST = 60  # characters of a first line that may be a title
_TAGGED = re.compile(r"^\s*[【\[][^】\]]*[】\]]")
_ADDED = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_NUMBERS = re.compile(r"[\d_\s.-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it may be called.

    Attributes:
        id: Of the document.
        source: Where it is from.
        title: Its title; may be empty, like author and date.
        author: Who wrote it.
        published: ISO date.
        names: Title, file name, author, date and a first line that may be a title, folded, one a
            line; letters and digits alone.
        whole: What calls it in full: its title, or the name of its file, or either without what
            is added to it in brackets or figures.
    """

    id: str
    source: str
    title: str
    author: str
    published: str
    names: str
    whole: frozenset[str]

    @property
    def name(self) -> str:
        """Its title, or else the name of its file."""
        return self.title or PurePosixPath(self.source).stem


def entry_of(
    document_id: str, source: str, title: str, author: str, published: str, opening: str
) -> Entry:
    """The entry of one document.

    Args:
        document_id: Its id.
        source: Where it is from.
        title: Its title; may be empty, like author and date.
        author: Who wrote it.
        published: ISO date.
        opening: The first characters of its text.
    """
    stem = PurePosixPath(source).stem
    line = opening.strip().partition("\n")[0].lstrip("#> ")
    first = line if title in ("", stem) and len(line) <= _LONGEST else ""
    names = (title, stem, author, _spoken(published), first)
    called = {title, first, stem, _NUMBERS.sub("", title), _NUMBERS.sub("", stem)}
    called |= {_ADDED.sub("", name) for name in called}
    return Entry(
        document_id,
        source,
        title,
        author,
        published,
        "\n".join(dict.fromkeys(filter(None, map(letters, names)))),
        frozenset(map(letters, called)) - {""} | titles_of(title, source),
    )


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


def _spoken(day: str) -> str:
    """A date as it is said: 2024年3月5日."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", day)
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else ""
