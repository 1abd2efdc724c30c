"""Reading comprehension questions as they are read from files."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionError
from rag.train import written

_YES_OR_NO = re.compile(r"是否|有无|[能可应会]否|是不是|有没有|能不能|会不会|吗\W*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question on a text; ``answers`` are spans of ``context``."""

    question: str
    title: str
    context: str
    answers: tuple[str, ...]

    @property
    def document(self) -> str:
        """The text under its title, as an article is saved."""
        return f"# {self.title}\n\n{self.context}" if self.title else self.context

    @property
    def is_for_reader(self) -> bool:
        """Whether the reader is trained on its text: the rest is learnt from what it has not seen.

        Three texts of five are, told by their checksum.
        """
        return zlib.crc32(self.context.encode()) % 5 > 1

    @property
    def asks_yes_or_no(self) -> bool:
        """Whether yes or no answers it: then nothing follows from there being no span."""
        return _YES_OR_NO.search(self.question) is not None


def written_readings(folder: Path) -> list[Reading]:
    """Questions that were written for training; without answers where the text does not answer.

    Raises:
        InputError: A line is no document, see :func:`rag.train.written.load`.
    """
    return [
        Reading(item.question, document.title, document.text, (item.answer,) if item.answer else ())
        for document in written.load(folder)
        for item in document.questions
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
