"""What documents may be called."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.filters import Filters
from index.build import BuildOptions, build
from index.catalogue import Entry, entries_of, holds
from index.search import RetrieveSettings, Searcher


def entry_of(
    source: str, title: str, author: str, published: str, opening: str, publisher: str = ""
) -> Entry:
    return entries_of([("x", source, title, author, published, publisher, opening)])[0]


def test_a_document_is_called_by_all_its_names() -> None:
    """Protects title, file name, author, date and outlet as names, and which are names in full."""
    entry = entry_of(
        "规章/kq_2024.docx", "【转】考勤办法（试行）", "人事部", "2024-03-05", "一", "厂报"
    )
    assert entry.names == "转考勤办法试行\nkq2024\n人事部\n2024年3月5日\n厂报\n"
    assert {"考勤办法", "考勤办法试行", "kq2024", "kq2024docx"} <= entry.whole()
    assert entry.name == "【转】考勤办法（试行）"


def test_a_document_without_a_title_is_called_by_its_first_line() -> None:
    """Protects plain text files, whose first line is their title, and a long one is not."""
    assert "柳园会议纪要" in entry_of("0314.txt", "0314", "", "", "\n# 柳园会议纪要\n正文").whole()
    assert entry_of("0314.txt", "0314", "", "", "很长" * 40).names == "0314\n0314\n\n\n\n"


def test_figures_are_not_found_within_longer_ones() -> None:
    """Protects 2月3日 from being found in 12月3日."""
    assert holds("纪要12月3日", "12月3日")
    assert not holds("纪要12月3日", "2月3日")
    assert not holds("纪要", "")


@pytest.mark.usefixtures("one_model")
def test_the_catalogue_meets_conditions(tmp_path: Path) -> None:
    """Protects the order of the catalogue, and filters over it."""
    build({"b.md": "# 乙\n\n文。", "a.md": "# 甲\n\n文。"}, tmp_path, BuildOptions())
    searcher = Searcher(tmp_path, RetrieveSettings())
    assert [entry.title for entry in searcher.catalogue()] == ["甲", "乙"]
    assert [entry.title for entry in searcher.catalogue(Filters(only="b.md"))] == ["乙"]
    searcher.close()
