"""Where the texts and the questions of a benchmark come from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.load import find_files
from corpus.readers.decode import decode
from eval.load import load_questions

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"
_SAMPLE_QUESTIONS = Path(__file__).parent / "sample" / "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Article:
    """A text as a file would hold it; ``suffix`` says how it is written (``.txt``, ``.md``)."""

    text: str
    suffix: str = ".txt"


def corpus_name(path: Path | None) -> str:
    """What a report calls a corpus: never where it lies on this machine."""
    if path is None:
        return "sample"
    return path.resolve().parent.name if path.is_file() else path.resolve().name


def read_articles(path: Path | None = None) -> Iterator[Article]:
    """The articles of a corpus, in its order; the sample corpus if none is named.

    Args:
        path: A folder in BEIR's layout (``corpus.jsonl`` or ``corpus.jsonl.gz``, lines with
            ``title`` and ``text``), such a file itself, or a folder of documents.

    Raises:
        InputError: There is none, or a line is not such an object; names the line.
    """
    path = SAMPLE if path is None else path
    lines = _beir_file(path, "corpus") if path.is_dir() else path
    if lines is None:
        found, _ = find_files([path])
        for file in found:
            yield Article(decode(file.path.read_bytes())[0], file.path.suffix.lower())
        return
    for place, record in _records(lines):
        title, text = record.get("title") or "", record.get("text")
        if not isinstance(text, str) or not isinstance(title, str):
            raise InputError(f'{place}: needs "text", and "title" as text if there is one')
        text = "\n".join(text.splitlines())  # as it reads once it has been written to a file
        if text.strip():
            yield Article(f"# {title.strip()}\n\n{text}", ".md") if title.strip() else Article(text)


def read_queries(path: Path | None = None, corpus: Path | None = None) -> list[str]:
    """The questions to search for, each once, in their order.

    Args:
        path: ``queries.jsonl[.gz]`` of BEIR's layout or a question set of ``yinju eval``; that of
            ``corpus`` if None, or of the sample corpus.
        corpus: The corpus the questions are meant for.

    Raises:
        InputError: There is no question.
    """
    if corpus is not None and not corpus.exists():
        raise InputError(f"{corpus}: no such file or folder")
    if path is None and corpus is None:
        queries = [item.question for item in load_questions(_SAMPLE_QUESTIONS)]
    else:
        path = path or _queries_beside(corpus)
        queries = []
        for place, record in _records(path):
            query = record.get("text", record.get("question"))
            if not isinstance(query, str):
                raise InputError(f'{place}: needs "text" or "question"')
            queries.append(query)
    queries = list(dict.fromkeys(query.strip() for query in queries if query.strip()))
    if len(queries) < 2:
        raise InputError(f"{path}: holds {len(queries)} different questions; give at least 2")
    return queries


def _queries_beside(corpus: Path | None) -> Path:
    folder = corpus if corpus is not None and corpus.is_dir() else (corpus or SAMPLE).parent
    found = _beir_file(folder, "queries")
    if found is None:
        raise InputError(f"{folder}: holds no queries.jsonl; name a file with --queries")
    return found


def _beir_file(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz")
    return next((path for path in paths if path.is_file()), None)


def _records(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise InputError(f"{path}, line {number}: is not a JSON object")
                yield f"{path}, line {number}", record
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}, after line {number}: {error}") from None
