"""Documents and questions written for training: what people ask of their own files.

Public sets of questions share most of their words with the text that answers, and what is
unanswerable in them was made so. Here people's documents are asked in other words, and about what
they nearly tell. All are inventions of ours; ``written/*.jsonl`` holds a document a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError

SHIPPED = Path(__file__).parent / "written"


@dataclass(frozen=True)
class Asked:
    """A question; ``answer`` is a piece of the document's text, empty if it does not answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Written:
    """A document with questions."""

    title: str
    text: str
    questions: tuple[Asked, ...]


def load(folder: Path = SHIPPED) -> list[Written]:
    """Read all documents of a folder, file by file.

    Raises:
        InputError: There are none, a line is no such document, or an answer is not in its text.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise InputError(f"no *.jsonl in {folder}")
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found.append(_document(line, f"{path}, line {number}"))
    return found


def _document(line: str, where: str) -> Written:
    try:
        data = json.loads(line)
        asked = tuple(Asked(str(q["question"]), str(q["answer"])) for q in data["questions"])
        document = Written(str(data["title"]), str(data["text"]), asked)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{where}: no document ({error!r}); mend or remove the line") from None
    for item in document.questions:
        if item.answer not in document.text:
            raise InputError(
                f"{where}: the answer {item.answer!r} does not stand in the text; mend it"
            )
    return document
