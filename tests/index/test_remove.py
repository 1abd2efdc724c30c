"""Removed documents are gone for good; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import InputError, LockedError, MismatchError, NotAKnowledgeBaseError
from index.folder import locked
from index.layout import UPLOADS, read_manifest
from index.remove import matching, remove
from index.search import RetrieveSettings, Searcher
from index.verify import verify

Make = Callable[..., object]
Found = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def model(embedder: object, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr("index.remove.load_embedder", lambda folder=None: embedder)
    return embedder


def raw(kb: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(kb.rglob("*")) if path.is_file())


def test_a_removed_document_leaves_no_byte_behind(make: Make, kb: Path, model: object) -> None:
    """Its text is in no file, nothing is embedded, the others are found."""
    make()
    model.embedded.clear()  # type: ignore[attr-defined]
    assert "逾期一天罚款一角".encode() in raw(kb)
    done = remove(kb, ["图书馆.md"])
    assert (done.removed, done.documents, done.files) == (("图书馆.md",), 2, ())
    assert "逾期一天罚款一角".encode() not in raw(kb)
    assert verify(kb).is_sound
    assert model.embedded == []  # type: ignore[attr-defined]


def test_what_a_folder_would_bring_back_is_told(make: Make, kb: Path, docs: Path) -> None:
    """The next build of that folder reads the file again, unless it is gone."""
    make()
    assert remove(kb, ["图书馆.md"]).returning == ("图书馆.md",)
    (docs / "春游.md").unlink()
    assert remove(kb, ["春游.md"]).returning == ()
    make(keep_others=True)
    assert read_manifest(kb).documents == 2


def test_the_files_of_uploads_go_too(make: Make, kb: Path) -> None:
    """Otherwise the next build would bring them back."""
    make()
    folder = kb / UPLOADS / "甲"
    folder.mkdir(parents=True)
    (folder / "e\u0301.md").write_text("上传的一篇。", encoding="utf-8")
    (folder / "留.md").write_text("留下的一篇。", encoding="utf-8")
    make()
    done = remove(kb, ["uploads/甲/é.md"])
    assert done.files == done.removed == ("uploads/甲/é.md",)
    assert [path.name for path in folder.iterdir()] == ["留.md"]
    make()
    assert read_manifest(kb).documents == 4


def test_all_documents_may_go(make: Make, kb: Path, sources_found: Found) -> None:
    """An empty knowledge base opens, finds nothing, and can be filled again."""
    make()
    assert remove(kb, ["*"]).documents == 0
    assert sources_found("春游的车费由谁承担") == []
    assert verify(kb).is_sound
    make()
    assert sources_found("春游的车费由谁承担")[0] == "春游.md"


def test_a_reader_keeps_what_it_has_open(make: Make, kb: Path) -> None:
    """It is purged once the reader has gone."""
    make()
    searcher = Searcher(kb, RetrieveSettings())
    remove(kb, ["图书馆.md"])
    assert searcher.search("最多借几本书")[0].passage.source == "图书馆.md"
    assert "逾期一天罚款一角".encode() in raw(kb)
    searcher.close()
    assert "逾期一天罚款一角".encode() not in raw(kb)


def test_an_unknown_name_removes_nothing(make: Make, kb: Path) -> None:
    """It is told with the names that come near, before anything is done."""
    make()
    with pytest.raises(
        InputError, match=r"图书管\.md: no such document; similar names: 图书馆\.md"
    ):
        remove(kb, ["春游.md", "图书管.md"])
    assert read_manifest(kb).generation == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["a/*.md"], ["a/b/c.md", "a/x.md", "a/y[1].md"]),
        (["a/y[1].md"], ["a/y[1].md"]),
        (["*.txt", "a/?.md"], ["a/x.md", "z.txt"]),
        (["a/[xz].md", "a/x.md"], ["a/x.md"]),
    ],
)
def test_patterns(wanted: list[str], found: list[str]) -> None:
    """A name counts before a pattern; each document once, in order."""
    assert matching(wanted, ["a/x.md", "a/b/c.md", "a/y[1].md", "z.txt"]) == found


def test_a_bare_file_name_is_told_its_whole_name() -> None:
    """What people type is often the last part alone."""
    with pytest.raises(InputError, match=r"similar names: a/b/c\.md"):
        matching(["c.md"], ["a/b/c.md", "d.md"])
    with pytest.raises(InputError, match="2 documents, none of a similar name"):
        matching(["完全不同"], ["a/b/c.md", "d.md"])


def test_refusals(make: Make, kb: Path, model: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """No knowledge base, a build at work, another model."""
    with pytest.raises(NotAKnowledgeBaseError):
        remove(kb, ["a"])
    assert not kb.exists()
    make()
    with locked(kb), pytest.raises(LockedError):
        remove(kb, ["春游.md"])
    monkeypatch.setattr(type(model), "fingerprint", "another")
    with pytest.raises(MismatchError, match="--embedder"):
        remove(kb, ["春游.md"])
