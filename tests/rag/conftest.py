"""A knowledge base of the sample corpus, and hits made of texts without any search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import make_document
from corpus.records import Hit
from corpus.segment import Segmenter
from index.embed import SHIPPED_MODEL, StaticEmbedder
from rag import AnswerSettings, KnowledgeBase, build_kb, open_kb
from rag.evidence import Evidence, load_weights, weigh, with_confidence
from rag.query import read_query


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.fixture(scope="session")
def words() -> StaticEmbedder:
    return StaticEmbedder(SHIPPED_MODEL)


@pytest.fixture(scope="session")
def kb(sample_folder: Path) -> Iterator[KnowledgeBase]:
    """The sample corpus, opened with the defaults."""
    with open_kb(sample_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def bold_kb(sample_folder: Path) -> Iterator[KnowledgeBase]:
    """The sample corpus, opened so that it never refuses for want of confidence."""
    with open_kb(sample_folder, answer=AnswerSettings(threshold=0)) as opened:
        yield opened


@pytest.fixture(scope="session")
def dev_questions(root: Path) -> list[dict[str, object]]:
    """The sample questions that may be looked at while developing."""
    lines = (root / "eval" / "sample" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """The ``TEXTS`` of a module, opened so that nothing is refused."""
    folder: Path = tmp_path_factory.mktemp("shelf") / "kb"
    build_kb(request.module.TEXTS, folder).close()
    with open_kb(folder, answer=AnswerSettings(threshold=0)) as opened:
        yield opened


def hits_of(*texts: str) -> list[Hit]:
    """One hit for each passage of some Markdown texts, ranked as they stand."""
    passages = [
        passage
        for number, text in enumerate(texts, 1)
        for passage in cut_passages(make_document(text, f"文{number}.md"), ChunkSettings())
    ]
    return [
        Hit(rank, passage, 1 / rank, {"bm25": 1.0, "dense": 0.5})
        for rank, passage in enumerate(passages, 1)
    ]


def same_weight(term: str) -> float:
    """An inverse document frequency that makes every term count alike."""
    return 1.0


@pytest.fixture(scope="session")
def kit(segmenter: Segmenter, words: StaticEmbedder) -> SimpleNamespace:
    """The makers above: importlib mode has no module to import them from."""
    weights = load_weights()

    def evidence_of(question: str, *texts: str) -> Evidence:
        query = read_query(question, segmenter)
        hits = hits_of(*texts)
        evidence = weigh(query, hits, segmenter, same_weight, words, weights)
        return with_confidence(query, evidence, words, weights)

    def query_of(question: str) -> object:
        return read_query(question, segmenter)

    return SimpleNamespace(hits=hits_of, idf=same_weight, evidence=evidence_of, query=query_of)
