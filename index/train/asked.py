"""The questions written for training as pairs: each with the passage, and the sentence, it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import make_document
from corpus.normalize import squeeze
from corpus.records import Passage
from index.prepare import embed_text
from index.train import statutes
from index.train.data import TextPairs
from index.train.written import LEFT_OUT, Asked, Folder, displayed, load

PASSAGES, SENTENCES = "written", "written/sentence"


def ours(folder: Path, data: Path) -> list[TextPairs]:
    """All that was written for training: about documents of ours, and about statutes.

    Args:
        folder: The documents and questions.
        data: The training data, which hold the statutes.

    Raises:
        InputError: A line cannot be used.
    """
    return [*pairs_of(folder), *statutes.pairs_of(data)]


def pairs_of(folder: Path) -> list[TextPairs]:
    """Questions with passages as they are searched, and with sentences.

    Raises:
        InputError: A line of a file is no folder of documents.
    """
    found = list(_found(one for one in load(folder) if one.part != LEFT_OUT))
    questions = [question for question, _, _ in found]
    passages = TextPairs(PASSAGES, questions, [embed_text(passage) for _, passage, _ in found])
    sentences = TextPairs(SENTENCES, questions, [sentence for _, _, sentence in found])
    return [passages, sentences]


def _found(folders: Iterable[Folder]) -> Iterator[tuple[str, Passage, str]]:
    """Each answered question, the first passage of its document that answers, the sentence there.

    Of a list the passage and the sentence of its first item.
    """
    for folder in folders:
        cut = passages_of(folder)
        for asked in folder.questions:
            passage = answering(cut[asked.document], asked)
            if passage is not None:
                sentence = _sentence(passage, asked.answers[0])
                yield asked.question, passage, sentence


def passages_of(folder: Folder) -> list[list[Passage]]:
    """The passages of each document of a folder."""
    documents = (make_document(d.markdown, f"{n}") for n, d in enumerate(folder.documents))
    return [cut_passages(document, ChunkSettings()) for document in documents]


def answering(passages: Iterable[Passage], asked: Asked) -> Passage | None:
    """The first of a document's passages that answers a question, or begins to."""
    if not asked.answers:
        return None
    answer = squeeze(displayed(asked.answers[0]))
    return next((item for item in passages if answer in squeeze(item.text)), None)


def _sentence(passage: Passage, answer: str) -> str:
    sentences = [passage.text[a - passage.start : b - passage.start] for a, b in passage.sentences]
    wanted = squeeze(displayed(answer))
    return next((one for one in sentences if wanted in squeeze(one)), passage.text)
