"""Knowledge bases small enough for milliseconds, with a model that counts what it is asked."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from corpus.segment import Segmenter
from index.build import BuildOptions, BuildReport, build
from index.embed import Vectors, normalize
from index.layout import DATABASE, MANIFEST, OWN_NAMES, STATES, check_files, read_manifest
from index.search import RetrieveSettings, Searcher
from index.store import Reader
from index.writer import Writer

ARTICLES = {
    "春游.md": "# 春游通知\n\n春游定在四月的第二个星期六。\n\n车费由学校承担，门票每人二十元。\n",
    "图书馆.md": "# 图书馆规则\n\n每人最多借五本书，期限三十天。\n\n逾期一天罚款一角。\n",
    "食堂.txt": "食堂的早餐从六点半开始供应。\n\n周末只开放二楼。\n",
}


class CountingEmbedder:
    """Characters hashed into a few dimensions; remembers every passage it has embedded."""

    name = "counting"
    fingerprint = "counting-1"
    dimension = 32

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for character in text:
                if character.isalnum():
                    vector[zlib.crc32(character.encode()) % self.dimension] += 1
        return normalize(vectors)


@cache
def segmenter(words: tuple[str, ...]) -> Segmenter:
    """Loading jieba's dictionary takes longer than all the rest of a small build."""
    return Segmenter(words)


def stand_in(patch: pytest.MonkeyPatch) -> CountingEmbedder:
    """Make builds and searches use one small model, and dictionaries that are loaded once."""
    counting = CountingEmbedder()
    patch.setattr("index.build.load_embedder", lambda folder=None: counting)
    patch.setattr("index.state.load_embedder", lambda folder=None: counting)
    for user in ("index.folder", "index.recut", "index.prepare"):
        patch.setattr(f"{user}.Segmenter", lambda words=(): segmenter(tuple(words)))
    return counting


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> CountingEmbedder:
    """Stands in for whatever model a build or a search would load."""
    return stand_in(monkeypatch)


@pytest.fixture(scope="module")
def one_embedder() -> Iterator[CountingEmbedder]:
    """Likewise for a whole module, as tests with many examples need it."""
    with pytest.MonkeyPatch.context() as patch:
        yield stand_in(patch)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of three articles."""
    folder = tmp_path / "文章 一"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Where to build; its name has a blank and Chinese characters."""
    return tmp_path / "知识 库"


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty passages fill a segment; more than sixteen are searched through codes."""
    monkeypatch.setattr("index.prepare._PIECE", 4)
    for user in ("index.stage", "index.plan", "index.sparse"):
        monkeypatch.setattr(f"{user}.SEGMENT_ROWS", 20)
    for user in ("index.dense", "index.coding", "index.publish"):
        monkeypatch.setattr(f"{user}.EXACT_ROWS", 16)


@pytest.fixture
def make(embedder: CountingEmbedder, docs: Path, kb: Path) -> Callable[..., BuildReport]:
    """Build the folder of articles, or what is given, with options by name."""

    def run(
        sources: Sequence[Path] | Mapping[str, str] | None = None, **options: object
    ) -> BuildReport:
        return build([docs] if sources is None else sources, kb, BuildOptions(**options))  # type: ignore[arg-type]

    return run


@pytest.fixture
def sources_found(embedder: CountingEmbedder, kb: Path) -> Callable[[str], list[str]]:
    """Sources of the hits of a question, best first, in the published state."""

    def search(question: str) -> list[str]:
        searcher = Searcher(kb, RetrieveSettings())
        try:
            return [hit.passage.source for hit in searcher.search(question)]
        finally:
            searcher.close()

    return search


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder for tests of many builds, in memory where the system has such."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    with TemporaryDirectory(prefix="yinju 引据 ", dir=memory if usable else None) as folder:
        yield Path(folder)


State = dict[str, tuple[str, list[tuple[int, int, str]]]]


@pytest.fixture(scope="session")
def state_of() -> Callable[[Searcher], State]:
    """Text, spans and passages of every document that an open searcher sees."""

    def state(searcher: Searcher) -> State:
        found: State = {item.source: (item.text, []) for item in searcher.documents()}
        with closing(Reader(searcher.folder)) as store:
            for passage in store.passages(searcher.numbers.tolist()):
                text, passages = found[passage.source]
                assert text[passage.start : passage.end] == passage.text
                passages.append((passage.start, passage.end, passage.text))
        return {source: (text, sorted(passages)) for source, (text, passages) in found.items()}

    return state


@pytest.fixture(scope="session")
def answers_of() -> Callable[..., list[object]]:
    """What an open searcher finds for some questions, equal scores in the order of sources."""

    def answers(searcher: Searcher, questions: Sequence[str]) -> list[object]:
        found = []
        for question in questions:
            hits = [(-round(hit.score, 4), hit.passage.source, hit.passage.start, hit.passage.text)
                    for hit in searcher.search(question, 1000)]  # fmt: skip
            found.append(sorted(hits))
        return found

    return answers


@pytest.fixture(scope="session")
def assert_tidy() -> Callable[[Path], None]:
    """Nothing lies in a knowledge base that nobody reads but what its layout names, intact."""

    def check(kb: Path) -> None:
        manifest = read_manifest(kb)
        check_files(kb, manifest, whole=True)
        segments = {item.name for item in manifest.segments}
        names = {path.name for path in kb.iterdir()}
        log = f"{DATABASE}-wal"  # and its index: a reader leaves both behind, empty
        assert names - {log, f"{DATABASE}-shm"} <= OWN_NAMES - {f"{MANIFEST}.new"} | segments
        assert log not in names or not (kb / log).stat().st_size
        files = {
            path.relative_to(kb).as_posix() for name in segments for path in (kb / name).iterdir()
        }
        assert files == manifest.files.keys()
        assert [path.name for path in (kb / STATES).iterdir()] == [f"{manifest.generation:06d}"]
        with closing(Writer(kb)) as store:
            store.check()
            alive = store.document_numbers(manifest.generation)
            ((documents,),) = store.select("SELECT count(*) FROM documents")
            ((orphans,),) = store.select(
                "SELECT count(*) FROM passages WHERE document NOT IN (SELECT number FROM documents)"
            )
            ((passages,),) = store.select("SELECT count(*) FROM passages")
            assert (documents, orphans, passages) == (len(alive), 0, manifest.passages)
            assert set(store.manifests()) == {manifest.generation}
            assert store.counts(manifest.generation) == (manifest.documents, manifest.characters)

    return check
