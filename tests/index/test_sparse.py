"""BM25, against twenty lines that follow the formula."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorruptError
from index.sparse import ARRAYS, Bm25Index, Bm25Settings, term_key

TERM = st.sampled_from(["模型", "价格", "gpt-4o", "的", "天气", "a", "ａ", "3.5", "春"])
ROWS = st.lists(st.lists(TERM, max_size=12), max_size=15)
SETTINGS = st.builds(Bm25Settings, st.floats(0, 3), st.floats(0, 1))


def reference(rows: list[list[str]], query: list[str], chosen: Bm25Settings) -> list[float]:
    """BM25 as Lucene scores it, row by row and word by word."""
    mean = sum(map(len, rows)) / len(rows) if rows else 0
    scores = []
    for row in rows:
        counts = Counter(row)
        score = 0.0
        for term in query:
            frequency = sum(term in other for other in rows)
            idf = math.log(1 + (len(rows) - frequency + 0.5) / (frequency + 0.5))
            norm = chosen.k1 * (1 - chosen.b + chosen.b * len(row) / max(mean, 1e-9))
            if counts[term]:
                score += idf * counts[term] * (chosen.k1 + 1) / (counts[term] + norm)
        scores.append(score)
    return scores


@settings(derandomize=True, max_examples=200, deadline=None)
@given(ROWS, st.lists(TERM, max_size=6), SETTINGS)
def test_scores_equal_the_formula(
    rows: list[list[str]], query: list[str], chosen: Bm25Settings
) -> None:
    """Repeated words, words that are nowhere and empty rows included."""
    index = Bm25Index.build(rows, chosen)
    scores = index.scores(query)
    assert scores.shape == (len(rows),)
    np.testing.assert_allclose(scores, reference(rows, query, chosen), rtol=1e-4, atol=1e-5)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(rows=ROWS, query=st.lists(TERM, max_size=6))
def test_a_saved_index_scores_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], query: list[str]
) -> None:
    """Arrays come back memory-mapped and equal; an index of no words can be saved too."""
    folder = tmp_path_factory.mktemp("索 引")
    built = Bm25Index.build(rows, Bm25Settings())
    built.save(folder)
    loaded = Bm25Index.load(folder, Bm25Settings())
    for name, array in loaded.arrays.items():
        assert isinstance(array, np.memmap)
        assert array.dtype == ARRAYS[name]
        np.testing.assert_array_equal(array, built.arrays[name])
    np.testing.assert_array_equal(loaded.scores(query), built.scores(query))


def test_rare_words_weigh_more() -> None:
    """It falls with frequency, is largest for an unknown word and never negative."""
    index = Bm25Index.build([["的", "春"], ["的", "夏"], ["的", "春"]], Bm25Settings())
    assert index.idf("冬") > index.idf("夏") > index.idf("春") > index.idf("的") > 0
    assert index.weights(["的", "春", "春", "冬"]) == pytest.approx(
        {"的": index.idf("的"), "春": 2 * index.idf("春")}
    )


def test_very_frequent_words_are_left_out_of_large_indexes() -> None:
    """They cost the most and decide nothing, unless the question has no other word."""
    rows = [["的", f"词{n}"] for n in range(1500)]
    index = Bm25Index.build(rows, Bm25Settings())
    assert np.flatnonzero(index.scores(["的", "词7"])).tolist() == [7]
    alone = index.scores(["的"])
    assert alone.min() == alone.max() > 0


def test_many_repeats_do_not_overflow() -> None:
    """A count beyond 16 bits is held at the largest, not wrapped around to a small one."""
    index = Bm25Index.build([["春"] * 65537, ["春"], ["夏"]], Bm25Settings(b=0))
    many, once, none = index.scores(["春"])
    assert many > once > none == 0


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("size", [0, 10, 100, -1])
def test_a_file_cut_short_is_told(tmp_path: Path, name: str, size: int) -> None:
    """The message names the file and the command that repairs it."""
    Bm25Index.build([["春", "夏"], ["秋"]], Bm25Settings()).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CorruptError, match=rf"{name}\.npy: .*--rebuild"):
        Bm25Index.load(tmp_path, Bm25Settings())


@pytest.mark.parametrize("name", ARRAYS)
def test_a_missing_array_or_one_of_another_kind_is_told(tmp_path: Path, name: str) -> None:
    """An array of another type would be read as nonsense."""
    Bm25Index.build([["春", "夏"], ["秋"]], Bm25Settings()).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    for wrong in (np.zeros(3, np.float64), np.zeros((2, 2), ARRAYS[name])):
        np.save(path, wrong)
        with pytest.raises(CorruptError, match=rf"{name}\.npy: holds .* expected one row of"):
            Bm25Index.load(tmp_path, Bm25Settings())
    path.unlink()
    with pytest.raises(CorruptError, match=rf"{name}\.npy"):
        Bm25Index.load(tmp_path, Bm25Settings())


@pytest.mark.parametrize("name", ["terms", "offsets", "rows", "counts"])
def test_arrays_of_different_builds_are_told(tmp_path: Path, name: str) -> None:
    """Each is valid by itself; together they would give wrong rows or run off the end."""
    Bm25Index.build([["春", "夏"], ["秋"]], Bm25Settings()).save(tmp_path)
    np.save(tmp_path / f"{name}.npy", np.zeros(9, ARRAYS[name]))
    with pytest.raises(CorruptError, match=r"terms with .* offsets"):
        Bm25Index.load(tmp_path, Bm25Settings())


def test_terms_are_known_by_a_stable_key() -> None:
    """The hash is part of the format on disk."""
    assert term_key("模型") == np.uint64(0xA62181EE3E1A3422)
