"""Builds that are killed, meet another, or meet a folder that is not theirs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from corpus.errors import CorruptError, LockedError, NotAKnowledgeBaseError
from index.build import BuildReport
from index.layout import DATABASE, LOCK, MANIFEST, read_manifest
from index.search import RetrieveSettings, Searcher
from index.store import Reader

Make = Callable[..., BuildReport]
Found = Callable[[str], list[str]]

STEPS = (
    "index.prepare.read_document",
    "index.prepare.cut_passages",
    "index.vectors.VectorCache.embedded",
    "index.stage.Stage.write",
    "index.writer.Writer.insert",
    "index.stage.Segment.save",
    "index.writer.Writer.add_segment",
    "index.publish.plan",
    "index.publish.describe_files",
    "index.writer.Writer.note_state",
    "index.writer.Writer.checkpoint",
    "index.publish.make_state",
    "index.publish.write_manifest",
    "index.layout.os.replace",
)


class Killed(BaseException):
    """Stands in for the end of the process."""


def killed(*_: object, **__: object) -> None:
    raise Killed


def change(docs: Path) -> None:
    """What the next build would have to do: one of each kind."""
    (docs / "校车.md").write_text("校车每天早上七点发车。", encoding="utf-8")
    (docs / "食堂.txt").write_text("食堂改在七点开门。", encoding="utf-8")
    (docs / "春游.md").unlink()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_killed_build_leaves_the_state_before(
    make: Make, docs: Path, sources_found: Found, monkeypatch: pytest.MonkeyPatch, step: str,
    rebuild: bool,
) -> None:  # fmt: skip
    """Wherever a build ends, the published state answers, and the next build succeeds."""
    make()
    change(docs)
    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(Killed):
            make(rebuild=rebuild)
    assert sources_found("春游门票")[0] == "春游.md"
    assert "校车.md" not in sources_found("校车几点发车")
    report = make()
    assert (report.added, report.changed) == (("校车.md",), ("食堂.txt",))
    assert (report.removed, report.unchanged) == (("春游.md",), 1)
    assert sources_found("校车几点发车")[0] == "校车.md"
    assert "春游.md" not in sources_found("春游门票")


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_first_build_is_simply_made_again(
    make: Make, kb: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What it left behind is no knowledge base yet, and in nobody's way."""
    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(Killed):
            make()
    with pytest.raises(NotAKnowledgeBaseError):
        read_manifest(kb)
    assert make().documents == 3


def test_a_build_killed_after_publishing_has_published(
    make: Make, docs: Path, sources_found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest decides: what comes after it only tidies up."""
    make()
    change(docs)
    with monkeypatch.context() as patch:
        patch.setattr("index.publish.sweep", killed)
        with pytest.raises(Killed):
            make()
    assert sources_found("校车几点发车")[0] == "校车.md"
    assert make().unchanged == 3


def test_a_reader_keeps_its_state_while_the_next_is_published(
    make: Make, docs: Path, kb: Path, sources_found: Found
) -> None:
    """An open chat answers from the state it opened, text included."""
    make()
    with closing(Searcher(kb, RetrieveSettings())) as reader:
        change(docs)
        make()
        hit = reader.search("春游门票")[0]
        document = reader.document(hit.passage.document_id)
        assert hit.passage.source == "春游.md"
        assert document is not None
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert [item.source for item in reader.documents()] == ["图书馆.md", "春游.md", "食堂.txt"]
    assert "春游.md" not in sources_found("春游门票")


def test_old_states_are_dropped(make: Make, docs: Path, kb: Path) -> None:
    """What no reader holds goes at once, for good."""
    for number in range(4):
        (docs / "食堂.txt").write_text(f"食堂第{number}版的告示。", encoding="utf-8")
        make()
    named = {item.name for item in read_manifest(kb).segments}
    assert {path.name for path in kb.glob("seg-*")} == named
    assert [path.name for path in (kb / "states").iterdir()] == ["000004"]
    data = (kb / DATABASE).read_bytes()
    assert "第3版的告示".encode() in data
    assert "第2版的告示".encode() not in data
    assert not list(kb.glob(f"{DATABASE}-*"))


def test_a_damaged_knowledge_base_says_so_and_can_be_rebuilt(
    make: Make, kb: Path, sources_found: Found
) -> None:
    """Whatever file is lost or cut short, --rebuild makes it good."""
    make()
    files = [path for path in kb.rglob("*")
             if path.is_file() and path.name != LOCK and path.parent.name != "states"]  # fmt: skip
    assert len(files) > 7
    for path in files:
        for damage in (lambda p: p.write_bytes(p.read_bytes()[:60]), Path.unlink):
            damage(path)
            with pytest.raises((CorruptError, NotAKnowledgeBaseError)):
                sources_found("借书期限")
            report = make(rebuild=True)
            assert report.documents == 3
            assert sources_found("借书期限")[0] == "图书馆.md"


@pytest.mark.parametrize("lost", [MANIFEST, DATABASE, "states"])
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_lost_state_gives_its_number_to_no_other(
    make: Make, docs: Path, kb: Path, lost: str, rebuild: bool
) -> None:
    """Who holds a state that has been damaged and made anew learns that it is not current."""
    make()
    reader = Searcher(kb, RetrieveSettings())
    change(docs)
    path = kb / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    if lost == "states":
        shutil.rmtree(kb / "seg-000001")
    if rebuild or lost == MANIFEST:
        make(rebuild=rebuild)
        assert read_manifest(kb).generation == 2
        assert not reader.is_current()
        reader.close()
        assert [path.name for path in (kb / "states").iterdir()] == ["000002"]
    else:
        with pytest.raises(CorruptError):
            make()
        reader.close()


def test_what_an_unfinished_build_has_left_is_worth_nothing_without_its_base(
    make: Make, docs: Path, kb: Path, monkeypatch: pytest.MonkeyPatch, assert_tidy: Any
) -> None:
    """If the manifest is lost as well, no document is doubled or kept without its passages."""
    make()
    change(docs)
    with monkeypatch.context() as patch:
        patch.setattr("index.publish.describe_files", killed)
        with pytest.raises(Killed):
            make()
    (kb / MANIFEST).unlink()
    assert make().added == ("图书馆.md", "校车.md", "食堂.txt")
    assert_tidy(kb)


def test_a_damaged_database_is_not_built_upon(make: Make, docs: Path, kb: Path) -> None:
    """Without --rebuild a build refuses, and says what would repair it."""
    make()
    change(docs)
    (kb / DATABASE).write_bytes(b"no database at all" * 400)
    with pytest.raises(CorruptError, match="--rebuild"):
        make()


def test_a_damaged_page_is_found_before_a_rebuild_builds_on_it(make: Make, kb: Path) -> None:
    """The header is intact; what lies behind it is not."""
    make()
    with (kb / DATABASE).open("rb+") as stream:
        stream.seek(4096)
        stream.write(b"\x55" * 4096 * 3)
    assert make(rebuild=True).documents == 3
    with closing(Reader(kb)) as store:
        store.check()


@pytest.mark.parametrize("name", ["简历.doc", ".bashrc", "sub/照片.jpg"])
def test_a_folder_with_other_things_is_refused(make: Make, kb: Path, name: str) -> None:
    """A knowledge base is never built among, or instead of, someone's files."""
    path = kb / name
    path.parent.mkdir(parents=True)
    path.write_text("重要", encoding="utf-8")
    for rebuild in (False, True):
        with pytest.raises(NotAKnowledgeBaseError, match="holds other files"):
            make(rebuild=rebuild)
    assert path.read_text(encoding="utf-8") == "重要"
    assert len(list(kb.iterdir())) == 1


def test_a_file_is_no_folder(make: Make, kb: Path) -> None:
    """The message names it."""
    kb.write_text("重要", encoding="utf-8")
    with pytest.raises(NotAKnowledgeBaseError, match="is a file"):
        make()


def test_a_second_build_at_the_same_time_is_refused(
    make: Make, kb: Path, sources_found: Found
) -> None:
    """One writer; readers go on."""
    make()
    with FileLock(kb / LOCK), pytest.raises(LockedError, match="another process is building"):
        make(rebuild=True)
    assert sources_found("借书期限")[0] == "图书馆.md"


def test_the_lock_holds_between_processes_and_ends_with_them(make: Make, kb: Path) -> None:
    """A process that dies leaves the file, but not the lock."""
    make()
    script = (
        "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire();"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(kb / LOCK)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LockedError):
            make()
        process.kill()
    assert make().unchanged == 3


def test_the_user_keeps_dictionary_and_uploads_through_a_rebuild(make: Make, kb: Path) -> None:
    """Even when nothing else of the knowledge base can be saved."""
    make()
    (kb / "dictionary.txt").write_text("星期六", encoding="utf-8")
    (kb / "uploads").mkdir()
    (kb / "uploads" / "校车.md").write_text("校车七点发车。", encoding="utf-8")
    (kb / MANIFEST).write_text("{", encoding="utf-8")
    shutil.rmtree(kb / "seg-000001")
    assert make(rebuild=True).documents == 4
    assert (kb / "dictionary.txt").read_text(encoding="utf-8") == "星期六"


def test_any_progress_may_interrupt(embedder: Any, make: Make, sources_found: Found) -> None:
    """Ctrl-C while passages are embedded changes nothing."""
    make()
    embedder.encode_passages = killed
    with pytest.raises(Killed):
        make(rebuild=True)
    del embedder.encode_passages
    assert sources_found("借书期限")[0] == "图书馆.md"
