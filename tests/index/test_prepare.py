"""From files to rows, terms and vectors."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import SourceFile, make_document
from corpus.reasons import CleanSettings
from corpus.records import Passage
from corpus.segment import Segmenter
from index import prepare as module
from index.embed import SHIPPED_MODEL
from index.postings import TermKeys
from index.prepare import NO_STAMP, embed_text, hash_texts, prepare, search_text, stamp_of
from index.prepared import Prepared, Recipe, Task

ARTICLE = "# 春游通知\n\n春游定在四月。\n\n## 费用\n\n车费由学校承担，门票每人二十元。\n"
RECIPE = Recipe(ChunkSettings(target=20, maximum=40), CleanSettings(), frozenset(), (), None)


def passages(source: str, text: str = ARTICLE) -> list[Passage]:
    return cut_passages(make_document(text, source), RECIPE.chunk)


def one(content: SourceFile | str, known_hash: str = "") -> Prepared:
    return prepare([Task("甲.md", content, known_hash)], RECIPE)


def test_names_and_headings_are_searched_with_the_text() -> None:
    """A passage is found by its file's name, title and headings, each given once."""
    first, *_, last = passages("甲.md")
    assert search_text(first).startswith("甲\n春游通知\n")
    assert search_text(first).count("春游通知") == 1
    assert "费用" in search_text(last)
    signed = passages("甲.md", "作者：邓璐\n\n食堂六点开门。")[0]
    assert search_text(signed) == "甲 邓璐\n食堂六点开门。"
    assert search_text(passages("食堂.txt", "食堂六点开门。")[0]) == "食堂\n食堂六点开门。"


def test_the_name_of_a_file_is_not_embedded() -> None:
    """Renaming a file changes no vector; a title of its own is embedded."""
    (plain,) = passages("目录/食堂.txt", "食堂六点开门。")
    assert embed_text(plain) == "食堂六点开门。"
    titled = passages("甲.md")[0]
    assert search_text(titled) == f"甲\n{embed_text(titled)}"
    assert embed_text(titled).startswith("春游通知\n")


def test_what_is_prepared_belongs_together() -> None:
    """Rows, terms and hashes are those of the passages, in their order."""
    done = one(ARTICLE)
    (document,), (piece,) = done.documents, done.pieces
    cut = passages("甲.md")
    assert [row[0] for row in document.passages] == [passage.id for passage in cut]
    assert piece.texts == tuple(map(embed_text, cut))
    assert piece.vectors is None
    np.testing.assert_array_equal(piece.hashes, hash_texts(piece.texts))
    keys, segmenter = TermKeys(), Segmenter()
    for row, passage in enumerate(cut):
        terms = np.unique(keys.of(segmenter.terms(search_text(passage))))
        first, last = piece.postings.ranges(terms)
        assert all(row in piece.postings.rows[a:b] for a, b in zip(first, last, strict=True))


def test_a_static_model_embeds_where_the_passages_are_cut() -> None:
    """Processes of their own return unit vectors in half precision, and no texts."""
    recipe = Recipe(RECIPE.chunk, RECIPE.clean, frozenset(), (), SHIPPED_MODEL)
    (piece,) = prepare([Task("甲.md", ARTICLE)], recipe).pieces
    assert piece.texts == ()
    assert piece.vectors is not None
    assert piece.vectors.dtype == np.float16
    lengths = np.linalg.norm(piece.vectors.astype(np.float32), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-2)


def test_many_passages_come_in_several_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is larger than a segment may be, and none of the passages is lost."""
    monkeypatch.setattr(module, "_PIECE", 2)
    done = one(ARTICLE * 4)
    sizes = [len(piece.hashes) for piece in done.pieces]
    assert sum(sizes) == len(done.documents[0].passages) > 4
    assert max(sizes) == 2


def test_what_has_not_changed_is_not_cut(tmp_path: Path) -> None:
    """A file or text of a known hash yields its stamp only."""
    path = tmp_path / "甲.md"
    path.write_text(ARTICLE, encoding="utf-8")
    os.utime(path, (1_000, 1_000))
    for content, stamp in (
        (SourceFile(path, "甲.md"), (len(ARTICLE.encode()), 1_000 * 10**9)),
        (ARTICLE, NO_STAMP),
    ):
        known = one(content).documents[0].content_hash
        again = one(content, known)
        assert (again.documents, again.pieces) == ((), ())
        assert again.same == (("甲.md", stamp),)


def test_a_file_that_cannot_be_read_is_skipped_with_its_reason(tmp_path: Path) -> None:
    """The others are prepared all the same."""
    path = tmp_path / "坏.md"
    path.write_bytes(b"")
    tasks = [Task("坏.md", SourceFile(path, "坏.md")), Task("甲.md", ARTICLE)]
    done = prepare(tasks, RECIPE)
    assert [(item.source, item.reason) for item in done.skipped] == [("坏.md", "holds no text")]
    assert [item.source for item in done.documents] == ["甲.md"]


def test_a_file_changed_just_now_is_not_trusted_next_time(tmp_path: Path) -> None:
    """It may change again within the clock's step; one that is gone has no stamp."""
    path = tmp_path / "甲.md"
    path.write_text(ARTICLE, encoding="utf-8")
    assert stamp_of(path) == (len(ARTICLE.encode()), -1)
    assert stamp_of(tmp_path / "没有") == NO_STAMP
