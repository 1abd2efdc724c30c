"""Opening a knowledge base, and building one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from corpus.errors import InputError
from index.build import BuildOptions, build
from index.progress import Progress
from index.search import RetrieveSettings
from rag.kb import KnowledgeBase
from rag.settings import AnswerSettings


def open_kb(
    folder: str | Path = "kb",
    *,
    embedder: str | Path | None = None,
    retrieve: RetrieveSettings | None = None,
    answer: AnswerSettings | None = None,
    reranker: str | Path | None = None,
) -> KnowledgeBase:
    """Open a knowledge base that has been built.

    Args:
        folder: Where it is.
        embedder: Folder of the model it was built with, if it is not the shipped one.
        retrieve: How passages are retrieved.
        answer: How questions are answered.
        reranker: Folder of a cross-encoder to put passages in order, instead of the shipped one.

    Raises:
        InputError: A model cannot be loaded.
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """
    model = Path(embedder) if embedder is not None else None
    cross = Path(reranker) if reranker is not None else None
    return KnowledgeBase(
        Path(folder), embedder=model, reranker=cross, retrieve=retrieve, answer=answer
    )


def build_kb(
    source: str | Path | Iterable[str | Path] | Mapping[str, str],
    folder: str | Path = "kb",
    *,
    options: BuildOptions | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> KnowledgeBase:
    """Build or update a knowledge base and open it.

    Args:
        source: A folder or file; several of them as ``Path`` objects; texts as a list of strings
            (cited as ``text-1``, ``text-2``, ...); or texts by the name to cite them under.
        folder: Where the knowledge base is, or shall be.
        options: How to build.
        progress: Called as the build goes on.

    Raises:
        InputError: There is nothing to index.
        KnowledgeBaseError: ``folder`` holds something else, or another process is building it.
    """
    options = options or BuildOptions()
    build(_sources(source), Path(folder), options, progress)
    return open_kb(folder, embedder=options.embedder)


def _sources(
    source: str | Path | Iterable[str | Path] | Mapping[str, str],
) -> list[Path] | Mapping[str, str]:
    if isinstance(source, (str, Path)):
        return [Path(source)]
    if isinstance(source, Mapping):
        return source
    items = list(source)
    if items and all(isinstance(item, Path) for item in items):
        return [Path(item) for item in items]
    if not items or not all(isinstance(item, str) for item in items):
        raise InputError("give a folder, a list of Path objects, a list of texts, or texts by name")
    return {f"text-{number}": str(text) for number, text in enumerate(items, 1)}
