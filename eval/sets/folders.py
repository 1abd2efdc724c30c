"""The folders of documents and questions written for training, those that nothing learnt from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import QuestionError
from eval.questions import Question
from eval.sets.records import QuestionSet, file_hash, file_name, locate
from index.train.written import LEFT_OUT, Folder, displayed, load


def read_folders(path: Path) -> QuestionSet:
    """A folder of ``*.jsonl`` as :mod:`index.train.written` has them.

    Only folders of several documents are asked, and of those the fifth that nothing is learnt
    from. Each question is given the folder it was written for.

    Raises:
        QuestionError: There are none.
        InputError: A line is no folder of documents.
    """
    folders = [folder for folder in load(path) if folder.documents[1:] and folder.part == LEFT_OUT]
    if not folders:
        raise QuestionError(f"{path}: holds no folders of several documents to measure on.")
    documents: dict[str, str] = {}
    questions: list[Question] = []
    given: dict[str, str] = {}
    for number, folder in enumerate(folders, 1):
        home = f"{number:03}-{file_name(folder.name)}/"
        sources = [f"{home}{n:02}-{file_name(d.title)}" for n, d in enumerate(folder.documents)]
        documents.update(zip(sources, (d.markdown for d in folder.documents), strict=True))
        for question in _questions(folder, number, sources):
            questions.append(question)
            given[question.id] = home
    files = sorted(path.glob("*.jsonl"))
    return QuestionSet(path.name, file_hash(*files), tuple(questions), documents, given)


def _questions(folder: Folder, number: int, sources: Sequence[str]) -> Iterator[Question]:
    shown = [displayed(item.text) for item in folder.documents]
    for place, asked in enumerate(folder.questions):
        answers = [displayed(answer) for answer in asked.answers]
        found = locate(sources[asked.document], shown[asked.document], answers) if answers else ()
        yield Question(
            f"{number:03}-{place:03}",
            asked.question,
            tuple((answer,) for answer in answers),
            "all" if answers[1:] else "any",
            found,
            type=asked.kind,
        )
