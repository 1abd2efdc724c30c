"""Passages of a few sentences, and word vectors that are read in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.records import Passage
from index.embed import StaticEmbedder

WORDS = ("[UNK]", *"春夏秋冬天地人的车票门学校书借罚款", "二十", "元", "ab", "o3")


def make_passage(
    sentences: Sequence[str], title: str = "", headings: Sequence[str] = (), number: int = 0
) -> Passage:
    """A passage whose sentences stand one after another."""
    spans, start = [], 100
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence)
    text = "".join(sentences)
    return Passage(
        f"p{number}", "d", f"s{number}", text, 100, start, tuple(spans), title,
        headings=tuple(headings),
    )  # fmt: skip


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> StaticEmbedder:
    """A static model of two dozen words."""
    import json

    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("词 向量")
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(3).normal(size=(len(WORDS), 8)).astype(np.float16)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    kind = "sentence_transformers.models.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return StaticEmbedder(Path(folder))


@pytest.fixture(scope="session")
def passage() -> Callable[..., Passage]:
    """Makes passages."""
    return make_passage
