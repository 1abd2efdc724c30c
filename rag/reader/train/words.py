"""The reader's own word vectors, taken from a static embedding model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST = 127


def word_tensors(model: Path, texts: Iterable[str], width: int, seen: int) -> dict[str, Any]:
    """What :class:`rag.reader.vocabulary.Vocabulary` is made of.

    The word vectors are projected to the directions in which they differ most and kept as small
    integers; the length that a vector had says how much the word does.

    Args:
        model: Folder of the static model.
        texts: Folded training texts, from which the characters are taken.
        width: Numbers kept for each word.
        seen: A character counts as known if it occurs this often.
    """
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tensors = load_file(model / "model.safetensors")
    rows = next(tensors[n] for n in ("embedding.weight", "embeddings") if n in tensors)
    rows = rows.astype(np.float32)
    found = Tokenizer.from_file(str(model / "tokenizer.json")).get_vocab()
    words = sorted((word for word, row in found.items() if word.isalnum() and row < len(rows)),
                   key=found.__getitem__)  # fmt: skip
    vectors = rows[[found[word] for word in words]]
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    table = vectors @ directions[:, ::-1][:, :width]
    scale = np.quantile(np.abs(table), 0.999, axis=0) / _LARGEST
    small = np.clip(np.round(table / scale), -_LARGEST, _LARGEST).astype(np.int8)
    lengths = np.linalg.norm(vectors, axis=1)
    weights = np.clip(lengths / np.quantile(lengths, 0.995) * 255, 0, 255).astype(np.uint8)
    counts = Counter(character for text in texts for character in text)
    characters = sorted(c for c, count in counts.items() if count >= seen and not c.isspace())
    return {
        "words": _lines(words),
        "characters": _lines(characters),
        "table": np.concatenate([np.zeros((1, width), np.int8), small]),
        "scale": scale.astype(np.float32),
        "weights": np.concatenate([np.zeros(1, np.uint8), weights]),
    }


def _lines(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)
