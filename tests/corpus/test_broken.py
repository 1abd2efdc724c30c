"""Input that is broken, hostile or out of reach: one clear reason each, and the rest is read."""

from __future__ import annotations

import io
import os
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from sample_files import make, zipped

from corpus import load
from corpus.errors import DocumentError
from corpus.load import SourceFile, document_of, find_files, read_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def reason_of(data: bytes, name: str) -> str:
    with pytest.raises(DocumentError) as caught:
        document_of(data, name)
    return str(caught.value)


def bomb(name: str, inner: str) -> bytes:
    """An Office file with 300 MB of blanks in one part."""
    buffer = io.BytesIO(make(name, 0).data)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(inner, "w") as f,
    ):
        for _ in range(300):
            f.write(b" " * 1_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("ending", "inner"),
    [("docx", "word/a.xml"), ("xlsx", "xl/a.xml"), ("pptx", "ppt/a.xml"), ("epub", "a.xhtml")],
)
def test_a_zip_bomb_is_not_unpacked(ending: str, inner: str) -> None:
    """A small file that unpacks to hundreds of megabytes takes neither the memory nor the time."""
    data = bomb(ending, inner)
    assert len(data) < 1_000_000
    tracemalloc.start()
    try:
        assert "unpack" in reason_of(data, f"a.{ending}")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_nested_entities_are_not_expanded(part: str) -> None:
    """The classic XML bomb: a few hundred bytes that stand for gigabytes."""
    entities = "".join(
        f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "啊" * 10}">' for i in range(9)
    )
    with zipfile.ZipFile(io.BytesIO(make("docx", 0).data)) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    files[part] = (
        f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><w:document xmlns:w="{w}">'
        "<w:body><w:p><w:r><w:t>甲&e8;乙</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        document = document_of(zipped(files), "a.docx")
    except DocumentError:
        return
    assert len(document.text) < 10_000


def test_too_many_files_in_an_archive_are_refused() -> None:
    """A directory of a hundred thousand names is no document."""
    files: dict[str, str | bytes] = {f"word/{i}.bin": b"" for i in range(20_001)}
    assert "20001 files" in reason_of(zipped(files), "a.docx")


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx", "epub"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_told_as_that(ending: str, share: float) -> None:
    """A download that broke off is named, not read by half."""
    data = make(ending, 1).data
    reason = reason_of(data[: int(len(data) * share)], f"a.{ending}")
    assert "damaged or cut off" in reason


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_pdf_that_was_cut_off_is_told_as_that(share: float) -> None:
    """PDFium would mend it and show the first pages alone."""
    data = make("pdf", 1).data
    assert "cut off" in reason_of(data[: int(len(data) * share)], "a.pdf")


def test_protected_files_are_told_as_that() -> None:
    """Whoever sees the reason knows what to do."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(100, 700, "closed")
    canvas.save()
    for data, name in (
        (buffer.getvalue(), "a.pdf"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "a.docx"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "a.xlsx"),
    ):
        assert reason_of(data, name) == "protected by a password; save a copy without one"
    files: dict[str, str | bytes] = {
        "META-INF/container.xml": "<c/>",
        "META-INF/encryption.xml": '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>',
        "mimetype": "application/epub+zip",
    }
    assert "DRM" in reason_of(zipped(files), "a.epub")


@pytest.mark.parametrize(
    ("name", "into"),
    [("a.doc", ".docx"), ("a.wps", ".docx"), ("a.xls", ".xlsx"), ("a.et", ".xlsx"),
     ("a.ppt", ".pptx"), ("a.dps", ".pptx")],
)  # fmt: skip
def test_an_older_format_is_told_with_what_to_do(name: str, into: str) -> None:
    """It is opened in the program that wrote it, and saved again."""
    reason = reason_of(OLE + bytes(2000), name)
    assert reason.startswith("an older format")
    assert reason.endswith(f"save it as {into}")


def test_a_loop_of_folders_is_not_entered(tmp_path: Path) -> None:
    """A link to a folder above is one line of the report, and the walk ends."""
    inner = tmp_path / "甲" / "乙"
    inner.mkdir(parents=True)
    (inner / "a.md").write_text("正文。", encoding="utf-8")
    (inner / "回").symlink_to(tmp_path, target_is_directory=True)
    (inner / "自").symlink_to(inner, target_is_directory=True)
    (tmp_path / "他").symlink_to(inner, target_is_directory=True)
    (tmp_path / "空.md").symlink_to(tmp_path / "没有.md")
    (tmp_path / "绕.md").symlink_to(tmp_path / "绕.md")
    files, skipped = find_files([tmp_path])
    assert [file.source for file in files] == ["甲/乙/a.md"]
    reasons = {item.source: item.reason for item in skipped}
    assert set(reasons) == {"他", "甲/乙/回", "甲/乙/自", "空.md", "绕.md"}
    assert all("link back to a folder" in reasons[name] for name in ("甲/乙/回", "甲/乙/自"))
    assert "name that folder itself" in reasons["他"]
    assert "leads to no file" in reasons["空.md"]


def test_what_may_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file and a folder without permission are one line each (root is denied nothing)."""
    (tmp_path / "密").mkdir()
    (tmp_path / "a.md").write_text("正文。", encoding="utf-8")
    real_scan, real_open = os.scandir, Path.open

    def scan(folder: Path) -> object:
        if Path(folder).name == "密":
            raise PermissionError(13, "Permission denied")
        return real_scan(folder)

    def opened(path: Path, *given: object, **named: object) -> object:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *given, **named)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(os, "scandir", scan)
    files, skipped = find_files([tmp_path])
    assert [(item.source, item.reason) for item in skipped] == [
        ("密", "the folder cannot be opened: Permission denied")
    ]
    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(DocumentError, match="cannot be opened: Permission denied"):
        read_document(files[0])


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps names as text")
def test_a_name_that_is_not_text_is_read_all_the_same(tmp_path: Path) -> None:
    """Its source is text that can be stored and shown; a second one like it is told."""
    for name in (b"\xff.md", b"\xfe.md", "好.md".encode()):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_bytes("正文。".encode())
    files, skipped = find_files([tmp_path])
    assert sorted(file.source for file in files) == ["?.md", "好.md"]
    assert [(item.source, item.reason) for item in skipped] == [
        ("?.md", "another file has the same name; rename one")
    ]
    assert all(read_document(file).text == "正文。" for file in files)


class Moving:
    """Stands in for the state of a file that grows a little with every look at it."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, number: int) -> os.stat_result:
        state = list(os.stat(number))
        result = os.stat_result(state)
        if self.left:
            self.left -= 1
            state[stat.ST_SIZE] += self.left + 1
            result = os.stat_result(state)
        return result


def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read once more; if it goes on changing it is left for the next build."""
    path = tmp_path / "a.md"
    path.write_text("正文。", encoding="utf-8")
    monkeypatch.setattr(load, "_state", Moving(1))
    assert read_document(SourceFile(path, "a.md")).text == "正文。"
    monkeypatch.setattr(load, "_state", Moving(9))
    with pytest.raises(DocumentError, match="is being written to"):
        read_document(SourceFile(path, "a.md"))


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders")
def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe would block for ever, a device never end."""
    os.mkfifo(tmp_path / "a.md")
    assert find_files([tmp_path]) == ([], [])
    for path in (tmp_path / "a.md", Path("/dev/zero")):
        with pytest.raises(DocumentError, match="no ordinary file"):
            read_document(SourceFile(path, "b.md"))


def test_a_file_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size, what is read, and what to do."""
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * 3_000_000)
    monkeypatch.setattr(load, "LARGEST_TEXT", 2_000_000)
    with pytest.raises(DocumentError, match=r"^3 MB; files up to 2 MB are read; split it$"):
        read_document(SourceFile(path, "a.md"))


@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "epub", "ipynb", "json"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"hello", b"PK\x03\x04", b"%PDF-1.4\n%%EOF"])
def test_a_file_that_is_not_what_its_name_says_is_refused(ending: str, data: bytes) -> None:
    """Whatever is in it, the reason is one line."""
    reason = reason_of(data, f"a.{ending}")
    assert reason
    assert "\n" not in reason
