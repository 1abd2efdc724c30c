"""Words that go with each other, by the rows of a static model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corpus.errors import InputError
from index.associations import FILE, SCALE, Associations
from index.embed import SHIPPED_MODEL, shipped_words
from index.model_files import StaticFiles

_ROWS = 6
_PAIRS = st.dictionaries(
    st.tuples(st.integers(0, _ROWS - 1), st.integers(0, _ROWS - 1)),
    st.integers(1, SCALE).map(lambda hundredths: hundredths / SCALE),
    max_size=12,
)


def made(pairs: dict[tuple[int, int], float]) -> Associations:
    """Of some pairs of rows and how near each is."""
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pairs[pair], pair[1]))
    counts = np.bincount([one for one, _ in ordered], minlength=_ROWS)
    return Associations(
        np.append(0, np.cumsum(counts, dtype=np.int64)),
        np.array([other for _, other in ordered], np.int32),
        np.array([pairs[pair] for pair in ordered], np.float32),
    )


@given(_PAIRS, arrays.arrays(np.float32, (4, 5), elements=st.floats(-1, 1, width=32)), st.data())
def test_the_nearer_of_both_counts(
    pairs: dict[tuple[int, int], float], likeness: np.ndarray, data: st.DataObject
) -> None:
    """Pair by pair, in this direction only; what was given stays as it is."""
    rows = st.integers(0, _ROWS - 1)
    asked = np.array(data.draw(st.lists(rows, min_size=4, max_size=4)), np.int32)
    told = np.array(data.draw(st.lists(rows, min_size=5, max_size=5)), np.int32)
    before = likeness.copy()
    found = made(pairs).nearer(likeness, asked, told)
    for place, one in enumerate(asked.tolist()):
        for at, other in enumerate(told.tolist()):
            expected = max(float(before[place, at]), pairs.get((one, other), -1.0))
            assert found[place, at] == pytest.approx(expected)
    np.testing.assert_array_equal(likeness, before)


@given(_PAIRS)
def test_what_was_saved_comes_back(
    tmp_path_factory: pytest.TempPathFactory, pairs: dict[tuple[int, int], float]
) -> None:
    """To a hundredth, nearest first."""
    path = tmp_path_factory.mktemp("kept") / FILE
    kept = made(pairs)
    kept.save(path)
    loaded = Associations.load(path, _ROWS)
    np.testing.assert_array_equal(loaded.starts, kept.starts)
    for row in range(_ROWS):
        np.testing.assert_array_equal(loaded.of(row)[0], kept.of(row)[0])
        np.testing.assert_allclose(loaded.of(row)[1], kept.of(row)[1], atol=1e-6)


@pytest.mark.parametrize(
    ("counts", "others", "nearness"),
    [
        ([1, 0], [1], [50, 50]),
        ([2, 0], [1], [50]),
        ([1, 0], [2], [50]),
        ([1, 0, 0], [1], [50]),
        ([[1, 0]], [1], [50]),
    ],
)
def test_a_damaged_file_is_told(
    tmp_path: Path, counts: list[int], others: list[int], nearness: list[int]
) -> None:
    """Parts that do not fit each other, words that the model does not have, bytes of no kind."""
    path = tmp_path / FILE
    whole = {name: np.array(part, np.uint16) for name, part in
             (("counts", counts), ("others", others), ("nearness", nearness))}  # fmt: skip
    np.savez(path, **whole)
    with pytest.raises(InputError, match=r"associations\.npz: cannot be read .* damaged"):
        Associations.load(path, 2)
    for damaged in (b"PK", b"", b"\x93NUMPY"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="cannot be read"):
            Associations.load(path, 2)


def test_a_model_without_associations_has_its_cosines() -> None:
    """Another static model knows of none; no word goes with a row it does not have."""
    none = Associations.none()
    likeness = np.eye(2, dtype=np.float32)
    np.testing.assert_array_equal(none.nearer(likeness, np.arange(2), np.arange(2)), likeness)
    assert not len(none.of(7)[0])


def test_the_shipped_ones_belong_to_the_shipped_model() -> None:
    """A row for each word of the tokenizer; what is asked in everyday words meets a report's."""
    words = shipped_words()
    _, tokenizer = StaticFiles.of(SHIPPED_MODEL).read()
    assert len(words.associations.starts) == tokenizer.get_vocab_size() + 1
    near = dict(words.associated("瘫"))
    assert near["故障"] > 0.6
    assert 0.4 < dict(words.associated("故障"))["瘫"] < near["故障"]
    assert not dict(words.associated("没有的词"))


def test_likeness_is_the_cosine_or_how_near_words_go() -> None:
    """Against single words compared one by one."""
    words = shipped_words()
    asked, _ = words.word_rows(["老板 多少"])
    told, _ = words.word_rows(["创始人 老师 苹果 今天"])
    found = words.likeness(asked, told)
    near = [dict(words.associated(one)) for one in words.words(asked)]
    for place, one in enumerate(words.rows(asked)):
        for at, (other, name) in enumerate(zip(words.rows(told), words.words(told), strict=True)):
            cosine = float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
            assert found[place, at] == pytest.approx(
                max(cosine, near[place].get(name, -1)), abs=2e-3
            )
