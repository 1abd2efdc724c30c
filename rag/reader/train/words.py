"""The reader's own word vectors, taken from a static embedding model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.thesaurus import Thesaurus
from index.train.weaving import woven
from rag.reader.tokens import tokens_of
from rag.reader.vocabulary import Vocabulary

Floats = NDArray[np.float32]

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
    small, scale = _small(vectors @ directions[:, ::-1][:, :width])
    lengths = np.linalg.norm(vectors, axis=1)
    weights = np.clip(lengths / np.quantile(lengths, 0.995) * 255, 0, 255).astype(np.uint8)
    counts = Counter(character for text in texts for character in text)
    characters = sorted(c for c, count in counts.items() if count >= seen and not c.isspace())
    return {
        "words": _lines(words),
        "characters": _lines(characters),
        "table": np.concatenate([np.zeros((1, width), np.int8), small]),
        "scale": scale,
        "weights": np.concatenate([np.zeros(1, np.uint8), weights]),
    }


def words_of(reader: Path, thesaurus: Thesaurus, share: float) -> dict[str, Any]:
    """The words of a reader to go on from, with those of a thesaurus, woven with it.

    A network knows words by their numbers, so they are not taken anew from an embedding model. A
    word of the thesaurus that the reader does not know starts from its characters, as it is read
    without.

    Args:
        reader: The file.
        thesaurus: Words that mean the same.
        share: What they have in each other's direction; 0 leaves the words as they are, and adds
            none.
    """
    from safetensors.numpy import load_file

    names = ("words", "characters", "table", "scale", "weights")
    tensors: dict[str, Any] = {
        name: tensor for name, tensor in load_file(reader).items() if name in names
    }
    if share:
        words = bytes(tensors["words"]).decode().split("\n")
        added = _added(thesaurus, frozenset(words))
        known = [Vocabulary(tensors).look_up(tokens_of(word)) for word in added]
        table = np.vstack([tensors["table"] * tensors["scale"], *(k.vectors for k in known)])
        weights = np.concatenate([tensors["weights"] / 255, *(k.weights for k in known)])
        rows = {word: row for row, word in enumerate([*words, *added], 1)}
        tensors["words"] = _lines(list(rows))
        tensors["table"], tensors["scale"] = _small(woven(table, rows, thesaurus, share))
        tensors["weights"] = np.round(weights * 255).astype(np.uint8)
    return tensors


def _added(thesaurus: Thesaurus, known: Set[str]) -> list[str]:
    """The words of a thesaurus that a text is cut into whole, but for those known."""
    words = {word for group in thesaurus.groups for word in group}
    return [word for word in sorted(words - known) if [*tokens_of(word).words] == [word]]


def _small(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """A table as small integers, and what each column of them is multiplied by."""
    scale = np.quantile(np.abs(table), 0.999, axis=0) / _LARGEST
    small = np.clip(np.round(table / scale), -_LARGEST, _LARGEST).astype(np.int8)
    return small, scale.astype(np.float32)


def _lines(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)
