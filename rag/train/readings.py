"""Reading comprehension questions as they are read from files."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionError
from index.train.written import Folder, displayed

_YES_OR_NO = re.compile(r"是否|有无|[能可应会]否|是不是|有没有|能不能|会不会|吗\W*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question on a text; ``answers`` are spans of ``context``.

    Attributes:
        folder: Of the text, if it has others beside it.
        kind: Of the question, if it is known.
    """

    question: str
    title: str
    context: str
    answers: tuple[str, ...]
    folder: str = ""
    kind: str = ""

    @property
    def document(self) -> str:
        """The text under its title, as an article is saved."""
        return f"# {self.title}\n\n{self.context}" if self.title else self.context

    @property
    def asks_yes_or_no(self) -> bool:
        """Whether yes or no answers it: then nothing follows from there being no span."""
        return _YES_OR_NO.search(self.question) is not None


def written_readings(folders: Iterable[Folder]) -> list[Reading]:
    """Questions that were written for training; without answers where the text does not answer.

    Texts are in Markdown, answers as they are displayed.
    """
    return [
        Reading(asked.question, told.title, told.text, answers, name, asked.kind)
        for number, folder in enumerate(folders)
        for name in [f"{number:05}" if folder.documents[1:] else ""]
        for asked in folder.questions
        for told in [folder.documents[asked.document]]
        for answers in [tuple(map(displayed, asked.answers))]
    ]


def load_readings(path: Path) -> list[Reading]:
    """Read JSON lines with ``question``, ``context`` and ``answers`` (gzipped if named so).

    Raises:
        QuestionError: A line is not such an object.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    readings = []
    with opener(path, "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            try:
                data = json.loads(line)
                answers = tuple(str(answer) for answer in data["answers"] if answer)
                title = str(data.get("title", ""))
                readings.append(
                    Reading(str(data["question"]), title, str(data["context"]), answers)
                )
            except (ValueError, KeyError, TypeError) as error:
                raise QuestionError(f"{path}:{number}: {error!r}; not a reading question") from None
    return readings
