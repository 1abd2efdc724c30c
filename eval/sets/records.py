"""A question set with the documents it brings along."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.normalize import squeeze
from eval.questions import Evidence, Question

_UNSAFE = re.compile(r"[\x00-\x1f/\\:*?\"<>|\[\]\s]+")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and where they come from.

    Attributes:
        name: File or folder name.
        hash: Of the bytes of the questions: equal hashes are the same set.
        documents: Texts by source that the questions are asked of; None if they are asked of a
            knowledge base of the user's.
        given: For each question id the source of the context it was written for, or the folder
            of several (``…/``), where there is one.
    """

    name: str
    hash: str
    questions: tuple[Question, ...]
    documents: Mapping[str, str] | None = None
    given: Mapping[str, str] = field(default_factory=dict)


class Pool:
    """Contexts pooled into one corpus: the same text is one document."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self._sources: dict[str, str] = {}

    def add(self, text: str, title: str = "") -> str:
        """The source under which a context is in the pool."""
        source = self._sources.get(text)
        if source is None:
            label = file_name(title)
            number = f"{len(self.documents) + 1:05d}"
            source = f"{number}-{label}" if label else number
            self._sources[text] = source
            self.documents[source] = text
        return source


def file_name(title: str) -> str:
    """A title as it may stand in a path; empty if nothing of it may."""
    return _UNSAFE.sub("-", title).strip("-.")[:40]


def locate(source: str, context: str, quotes: Iterable[str]) -> tuple[Evidence, ...]:
    """Evidence in a context: the quotes that stand in it, or else the whole of it.

    An answer that is no span of its context (yes, no, a paraphrase) still has a document.
    """
    text = squeeze(context)
    found = dict.fromkeys(quote for quote in quotes if squeeze(quote) and squeeze(quote) in text)
    return tuple(Evidence(source, quote) for quote in found or (context,))


def file_hash(*paths: Path) -> str:
    """A short hash of the bytes of some files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
