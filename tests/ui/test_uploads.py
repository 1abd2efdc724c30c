"""Which dropped files are taken, and the names they are kept under."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from ui.uploads import keep, safe_name


@pytest.mark.parametrize("name", ["茶.md", "a b (1).TXT", "x.markdown", "a.b.md"])
def test_plain_names_are_taken(name: str) -> None:
    """Chinese, blanks, brackets and capital endings are fine."""
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["../x.md", "a/b.md", "..\\x.md", ".hidden.md", "C:x.md", "长" * 90 + ".md", "a\nb.md", "x.exe",
     "x", "", "CON.md", "aux.txt", "\u202egnp.md", "x.md/", "\x1b[31m.md"],
    ids=repr,
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """Nothing but a plain, visible, short file name of a known type becomes a file."""
    with pytest.raises(InputError):
        safe_name(name)


def test_names_are_composed() -> None:
    """A name as macOS decomposes it is the same file as elsewhere."""
    assert safe_name("e\u0301.md") == "é.md"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=12).map(lambda name: f"{name}.md"))
def test_a_safe_name_stays_in_its_folder_and_is_safe_again(name: str) -> None:
    """Whatever a browser sends is refused or becomes one plain file, and always the same one."""
    try:
        safe = safe_name(name)
    except InputError:
        return
    folder = Path("folder")
    assert (folder / safe).parent == folder
    assert safe_name(safe) == safe


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=6))
def test_each_content_is_kept_once_and_none_is_overwritten(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    """Files of one name get numbers in the order they come; the same content finds its copy."""
    root = tmp_path_factory.mktemp("uploads")
    path, folder = root / "茶.md", root / "kept"
    seen: dict[bytes, Path] = {}
    for content in contents:
        path.write_bytes(content)
        kept = keep(path, folder, 1)
        assert kept.is_new == (content not in seen)
        assert seen.setdefault(content, kept.copy) == kept.copy
    assert {copy.read_bytes(): copy for copy in folder.iterdir()} == seen
    numbered = ["茶.md", "茶 (2).md", "茶 (3).md"][: len(seen)]
    assert [copy.name for copy in seen.values()] == numbered


def test_dropping_a_copy_leaves_what_was_there_before(tmp_path: Path) -> None:
    """A build that fails must not take an earlier upload of the same file with it."""
    path, folder = tmp_path / "茶.md", tmp_path / "kept"
    path.write_text("红茶", encoding="utf-8")
    first, again = keep(path, folder, 1), keep(path, folder, 1)
    again.drop()
    assert first.copy.exists()
    first.drop()
    assert not first.copy.exists()


@pytest.mark.parametrize("content", [b"", b"x" * 1_000_001], ids=["empty", "large"])
def test_a_refused_file_makes_no_folder(tmp_path: Path, content: bytes) -> None:
    """Nothing is left of a file that is empty or over the limit."""
    path = tmp_path / "茶.md"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"is empty|files up to 1 MB"):
        keep(path, tmp_path / "kept", 1)
    assert not (tmp_path / "kept").exists()
