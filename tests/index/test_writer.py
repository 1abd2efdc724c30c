"""The database, written: generations, unfinished builds, and what is gone for good."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import make_document
from index.layout import DATABASE, Manifest, SegmentEntry, segment_name
from index.rows import document_row, passage_row
from index.store import Reader
from index.writer import Writer


def edit(writer: Writer, generation: int, changes: Mapping[str, str | None]) -> None:
    """What a build does: new and changed documents come, those that are None go."""
    known = writer.known(generation - 1)
    with writer.transaction():
        for source, text in changes.items():
            if text:
                document = make_document(text, source)
                rows = [passage_row(item) for item in cut_passages(document, ChunkSettings())]
                writer.insert(
                    document_row(document), (-1, -1), rows, writer.next_passage(), generation
                )
        outdated = [known[source].number for source in changes if source in known]
        writer.remove(outdated, generation)


def state(store: Reader, generation: int) -> dict[str, str]:
    """Text of each document of a generation, which its passages make up."""
    passages: dict[str, str] = {}
    for _, passage in store.passages_of(generation):
        passages[passage.source] = passages.get(passage.source, "") + passage.text
    found = {document.source: document.text for document in store.documents(generation)}
    assert found == passages
    return found


def manifest(generation: int) -> Manifest:
    return Manifest(
        generation, "1", "e", "名", 8, "s", (), 0, 0, 0, (), {}, {}, "2024-12-05T08:00:00+00:00"
    )


@pytest.fixture
def writer(tmp_path: Path) -> Any:
    with closing(Writer(tmp_path)) as opened:
        yield opened


def test_a_reader_sees_its_state_while_the_next_is_written(tmp_path: Path, writer: Writer) -> None:
    """Each generation stays what it was: changed, removed and added documents alike."""
    edit(writer, 1, {"甲": "甲的第一版。", "乙": "乙不变。", "丙": "丙将删除。"})
    with closing(Reader(tmp_path)) as reader:
        before = state(reader, 1)
        edit(writer, 2, {"甲": "甲的第二版。", "丙": None, "丁": "丁是新的。"})
        assert state(reader, 1) == before
        assert set(before) == {"甲", "乙", "丙"}
        assert state(reader, 2) == {"甲": "甲的第二版。", "乙": "乙不变。", "丁": "丁是新的。"}
        assert reader.counts(1)[0] == reader.counts(2)[0] == 3
        gone = reader.known(1)["丙"].id
        assert reader.document(gone, 2) is None
        assert reader.document(gone, 1) is not None


def test_a_failed_transaction_leaves_nothing(writer: Writer) -> None:
    """Documents are replaced all together or not at all."""
    edit(writer, 1, {"甲": "甲。"})
    number = writer.known(1)["甲"].number
    with pytest.raises(ZeroDivisionError), writer.transaction():  # noqa: PT012
        writer.remove([number], 2)
        raise ZeroDivisionError
    assert state(writer, 2) == {"甲": "甲。"}


def test_an_unfinished_build_is_told_by_its_key(writer: Writer) -> None:
    """Only a build of the same kind goes on with it."""
    assert writer.pending_key() == ""
    writer.begin("one")
    writer.begin("two")
    assert writer.pending_key() == "two"


@pytest.mark.parametrize("keep", [False, True])
def test_rolling_back_forgets_what_was_not_published(writer: Writer, keep: bool) -> None:
    """A killed build leaves rows of a state that never was; they stay only to be gone on with."""
    edit(writer, 1, {"甲": "甲。", "丙": "丙。"})
    before = state(writer, 1)
    writer.begin("build")
    edit(writer, 2, {"甲": None, "乙": "乙。"})
    entry = SegmentEntry(segment_name(1), 1)
    with writer.transaction():
        writer.add_segment(1, 2, entry, staged=True)
        writer.add_segment(2, 2, SegmentEntry(segment_name(2), 1), staged=False)
    writer.roll_back_to(1, keep_pending=keep)
    assert state(writer, 1) == before
    assert set(writer.pending_documents(2)) == ({"乙"} if keep else set())
    assert writer.staged_segments(2) == ([entry] if keep else [])
    assert writer.pending_key() == ("build" if keep else "")
    assert writer.removed_in(2) == []


def test_numbers_are_never_used_again(writer: Writer) -> None:
    """A segment's rows name passages by number, also after all of them are gone."""
    edit(writer, 1, {"甲": "甲。"})
    passage = writer.next_passage()
    with writer.transaction():
        writer.add_segment(writer.next_segment(), 1, SegmentEntry("seg-000001", 1), staged=True)
        writer.forget_segments([])
    writer.roll_back_to(0, keep_pending=False)
    assert writer.staged_segments(1) == []
    assert state(writer, 1) == {}
    assert (writer.next_segment(), writer.next_passage()) == (2, passage)


def test_segments_that_are_needed_are_remembered(writer: Writer) -> None:
    """They are told by name."""
    entries = [SegmentEntry(segment_name(number), number) for number in (1, 2, 3)]
    with writer.transaction():
        for number, entry in enumerate(entries, 1):
            writer.add_segment(number, 1, entry, staged=True)
        writer.forget_segments({"seg-000002"})
    assert writer.staged_segments(1) == [entries[1]]


def test_touched_files_get_new_stamps(writer: Writer) -> None:
    """Next time they need not be read."""
    edit(writer, 1, {"甲": "甲。"})
    number = writer.known(1)["甲"].number
    with writer.transaction():
        writer.restamp({number: (12, 34)})
    known = writer.known(1)["甲"]
    assert (known.size, known.modified) == (12, 34)


EDITS = st.lists(
    st.dictionaries(
        st.sampled_from("甲乙丙"), st.sampled_from(["一。", "二。", "三。", None]), max_size=3
    ),
    min_size=1,
    max_size=6,
)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(EDITS, st.sets(st.integers(1, 6)))
def test_every_generation_is_what_a_dictionary_would_hold(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, str | None]], held: set[int]
) -> None:
    """Any history reads back state by state; after a purge those that are held and the last."""
    with closing(Writer(tmp_path_factory.mktemp("kb"))) as writer:
        expected: dict[int, dict[str, str]] = {0: {}}
        for generation, changes in enumerate(edits, 1):
            edit(writer, generation, changes)
            with writer.transaction():
                writer.note_state(manifest(generation))
            now = {source: text for source, text in expected[generation - 1].items()
                   if source not in changes}  # fmt: skip
            expected[generation] = now | {s: text for s, text in changes.items() if text}
        last = len(edits)
        assert [state(writer, at) for at in range(1, last + 1)] == [
            expected[at] for at in range(1, last + 1)
        ]
        kept = {last, *(at for at in held if at <= last)}
        writer.purge(kept, last)
        assert set(writer.manifests()) == kept
        for generation in kept:
            assert state(writer, generation) == expected[generation]
        needed = {(source, text) for at in kept for source, text in expected[at].items()}
        ((stored,),) = writer.select("SELECT count(*) FROM documents")
        assert stored >= len(needed)


def test_what_is_purged_is_gone_from_the_file(tmp_path: Path) -> None:
    """Removed text cannot be read out of the database or its log, and the file shrinks."""
    long = {str(n): f"第{n}篇长文。" * 2_000 for n in range(20)}
    with closing(Writer(tmp_path)) as writer:
        edit(writer, 1, long | {"甲": "第一版。"})
        writer.checkpoint()
        large = (tmp_path / DATABASE).stat().st_size
        edit(writer, 2, dict.fromkeys(long) | {"甲": "第二版。"})
        edit(writer, 3, {"甲": "第三版。"})
        writer.purge({2, 3}, 3)
        ((free,),) = writer.select("PRAGMA freelist_count")
        files = list(tmp_path.iterdir())
    assert free == 0
    assert (tmp_path / DATABASE).stat().st_size < large / 2
    data = b"".join(path.read_bytes() for path in files if path.exists())
    kept = [text in data for text in map(str.encode, ("第一版。", "第二版。", "第三版。", "长文"))]
    assert kept == [False, True, True, False]
