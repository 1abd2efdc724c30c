"""The database: exact records, and readers that see one state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from corpus.load import make_document
from corpus.records import Document, Passage
from index.layout import DATABASE
from index.store import Store

Pair = tuple[Document, list[Passage]]


def article(source: str, text: str) -> Pair:
    document = make_document(text, source)
    return document, cut_passages(document, ChunkSettings())


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with closing(Store(tmp_path, writable=True)) as opened:
        yield opened


def state(store: Store, generation: int) -> dict[str, tuple[str, list[str]]]:
    """Text and passages of each document of a generation."""
    passages: dict[str, list[str]] = {}
    for _, passage in store.passage_rows(generation):
        passages.setdefault(passage.source, []).append(passage.text)
    return {d.source: (d.text, passages.get(d.source, [])) for d in store.documents(generation)}


def test_records_come_back_as_they_were(store: Store) -> None:
    """Every field survives the database, spans and marks included."""
    head = "# 题 𝒳\n作者：张三\n日期：2024-12-05\n来源：某报\n\n"
    raw = head + "## 节\n第一句。𠀀第二句！\n\n点赞、在看\n"
    document, passages = article("目录/文 件.md", raw)
    passages = [replace(item, page=7, author="", parent=None) for item in passages]
    store.replace([], [(document, passages)], 1)
    assert list(store.documents(1)) == [document]
    assert store.document(document.id, 1) == document
    rows = dict(store.passage_rows(1))
    assert list(rows.values()) == passages
    assert store.passages(list(rows)) == passages
    assert store.content_hashes(1) == {"目录/文 件.md": (document.content_hash, document.id)}
    assert store.counts(1) == (1, len(passages), len(document.text))


def test_passages_come_in_the_order_asked_for(store: Store) -> None:
    """Hits are sorted by score, not by row; there may be more than a statement can name."""
    text = "\n\n".join(f"# 第{n}节\n这是第{n}节的内容。" for n in range(1300))
    store.replace([], [article("a.md", text)], 1)
    rows = [row for row, _ in store.passage_rows(1)]
    assert len(rows) > 1200
    backwards = store.passages(rows[::-1])
    assert [passage.start for passage in backwards] == sorted(
        (passage.start for passage in backwards), reverse=True
    )


def test_a_missing_row_is_told(store: Store) -> None:
    """Search structures that do not belong to the database must not be half answered."""
    with pytest.raises(CorruptError, match="passage row 99 is missing"):
        store.passages([99])


def test_a_reader_sees_its_state_while_the_next_is_written(tmp_path: Path, store: Store) -> None:
    """Each generation stays what it was: changed, removed and added documents alike."""
    first = [article("甲", "甲的第一版。"), article("乙", "乙不变。"), article("丙", "丙将删除。")]
    store.replace([], first, 1)
    with closing(Store(tmp_path)) as reader:
        before = state(reader, 1)
        ids = {document.source: document.id for document, _ in first}
        second = [article("甲", "甲的第二版。"), article("丁", "丁是新的。")]
        store.replace([ids["甲"], ids["丙"]], second, 2)
        assert state(reader, 1) == before
        assert set(before) == {"甲", "乙", "丙"}
        assert state(reader, 2) == {
            "甲": ("甲的第二版。", ["甲的第二版。"]),
            "乙": ("乙不变。", ["乙不变。"]),
            "丁": ("丁是新的。", ["丁是新的。"]),
        }
        found = reader.document(ids["甲"], 1)
        assert found is not None
        assert found.text == "甲的第一版。"
        assert reader.document(ids["丙"], 2) is None
        assert reader.counts(1)[0] == reader.counts(2)[0] == 3


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """Documents are replaced all together or not at all."""

    def failing() -> Any:
        yield article("乙", "乙。")
        raise RuntimeError

    store.replace([], [article("甲", "甲。")], 1)
    with pytest.raises(RuntimeError):
        store.replace([article("甲", "甲。")[0].id], failing(), 2)
    assert state(store, 2) == {"甲": ("甲。", ["甲。"])}


def test_rolling_back_forgets_what_was_not_published(store: Store) -> None:
    """A build that was killed leaves rows of a state that never came to be."""
    store.replace([], [article("甲", "甲。")], 1)
    before = state(store, 1)
    store.replace([article("甲", "甲。")[0].id], [article("乙", "乙。")], 2)
    store.roll_back_to(1)
    assert state(store, 1) == state(store, 2) == before


NAMES = ("甲", "乙", "丙")
EDITS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["一。", "二。", "三。", None])),
    min_size=1,
    max_size=6,
)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(EDITS, st.integers(min_value=0, max_value=6))
def test_every_generation_is_what_a_dictionary_would_hold(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, str | None]], purged: int
) -> None:
    """Any history of edits reads back state by state, until the past is purged."""
    with closing(Store(tmp_path_factory.mktemp("kb"), writable=True)) as store:
        expected: dict[int, dict[str, str]] = {0: {}}
        for generation, edit in enumerate(edits, 1):
            known = store.content_hashes(generation - 1)
            removed = [known[name][1] for name in edit if name in known]
            added = [article(name, text) for name, text in edit.items() if text]
            store.replace(removed, added, generation)
            now = {
                name: text for name, text in expected[generation - 1].items() if name not in edit
            }
            expected[generation] = now | {name: text for name, text in edit.items() if text}
        purged = min(purged, len(edits))
        store.purge(purged)
        for generation in range(purged, len(edits) + 1):
            found = {source: text for source, (text, _) in state(store, generation).items()}
            assert found == expected[generation]


def test_what_is_purged_is_gone_from_the_file(tmp_path: Path) -> None:
    """Text that was removed up to a state cannot be read out of the database any more."""
    with closing(Store(tmp_path, writable=True)) as store:
        for generation, text in enumerate(["第一版。", "第二版。", "第三版。"], 1):
            known = store.content_hashes(generation - 1)
            store.replace([key for _, key in known.values()], [article("甲", text)], generation)
        store.purge(2)
        store.checkpoint()
    data = (tmp_path / DATABASE).read_bytes()
    kept = [text in data for text in map(str.encode, ("第一版。", "第二版。", "第三版。"))]
    assert kept == [False, True, True]


def test_vectors_are_kept_by_model_and_text(store: Store) -> None:
    """A cached vector is never taken for that of another model or text."""
    vectors = np.eye(3, 8, dtype=np.float32)
    store.cache_vectors("m1", ["a", "b", "c"], vectors)
    store.cache_vectors("m2", ["a"], -vectors[:1])
    found = store.cached_vectors("m1", ["c", "a", "x"])
    assert set(found) == {"a", "c"}
    np.testing.assert_array_equal(found["c"], vectors[2].astype(np.float16))
    store.keep_vectors("m1", ["b"])
    assert set(store.cached_vectors("m1", ["a", "b", "c"])) == {"b"}
    assert store.cached_vectors("m2", ["a"]) == {}


def test_a_folder_that_cannot_be_written_to_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published state stands in the database alone, so it is read without its log files."""
    with closing(Store(tmp_path, writable=True)) as store:
        store.replace([], [article("甲", "甲。")], 1)
        store.checkpoint()
        data = (tmp_path / DATABASE).read_bytes()
    frozen = tmp_path / "只读"
    frozen.mkdir()
    (frozen / DATABASE).write_bytes(data)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def without_side_files(name: str, **options: Any) -> sqlite3.Connection:
        if "mode=ro" in name:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(name, **options)

    monkeypatch.setattr(sqlite3, "connect", without_side_files)
    with closing(Store(frozen)) as reader:
        assert state(reader, 1) == {"甲": ("甲。", ["甲。"])}
    assert [path.name for path in frozen.iterdir()] == [DATABASE]


def test_a_reader_cannot_write(tmp_path: Path, store: Store) -> None:
    """Only a build, under the lock, changes the truth."""
    with closing(Store(tmp_path)) as reader, pytest.raises(KnowledgeBaseError, match="readonly"):
        reader.replace([], [article("甲", "甲。")], 1)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0", b"no database" * 999])
@pytest.mark.parametrize("writable", [False, True])
def test_what_is_no_database_is_told(tmp_path: Path, data: bytes, writable: bool) -> None:
    """The message names the file and the way out; only an empty file may be filled by a build."""
    (tmp_path / DATABASE).write_bytes(data)
    if writable and not data:
        Store(tmp_path, writable=True).close()
        return
    with pytest.raises(CorruptError, match=rf"{DATABASE}: .*--rebuild"):
        Store(tmp_path, writable=writable)


def test_a_database_cut_short_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Damage behind the header shows later, but as a clear message."""
    with closing(Store(tmp_path, writable=True)) as store:
        store.replace([], [article(str(n), f"{n}。" * 500) for n in range(50)], 1)
    data = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(data[:8192] + b"\x55" * (len(data) - 8192))
    with pytest.raises(CorruptError, match="--rebuild"), closing(Store(tmp_path)) as reader:
        list(reader.documents(1))


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """Both numbers and the remedy are named."""
    Store(tmp_path, writable=True).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 9")
    for writable in (False, True):
        with pytest.raises(FormatVersionError, match="schema 9, this version reads up to 1"):
            Store(tmp_path, writable=writable)
