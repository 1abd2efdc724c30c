"""Damaged files of every format; ``tests/helpers/fuzz_readers.py`` reads as many as asked for."""

from __future__ import annotations

import pytest
from fuzz_readers import check, damaged
from sample_files import MAKERS


@pytest.mark.parametrize("ending", MAKERS)
def test_damage_never_escapes_as_another_error(ending: str) -> None:
    """A build tells the file and goes on, and no span is off."""
    for seed in range(1_000_000, 1_000_040):
        assert not check(ending, damaged(ending, seed)), seed
