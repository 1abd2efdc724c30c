"""Two published Chinese benchmarks for retrieval-augmented generation: RGB and DragonBall.

RGB: Chen et al., Benchmarking Large Language Models in Retrieval-Augmented Generation, 2023.
DragonBall: Zhu et al., RAGEval: Scenario Specific RAG Evaluation Dataset Generation
Framework, 2024.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import QuestionError
from corpus.normalize import squeeze
from eval.lines import find_file, json_lines
from eval.load import Rows
from eval.questions import Evidence, Question, parse_question
from eval.sets.records import Pool, QuestionSet, file_hash

_UNSOLVABLE = frozenset(("无关无解问", "Irrelevant Unsolvable Question"))


def read_rgb(path: Path) -> QuestionSet:
    """RGB's JSON lines ``{"id", "query", "answer", "positive", "negative"}``.

    Every item of ``answer`` must appear, an inner list being aliases, as RGB's own script has it.
    The passages of all questions, right, noisy and wrong (``positive_wrong``), are the corpus; the
    right ones are evidence.

    Raises:
        QuestionError: The file or lines of it cannot be used.
    """
    pool, rows = Pool(), Rows(path)
    for number, value, wrong in json_lines(path):
        question = None
        if not wrong:
            question, wrong = _rgb(value, pool)
        rows.add(f"{path}:{number}", f"line {number}", question, wrong)
    return QuestionSet(path.name, file_hash(path), tuple(rows.questions()), pool.documents)


def _rgb(value: Any, pool: Pool) -> tuple[Question | None, list[str]]:
    if not isinstance(value, Mapping):
        return parse_question(value)
    answer = value.get("answer")
    items = answer if isinstance(answer, list) else [answer]
    question, wrong = parse_question(
        {"id": str(value.get("id", "")), "question": value.get("query"), "answers": items,
         "match": "all", "type": "rgb"}
    )  # fmt: skip
    right = list(_texts(value.get("positive")))
    if not right:
        wrong = [*wrong, "`positive` must hold the passages that answer"]
    if question is None or wrong:
        return None, wrong
    sources = [pool.add(text) for text in right]
    for text in (*_texts(value.get("negative")), *_texts(value.get("positive_wrong"))):
        pool.add(text)
    evidence = tuple(Evidence(*pair) for pair in zip(sources, right, strict=True))
    return Question(question.id, question.question, question.answers, "all", evidence), []


def _texts(value: Any) -> Iterator[str]:
    """The passages in a list, or in the lists within it."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from _texts(item)
        elif isinstance(item, str) and item.strip():
            yield item


def read_dragonball(folder: Path, language: str = "zh") -> QuestionSet:
    """DragonBall's ``dragonball_docs.jsonl`` and ``dragonball_queries.jsonl`` in one folder.

    The documents and questions of one language; references that stand in the named documents are
    evidence; the unsolvable questions have no answer.

    Raises:
        QuestionError: The files or lines of them cannot be used.
    """
    docs = find_file(folder, "dragonball_docs.jsonl", "DRAGONBALL_docs.jsonl")
    queries = find_file(folder, "dragonball_queries.jsonl", "DRAGONBALL_queries.jsonl")
    documents, titles = _documents(docs, language)
    rows = Rows(queries)
    for number, value, wrong in json_lines(queries):
        if isinstance(value, Mapping) and value.get("language", language) != language:
            continue
        question = None
        if not wrong:
            question, wrong = _dragonball(value, documents, titles)
        rows.add(f"{queries}:{number}", f"line {number}", question, wrong)
    questions = tuple(rows.questions())
    return QuestionSet(folder.name, file_hash(docs, queries), questions, documents)


def _documents(path: Path, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Texts by source, and the source by the benchmark's document id."""
    pool = Pool()
    sources: dict[str, str] = {}
    for number, value, wrong in json_lines(path):
        if wrong or not isinstance(value, Mapping) or not isinstance(value.get("content"), str):
            raise QuestionError(f"{path}:{number}: {' '.join(wrong) or 'has no `content`'}.")
        if value.get("language", language) == language and value["content"].strip():
            name = next((str(value[key]) for key in value if key.endswith("_name")), "")
            sources[str(value.get("doc_id"))] = pool.add(value["content"], name)
    return pool.documents, sources


def _dragonball(
    value: Any, documents: Mapping[str, str], sources: Mapping[str, str]
) -> tuple[Question | None, list[str]]:
    asked = value.get("query") if isinstance(value, Mapping) else None
    truth = value.get("ground_truth") if isinstance(value, Mapping) else None
    if not isinstance(asked, Mapping) or not isinstance(truth, Mapping):
        return None, ["must hold the objects `query` and `ground_truth`"]
    kind = str(asked.get("query_type", ""))
    answer = truth.get("content")
    known = isinstance(answer, str) and kind not in _UNSOLVABLE
    question, wrong = parse_question(
        {"id": str(asked.get("query_id", "")), "question": asked.get("content"),
         # Short answers end in a full stop, which no answer has to repeat.
         "answers": [str(answer).rstrip("。. ")] if known else [],
         **({"type": kind} if kind.strip() else {})}
    )  # fmt: skip
    if question is None or not known:
        return question, wrong
    named = [sources[str(item)] for item in truth.get("doc_ids") or () if str(item) in sources]
    texts = {source: squeeze(documents[source]) for source in named}
    evidence = tuple(
        Evidence(source, quote)
        for quote in _texts(truth.get("references"))
        for source, text in texts.items()
        if squeeze(quote) in text
    ) or tuple(Evidence(source, documents[source]) for source in named)
    return Question(question.id, question.question, question.answers, evidence=evidence,
                    type=kind), []  # fmt: skip
