"""Asking of some documents only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.filters import Filters
from index.build import BuildReport
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]


def notes(count: int) -> dict[str, str]:
    """Notices that say nearly the same, each a day later than the one before."""
    return {
        f"{'旧' if n < count // 2 else '新'}/通知{n}.md": f"---\ndate: 2024-12-{n + 1:02}\n"
        f"author: {'张三' if n % 2 else '李四'}\n---\n# 校车{n}\n\n校车第{n}班从东门出发。\n"
        for n in range(count)
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), set(range(20))),
        (Filters(source="新/"), set(range(10, 20))),
        (Filters(after="2024-12-05", before="2024-12-07"), {4, 5, 6}),
        (Filters(author="张三", source="旧/"), {1, 3, 5, 7, 9}),
        (Filters(title="校车7"), {7}),
        (Filters(title="没有"), set()),
    ],
)
def test_as_many_hits_come_back_as_meet_the_filters(
    make: Make, kb: Path, filters: Filters, expected: set[int]
) -> None:
    """Filters are applied before ranking: few that meet them are all found, however they rank."""
    make(notes(20))
    with closing(Searcher(kb, RetrieveSettings(candidates=3))) as searcher:
        found = searcher.search("校车从哪里出发", 20, filters)
        numbers = {int("".join(filter(str.isdigit, hit.passage.title))) for hit in found}
        assert numbers == expected
        assert [hit.rank for hit in found] == list(range(1, len(found) + 1))


def test_a_mask_is_made_once(make: Make, kb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation about the same documents does not look through all of them at every turn."""
    make(notes(6))
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        scope = searcher._scope
        first = scope.mask(Filters(source="新/"))
        monkeypatch.setattr(scope._store, "select", None)
        assert scope.mask(Filters(source="新/")) is first
        assert np.count_nonzero(first) == 3
