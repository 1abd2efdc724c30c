"""The files of a model: which kind it is, which model it is, and what is wrong with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from corpus.errors import InputError
from index.model_files import StaticFiles, fingerprint_of, is_static

WORDS = ["[UNK]", *"春夏秋冬"]
ROWS = np.arange(len(WORDS) * 3, dtype=np.float32).reshape(-1, 3)


def write_modules(folder: Path, *kinds: str, path: str = "") -> None:
    modules = [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind in kinds]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A static model of five words."""
    folder = tmp_path / "静态 一"
    folder.mkdir()
    save_file({"embedding.weight": ROWS}, folder / "model.safetensors")
    tokenizer = Tokenizer(WordLevel({word: row for row, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.save(str(folder / "tokenizer.json"))
    write_modules(folder, "StaticEmbedding", "Normalize")
    return folder


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["StaticEmbedding"], True),
        (["StaticEmbedding", "Normalize"], True),
        (["StaticEmbedding", "Dense"], False),
        (["Transformer", "Pooling"], False),
        ([], False),
    ],
)
def test_only_a_plain_static_model_is_one(tmp_path: Path, kinds: list[str], expected: bool) -> None:
    """A model with any layer behind its embedding would get other vectors without the library."""
    write_modules(tmp_path, *kinds)
    assert is_static(tmp_path) is expected


@pytest.mark.parametrize("kind", ["StaticEmbedding", "Transformer"])
def test_the_fingerprint_tells_models_apart(static: Path, tmp_path: Path, kind: str) -> None:
    """It goes by content: a copy is the same model, other weights are another."""
    write_modules(static, kind)
    copy = tmp_path / "别处"
    shutil.copytree(static, copy)
    assert fingerprint_of(copy) == fingerprint_of(static)
    data = bytearray((copy / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (copy / "model.safetensors").write_bytes(data)
    assert fingerprint_of(copy) != fingerprint_of(static)


@pytest.mark.parametrize("kind", ["StaticEmbedding", "Transformer"])
def test_what_a_download_leaves_behind_changes_no_fingerprint(static: Path, kind: str) -> None:
    """Hidden files hold no weights: with them the model is the same."""
    write_modules(static, kind)
    before = fingerprint_of(static)
    (static / ".cache").mkdir()
    (static / ".cache" / "x.metadata").write_text("now", encoding="utf-8")
    assert fingerprint_of(static) == before


def test_modules_may_lie_in_folders_of_their_own(static: Path) -> None:
    """Older versions of the library put the embedding below ``0_StaticEmbedding``."""
    before = fingerprint_of(static)
    (static / "0_Static").mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        (static / name).rename(static / "0_Static" / name)
    write_modules(static, "StaticEmbedding", path="0_Static")
    assert fingerprint_of(static) == before
    assert StaticFiles.of(static).read()[0].shape == ROWS.shape


@pytest.mark.parametrize("name", ["embedding.weight", "embeddings"])
@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_weights_are_read_as_they_are_saved(static: Path, name: str, kind: type) -> None:
    """Half precision and model2vec's name are read too."""
    save_file({name: ROWS.astype(kind)}, static / "model.safetensors")
    rows, tokenizer = StaticFiles.of(static).read()
    np.testing.assert_array_equal(rows, ROWS.astype(kind))
    assert rows.dtype == kind
    assert tokenizer.get_vocab_size() == len(WORDS)


@pytest.mark.parametrize("shape", [(3, 12), (12,)])
def test_weights_for_fewer_words_than_the_tokenizer_has_are_told(
    static: Path, shape: tuple[int, ...]
) -> None:
    """Otherwise some texts would fail long after the model was opened."""
    save_file({"embedding.weight": np.zeros(shape, np.float32)}, static / "model.safetensors")
    with pytest.raises(InputError, match=rf"{len(WORDS)} words; the model is damaged"):
        StaticFiles.of(static).read()


def test_weights_without_an_embedding_are_told(static: Path) -> None:
    """A sound file of something else is damage too, and says what it lacks."""
    save_file({"other": ROWS}, static / "model.safetensors")
    with pytest.raises(InputError, match=r"model\.safetensors: .*holds no embedding"):
        StaticFiles.of(static).read()
