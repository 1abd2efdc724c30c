"""Documents and questions written for training: what people ask of their own files.

Public sets of questions share most of their words with the text that answers, and what is
unanswerable in them was made so. Here people's documents are asked in other words, and about what
they nearly tell. All are inventions of ours; ``written/*.jsonl`` holds a folder of documents a
line, many of them a folder of one.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.load import make_document

SHIPPED = Path(__file__).parent / "written"

LEFT_OUT = 0
"""The part of the folders that nothing is learnt from, to measure on."""

UNREAD = 1
"""The part that the reader is not trained on, so that what follows it is learnt from that."""

_PARTS = 5


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a folder, in Markdown."""

    title: str
    text: str

    @property
    def markdown(self) -> str:
        """The text under its title, as a file is saved."""
        return f"# {self.title}\n\n{self.text}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        kind: What it asks for: ``fact``, ``list``, ``table``, ``reason``, ``howto``, ``yesno``; or
            why nothing answers it: ``near`` misses and ``other`` things.
        document: Number of the document that answers, or comes nearest.
        answers: Pieces of its text, more than one for a list; none if no document answers.
    """

    question: str
    kind: str
    document: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """Documents of one owner, with questions about them.

    Attributes:
        parts: How many parts such folders fall into, one to be left out and one unread.
    """

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Asked, ...]
    parts: int = _PARTS

    @property
    def part(self) -> int:
        """In which of the parts it is, told by the checksum of its first text."""
        return zlib.crc32(self.documents[0].text.encode()) % self.parts

    @property
    def is_for_reader(self) -> bool:
        """Whether the reader is trained on it: three of five are, or eight of ten."""
        return self.part not in (LEFT_OUT, UNREAD)


@lru_cache(4096)
def displayed(markdown: str) -> str:
    """A text, or a piece of it, as it is displayed, searched and read."""
    return make_document(markdown, "text").text


def load(folder: Path = SHIPPED) -> list[Folder]:
    """Read all folders, file by file.

    Raises:
        InputError: There are none, a line is no such folder, or an answer is not in its text.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise InputError(f"no *.jsonl in {folder}; name a folder of documents with questions")
    found = []
    for path in paths:
        for number, line in enumerate(_text(path).rstrip("\n").split("\n"), 1):
            found.append(_folder(line, f"{path}, line {number}"))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error}); write it again") from None


def _folder(line: str, where: str) -> Folder:
    try:
        data = json.loads(line)
        documents = tuple(Document(str(d["title"]), str(d["text"])) for d in data["documents"])
        questions = tuple(map(_asked, data["questions"]))
        if not documents:
            raise ValueError("none")
        parts = int(data.get("parts", _PARTS))
        if parts < _PARTS:
            raise ValueError(f"parts is {parts}; at least {_PARTS} are needed")
        name = str(data.get("folder") or documents[0].title)
        found = Folder(name, documents, questions, parts)
        texts = [documents[item.document].text for item in questions]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"{where}: no documents ({error!r}); mend or remove the line") from None
    for item, text in zip(questions, texts, strict=True):
        lost = next((answer for answer in item.answers if answer not in text), None)
        if lost is not None:
            raise InputError(f"{where}: the answer {lost!r} does not stand in the text; mend it")
    return found


def _asked(data: dict[str, Any]) -> Asked:
    if not isinstance(data["answers"], list):
        raise ValueError(f"the answers to {data['question']!r} are no list")
    answers = tuple(str(answer) for answer in data["answers"])
    if not all(answers):
        raise ValueError(f"an answer to {data['question']!r} is empty")
    if int(data.get("document", 0)) < 0:
        raise ValueError(f"{data['question']!r} is of a document with a number below 0")
    kind = str(data.get("kind") or ("fact" if answers else "near"))
    return Asked(str(data["question"]), kind, int(data.get("document", 0)), answers)
