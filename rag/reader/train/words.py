"""The reader's own word vectors, taken from a static embedding model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LARGEST = 127


def word_tensors(
    model: Path, texts: Iterable[str], width: int, seen: int, start: Path | None = None
) -> dict[str, Any]:
    """What :class:`rag.reader.vocabulary.Vocabulary` is made of.

    The word vectors are projected to the directions in which they differ most and kept as small
    integers; the length that a vector had says how much the word does.

    Args:
        model: Folder of the static model.
        texts: Folded training texts, from which the characters are taken.
        width: Numbers kept for each word.
        seen: A character counts as known if it occurs this often.
        start: A reader to go on from: its characters, and its directions as far as they can be
            told from its words, for a network knows its words by them.
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
    before = load_file(start) if start else {}
    if before:
        directions = _directions(before, dict(zip(words, vectors, strict=True)))
    else:
        directions = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :width]
    table = vectors @ directions
    scale = np.quantile(np.abs(table), 0.999, axis=0) / _LARGEST
    small = np.clip(np.round(table / scale), -_LARGEST, _LARGEST).astype(np.int8)
    lengths = np.linalg.norm(vectors, axis=1)
    weights = np.clip(lengths / np.quantile(lengths, 0.995) * 255, 0, 255).astype(np.uint8)
    counts = Counter(character for text in texts for character in text)
    characters = sorted(c for c, count in counts.items() if count >= seen and not c.isspace())
    return {
        "words": _lines(words),
        "characters": before.get("characters", _lines(characters)),
        "table": np.concatenate([np.zeros((1, width), np.int8), small]),
        "scale": scale.astype(np.float32),
        "weights": np.concatenate([np.zeros(1, np.uint8), weights]),
    }


def _directions(before: Mapping[str, NDArray[Any]], vectors: Mapping[str, Floats]) -> Floats:
    """The directions, shape ``(dimension, width)``, that bring words nearest to where they were."""
    words = bytes(before["words"]).decode().split("\n")
    kept = [row for row, word in enumerate(words, 1) if word in vectors]
    table = before["table"][kept] * before["scale"]
    found = np.linalg.lstsq(np.stack([vectors[words[row - 1]] for row in kept]), table, rcond=None)
    directions: Floats = found[0].astype(np.float32)
    return directions


def _lines(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)
