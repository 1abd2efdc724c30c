"""docs/knowledge-base.md names everything there is on disk and every command that keeps it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.layout import FORMAT, OWN_NAMES, read_manifest
from index.schema import SCHEMA_VERSION
from ui.cli import _parser

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docs" / "knowledge-base.md").read_text(encoding="utf-8")


def test_every_file_is_described(text: str, sample_folder: Path) -> None:
    """Those of the folder, of a segment, and the fields of the manifest."""
    manifest = read_manifest(sample_folder)
    names = {name.split("/")[1] for name in manifest.files} | OWN_NAMES | {"codes.faiss"}
    assert not [name for name in names if name not in text]
    fields = set(manifest.__slots__) - {"format"}
    assert not [name for name in fields if f"`{name}`" not in text]
    assert f"(format {FORMAT})" in text


def test_every_table_and_column_is_described(text: str, sample_folder: Path) -> None:
    """Of the schema there is now."""
    assert f"schema {SCHEMA_VERSION}" in text
    with closing(sqlite3.connect(f"file:{sample_folder / 'kb.sqlite'}?mode=ro", uri=True)) as kb:
        tables = [name for (name,) in kb.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]  # fmt: skip
        for table in tables:
            (row,) = re.findall(rf"^\| `{table}` \| (.*) \|$", text, re.MULTILINE)
            columns = [name for _, name, *_ in kb.execute(f"PRAGMA table_info({table})")]
            assert not [name for name in columns if f"`{name}`" not in row]


def test_every_command_that_keeps_a_knowledge_base_is_described(text: str) -> None:
    """Asking and measuring are described elsewhere."""
    (action,) = _parser()._subparsers._group_actions  # type: ignore[union-attr]
    commands = set(action.choices or ()) - {"ask", "search", "eval", "chat", "bench"}
    assert not [name for name in commands if f"`yinju {name}" not in text]


def test_links_lead_somewhere(text: str) -> None:
    """Relative links point to files that exist."""
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
