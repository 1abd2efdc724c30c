"""Folders to documents."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from corpus.errors import DocumentError, InputError
from corpus.load import SourceFile, find_files, make_document, read_document
from corpus.records import content_id


def write(folder: Path, *names: str, text: str = "正文。") -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def sources(*folders: Path) -> list[str]:
    return [file.source for file in find_files(list(folders))[0]]


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """Sources are relative POSIX paths; hidden files and folders are left out."""
    write(
        tmp_path, "乙.md", "b/c.txt", "a 空格.MD", "b/a.markdown", ".x.md", ".git/y.md", "b/.z/w.md"
    )
    assert sources(tmp_path) == ["a 空格.MD", "b/a.markdown", "b/c.txt", "乙.md"]


def test_unknown_types_are_reported(tmp_path: Path) -> None:
    """A file that is not read is named with its type; nothing is passed over in silence."""
    write(tmp_path, "a.md", "b.exe", "LICENSE", "~$c.docx")
    skipped = find_files([tmp_path])[1]
    assert [(item.source, item.reason) for item in skipped] == [
        ("LICENSE", "files of type (none) are not read"),
        ("b.exe", "files of type .exe are not read"),
    ]


def test_several_folders_are_told_apart_by_their_names(tmp_path: Path) -> None:
    """With more than one folder its name comes first, so that no two sources are equal."""
    write(tmp_path, "一/a.md", "二/a.md")
    assert sources(tmp_path / "一", tmp_path / "二") == ["一/a.md", "二/a.md"]


def test_a_single_file_is_named_by_itself(tmp_path: Path) -> None:
    """Files may be given beside folders."""
    write(tmp_path, "一/a.md", "b.txt")
    assert sources(tmp_path / "b.txt") == ["b.txt"]
    assert sources(tmp_path / "一", tmp_path / "b.txt") == ["一/a.md", "b.txt"]


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    """Their files could not be told apart."""
    write(tmp_path, "x/甲/a.md", "y/甲/a.md")
    with pytest.raises(InputError, match="both named 甲"):
        find_files([tmp_path / "x" / "甲", tmp_path / "y" / "甲"])


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(InputError, match=r"nowhere: no such file or folder"):
        find_files([tmp_path / "nowhere"])


def test_names_are_composed(tmp_path: Path) -> None:
    """The same name typed on another system (decomposed) gives the same source."""
    write(tmp_path, unicodedata.normalize("NFD", "café が.md"))
    assert sources(tmp_path) == [unicodedata.normalize("NFC", "café が.md")]


def test_two_files_with_one_composed_name_are_not_mixed_up(tmp_path: Path) -> None:
    """The second is reported, not silently dropped or swapped for the first."""
    name = "café.md"
    try:
        write(tmp_path, unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name))
    except OSError:
        pytest.skip("this file system cannot hold both")
    files, skipped = find_files([tmp_path])
    if len(os.listdir(tmp_path)) < 2:
        pytest.skip("this file system holds one of both")
    assert [file.source for file in files] == [unicodedata.normalize("NFC", name)]
    assert [item.reason for item in skipped] == ["another file has the same name; rename one"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_not_text_can_be_shown(tmp_path: Path) -> None:
    """A file from a system in another encoding is read under a printable name."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0.md"))
    path.write_text("正文。", encoding="utf-8")
    (source,) = sources(tmp_path)
    assert source.encode("utf-8").endswith(b".md")


def test_a_document_tells_where_it_is_from(tmp_path: Path) -> None:
    """Identity by source, change by content, title by the file's name if the text has none."""
    data = "\ufeff正文第一句。\r\n正文第二句。".encode()
    path = tmp_path / "春游 通知.md"
    path.write_bytes(data)
    document = read_document(SourceFile(path, "春游 通知.md"))
    assert document.text == "正文第一句。\n正文第二句。"
    assert document.title == "春游 通知"
    assert document.id == content_id("春游 通知.md")
    assert document.content_hash == hashlib.sha256(data).hexdigest()
    assert document.metadata == {"encoding": "utf-8-sig"}


def test_metadata_found_in_the_text_is_kept() -> None:
    """What has no field of its own stays in ``metadata``."""
    document = make_document("# 春游\n\n作者：张三\n日期：2024-12-05\n来源：某报\n\n正文。", "a.md")
    assert (document.title, document.author, document.published) == ("春游", "张三", "2024-12-05")
    assert document.metadata == {"publisher": "某报"}


@pytest.mark.parametrize("raw", ["", "\n \n\u3000\n", "![图](a.png)", "<!-- 空 -->"])
def test_a_text_without_words_is_refused(raw: str) -> None:
    """An empty document could only be found by mistake."""
    with pytest.raises(DocumentError, match="holds no text"):
        make_document(raw, "a.md")


def test_what_cannot_be_stored_is_replaced() -> None:
    """Zero bytes and lone surrogates would fail in the database, far from their cause."""
    assert make_document("甲\0乙\ud800丙", "a.md").text == "甲\ufffd乙?丙"


def test_a_file_that_cannot_be_opened_is_a_document_error(tmp_path: Path) -> None:
    """A build reports it and goes on."""
    with pytest.raises(DocumentError, match="cannot be opened"):
        read_document(SourceFile(tmp_path / "gone.md", "gone.md"))
    with pytest.raises(DocumentError, match="cannot be opened"):
        read_document(SourceFile(tmp_path, "folder.md"))
