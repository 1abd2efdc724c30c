"""What an unfinished build has stored, the next one goes on with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.chunk import ChunkSettings
from corpus.errors import NotAKnowledgeBaseError
from index.build import BuildReport
from index.layout import DATABASE, check_files, read_manifest
from index.postings import post
from index.prepared import Piece
from index.search import RetrieveSettings, Searcher
from index.segment import Segment
from index.stage import _by_segment
from index.writer import Writer

Make = Callable[..., BuildReport]
Found = Callable[[str], list[str]]
pytestmark = pytest.mark.usefixtures("small_segments")

TEXTS = {
    f"第{n:02}篇": f"# 第{n}篇\n\n这里是编号{n}的文章，说的是{'春夏秋冬'[n % 4]}天。\n\n第二段{n}。"
    for n in range(60)
}


class Killed(BaseException):
    """Stands in for the end of the process."""


def stop_after(embedder: Any, calls: int, error: type[BaseException]) -> None:
    """Make the model end the build when it is asked once more."""
    encode, left = type(embedder).encode_passages, [calls]

    def failing(texts: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return encode(embedder, texts)

    embedder.encode_passages = failing


def contents(kb: Path) -> dict[str, tuple[str, list[str]]]:
    """Text and passages of every document, in the database and in the segments alike."""
    manifest = read_manifest(kb)
    check_files(kb, manifest, whole=True)
    with closing(Writer(kb)) as store:
        found: dict[str, tuple[str, list[str]]] = {
            item.source: (item.text, []) for item in store.documents(manifest.generation)
        }
        numbers = np.concatenate(
            [Segment.load(kb / item.name).passages for item in manifest.segments]
        )
        assert len(set(numbers.tolist())) == len(numbers) == manifest.passages
        for passage in sorted(store.passages(numbers.tolist()), key=lambda item: item.start):
            text, passages = found[passage.source]
            assert text[passage.start : passage.end] == passage.text
            passages.append(passage.text)
        assert list(store.passages_of(manifest.generation))[-1][0] == numbers.max()
    return found


def test_a_build_of_many_segments_finds_everything(
    make: Make, kb: Path, sources_found: Found
) -> None:
    """They are full, and searched through codes."""
    report = make(TEXTS)
    manifest = read_manifest(kb)
    sizes = [item.rows for item in manifest.segments]
    assert sum(sizes) == report.passages >= 60
    assert sizes[:-1] == [20] * (len(sizes) - 1)
    assert "seg-000001/codes.faiss" in manifest.files
    assert report.recall == manifest.recall > 0.5
    assert contents(kb).keys() == TEXTS.keys()
    for number in (0, 17, 59):
        assert f"第{number:02}篇" in sources_found(f"编号{number}的文章")[:3]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, Killed])
@pytest.mark.parametrize("published", [False, True])
def test_the_next_build_goes_on_where_one_stopped(
    make: Make, kb: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch, interrupt: Any,
    published: bool,
) -> None:  # fmt: skip
    """What has been embedded and stored is not done again; the result is that of one build."""
    monkeypatch.setattr("index.pool._BATCH", 150)  # several batches
    first = dict(list(TEXTS.items())[:7]) if published else {}
    if published:
        make(first)
    stop_after(embedder, 16, interrupt)
    embedder.embedded.clear()
    with pytest.raises(interrupt):
        make(TEXTS)
    if published:
        assert contents(kb).keys() == first.keys()
    else:
        with pytest.raises(NotAKnowledgeBaseError):
            read_manifest(kb)
    del embedder.encode_passages
    before = list(embedder.embedded)
    assert before
    embedder.embedded.clear()
    report = make(TEXTS)
    assert len(report.added) == 60 - len(first)
    again = set(before) & set(embedder.embedded)
    assert len(again) < len(set(before)) / 2
    assert len(again) <= 8 or interrupt is Killed  # a batch
    fresh = kb.with_name("新")
    assert contents(kb).keys() == TEXTS.keys()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.pool._BATCH", 150)
        from index.build import BuildOptions, build

        build(TEXTS, fresh, BuildOptions())
    assert contents(kb) == contents(fresh)


def test_a_build_of_another_kind_starts_anew(
    make: Make, kb: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passages cut in another way are no use to it, and nothing of them stays."""
    monkeypatch.setattr("index.pool._BATCH", 150)
    stop_after(embedder, 9, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        make(TEXTS)
    del embedder.encode_passages
    make(TEXTS, chunk=ChunkSettings(target=20, maximum=40))
    with closing(Writer(kb)) as store:
        ((documents,),) = store.select("SELECT count(*) FROM documents")
    assert documents == 60
    named = {item.name for item in read_manifest(kb).segments}
    assert {path.name for path in kb.glob("seg-*")} == named


def test_what_changed_since_is_taken_anew(
    make: Make, kb: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that was stored before the stop and has changed or gone since is not served."""
    monkeypatch.setattr("index.pool._BATCH", 150)
    stop_after(embedder, 9, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        make(TEXTS)
    del embedder.encode_passages
    changed = {name: text for name, text in TEXTS.items() if name != "第01篇"}
    changed["第00篇"] = "完全不同的内容。"
    make(changed)
    found = contents(kb)
    assert found.keys() == changed.keys()
    assert found["第00篇"] == ("完全不同的内容。", ["完全不同的内容。"])
    assert "编号1的文章".encode() not in (kb / DATABASE).read_bytes()


def test_nothing_stays_of_a_build_that_was_given_up(
    make: Make, kb: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents taken away again before they were published leave no trace."""
    monkeypatch.setattr("index.pool._BATCH", 150)
    first = dict(list(TEXTS.items())[:3])
    make(first)
    before = read_manifest(kb)
    stop_after(embedder, 9, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        make(TEXTS)
    del embedder.encode_passages
    assert "编号5的文章".encode() in (kb / DATABASE).read_bytes()
    assert make(first).unchanged == 3
    assert read_manifest(kb) == before
    assert "编号5的文章".encode() not in (kb / DATABASE).read_bytes()
    assert {path.name for path in kb.glob("seg-*")} == {item.name for item in before.segments}


def test_a_change_leaves_other_segments_alone(make: Make, kb: Path) -> None:
    """Adding a document to many writes one small segment."""
    make(TEXTS)
    before = read_manifest(kb)
    make(TEXTS | {"新": "新的一篇。"})
    after = read_manifest(kb)
    assert after.segments[: len(before.segments)] == before.segments[: len(after.segments) - 1]
    assert before.files.items() <= after.files.items()
    with closing(Searcher(kb, RetrieveSettings(dense_weight=0))) as searcher:
        assert searcher.search("新的一篇")[0].passage.source == "新"


def test_pieces_fill_segments_in_order() -> None:
    """No segment holds more than it may."""
    pieces = [Piece(post([]), np.zeros(size, np.uint64), (), None) for size in (9, 9, 9, 20, 1)]
    groups = _by_segment(pieces)
    assert [[len(piece.hashes) for piece in group] for group in groups] == [[9, 9], [9], [20], [1]]
