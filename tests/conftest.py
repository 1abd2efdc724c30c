"""What the tests of several packages stand on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from index.build import BuildOptions, build
from index.embed import Embedder, load_embedder

ROOT = Path(__file__).parent.parent

# How long an example takes says nothing on a busy machine.
settings.register_profile("yinju", deadline=None)
settings.load_profile("yinju")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of the sample corpus; only to be read."""
    folder = tmp_path_factory.mktemp("sample") / "kb"
    build([ROOT / "corpus" / "sample"], folder, BuildOptions())
    return folder


@cache
def _shipped_model() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="module")
def one_model() -> Iterator[None]:
    """The shipped model is read once, not at every build and opening: half a second each."""

    def load(folder: Path | None = None) -> Embedder:
        return load_embedder(folder) if folder else _shipped_model()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.build.load_embedder", load)
        patch.setattr("index.state.load_embedder", load)
        patch.setattr("index.remove.load_embedder", load)
        patch.setattr("index.repair.load_embedder", load)
        yield
