"""Collections in BEIR's layout: documents, queries, and which document answers which query.

Thakur et al., BEIR: A Heterogenous Benchmark for Zero-shot Evaluation of Information Retrieval
Models, 2021.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionError
from eval.lines import find_file, json_lines, read_file


@dataclass(frozen=True, slots=True)
class Beir:
    """A collection with judged queries.

    Attributes:
        documents: Text by id; a title stands above it.
        queries: Text by id; those that are judged.
        judgements: Grade by document for each query; above 0 is relevant.
        hash: Of queries and judgements.
    """

    name: str
    documents: Mapping[str, str]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    hash: str


def load_beir(folder: Path, split: str = "test") -> Beir:
    """Read ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/SPLIT.tsv``, gzipped or not.

    Raises:
        QuestionError: One is missing, or lines of them cannot be used; all are named.
    """
    problems: list[str] = []
    corpus, queries = find_file(folder, "corpus.jsonl"), find_file(folder, "queries.jsonl")
    qrels = find_file(folder / "qrels", f"{split}.tsv")
    documents = dict(_texts(corpus, problems))
    asked = dict(_texts(queries, problems))
    judged = _judgements(qrels, asked, problems)
    if problems:
        shown = "\n".join(problems[:20])
        more = f"\n… and {len(problems) - 20} more." if len(problems) > 20 else ""
        raise QuestionError(
            f"{folder}: {len(problems)} problems; nothing was built.\n{shown}{more}"
        )
    if not judged:
        raise QuestionError(f"{qrels}: judges no query of {queries.name}.")
    digest = hashlib.sha256(read_file(queries) + b"\0" + read_file(qrels)).hexdigest()[:16]
    chosen = {name: asked[name] for name in judged}
    return Beir(folder.resolve().name, documents, chosen, judged, digest)


def _texts(path: Path, problems: list[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, value, wrong in json_lines(path):
        name = value.get("_id") if isinstance(value, Mapping) else None
        text = value.get("text") if isinstance(value, Mapping) else None
        if wrong or not isinstance(name, str) or not name or not isinstance(text, str):
            problems.append(
                f"{path}:{number}: {wrong[0] if wrong else 'must hold `_id` and `text`'}"
            )
        elif name in seen:
            problems.append(f"{path}:{number}: `_id` {name!r} comes twice")
        else:
            seen.add(name)
            title = value.get("title")
            headed = isinstance(title, str) and title.strip() and not text.startswith(title)
            yield name, f"{title}\n\n{text}" if headed else text


def _judgements(
    path: Path, queries: Mapping[str, str], problems: list[str]
) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_file(path).decode("utf-8", "replace").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue
        if len(cells) == 4:  # as TREC writes them: query, 0, document, grade
            del cells[1]
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            problems.append(f"{path}:{number}: must be query, document and grade, by tabs")
        elif cells[0] not in queries:
            problems.append(f"{path}:{number}: no query has the id {cells[0]!r}")
        else:
            judged.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    # A query without a relevant document has no ideal ranking to be held against.
    return {name: grades for name, grades in judged.items() if max(grades.values()) > 0}
