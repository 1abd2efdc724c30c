"""Any cross-encoder as the reranker: a tiny one, made here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import InputError
from index.rerank.cross import CrossEncoderReranker

LETTERS = "春夏秋冬天地人的，ab"
TEXTS = ["春天", "地人的，" * 4, "", "ab"] * 5


def save(folder: Path, labels: int, prompts: dict[str, str] | None = None) -> Path:
    """A one-layer model of random weights, saved by the library itself."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    source = folder / "source"
    source.mkdir(parents=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "q", "d", ":"]
    (source / "vocab.txt").write_text("\n".join([*special, *LETTERS]), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(special) + len(LETTERS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=1.0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(6)  # with most weights some scores lie too close to be told apart
        BertForSequenceClassification(config).save_pretrained(source)
    BertTokenizerFast(str(source / "vocab.txt")).save_pretrained(source)
    model = CrossEncoder(str(source), device="cpu", max_length=64, prompts=prompts)
    model.save(str(folder / "saved"))
    return folder / "saved"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("交叉 编码"), 1)


def expected(folder: Path, question: str, texts: list[str]) -> np.ndarray[Any, Any]:
    """What the library says of each pair by itself."""
    from sentence_transformers import CrossEncoder
    from torch.nn import Sigmoid

    model = CrossEncoder(str(folder), local_files_only=True)
    return np.array(
        [model.predict([(question, text)], activation_fn=Sigmoid())[0] for text in texts]
    )


def test_scores_are_those_of_the_library(folder: Path) -> None:
    """Batches must not change a score, nor whose it is."""
    found = CrossEncoderReranker(folder, 60.0).scores("春天", TEXTS)
    assert (found.dtype, found.shape) == (np.float32, (len(TEXTS),))
    np.testing.assert_allclose(found, expected(folder, "春天", TEXTS), atol=1e-5)
    assert ((found > 0) & (found < 1)).all()
    assert len(np.unique(found[:4].round(5))) == 4
    assert CrossEncoderReranker(folder, 60.0).scores("春天", []).shape == (0,)


def test_what_there_was_no_time_for_has_no_score(folder: Path) -> None:
    """When time is up the most promising have been scored, at least one batch of them."""
    found = CrossEncoderReranker(folder, 0.0).scores("春天", TEXTS)
    scored = ~np.isnan(found)
    assert 0 < scored.sum() < len(TEXTS)
    assert scored[: scored.sum()].all()


def test_prompts_of_the_model_are_put_before_each_side(tmp_path: Path) -> None:
    """A model trained with prompts is worth little without them."""
    prompted = save(tmp_path, 1, {"query": "q: ", "document": "d: "})
    found = CrossEncoderReranker(prompted, 60.0).scores("春天", TEXTS[:2])
    written = [f"d: {text}" for text in TEXTS[:2]]
    np.testing.assert_allclose(found, expected(prompted, "q: 春天", written), atol=1e-5)
    plain = expected(prompted, "春天", TEXTS[:2])
    assert not np.allclose(found, plain, atol=1e-4)


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    """Three numbers a passage are no order."""
    with pytest.raises(InputError, match="gives 3 scores"):
        CrossEncoderReranker(save(tmp_path, 3), 1.0)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """A mistyped folder gets told what belongs there."""
    with pytest.raises(InputError, match=r"no config\.json.*CrossEncoder\.save"):
        CrossEncoderReranker(tmp_path / "nothing", 1.0)


@pytest.mark.parametrize("damage", ["config", "weights", "kind"])
def test_a_damaged_folder_is_told_by_name(folder: Path, tmp_path: Path, damage: str) -> None:
    """Loading anything else would put passages in a random order without a word."""
    broken = tmp_path / "坏"
    shutil.copytree(folder, broken)
    if damage == "config":
        (broken / "config.json").write_text("{", encoding="utf-8")
    elif damage == "weights":
        (broken / "model.safetensors").write_bytes(b"\0" * 40)
    else:
        config = json.loads((broken / "config.json").read_text(encoding="utf-8"))
        config["architectures"] = ["BertModel"]
        (broken / "config.json").write_text(json.dumps(config), encoding="utf-8")
        (broken / "modules.json").unlink(missing_ok=True)
    with pytest.raises(InputError, match="坏"):
        CrossEncoderReranker(broken, 1.0)
