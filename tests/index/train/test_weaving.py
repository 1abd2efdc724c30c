"""Words that mean the same: woven into vectors, paired for training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corpus.errors import InputError
from index.thesaurus import Thesaurus
from index.train.weaving import halves, woven

ROWS = {"买": 0, "购买": 1, "采购": 2, "卖": 3, "gpu": 4}


def cosine(table: np.ndarray, one: int, other: int) -> float:
    """Of two rows."""
    lengths = np.linalg.norm(table[one]) * np.linalg.norm(table[other])
    return float(table[one] @ table[other] / lengths)


def test_words_of_a_group_come_nearer_and_others_stay() -> None:
    """Directions move, lengths do not; neither does a word of no group."""
    table = np.random.default_rng(1).normal(size=(5, 16)).astype(np.float32)
    told = Thesaurus((("买", "购买", "采购"), ("显卡", "gpu")))
    after = woven(table, ROWS, told, 0.5)
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert cosine(after, one, other) > cosine(table, one, other) + 0.2
    assert np.allclose(np.linalg.norm(after, axis=1), np.linalg.norm(table, axis=1), rtol=1e-5)
    assert np.array_equal(after[3:], table[3:])  # 显卡 has no row, so gpu has nobody
    assert np.array_equal(woven(table, ROWS, told, 0.0)[3:], table[3:])
    assert np.allclose(woven(table, ROWS, told, 0.0), table, atol=1e-6)


@given(
    arrays.arrays(np.float32, (5, 4), elements=st.floats(-8, 8, width=32)),
    st.lists(st.lists(st.sampled_from(sorted(ROWS)), min_size=2, max_size=4), max_size=4),
    st.floats(0, 0.9),
)
def test_weaving_equals_its_definition(
    table: np.ndarray, groups: list[list[str]], share: float
) -> None:
    """The sparse product against a loop over words, zero vectors included."""
    after = woven(table, ROWS, Thesaurus(tuple(map(tuple, groups))), share, rounds=3)
    near: dict[int, set[int]] = {}
    for group in groups:
        for word in group:
            near.setdefault(ROWS[word], set()).update(ROWS[other] for other in group)
    lengths = np.linalg.norm(table.astype(np.float64), axis=1)
    first = table / np.maximum(lengths, 1e-9)[:, None]
    drawn = first.copy()
    for _ in range(3):
        last = drawn.copy()
        for row, others in near.items():
            if others - {row}:
                mean = np.mean([last[other] for other in others - {row}], axis=0)
                mixed = (1 - share) * first[row] + share * mean
                drawn[row] = mixed / max(float(np.linalg.norm(mixed)), 1e-9)
    for row in range(5):
        moved = near.get(row, set()) - {row}
        expected = drawn[row] * lengths[row] if moved else table[row]
        steady = np.linalg.norm(drawn[row]) > 0.1
        if steady and share < 0.45:
            assert np.allclose(after[row], expected, atol=1e-3 * max(lengths[row], 1))


def test_a_share_of_all_is_refused() -> None:
    """A word's own direction must be left something."""
    with pytest.raises(InputError, match="use 0 up to less than 1"):
        woven(np.ones((5, 2), np.float32), ROWS, Thesaurus((("买", "购买"),)), 1.0)


def test_halves_divide_each_group() -> None:
    """Both sides hold words, together the whole group; the same seed divides alike."""
    told = Thesaurus((("买", "购买", "采购"), ("显卡", "gpu")))
    pairs = halves(told, 3, seed=7)
    assert len(pairs.queries) == 6
    for number, (query, text) in enumerate(zip(pairs.queries, pairs.positives, strict=True)):
        assert query
        assert text
        assert sorted(f"{query} {text}".split()) == sorted(told.groups[number // 3])
    assert halves(told, 3, seed=7) == pairs
