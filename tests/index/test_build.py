"""Bringing a knowledge base up to date."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from corpus.chunk import ChunkSettings
from corpus.errors import InputError, SettingsError
from index.build import BuildOptions, BuildReport, build
from index.layout import read_manifest
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]
Found = Callable[[str], list[str]]


def test_a_first_build_reports_what_it_added(make: Make, kb: Path, sources_found: Found) -> None:
    """Report, manifest and search agree."""
    report = make()
    assert report.added == ("图书馆.md", "春游.md", "食堂.txt")
    assert (report.changed, report.removed, report.unchanged) == ((), (), 0)
    manifest = read_manifest(kb)
    assert (manifest.generation, manifest.documents) == (1, 3)
    assert manifest.passages == report.passages > 0
    assert manifest.characters == report.characters > 90
    assert sources_found("借书期限")[0] == "图书馆.md"


def test_unchanged_documents_are_not_embedded_again(make: Make, embedder: Any) -> None:
    """A second build without changes does nothing, and publishes nothing."""
    make()
    embedder.embedded.clear()
    report = make()
    assert (report.added, report.changed, report.unchanged) == ((), (), 3)
    assert embedder.embedded == []


def test_only_what_is_new_is_embedded(
    make: Make, docs: Path, embedder: Any, sources_found: Found
) -> None:
    """Added, changed and removed documents are told apart; the rest costs nothing."""
    make()
    embedder.embedded.clear()
    (docs / "校车.md").write_text("校车每天早上七点发车。", encoding="utf-8")
    (docs / "食堂.txt").write_text("食堂的早餐从七点开始供应，凭卡就餐。", encoding="utf-8")
    (docs / "春游.md").unlink()
    report = make()
    assert (report.added, report.changed) == (("校车.md",), ("食堂.txt",))
    assert (report.removed, report.unchanged) == (("春游.md",), 1)
    assert sorted("校车" in text for text in embedder.embedded) == [False, True]
    assert sources_found("校车几点发车")[0] == "校车.md"
    assert "春游.md" not in sources_found("春游门票")
    assert report.documents == 3


def test_a_renamed_document_keeps_its_vectors(make: Make, docs: Path, embedder: Any) -> None:
    """Vectors go by text, so moving a file does not cost an embedding."""
    make()
    embedder.embedded.clear()
    (docs / "图书馆.md").rename(docs / "阅览室.md")
    report = make()
    assert (report.added, report.removed) == (("阅览室.md",), ("图书馆.md",))
    assert embedder.embedded == []


def test_documents_of_other_folders_are_kept_on_request(
    make: Make, tmp_path: Path, sources_found: Found
) -> None:
    """Adding a folder leaves the others in place; naming only some of them later drops none."""
    other = tmp_path / "其他"
    other.mkdir()
    (other / "校车.md").write_text("校车每天早上七点发车。", encoding="utf-8")
    make()
    report = make([other], keep_others=True)
    assert (report.added, report.removed, report.documents) == (("校车.md",), (), 4)
    assert sources_found("春游门票")[0] == "春游.md"
    with pytest.raises(InputError, match="--add"):
        make([other])
    assert make([other], rebuild=True).removed == ("图书馆.md", "春游.md", "食堂.txt")


def test_texts_by_name_need_no_files(make: Make, sources_found: Found) -> None:
    """A caller may pass texts; each is cited under its name."""
    make({"甲": "苹果是红色的水果。", "乙": "海水是咸的。"})
    assert sources_found("苹果的颜色")[0] == "甲"


def test_a_file_that_cannot_be_read_is_skipped(make: Make, docs: Path) -> None:
    """One bad file is reported with its reason; the build goes on."""
    (docs / "坏.md").write_bytes("第一行\n第二".encode() + b"\xff\n")
    (docs / "空.md").write_bytes(b"")
    (docs / "图.png").write_bytes(b"\x89PNG")
    report = make()
    assert report.documents == 3
    reasons = {item.source: item.reason for item in report.skipped}
    assert "byte 16, line 2" in reasons["坏.md"]
    assert reasons["空.md"] == "holds no text"
    assert reasons["图.png"] == "files of type .png are not read"


def test_a_file_that_breaks_later_keeps_its_text(
    make: Make, docs: Path, sources_found: Found
) -> None:
    """What was indexed is not lost because the file cannot be read today."""
    make()
    (docs / "图书馆.md").write_bytes(b"\xff\xfe\x00")
    report = make()
    assert (report.changed, report.removed, report.unchanged) == ((), (), 3)
    assert [item.source for item in report.skipped] == ["图书馆.md"]
    assert sources_found("借书期限")[0] == "图书馆.md"


@pytest.mark.parametrize("rebuild", [False, True])
def test_nothing_to_index_is_an_error_that_changes_nothing(
    make: Make, tmp_path: Path, sources_found: Found, rebuild: bool
) -> None:
    """A wrong folder must not empty a knowledge base, not even one that is to be rebuilt."""
    empty = tmp_path / "空"
    empty.mkdir()
    make()
    with pytest.raises(InputError, match="found no document"):
        make([empty], rebuild=rebuild)
    (empty / "坏.md").write_bytes(b"")
    reason = r"none of the 1 documents .*坏.md: holds no text" if rebuild else "--add to keep them"
    with pytest.raises(InputError, match=reason):
        make([empty], rebuild=rebuild)
    assert sources_found("借书期限")[0] == "图书馆.md"


def test_other_settings_are_refused_without_rebuild(make: Make, kb: Path, embedder: Any) -> None:
    """Passages cut or embedded in two ways must not be mixed."""
    make()
    other = ChunkSettings(target=40, maximum=80)
    with pytest.raises(SettingsError, match=r"'target': 300.*'target': 40.*--rebuild"):
        make(chunk=other)
    embedder.fingerprint = "counting-2"
    with pytest.raises(SettingsError, match=r"counting-1.*counting-2.*--rebuild"):
        make()
    report = make(chunk=other, rebuild=True)
    assert (report.changed, report.unchanged) == ((), 3)
    manifest = read_manifest(kb)
    assert manifest.embedder == "counting-2"
    assert manifest.settings["chunk"] == asdict(other)


def test_a_rebuild_embeds_everything_anew(make: Make, embedder: Any) -> None:
    """It repairs vectors that went wrong, so it must not take them from the cache."""
    make()
    before = list(embedder.embedded)
    embedder.embedded.clear()
    make(rebuild=True)
    assert embedder.embedded == before


def test_a_rebuild_keeps_other_documents_on_request(
    make: Make, docs: Path, sources_found: Found
) -> None:
    """Documents whose files are elsewhere or broken are cut anew from their stored text."""
    make()
    for name in ("图书馆.md", "春游.md"):
        (docs / name).unlink()
    report = make(rebuild=True, keep_others=True, chunk=ChunkSettings(target=20, maximum=40))
    assert (report.documents, report.removed, report.unchanged) == (3, (), 3)
    assert sources_found("借书期限")[0] == "图书馆.md"


def test_a_new_dictionary_indexes_again(
    make: Make, kb: Path, embedder: Any, sources_found: Found
) -> None:
    """A build cuts the terms anew that the dictionary changes, and embeds nothing."""
    make()
    (kb / "dictionary.txt").write_bytes("# 词\r\n第二个星期六  # 一个词\r\n".encode("gb18030"))
    embedder.embedded.clear()
    assert make().unchanged == 3
    assert embedder.embedded == []
    assert read_manifest(kb).words == ("第二个星期六",)
    assert sources_found("第二个星期六")[0] == "春游.md"


def test_a_dictionary_that_cannot_be_read_is_an_error(make: Make, kb: Path) -> None:
    """The message names the file."""
    make()
    (kb / "dictionary.txt").write_bytes(b"\xff\xff\xff")
    with pytest.raises(SettingsError, match=r"dictionary\.txt: cannot be decoded"):
        make()


def test_uploaded_files_are_indexed_with_the_rest(make: Make, kb: Path) -> None:
    """Files put into the knowledge base by themselves belong to every build."""
    make()
    (kb / "uploads").mkdir()
    (kb / "uploads" / "校车.md").write_text("校车七点发车。", encoding="utf-8")
    assert make().added == ("uploads/校车.md",)
    assert make([], keep_others=True).unchanged == 4


def test_a_source_is_the_same_on_every_system(make: Make, docs: Path) -> None:
    """A decomposed name is the same document as the composed one."""
    (docs / unicodedata.normalize("NFD", "café.md")).write_text("咖啡。", encoding="utf-8")
    assert "café.md" in make().added


def test_progress_is_told_by_stage(embedder: Any, docs: Path, kb: Path) -> None:
    """Long work shows how far it is; every stage ends with all of it done."""
    seen: list[tuple[str, int, int]] = []
    build([docs], kb, BuildOptions(), lambda stage, done, total: seen.append((stage, done, total)))
    last = {stage: (done, total) for stage, done, total in seen}
    assert list(last) == ["read", "index"]
    assert all(done == total > 0 for done, total in last.values())


def test_another_process_finds_what_was_built(root: Path, docs: Path, tmp_path: Path) -> None:
    """Everything that searching needs is on disk, with the model that is shipped."""
    script = (
        "import json, sys; from pathlib import Path; from index.search import *;"
        "hits = Searcher(Path(sys.argv[1]), RetrieveSettings()).search('借书期限');"
        "print(json.dumps([hit.passage.source for hit in hits]))"
    )
    folder = tmp_path / "另一个 库"
    build([docs], folder, BuildOptions())
    with closing(Searcher(folder, RetrieveSettings())) as searcher:
        mine = [hit.passage.source for hit in searcher.search("借书期限")]
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=root, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == mine
    assert mine[0] == "图书馆.md"


def test_another_folder_does_not_drop_the_first(make: Make, kb: Path, tmp_path: Path) -> None:
    """Documents of a folder that is not named go only when the user says so."""
    make()
    other = tmp_path / "别处"
    other.mkdir()
    (other / "校车.md").write_text("校车每天早上七点发车。", encoding="utf-8")
    before = read_manifest(kb)
    with pytest.raises(InputError, match=r"3 of the documents.*--add.*--rebuild"):
        build([other], kb, BuildOptions())
    assert read_manifest(kb) == before
    assert build([other], kb, BuildOptions(keep_others=True)).documents == 4
    assert len(read_manifest(kb).settings["folders"]) == 2
    assert build([other], kb, BuildOptions(rebuild=True)).documents == 1
