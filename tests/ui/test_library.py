"""The knowledge base behind the chat: uploads, refusals, and what they leave behind."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.chunk import ChunkSettings
from corpus.errors import (
    FormatVersionError,
    LockedError,
    MismatchError,
    NotAKnowledgeBaseError,
)
from index.build import BuildOptions, build
from index.layout import DICTIONARY, LOCK, MANIFEST, UPLOADS
from ui.folders import data_folder
from ui.library import Added, Library
from ui.settings import Settings, load_settings

TEA = "# 茶\n\n红茶产自福建武夷山，全发酵。\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_folder: Path) -> Path:
    """A data folder that has the sample corpus built already, and nothing else."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "sample").symlink_to(sample_folder, target_is_directory=True)
    monkeypatch.setenv("YINJU_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def settings_() -> Settings:
    return load_settings(None, {})


@pytest.fixture
def library(settings_: Settings) -> Library:
    return Library(None, settings_)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def uploads(home: Path) -> list[str]:
    return sorted(path.name for path in home.glob("kb/uploads/*"))


def test_the_first_upload_leaves_the_sample(library: Library, home: Path, tmp_path: Path) -> None:
    """The chat opens on the sample, then answers from the user's files; old citations open."""
    assert library.is_sample
    assert library.contents().kind == "sample"
    sample = next(iter(library.kb.documents()))
    report, switched = library.add([write(tmp_path / "a", "茶.md", TEA)])
    assert report == [Added("茶.md", "added")]
    assert switched
    assert not library.is_sample
    assert (library.contents().kind, library.contents().documents) == ("own", 1)
    assert "武夷山" in library.kb.ask("红茶产自哪里？").text
    assert library.document(sample.id) == sample
    assert library.document("0" * 16) is None
    assert uploads(home) == ["茶.md"]


def test_the_same_file_again_and_another_of_its_name(
    library: Library, home: Path, tmp_path: Path
) -> None:
    """The same content changes nothing; other content under the same name gets a number."""
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    assert library.add([write(tmp_path / "b", "茶.md", TEA)]) == (
        [Added("茶.md", "unchanged")],
        False,
    )
    other = TEA.replace("红茶", "绿茶")
    report, _ = library.add([write(tmp_path / "c", "茶.md", other)])
    assert report == [Added("茶 (2).md", "added")]
    assert library.add([write(tmp_path / "d", "茶.md", other)])[0][0].outcome == "unchanged"
    assert uploads(home) == ["茶 (2).md", "茶.md"]
    assert library.contents().documents == 2


def test_each_refused_file_is_reported_and_leaves_nothing(
    library: Library, home: Path, tmp_path: Path
) -> None:
    """Empty, too odd, undecodable or blank: one reason each, and the good one is added."""
    folder = tmp_path / "a"
    files = [
        write(folder, "empty.md", b""),
        write(folder, "list.pdf", b"%PDF"),
        write(folder, "broken.txt", b"\x80\x81\xff\xfe" * 9 + b"a"),
        write(folder, "blank.md", " \n\n"),
        write(folder, ".hidden.md", TEA),
        write(folder, "茶.md", TEA),
    ]
    report, switched = library.add(files)
    assert switched
    assert {item.name for item in report if item.outcome == "skipped"} == {
        "empty.md", "list.pdf", "broken.txt", "blank.md", ".hidden.md",
    }  # fmt: skip
    assert all(item.reason for item in report if item.outcome == "skipped")
    assert uploads(home) == ["茶.md"]


def test_nothing_but_refused_files_keeps_the_sample(
    library: Library, home: Path, tmp_path: Path
) -> None:
    """If no file can be read, no knowledge base is made and the chat stays where it is."""
    report, switched = library.add([write(tmp_path / "a", "blank.md", " \n")])
    assert report[0].outcome == "skipped"
    assert not switched
    assert library.is_sample
    assert uploads(home) == []
    assert Library(None, load_settings(None, {})).is_sample


def test_a_build_elsewhere_is_reported_and_leaves_nothing(
    library: Library, home: Path, tmp_path: Path
) -> None:
    """While another process builds, an upload fails as a whole and can be repeated."""
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    file = write(tmp_path / "b", "水.md", "# 水\n\n水在一百摄氏度沸腾。\n")
    with FileLock(home / "kb" / LOCK), pytest.raises(LockedError):
        library.add([file])
    assert uploads(home) == ["茶.md"]
    assert library.add([file])[0] == [Added("水.md", "added")]


def test_a_failing_build_never_removes_what_was_there(
    library: Library, home: Path, tmp_path: Path
) -> None:
    """An earlier upload given again survives although the build refuses the settings."""
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    settings = load_settings(None, {})
    other = replace(settings, chunk=ChunkSettings(maximum=400))
    changed = Library(home / "kb", other)  # a named one is not cut anew by itself
    report, _ = changed.add(
        [tmp_path / "a" / "茶.md", write(tmp_path / "b", "水.md", "水会沸腾。")]
    )
    assert [item.outcome for item in report] == ["skipped", "skipped"]
    assert uploads(home) == ["茶.md"]


def test_two_uploads_at_once_are_both_added(library: Library, home: Path, tmp_path: Path) -> None:
    """Threads take turns; neither is refused, and both documents are there afterwards."""
    reports: list[list[Added]] = []

    def add(number: int) -> None:
        file = write(tmp_path / f"t{number}", f"{number}.md", f"第{number}号仓库存放瓷器。")
        reports.append(library.add([file])[0])

    threads = [threading.Thread(target=add, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report[0].outcome for report in reports] == ["added"] * 3
    assert library.contents().documents == 3


def test_a_deleted_folder_can_be_filled_again(library: Library, home: Path, tmp_path: Path) -> None:
    """Without its folder the open state still answers and a new upload begins anew."""
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    shutil.rmtree(home / "kb")
    assert library.contents().documents == 1
    assert library.add([write(tmp_path / "b", "水.md", "水会沸腾。")])[0] == [
        Added("水.md", "added")
    ]
    assert library.contents().documents == 1


def test_the_sample_is_built_on_first_use(
    home: Path, settings_: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With nothing there the sample corpus is built in the data folder, once."""
    sample = write(tmp_path / "s", "一.md", TEA).parent
    monkeypatch.setattr("ui.library._SAMPLE", sample)
    (home / "sample").unlink()
    assert Library(None, settings_).contents().documents == 1
    built = (home / "sample" / "manifest.json").stat().st_mtime_ns
    assert Library(None, settings_).contents().documents == 1
    assert (home / "sample" / "manifest.json").stat().st_mtime_ns == built


def test_a_named_folder_must_be_a_knowledge_base(tmp_path: Path, settings_: Settings) -> None:
    """A folder that holds other things is refused, and not replaced by the sample."""
    write(tmp_path / "信件", "家书.md", TEA)
    with pytest.raises(NotAKnowledgeBaseError):
        Library(tmp_path / "信件", settings_)


def test_the_data_folder_follows_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``YINJU_HOME`` decides; without it the folder lies in the user's own data."""
    assert data_folder() == home
    monkeypatch.delenv("YINJU_HOME")
    assert data_folder().name == "yinju"


def test_the_users_own_library_follows_a_new_model(
    library: Library, home: Path, tmp_path: Path, settings_: Settings
) -> None:
    """After an update of the model the chat re-embeds what it keeps, uploads gone or not.

    A knowledge base the user named is left alone and refused with what to do.
    """
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    library.kb.close()
    manifest = home / "kb" / MANIFEST
    state = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**state, "embedder": "of an older version"}), encoding="utf-8")
    (home / "kb" / UPLOADS / "茶.md").unlink()
    with pytest.raises(MismatchError, match="--rebuild"):
        Library(home / "kb", settings_)
    reopened = Library(None, settings_)
    assert not reopened.is_sample
    assert [document.text for document in reopened.kb.documents()] == [TEA.strip()]
    assert reopened.kb.search("武夷山的红茶")[0].passage.source == "uploads/茶.md"


def test_a_file_over_the_limit_is_refused(
    library: Library, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is too large is named with its size and the limit, and is not copied."""
    monkeypatch.setattr("ui.library.MEGABYTES", 2)
    files = [write(tmp_path / "a", "大.md", "字" * 700_000), write(tmp_path / "a", "茶.md", TEA)]
    report, _ = library.add(files)
    assert report[0] == Added("大.md", "skipped", "2 MB; files up to 2 MB are taken")
    assert report[1].outcome == "added"
    assert uploads(home) == ["茶.md"]


def test_a_new_folder_may_be_named(tmp_path: Path, settings_: Settings) -> None:
    """``--kb`` of a folder that is not there yet opens the sample; the first upload makes it."""
    library = Library(tmp_path / "新库", settings_)
    assert library.is_sample
    report, switched = library.add([write(tmp_path / "a", "茶.md", TEA)])
    assert (report, switched) == ([Added("茶.md", "added")], True)
    assert library.contents().name == "新库"
    assert not Library(tmp_path / "新库", settings_).is_sample


def test_changed_passage_lengths_are_followed(
    library: Library, home: Path, tmp_path: Path, settings_: Settings
) -> None:
    """With another ``chunk.target`` the user's own library is cut anew, and takes files."""
    library.add([write(tmp_path / "a", "茶.md", TEA + "\n" + "绿茶不发酵。" * 40)])
    passages = library.contents().passages
    shorter = replace(settings_, chunk=ChunkSettings(target=60, maximum=80))
    changed = Library(None, shorter)
    assert changed.contents().passages > passages
    report, _ = changed.add([write(tmp_path / "b", "水.md", "泡茶用软水。")])
    assert report == [Added("水.md", "added")]


def test_a_build_elsewhere_is_seen_at_the_next_question(
    library: Library, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chat answers from what another process has published, words of the user included."""
    monkeypatch.setattr("ui.current._BETWEEN_LOOKS", 0.0)
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    before = library.kb
    (home / "kb" / UPLOADS / "水.md").write_text("# 水\n\n水在一百度沸腾。\n", encoding="utf-8")
    build([], home / "kb", BuildOptions(keep_others=True))
    with library.using() as kb:
        assert kb is not before
        assert "一百度" in kb.ask("水在多少度沸腾？").text
    assert library.contents().documents == 2
    now = library.kb
    (home / "kb" / DICTIONARY).write_text("武夷山\n", encoding="utf-8")
    with library.using() as kb:
        assert kb is not now


def make_old(folder: Path) -> None:
    """A manifest as the first version wrote it."""
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    data |= {"format": 1, "segments": ["seg-000001"], "files": {}}
    del data["words"]
    (folder / MANIFEST).write_text(json.dumps(data), encoding="utf-8")


def test_libraries_of_an_older_version_are_brought_up_to_date(
    library: Library, home: Path, tmp_path: Path, settings_: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The chat starts after an update, with the documents it had; a named one is left alone."""
    library.add([write(tmp_path / "a", "茶.md", TEA)])
    make_old(home / "kb")
    assert Library(None, settings_).contents().documents == 1
    make_old(home / "kb")
    with pytest.raises(FormatVersionError, match="verify --repair"):
        Library(home / "kb", settings_)
    shutil.rmtree(home / "kb")
    sample = write(tmp_path / "s", "一.md", TEA).parent
    monkeypatch.setattr("ui.library._SAMPLE", sample)
    (home / "sample").unlink()
    Library(None, settings_)
    make_old(home / "sample")
    assert Library(None, settings_).contents().documents == 1
