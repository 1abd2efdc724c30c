"""Multiplying on one thread."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from index.threads import on_one_thread


def threads() -> set[int]:
    """How many threads numpy's library of linear algebra uses now."""
    np.ones((2, 2)) @ np.ones((2, 2))
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers
    return {library.num_threads for library in libraries if "numpy" in library.filepath}


def test_one_thread_inside_and_as_before_afterwards() -> None:
    """What was set before holds again, after an error too."""
    before = threads()

    @on_one_thread
    def inside(fail: bool) -> set[int]:
        if fail:
            raise ValueError("no")
        return threads()

    assert inside(False) == {1}
    with pytest.raises(ValueError, match="no"):
        inside(True)
    assert threads() == before
