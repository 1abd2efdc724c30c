"""A table in single precision, row by row."""

from __future__ import annotations

import threading

import numpy as np

from index.widened import Widened

TABLE = np.random.default_rng(5).normal(size=(500, 24)).astype(np.float16)


def test_rows_and_lengths_are_those_of_the_whole_table() -> None:
    """Asked for once, twice, in any order, or all at once: the same as converting everything."""
    widened, single = Widened(TABLE), TABLE.astype(np.float32)
    for numbers in (np.array([7, 3, 7]), np.arange(3, 9), np.zeros(0, np.int32)):
        np.testing.assert_array_equal(widened.rows(numbers), single[numbers])
        lengths = np.sqrt(np.einsum("ij,ij->i", single[numbers], single[numbers]))
        np.testing.assert_array_equal(widened.lengths(numbers), lengths)
    np.testing.assert_array_equal(widened.whole(), single)


def test_threads_may_ask_at_once() -> None:
    """No thread sees a row that another one has not finished."""
    single = TABLE.astype(np.float32)
    wrong: list[int] = []
    widened = Widened(TABLE)

    def ask(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for _ in range(50):
            numbers = rng.integers(0, len(TABLE), 40)
            if not np.array_equal(widened.rows(numbers), single[numbers]):
                wrong.append(seed)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
