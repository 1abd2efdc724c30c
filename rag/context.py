"""What a passage, or one of its sentences, is read together with."""

from __future__ import annotations

from pathlib import PurePosixPath

from corpus.records import Passage
from rag.features import Candidate


def whole_text(passage: Passage) -> str:
    """A passage with what stands above it, the name of its file first, and its author."""
    named = (PurePosixPath(passage.source).stem, passage.title, passage.author)
    return "\n".join((*named, *passage.headings, *passage.context, passage.text))


def around(item: Candidate) -> str:
    """What a sentence is told under: titles, its paragraph up to it, and a question before that."""
    passage = item.hit.passage
    before, _, paragraph = passage.text[: item.end - passage.start].rpartition("\n\n")
    asked = before.rstrip().rpartition("\n")[2]
    told = asked if asked.endswith(("？", "?")) else ""
    return "\n".join((passage.title, *passage.headings, *passage.context, told, paragraph))
