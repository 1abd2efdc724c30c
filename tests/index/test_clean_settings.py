"""What is cleaned away when a knowledge base is built, and when it changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.reasons import CleanSettings
from index.build import BuildReport
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]
REPEATED = "更多内容请看青禾读书社"


def notices(numbers: range) -> dict[str, str]:
    return {
        f"{n}.md": f"# 通知{n}\n\n校车每天早上{n}点从东门出发。\n\n{REPEATED}\n" for n in numbers
    }


def searched(kb: Path) -> set[str]:
    """The sources in whose passages the repeated line is searched."""
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        return {
            hit.passage.source
            for hit in searcher.search("青禾读书社", 50)
            if REPEATED in hit.passage.text
        }


def test_a_line_learned_is_marked_in_later_documents(make: Make, kb: Path) -> None:
    """New rules touch later documents only; nothing that could be asked about vanishes unasked."""
    make(notices(range(6)))
    assert len(searched(kb)) == 6
    make(notices(range(7)))
    assert searched(kb) == {f"{n}.md" for n in range(6)}


def test_recleaning_applies_what_was_learned_to_all(make: Make, kb: Path) -> None:
    """``--reclean`` reads everything anew; documents count as unchanged, and stay marked later."""
    make(notices(range(6)))
    report = make(notices(range(6)), reclean=True)
    assert (report.added, report.changed, report.unchanged) == ((), (), 6)
    assert searched(kb) == set()
    make(notices(range(7)))
    assert searched(kb) == set()


def test_nothing_is_learned_if_the_settings_say_so(make: Make, kb: Path) -> None:
    """``clean.repeated`` 0 switches learning off."""
    clean = CleanSettings(repeated=0)
    make(notices(range(6)), clean=clean)
    make(notices(range(7)), clean=clean)
    assert len(searched(kb)) == 7


def test_other_cleaning_asks_for_recleaning(make: Make, kb: Path) -> None:
    """Passages cleaned in two ways are never mixed silently."""
    texts = {"a.md": "# 通知\n\n校车七点出发。\n\n关注公众号：青禾读书社\n"}
    make(texts)
    keep = CleanSettings(keep="all")
    with pytest.raises(SettingsError, match="--reclean"):
        make(texts, clean=keep)
    make(texts, clean=keep, reclean=True)
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        assert any("公众号" in hit.passage.text for hit in searcher.search("公众号", 5))


def test_removed_documents_are_not_counted(make: Make, kb: Path) -> None:
    """A line is learned from the documents that are there, not from those that were."""
    make(notices(range(6)))
    make(notices(range(2)))
    make(notices(range(7)))
    assert len(searched(kb)) == 7


def test_the_same_bytes_are_told(make: Make) -> None:
    """A file that was copied is found while building."""
    text = "# 校车\n\n校车七点出发。\n"
    report = make({"甲.md": text, "乙.md": text, "丙.md": "# 食堂\n\n食堂六点开门。\n"})
    assert report.duplicates == (("乙.md", "甲.md"),)
