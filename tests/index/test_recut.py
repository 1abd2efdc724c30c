"""What a changed dictionary changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.build import BuildOptions, BuildReport, build
from index.folder import segmenter_of
from index.layout import read_manifest
from index.prepare import post_passages, search_text
from index.recut import _may_contain, changed_words, stale_rows
from index.search import RetrieveSettings, Searcher
from index.segment import Segment
from index.store import Reader

Make = Callable[..., BuildReport]

TEXTS = {
    "简体": "正山小种红茶产自桐木关。",
    "繁体": "正山小種紅茶產自桐木關。",
    "全角": "这里说到ＰｙＴｏｒｃｈ和别的。",
    "半角": "这里说到pytorch和别的。",
    "标题": "# 正山小种\n\n产自福建。",
    "无关": "今天天气很好，适合出门。",
    "半截": "正山在福建，小种是一种茶。",
    "音标": "cafe\u0301 这个词有两种写法。",
}


@pytest.fixture
def built(make: Make, kb: Path) -> Path:
    make(TEXTS)
    return kb


def stale_sources(kb: Path, words: str) -> set[str]:
    """Sources of the passages that are cut anew after the dictionary has become this."""
    (kb / "dictionary.txt").write_text(words, encoding="utf-8")
    manifest, segmenter = read_manifest(kb), segmenter_of(kb)
    found: set[str] = set()
    with closing(Reader(kb)) as store:
        for entry in manifest.segments:
            segment = Segment.load(kb / entry.name)
            rows, fresh = stale_rows(segment, store, manifest, segmenter)
            passages = store.passages([int(segment.passages[row]) for row in rows])
            expected = post_passages(passages, segmenter)
            np.testing.assert_array_equal(fresh.terms, expected.terms)
            np.testing.assert_array_equal(fresh.rows, expected.rows)
            found |= {passage.source for passage in passages}
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("正山小种", {"简体", "繁体", "标题"}),
        ("正山小種\n桐木關", {"简体", "繁体", "标题"}),
        ("PyTorch", {"全角", "半角"}),
        ("ｐｙｔｏｒｃｈ", {"全角", "半角"}),
        ("café", {"音标"}),
        ("没有这个词", set()),
        ("# 只是注释", set()),
    ],
)
def test_a_word_concerns_the_passages_that_contain_it(
    built: Path, words: str, expected: set[str]
) -> None:
    """In any spelling: traditional or simplified, wide or narrow, capital or small."""
    assert stale_sources(built, words) == expected


def test_a_word_taken_away_concerns_them_too(make: Make, built: Path) -> None:
    """And words that stay concern nobody."""
    (built / "dictionary.txt").write_text("正山小种\n天气很好", encoding="utf-8")
    make(TEXTS)
    assert stale_sources(built, "天气很好") == {"简体", "繁体", "标题"}


def test_another_segmenter_concerns_everything(built: Path) -> None:
    """What it does with a text cannot be told from the dictionary."""
    manifest = replace(read_manifest(built), segmenter="of another version")
    assert changed_words(manifest, Segmenter()) is None
    with closing(Reader(built)) as store:
        segment = Segment.load(built / manifest.segments[0].name)
        rows, _ = stale_rows(segment, store, manifest, Segmenter())
        assert rows.tolist() == list(range(segment.size))
        kept = np.arange(segment.size) % 2 == 0
        rows, _ = stale_rows(segment, store, manifest, Segmenter(), kept)
        assert rows.tolist() == np.flatnonzero(kept).tolist()


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=20), st.integers(0, 20), st.integers(0, 9))
def test_nothing_is_ruled_out_that_folding_finds(text: str, first: int, length: int) -> None:
    """The quick look at the characters never misses a word, composed or decomposed."""
    for variant in (text, unicodedata.normalize("NFD", text), text + "ΟΔΟΣ"):
        assert _may_contain(variant, fold(variant)[first : first + length])
        assert _may_contain(variant, fold(variant))


def test_every_character_can_be_found_by_its_folding() -> None:
    """Alone, each character holds what it is folded to."""
    points = [*range(0xD800), *range(0xE000, 0x30000)]
    missed = [chr(point) for point in points[::7] if not _may_contain(chr(point), fold(chr(point)))]
    assert missed == []


def test_only_those_passages_are_read_anew(
    built: Path, make: Make, monkeypatch: pytest.MonkeyPatch, embedder: Any
) -> None:
    """A build after a new word cuts those that contain it and embeds nothing."""
    (built / "dictionary.txt").write_text("正山小种", encoding="utf-8")
    embedder.embedded.clear()
    cut: list[str] = []

    def post(passages: Any, *rest: Any) -> Any:
        cut.extend(passage.source for passage in passages)
        return post_passages(passages, *rest)

    monkeypatch.setattr("index.recut.post_passages", post)
    report = make(TEXTS)
    assert len(cut) == 3
    assert set(cut) == {"简体", "标题", "繁体"}
    assert (report.unchanged, embedder.embedded) == (len(TEXTS), [])


QUESTIONS = ("正山小种", "紅茶產自桐木", "pytorch 天气", "福建的茶", "两种写法", "小种是什么")


def answers(kb: Path) -> list[list[tuple[str, float, dict[str, float]]]]:
    with closing(Searcher(kb, RetrieveSettings())) as searcher:
        return [
            [
                (hit.passage.source, hit.score, dict(hit.signals))
                for hit in searcher.search(question)
            ]
            for question in QUESTIONS
        ]


@settings(derandomize=True, max_examples=12, deadline=None)
@given(
    first=st.sets(st.sampled_from(["正山小种", "红茶产", "天气很好", "小种是", "里说到"])),
    second=st.sets(st.sampled_from(["正山小種", "ＰＹＴＯＲＣＨ", "天气", "桐木关", "产自福"])),
)
def test_opening_with_new_words_equals_building_with_them(
    tmp_path_factory: pytest.TempPathFactory, one_embedder: None, first: set[str], second: set[str]
) -> None:
    """Sections laid over the segments, rewritten segments and fresh ones give the same hits."""
    folder = tmp_path_factory.mktemp("recut")
    for words, kb in ((first, folder / "changed"), (second, folder / "fresh")):
        kb.mkdir()
        (kb / "dictionary.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
        build(TEXTS, kb, BuildOptions())
    changed = folder / "changed"
    (changed / "dictionary.txt").write_text("\n".join(sorted(second)), encoding="utf-8")
    expected = answers(folder / "fresh")
    assert answers(changed) == expected
    build(TEXTS, changed, BuildOptions())
    assert read_manifest(changed).segmenter == segmenter_of(changed).fingerprint
    assert answers(changed) == expected


def test_search_text_is_what_is_looked_through(built: Path) -> None:
    """A word of the title concerns the passage, though its text does not hold it."""
    with closing(Reader(built)) as store:
        titled = next(item for _, item in store.passages_of(1) if item.source == "标题")
    assert "正山小种" not in titled.text
    assert "正山小种" in search_text(titled)
