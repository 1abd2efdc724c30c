"""What nobody can see is deleted for good; what somebody reads, or a build goes on with, is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build import BuildOptions, BuildReport, build
from index.folder import locked
from index.layout import DATABASE, MANIFEST, STATES, parse_manifest, read_manifest
from index.search import RetrieveSettings, Searcher
from index.store import Reader
from index.sweep import sweep, sweep_after
from index.writer import Writer

Make = Callable[..., BuildReport]

FIRST = {"甲": "红茶产自武夷山。", "乙": "绿茶产自龙井村。"}
SECOND = {"甲": "红茶产自祁门县。", "乙": "绿茶产自龙井村。"}


class Killed(BaseException):
    """Stands in for the end of the process."""


def opened(kb: Path) -> Searcher:
    return Searcher(kb, RetrieveSettings())


def texts_of(searcher: Searcher) -> dict[str, str]:
    return {document.source: document.text for document in searcher.documents()}


def assert_swept(kb: Path, readers: list[tuple[Searcher, dict[str, str]]]) -> None:
    """On disk is what the published state and the readers need: all of it, and no more."""
    current = read_manifest(kb)
    manifests = [current, *(reader.manifest for reader, _ in readers)]
    generations = {item.generation for item in manifests}
    assert {int(path.name) for path in (kb / STATES).iterdir()} == generations
    segments = {part.name for item in manifests for part in item.segments}
    assert {path.name for path in kb.glob("seg-*")} == segments
    with closing(Reader(kb)) as store:
        kept = store.manifests()
        assert {at: parse_manifest(text, kb) for at, text in kept.items()} == {
            item.generation: item for item in manifests
        }
        needed = {n for at in generations for n in store.document_numbers(at)}
        assert {n for (n,) in store.select("SELECT number FROM documents")} == needed
        assert {n for (n,) in store.select("SELECT DISTINCT document FROM passages")} == needed
    for reader, texts in readers:
        assert texts_of(reader) == texts
        for source, text in texts.items():
            assert source in [hit.passage.source for hit in reader.search(text)]


STEPS = st.lists(
    st.one_of(
        st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(0, 3), min_size=1),
        st.just("open"),
        st.integers(0, 3),
    ),
    max_size=9,
)


@settings(
    derandomize=True, max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(STEPS)
def test_what_is_read_stays_whole_and_the_rest_goes(
    one_embedder: object, in_memory: Path, steps: list[dict[str, int] | str | int]
) -> None:
    """After any builds, with readers that come and go, no text or file is lost or left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.plan.SEGMENT_ROWS", 3)
        run(in_memory, steps)


def run(root: Path, steps: list[dict[str, int] | str | int]) -> None:
    """Build (texts by name), open a reader, or close one (a number), and look after each step."""
    with TemporaryDirectory(prefix="库 ", dir=root) as folder:
        kb = Path(folder) / "库"
        build(FIRST, kb, BuildOptions())
        readers: list[tuple[Searcher, dict[str, str]]] = []
        for step in steps:
            if isinstance(step, dict):
                texts = {name: f"{name}仓库存放第{n}号瓷器。" for name, n in step.items()}
                build(texts, kb, BuildOptions())
            elif isinstance(step, int):
                if readers:
                    readers.pop(step % len(readers))[0].close()
            else:
                reader = opened(kb)
                readers.append((reader, texts_of(reader)))
            assert_swept(kb, readers)
        while readers:
            readers.pop()[0].close()
            assert_swept(kb, readers)


def test_what_is_deleted_leaves_no_bytes(make: Make, kb: Path) -> None:
    """A text that nobody reads any more is overwritten, not only unlinked."""
    make(FIRST)
    with closing(opened(kb)):
        make(SECOND)
        assert "武夷山".encode() in (kb / DATABASE).read_bytes()
    assert "祁门县".encode() in (kb / DATABASE).read_bytes()
    for path in kb.rglob("*"):
        assert path.is_dir() or "武夷山".encode() not in path.read_bytes()


def test_an_unfinished_build_outlives_the_last_reader(
    make: Make, kb: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch, assert_tidy: Any
) -> None:
    """What it has stored is not made again because somebody closed an older state meanwhile."""
    make(FIRST)
    reader = opened(kb)
    make(SECOND)

    def killed(*_: object) -> None:
        raise Killed

    more = SECOND | {"丙": "白茶产自福鼎市。"}
    with monkeypatch.context() as patch:
        patch.setattr("index.publish.plan", killed)
        with pytest.raises(Killed):
            make(more)
    with closing(Reader(kb)) as store:
        staged = {name for (name,) in store.select("SELECT entry ->> 'name' FROM segments "
                                                   "WHERE staged AND generation = 3")}  # fmt: skip
    reader.close()
    assert [path.name for path in (kb / STATES).iterdir()] == ["000002"]
    assert staged
    assert staged <= {path.name for path in kb.glob("seg-*")}
    embedder.embedded.clear()
    assert make(more).added == ("丙",)
    assert embedder.embedded == []
    assert_tidy(kb)


def test_the_reader_of_the_published_state_deletes_nothing(make: Make, kb: Path) -> None:
    """Only who was the last to read an older state looks for what can go."""
    make(FIRST)
    stray = kb / "seg-000099"
    stray.mkdir()
    opened(kb).close()
    assert stray.exists()
    sweep_after(kb, 7)
    assert not stray.exists()


def test_what_a_reader_cannot_delete_is_left_to_the_next_build(
    make: Make, kb: Path, assert_tidy: Any
) -> None:
    """While somebody builds, or when the manifest is damaged, closing a state is no error."""
    make(FIRST)
    reader = opened(kb)
    make(SECOND)
    with locked(kb):
        reader.close()
    assert len(list((kb / STATES).iterdir())) == 2
    text = (kb / MANIFEST).read_bytes()
    (kb / MANIFEST).write_bytes(b"{")
    sweep_after(kb, 1)
    (kb / MANIFEST).write_bytes(text)
    assert len(list((kb / STATES).iterdir())) == 2
    make(SECOND)
    assert_tidy(kb)
    shutil.rmtree(kb)
    sweep_after(kb, 1)
    assert not kb.exists()


def test_sweeping_twice_changes_nothing(make: Make, kb: Path) -> None:
    """It may be repeated after a kill at any point, and leaves the user's own files alone."""
    make(FIRST)
    uploads = kb / "uploads" / "seg-000001.md"
    uploads.parent.mkdir()
    uploads.write_text("茶。", encoding="utf-8")
    for _ in range(2):
        with locked(kb), closing(Writer(kb)) as writer:
            sweep(kb, writer, read_manifest(kb))
        assert_swept(kb, [])
        with closing(opened(kb)) as reader:
            assert texts_of(reader) == FIRST
    assert uploads.exists()
